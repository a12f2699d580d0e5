"""How a column of dates is written: with the year first, or in another form that all have."""

import re
from typing import NamedTuple

import pandas as pd

from statecast.base.errors import StatecastError, shown
from statecast.data.steps import grid, step_of
from statecast.data.times import TimeForm, times

DAY_FIRST = "%d{0}%m{0}%Y"
MONTH_FIRST = "%m{0}%d{0}%Y"
CLOCKS = ("", " %H:%M", " %H:%M:%S")
WORDED = (  # with the name of a month, or without a day
    "%b %Y",
    "%B %Y",
    "%b-%Y",
    "%b-%y",
    "%b %y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%m/%Y",
    "%m.%Y",
    "%m-%Y",
)
IN_NUMBERS = re.compile(r"\d{1,2}([./-])\d{1,2}\1(\d{4}|\d{2})( \d{1,2}:\d{2}(:\d{2})?)?", re.ASCII)
POINT = "."  # between day and month: the day is then first wherever people write so


class Dates(NamedTuple):
    """How a column of dates is written."""

    form: str | None = None  # of strptime; None: the year first
    remark: str = ""  # how it was taken, where it could be taken in two ways


def dates_of(text: "pd.Series[str]") -> Dates | None:
    """Return how a column of dates is written; None if it has no dates.

    Raises:
        StatecastError: day and month cannot be told apart.

    """
    if are_dates(text, None):
        return Dates()
    stripped = text.str.strip()
    if not all(IN_NUMBERS.fullmatch(cell) for cell in stripped):
        form = next((own for own in WORDED if are_dates(text, own)), None)
        return None if form is None else Dates(form)
    forms = [form for form in _in_numbers(stripped.iloc[0]) if are_dates(text, form)]
    if len(forms) < 2:
        return Dates(forms[0]) if forms else None
    return _told_apart(stripped, forms)


def are_dates(text: "pd.Series[str]", form: str | None) -> bool:
    """Return whether all cells are dates of a form; None: with the year first."""
    try:
        return pd.api.types.is_datetime64_any_dtype(times(text, TimeForm(form)))
    except StatecastError:
        return False


def in_calendar(text: "pd.Series[str]") -> "pd.Series[bool]":
    """Return which cells of a column are dates of the calendar, written as most of them are."""
    stripped = text.str.strip()
    first = stripped.iloc[0]
    forms = _in_numbers(first)
    if not IN_NUMBERS.fullmatch(first):
        stripped = stripped.str.replace("/", "-")
        forms = ["ISO8601"]
    read = [pd.to_datetime(stripped, format=own, errors="coerce", utc=True) for own in forms]
    return max((own.notna() for own in read), key=lambda own: int(own.sum()))


def _in_numbers(cell: str) -> list[str]:
    """Return the forms of a date in numbers: day first, month first."""
    parts = IN_NUMBERS.fullmatch(cell)
    mark, year, clock = (parts[1], parts[2], parts[3]) if parts else ("/", "", None)
    clocks = 0 if clock is None else clock.count(":")
    forms = [own.format(mark) + CLOCKS[clocks] for own in (DAY_FIRST, MONTH_FIRST)]
    return [own.replace("%Y", "%y") if len(year) == 2 else own for own in forms]


def _told_apart(text: "pd.Series[str]", forms: list[str]) -> Dates:
    """Return the form of dates that may have the day or the month first.

    That is the one in which the times are regular, without a gap. Points stand between days and
    months.

    Raises:
        StatecastError: both are regular, or none is.

    """
    regular = [form for form in forms if _are_regular(text, form)]
    if POINT in forms[0].partition(" ")[0]:
        regular = [forms[0]]
    first = text.iloc[0]
    if len(regular) != 1:
        must = f"say whether the day is first in {shown(text.name)}: '{forms[0]}', or '{forms[1]}'"
        raise StatecastError(f"--date-format must {must}, got none for {shown(first)}")
    read = times(text, TimeForm(regular[0])).reset_index(drop=True)
    row = int((read.dt.day != read.dt.month).to_numpy().argmax())  # which shows the difference
    return Dates(regular[0], f"{text.iloc[row]} is read as {read[row]:%Y-%m-%d}")


def _are_regular(text: "pd.Series[str]", form: str) -> bool:
    own = times(text, TimeForm(form)).sort_values().drop_duplicates().reset_index(drop=True)
    try:
        step = step_of(own)
    except StatecastError:
        return False
    if step is None:
        return False
    every = grid(own, step)
    return len(every) == len(own) and bool(own.isin(every).all())
