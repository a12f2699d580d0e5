"""One series of a long table that has several, and which columns tell them apart."""

from itertools import combinations
from typing import NamedTuple

import pandas as pd

from statecast.base.errors import StatecastError, require, shown
from statecast.best.columns import SeriesColumns
from statecast.data.times import TimeForm, times

LISTED = 5  # names of series, in the message of an error
MOST_KEYS = 3  # columns that tell series apart together
LEAST_BLOCK = 10  # rows of one series that stand one after the other


class SeriesOfTable(NamedTuple):
    """The series of a long table."""

    keys: tuple[str, ...]  # the columns that tell them apart
    name: "pd.Series[str]"  # of the series of each row


def series_of(table: pd.DataFrame, columns: SeriesColumns) -> SeriesOfTable | None:
    """Return the series of a table by their names; None if it has one.

    Where each time comes once there is one series. Otherwise the fewest columns tell them apart,
    the first of several, with which it does.

    Args:
        table: from ``read_table``.
        columns: its times and values.

    Raises:
        StatecastError: a time comes twice, and no columns tell series apart.

    """
    if columns.time is None:
        return _in_blocks(table, columns)
    time = times(table[columns.time], TimeForm(columns.time_form))
    if not time.duplicated().any():
        return None
    candidates = [*columns.unread, *columns.others]
    for count in range(1, min(MOST_KEYS, len(candidates)) + 1):
        for keys in combinations(candidates, count):
            name = _names(table, keys)
            if not pd.DataFrame({"name": name, "time": time}).duplicated().any():
                return SeriesOfTable(keys, name)
    twice = time.duplicated(keep=False)
    lines = ", ".join(map(str, table.index[twice][:LISTED]))
    got = f"{table[columns.time][twice].iloc[0]} more than once (lines {lines})"
    raise StatecastError(f"{columns.time} must have each time once, got {got}")


def one_of(several: SeriesOfTable, asked: str | None) -> "pd.Series[bool]":
    """Return which rows are those of one series.

    Args:
        several: from ``series_of``.
        asked: the name of the series.

    Raises:
        StatecastError: no series is asked for, or one that is not there.

    """
    names = several.name.unique().tolist()
    of = "/".join(several.keys)
    listed = ", ".join(names[:LISTED]) + (" ..." if len(names) > LISTED else "")
    must = f"name one of the {len(names)} series of {of}: {listed}"
    require(asked in names, "--series", must, "none" if asked is None else shown(asked))
    return several.name == asked


def _names(table: pd.DataFrame, keys: tuple[str, ...]) -> "pd.Series[str]":
    parts = [table[key].str.strip() for key in keys]
    name = parts[0]
    for own in parts[1:]:
        name = name + "/" + own
    return name


def _in_blocks(table: pd.DataFrame, columns: SeriesColumns) -> SeriesOfTable | None:
    """Return the series that stand one after the other in a table without times."""
    for key in columns.unread:
        name = table[key].str.strip()
        blocks = int((name != name.shift()).sum())
        is_block = blocks == name.nunique() > 1
        if is_block and name.value_counts().min() >= LEAST_BLOCK:
            return SeriesOfTable((key,), name)
    return None
