"""Which columns of a table are the times and the values of its series."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, require, shown
from statecast.data.cells import DECIMAL_COMMA, MISSING, numbers
from statecast.data.table import USUAL_SEPARATORS, read_table
from statecast.data.times import times


class FileForm(NamedTuple):
    """How a CSV file is written."""

    separator: str = ","
    decimal: str = "."


class SeriesColumns(NamedTuple):
    """The columns of a series."""

    value: str
    time: str | None  # None: the rows are in order
    unread: tuple[str, ...] = ()  # columns that have neither times nor numbers


def form_of(content: bytes) -> FileForm:
    """Return the separator that the header has most of, and a comma where it marks decimals."""
    header = content.decode("utf-8-sig", errors="replace").split("\n", 1)[0]
    counts = {separator: header.count(separator) for separator in USUAL_SEPARATORS}
    separator = max(counts, key=lambda mark: counts[mark])
    if counts[separator] == 0 or separator == ",":
        return FileForm()
    table = read_table(content, source="the file", separator=separator)
    has_comma = any(_has_decimal_comma(table[name]) for name in table)
    return FileForm(separator, "," if has_comma else ".")


def columns_of(
    table: pd.DataFrame, *, decimal: str = ".", value: str | None = None, time: str | None = None
) -> SeriesColumns:
    """Return the columns of the single series of a table.

    The times are the column of dates, or the first column if its integers rise in equal steps. The
    values are the only column of numbers that is left.

    Args:
        table: from ``read_table``.
        decimal: the mark before the fraction of a number.
        value: the column of the values; None: found.
        time: the column of the times; None: found.

    Raises:
        StatecastError: several columns may be meant, or none, or a named one is not there.

    """
    for option, name in (("--value-column", value), ("--time-column", time)):
        names = ", ".join(map(str, table.columns))
        require(name is None or name in table, option, f"be a column: {names}", shown(name))
    others = [str(name) for name in table.columns if name != value]
    if time is None:
        time = _time_among(table[others])
    numeric = [name for name in others if name != time and _are_numbers(table[name], decimal)]
    if value is None:
        value = _single(numeric, "--value-column", "of numbers")
    unread = tuple(name for name in others if name not in (time, value, *numeric))
    return SeriesColumns(value, time, unread)


def _time_among(table: pd.DataFrame) -> str | None:
    """Return the column of times; None: no column has any, and the rows are in order."""
    dates = [str(name) for name in table if _are_dates(table[name])]
    if dates:
        return _single(dates, "--time-column", "of dates")
    first = str(table.columns[0]) if len(table.columns) > 1 else None
    return first if first is not None and _rises_evenly(table[first]) else None


def _single(names: list[str], option: str, what: str) -> str:
    """Return the only name.

    Raises:
        StatecastError: there are several, or none.

    """
    if not names:
        raise StatecastError(f"the file must have a column {what}, got none")
    must = f"name one of the columns {what}"
    require(len(names) == 1, option, must, f"none, and there are {', '.join(names)}")
    return names[0]


def _are_dates(text: "pd.Series[str]") -> bool:
    try:
        return pd.api.types.is_datetime64_any_dtype(times(text))
    except StatecastError:
        return False


def _rises_evenly(text: "pd.Series[str]") -> bool:
    """Return whether a column has integers that rise in equal steps."""
    try:
        read = times(text)
    except StatecastError:
        return False
    steps = np.diff(read.to_numpy())
    return bool(len(steps) > 0 and steps[0] > 0 and (steps == steps[0]).all())


def _are_numbers(text: "pd.Series[str]", decimal: str) -> bool:
    """Return whether a column has numbers, some of which may be missing."""
    try:
        return bool(numbers(text, decimal=decimal, may_miss=True).notna().any())
    except StatecastError:
        return False


def _has_decimal_comma(text: "pd.Series[str]") -> bool:
    known = text.str.strip()
    known = known[~known.str.lower().isin(MISSING)]
    has_comma = known.str.contains(",")
    return bool(has_comma.any() and known[has_comma].map(DECIMAL_COMMA.fullmatch).notna().all())
