"""A column of times: read if there is only one way to read it, and written as text."""

import re

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError
from statecast.data.table import FIRST_LINE

CLOCK = r"[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?"
ZONE = r"(Z|[+-]\d{2}:?\d{2})"
ISO_TIME = re.compile(rf"\d{{4}}[-/]\d{{2}}([-/]\d{{2}}({CLOCK}{ZONE}?)?)?")
QUARTER = re.compile(r"(\d{4})[- ]?Q([1-4])")
WEEK = re.compile(r"(\d{4})-?W(\d{2})")
INTEGER = re.compile(r"[+-]?\d{1,18}")
ENDS_IN_A_ZONE = r"(?:Z|\d[+-]\d{2}:?\d{2})$"
YEAR_FIRST = (
    "be an integer or a date with the year first (2024-01-31); for other forms set `time_format`"
)


def times(text: "pd.Series[str]", time_format: str | None = None) -> pd.Series:
    """Return a column of text as integers or timestamps.

    Args:
        text: all integers, all dates with the year first, all quarters (2024Q1) or all weeks
            (2024-W05).
        time_format: strptime form of times of another kind.

    Raises:
        StatecastError: a cell has another form, or could be read in more than one way.

    """
    stripped = text.str.strip()
    if time_format is not None:
        must = f"have the form {time_format!r} (`time_format`)"
        return _dates(stripped, time_format, must)
    if _matches(stripped, INTEGER).all():
        return stripped.astype("int64")
    if _matches(stripped, QUARTER).all():
        months = stripped.str.replace(QUARTER, _first_month, regex=True)
        return _dates(months, "ISO8601", "be a quarter")
    if _matches(stripped, WEEK).all():
        mondays = stripped.str.replace(WEEK, r"\1-W\2-1", regex=True)
        return _dates(mondays, "%G-W%V-%u", "be a week of the year")
    is_iso = _matches(stripped, ISO_TIME)
    if not is_iso.all():
        raise _bad_time(stripped, np.flatnonzero(~is_iso)[0], YEAR_FIRST)
    return _dates(stripped.str.replace("/", "-"), "ISO8601", YEAR_FIRST)


def as_text(time: pd.Series) -> pd.Series:
    """Return timestamps as ISO text; integers stay integers.

    If all timestamps are midnight, the text has the date alone.
    """
    if not pd.api.types.is_datetime64_any_dtype(time):
        return time
    midnight = (time == time.dt.normalize()).all()
    return time.dt.strftime("%Y-%m-%d" if midnight else "%Y-%m-%dT%H:%M:%S")


def _matches(text: pd.Series, form: re.Pattern[str]) -> "pd.Series[bool]":
    """Return whether each cell has a form from its first character to its last."""
    return text.map(lambda cell: form.fullmatch(cell) is not None)


def _first_month(quarter: re.Match[str]) -> str:
    month = 3 * int(quarter[2]) - 2
    return f"{quarter[1]}-{month:02d}"


def _dates(text: pd.Series, form: str, must: str) -> pd.Series:
    """Return timestamps without a zone; times that name their zones are taken to UTC."""
    zoned = form == "ISO8601" and bool(text.str.contains(ENDS_IN_A_ZONE).any())
    dates = pd.to_datetime(text, format=form, errors="coerce", utc=zoned)
    bad = np.flatnonzero(dates.isna())
    if len(bad):
        raise _bad_time(text, bad[0], must)
    return dates.dt.tz_localize(None) if zoned else dates


def _bad_time(text: pd.Series, row: int, must: str) -> StatecastError:
    where = f"column {text.name!r}, line {row + FIRST_LINE}"
    cell = repr(text.iloc[row])
    return StatecastError(f"{where} must {must}, got {cell}")
