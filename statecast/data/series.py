"""A table of text becomes a long frame ``unique_id, ds, y`` and covariates, checked at the door."""

import logging
from functools import partial

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, require, shown
from statecast.data.cells import ids, numbers, symbols
from statecast.data.gaps import Gaps, without_gaps
from statecast.data.groups import groups_of_series
from statecast.data.table import Columns
from statecast.data.times import TimeForm, as_text, times

LINES_SHOWN = 5  # in the message of an error
NAMES_SHOWN = 5  # of series left out, in a line of the log

log = logging.getLogger(__name__)


def long_frame(
    table: pd.DataFrame,
    columns: Columns,
    *,
    form: TimeForm | None = None,
    values: str = "numbers",
    decimal: str = ".",
    gaps: Gaps | None = None,
) -> pd.DataFrame:
    """Return ``unique_id, ds, y`` and the covariates, sorted by time within each series.

    Without a time column the rows are in order and ``ds`` counts from 1. Dates become ISO text;
    integers stay integers.

    Args:
        table: from ``read_table``.
        columns: which of its columns holds what.
        form: how the times are written; None: integers, or dates with the year first.
        values: ``numbers``, or ``symbols``, which stay text.
        decimal: the mark before the fraction of a number, a point or a comma.
        gaps: how missing times and missing values are filled; None: they are an error.

    Raises:
        StatecastError: a column is missing. A value is no finite number, or is missing and not
            filled. A time can be read in more than one way, comes twice in a series, or is missing
            and not filled. Lines are counted as in a text editor.

    """
    columns.require_in(table)
    gaps = gaps or Gaps()
    numeric = values == "numbers"
    require(numeric or gaps.fill is None, "`fill`", "be null for symbols", gaps.fill)
    as_numbers = partial(numbers, decimal=decimal, may_miss=gaps.fill is not None)
    y = as_numbers if numeric else symbols
    frame = pd.DataFrame({"unique_id": _ids(table, columns), "y": y(table[columns.value])})
    for name in columns.covariates:
        frame[name] = as_numbers(table[name])
    if columns.time is None:
        in_order = frame.groupby("unique_id", sort=False).cumcount() + 1
        frame.insert(1, "ds", in_order)
        return without_gaps(frame, gaps)
    frame.insert(1, "ds", times(table[columns.time], form))
    return regular_frame(frame, gaps)


def regular_frame(frame: pd.DataFrame, gaps: Gaps) -> pd.DataFrame:
    """Return a frame sorted by time within each series, without gaps, its times as text.

    Args:
        frame: ``unique_id``, ``ds`` (integers or timestamps), ``y``, covariates.
        gaps: how missing times and missing values are filled.

    Raises:
        StatecastError: a time comes twice in a series, or something is missing and not filled.

    """
    whole = without_gaps(_sorted(frame), gaps)
    return whole.assign(ds=as_text(whole["ds"]))


def _ids(table: pd.DataFrame, columns: Columns) -> pd.Series:
    """Return the id of the series of each row; one series is named after its column."""
    if columns.unique_id is None:
        return pd.Series(columns.value, index=table.index)
    return ids(table[columns.unique_id])


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by time within each series; series stay in the order of their first rows."""
    number, _ = pd.factorize(frame["unique_id"])  # of the series, in the order of first rows
    ds = frame["ds"].to_numpy()
    order = np.lexsort((ds, number))
    same_series = number[order][1:] == number[order][:-1]
    same_time = ds[order][1:] == ds[order][:-1]
    if (same_series & same_time).any():
        raise _twice(frame)
    if (np.diff(order) == 1).all():
        return frame.reset_index(drop=True)
    log.info("download: rows sorted by time")
    return frame.take(order).reset_index(drop=True)


def _twice(frame: pd.DataFrame) -> StatecastError:
    """Return the error of a series that has a time more than once."""
    twice = frame.duplicated(["unique_id", "ds"], keep=False)
    lines = ", ".join(map(str, frame.index[twice][:LINES_SHOWN]))
    first = frame[twice].iloc[0]
    repeated = f"{first['ds']} more than once in {shown(first['unique_id'])} (lines {lines})"
    return StatecastError(f"the times of a series must differ, got {repeated}")


def require_rows(frame: pd.DataFrame, least: int, needed_for: str) -> None:
    """Check that every series has enough rows.

    Args:
        frame: with a column ``unique_id``.
        least: how many rows each series must have.
        needed_for: what they are needed for, in words.

    Raises:
        StatecastError: a series has fewer.

    """
    groups = groups_of_series(frame)
    is_short = groups.sizes < least
    if is_short.any():
        first = is_short.argmax()
        name = frame["unique_id"].iloc[groups.first_rows[first]]
        must = f"have at least {least} rows ({needed_for})"
        raise StatecastError(f"series {shown(name)} must {must}, got {groups.sizes[first]}")


def without_short(frame: pd.DataFrame, least: int, needed_for: str) -> pd.DataFrame:
    """Return the frame without the series that have too few rows, which one line of the log names.

    Args:
        frame: with a column ``unique_id``.
        least: how many rows each series must have.
        needed_for: what they are needed for, in words.

    Raises:
        StatecastError: no series has enough.

    """
    groups = groups_of_series(frame)
    is_short = groups.sizes < least
    if is_short.all():
        require_rows(frame, least, needed_for)
    if not is_short.any():
        return frame
    short = frame["unique_id"].to_numpy()[groups.first_rows[is_short]]
    names = ", ".join(map(shown, short[:NAMES_SHOWN]))
    more = " ..." if len(short) > NAMES_SHOWN else ""
    message = "difference: %d of %d series left out, with fewer than %d rows: %s"
    log.info(message, len(short), len(is_short), least, names + more)
    kept = groups.order[~is_short[groups.number]]
    return frame.take(np.sort(kept)).reset_index(drop=True)
