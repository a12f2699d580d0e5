"""Which columns of a table are the times and the values of its series."""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, require, shown
from statecast.best.dates import IN_NUMBERS, Dates, are_dates, dates_of, in_calendar
from statecast.data.cells import DECIMAL_COMMA, MISSING, cell_error, numbers
from statecast.data.table import USUAL_SEPARATORS, read_table
from statecast.data.times import INTEGER, ISO_TIME, times

NAMES_SHOWN = 8  # of columns, in the message of an error
MOST = 0.8  # of the cells: a column of them has a few others by mistake, a total say
THOUSANDS = re.compile(r"[+-]?\d{1,3}([,. '\u00a0]\d{3})+([.,]\d+)?", re.ASCII)
THREE_DIGITS = re.compile(
    r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII
)  # after a mark: or are they thousands?
EXCEL = (20_000, 60_000)  # days from 1954 to 2064 as spreadsheets count them
EXCEL_START = pd.Timestamp("1899-12-30")
ROW_NAMES = ("", "index", "unnamed: 0", "row", "#")  # of a column that counts the rows
STEPS_OF_MONTHS = {28, 29, 30, 31}  # days


class FileForm(NamedTuple):
    """How a CSV file is written."""

    separator: str = ","
    decimal: str = "."


class SeriesColumns(NamedTuple):
    """The columns of a series."""

    value: str
    time: str | None  # None: the rows are in order
    unread: tuple[str, ...] = ()  # columns that have neither times nor numbers
    others: tuple[str, ...] = ()  # columns of numbers that are not meant
    time_form: str | None = None  # of strptime; None: the year first
    remarks: tuple[str, ...] = ()  # how times and values were taken, where it is not clear


def form_of(content: bytes, source: str = "the file") -> FileForm:
    """Return the separator that the header has most of, and a comma where it marks decimals."""
    header = content.decode("utf-8-sig", errors="replace").split("\n", 1)[0]
    counts = {separator: header.count(separator) for separator in USUAL_SEPARATORS}
    separator = max(counts, key=lambda mark: counts[mark])
    if counts[separator] == 0:
        separator = ","
    table = read_table(content, source=source, separator=separator)
    has_comma = any(_has_decimal_comma(table[name], separator) for name in table)
    return FileForm(separator, "," if has_comma else ".")


def columns_of(
    table: pd.DataFrame,
    *,
    decimal: str = ".",
    value: str | None = None,
    time: str | None = None,
    date_form: str | None = None,
) -> SeriesColumns:
    """Return the columns of the single series of a table.

    The times are the column of dates, or the first column if its integers rise in equal steps. The
    values are the only column of numbers that is left.

    Args:
        table: from ``read_table``.
        decimal: the mark before the fraction of a number.
        value: the column of the values; None: found.
        time: the column of the times; None: found.
        date_form: of strptime, how dates are written; None: found.

    Raises:
        StatecastError: several columns may be meant, or none, or a named one is not there; the
            first line has no names; a date or a number is written in a way that is not read.

    """
    _require_names(table)
    for option, name in (("--value-column", value), ("--time-column", time)):
        names = ", ".join(map(str, table.columns))
        require(name is None or name in table, option, f"be a column: {names}", shown(name))
    others = [str(name) for name in table.columns if name != value]
    wanted = others if time is None else [time]
    time, dates = _time_among(table[wanted], date_form, is_named=time is not None)
    left = [name for name in others if name != time]
    left = [name for name in left if time is None or not _counts_rows(table[name])]
    numeric = [name for name in left if _are_numbers(table[name], decimal)]
    _require_no_excel_days(table, numeric if time is None else [], is_value_named=value is not None)
    if value is None:
        left_over = table[[name for name in left if name not in numeric]]
        _require_no_odd_numbers(left_over, decimal)
        _require_rows_of_times(table)
        require(bool(numeric), "the file", "have a column of numbers", _first_cells(left_over))
        value = _single(numeric, "--value-column", "of numbers")
    _require_no_thousands(table[value])
    unread = tuple(name for name in left if name not in (value, *numeric))
    return SeriesColumns(
        value,
        time,
        unread,
        tuple(name for name in numeric if name != value),
        dates.form,
        _remarks(table, value, time, dates),
    )


def _require_names(table: pd.DataFrame) -> None:
    """Check that the first line has names, and not the first values."""
    names = pd.Series([str(name) for name in table.columns])
    is_value = [_is_number(name) or _is_date(name) for name in names]
    got = ", ".join(names)
    require(not all(is_value), "the first line", "name the columns (month,sales say)", got)


