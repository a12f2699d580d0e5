"""Read a column of times in the only way there is, and write it as text."""

import re

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError

ISO_DATE = re.compile(r"\d{4}[-/]\d{2}([-/]\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?")
QUARTER = re.compile(r"(\d{4})[- ]?Q([1-4])")
WEEK = re.compile(r"(\d{4})-?W(\d{2})")
INTEGER = re.compile(r"[+-]?\d{1,18}")


def times(text: "pd.Series[str]", time_format: str | None = None) -> pd.Series:
    """Return a column of text as integers or timestamps, read in the only way there is."""
    stripped = text.str.strip()
    if time_format is not None:
        return _dates(stripped, time_format, f"have the form {time_format!r} (download.time_format)")
    if stripped.map(lambda cell: bool(INTEGER.fullmatch(cell))).all():
        return stripped.astype("int64")
    if stripped.map(lambda cell: bool(QUARTER.fullmatch(cell))).all():
        first_month = stripped.str.replace(QUARTER, lambda m: f"{m[1]}-{3 * int(m[2]) - 2:02d}", regex=True)
        return _dates(first_month, "ISO8601", "be a quarter")
    if stripped.map(lambda cell: bool(WEEK.fullmatch(cell))).all():
        return _dates(stripped.str.replace(WEEK, r"\1-W\2-1", regex=True), "%G-W%V-%u", "be a week of the year")
    what = "be an integer or a date with the year first (2024-01-31); for other forms set download.time_format"
    iso = stripped.map(lambda cell: bool(ISO_DATE.fullmatch(cell)))
    if not iso.all():
        row = int(np.flatnonzero(~iso)[0])
        raise StatecastError(f"column {text.name!r}, line {row + 2} must {what}, got {stripped.iloc[row]!r}")
    return _dates(stripped.str.replace("/", "-"), "ISO8601", what)


def _dates(text: pd.Series, form: str, what: str) -> pd.Series:
    zoned = text.str.contains(r"(?:Z|\d[+-]\d{2}:?\d{2})$").any() and form == "ISO8601"
    dates = pd.to_datetime(text, format=form, errors="coerce", utc=bool(zoned))
    bad = np.flatnonzero(dates.isna())
    if len(bad):
        raise StatecastError(f"column {text.name!r}, line {bad[0] + 2} must {what}, got {text.iloc[bad[0]]!r}")
    return dates.dt.tz_localize(None) if zoned else dates


def as_text(time: pd.Series) -> pd.Series:
    """Return timestamps as ISO text, days alone where all are midnight; integers stay integers."""
    if not pd.api.types.is_datetime64_any_dtype(time):
        return time
    midnight = (time == time.dt.normalize()).all()
    return time.dt.strftime("%Y-%m-%d" if midnight else "%Y-%m-%dT%H:%M:%S")