def _time_among(
    table: pd.DataFrame, date_form: str | None, *, is_named: bool
) -> tuple[str | None, Dates]:
    """Return the column of times; None: no column has any, and the rows are in order."""
    written = {str(name): _dates_in(table[name], date_form) for name in table}
    dates = {name: own for name, own in written.items() if own is not None}
    if dates:
        name = _single(list(dates), "--time-column", "of dates")
        return name, dates[name]
    if date_form is not None:
        raise StatecastError(f"--date-format must fit a column of dates, got {shown(date_form)}")
    for place, column in enumerate(table):
        _require_all_times(table[column], is_first=place == 0 and len(table.columns) > 1)
    first = str(table.columns[0]) if is_named or len(table.columns) > 1 else None
    if first is None or not (is_named or _rises_evenly(table[first])):
        return None, Dates()
    return first, Dates()


def _dates_in(text: "pd.Series[str]", date_form: str | None) -> Dates | None:
    if date_form is None:
        return dates_of(text)
    return Dates(date_form) if are_dates(text, date_form) else None


def _require_all_times(text: "pd.Series[str]", *, is_first: bool) -> None:
    """Check that a column of which most cells are times has no others: a total below them say."""
    is_time = text.map(_is_date)
    if is_time.all():
        _require_calendar(text)
        return
    if is_first and not is_time.any():
        is_time = text.str.strip().map(lambda cell: INTEGER.fullmatch(cell) is not None)
        of_times = text[is_time]
        if is_time.mean() > MOST and not (_rises_evenly(of_times) or are_dates(of_times, None)):
            return
    if is_time.mean() > MOST and not is_time.all():
        line = text.index[~is_time][0]
        must = "be a time as the others are (cut the line, if it is none of the series)"
        raise cell_error(text, line, must, shown(text[line]))


def _require_calendar(text: "pd.Series[str]") -> None:
    """Check that a column of dates, of which most are some of the calendar, has no others."""
    is_real = in_calendar(text)
    if MOST < is_real.mean() < 1:
        line = text.index[~is_real][0]
        raise cell_error(text, line, "be a date of the calendar", shown(text[line]))


def _first_cells(table: pd.DataFrame) -> str:
    """Return in words what the first cell of each column is."""
    cells = [f"{shown(table[name].iloc[0])} in {name}" for name in table]
    return ", ".join(cells[:NAMES_SHOWN]) or "none"


def _single(names: list[str], option: str, what: str) -> str:
    """Return the only name of some, one at least.

    Raises:
        StatecastError: there are several.

    """
    must = f"name one of the columns {what}"
    listed = ", ".join(names[:NAMES_SHOWN]) + (" ..." if len(names) > NAMES_SHOWN else "")
    require(len(names) == 1, option, must, f"none, and there are {listed}")
    return names[0]


def _require_no_odd_numbers(table: pd.DataFrame, decimal: str) -> None:
    """Check that no column has numbers in most cells, and thousands or words in others."""
    for name in table:
        text = table[name]
        known = _known(text)
        is_grouped = known.map(lambda cell: THOUSANDS.fullmatch(cell) is not None)
        is_number = known.map(lambda cell: _is_number(cell, decimal))
        if len(known) == 0 or not (is_grouped | is_number).mean() > MOST:
            continue
        if (is_grouped & ~is_number).any():
            raise _thousands(text, known.index[is_grouped & ~is_number][0])
        numbers(text, decimal=decimal, may_miss=True)  # says which cell is none


def _require_no_excel_days(
    table: pd.DataFrame, numeric: list[str], *, is_value_named: bool
) -> None:
    """Check that no column has days as spreadsheets count them, where a date is missing.

    Args:
        table: without times.
        numeric: its columns of numbers that may be times.
        is_value_named: whether the values are another one; else one of these.

    """
    for name in numeric if is_value_named or len(numeric) > 1 else []:
        if _are_excel_days(table[name]):
            must = "be dates, not a spreadsheet's numbers of days"
            raise StatecastError(f"column {shown(name)} must {must}, got {_as_date(table[name])}")


def _as_date(days: "pd.Series[str]") -> str:
    """Return in words the date of the first of a spreadsheet's numbers of days."""
    first = int(days.iloc[0])
    return f"{first} for {EXCEL_START + pd.Timedelta(days=first):%Y-%m-%d}"


def _require_rows_of_times(table: pd.DataFrame) -> None:
    """Check that times are in a column, and not the names of many."""
    names = [str(name) for name in table.columns]
    of_times = [name for name in names if _is_date(name) or INTEGER.fullmatch(name.strip())]
    must = "have a row for each time"
    got = ", ".join(of_times[:NAMES_SHOWN])
    is_wide = len(of_times) > NAMES_SHOWN and len(of_times) > MOST * len(names)
    require(not is_wide, "the file", must, f"a column for each: {got} ...")


def _are_excel_days(text: "pd.Series[str]") -> bool:
    if not all(INTEGER.fullmatch(cell.strip()) for cell in text):
        return False
    days = text.astype("int64").to_numpy()
    steps = set(np.diff(days).tolist())
    within = EXCEL[0] <= days.min() and days.max() <= EXCEL[1]
    return bool(within and (steps in ({1}, {7}) or steps <= STEPS_OF_MONTHS))


def _remarks(table: pd.DataFrame, value: str, time: str | None, dates: Dates) -> tuple[str, ...]:
    """Return how times and values were taken, where they could be taken in another way."""
    remarks = [dates.remark] if dates.remark else []
    if time is not None and dates == Dates() and _are_excel_days(table[time]):
        day = _as_date(table[time])
        remarks.append(f"{time} has a spreadsheet's numbers of days ({day}): dates tell a season")
    known = _known(table[value])
    if len(known) and _have_three_digits(known):
        mark = "comma" if "," in known.iloc[0] else "point"
        remarks.append(f"the {mark} in {known.iloc[0]} is read as that of decimals")
    return tuple(remarks)


def _known(text: "pd.Series[str]") -> "pd.Series[str]":
    """Return the cells of a column that are not missing, without spaces around."""
    stripped = text.str.strip()
    return stripped[~stripped.str.lower().isin(MISSING)]


def _counts_rows(text: "pd.Series[str]") -> bool:
    """Return whether a column without a name of its own has the numbers of the rows."""
    if str(text.name).strip().lower() not in ROW_NAMES:
        return False
    counted = [[str(start + row) for row in range(len(text))] for start in (0, 1)]
    return text.str.strip().tolist() in counted


def _rises_evenly(text: "pd.Series[str]") -> bool:
    """Return whether a column has integers that rise in equal steps."""
    try:
        read = times(text)
    except StatecastError:
        return False
    steps = np.diff(read.to_numpy())
    return bool(len(steps) > 0 and steps[0] > 0 and (steps == steps[0]).all())


def _is_date(cell: str) -> bool:
    own = cell.strip()
    return ISO_TIME.fullmatch(own) is not None or IN_NUMBERS.fullmatch(own) is not None


def _is_number(cell: str, decimal: str = ".") -> bool:
    return _are_numbers(pd.Series([cell]), decimal) and cell.strip().lower() not in MISSING


def _are_numbers(text: "pd.Series[str]", decimal: str) -> bool:
    """Return whether a column has numbers, some of which may be missing."""
    try:
        return bool(numbers(text, decimal=decimal, may_miss=True).notna().any())
    except StatecastError:
        return False


def _has_decimal_comma(text: "pd.Series[str]", separator: str) -> bool:
    """Return whether commas in a column mark decimals; three digits after each are thousands.

    Where commas are in all cells of a file with another separator, they are decimals all the same.
    """
    known = _known(text)
    marked = known[known.str.contains(",")]
    if marked.empty or not marked.map(DECIMAL_COMMA.fullmatch).notna().all():
        return False
    may_be_thousands = separator == "," or len(marked) < len(known)
    return not (may_be_thousands and _have_three_digits(marked))


def _have_three_digits(known: "pd.Series[str]") -> bool:
    return all(THREE_DIGITS.fullmatch(cell) for cell in known)


def _require_no_thousands(text: "pd.Series[str]") -> None:
    """Check that points, which are in some numbers alone, do not mark thousands."""
    known = _known(text)
    marked = known[known.str.contains(".", regex=False)]
    if 0 < len(marked) < len(known) and _have_three_digits(marked):
        raise _thousands(text, marked.index[0])


def _thousands(text: "pd.Series[str]", line: int) -> StatecastError:
    must = "be a number without marks between thousands"
    return cell_error(text, line, must, shown(text[line].strip()))
