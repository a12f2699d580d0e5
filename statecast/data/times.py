"""A column of times: read if there is only one way to read it, and written as text."""

import re
import zoneinfo
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, one_line, require, shown
from statecast.data.cells import cell_error

CLOCK = r"[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?"
ZONE = r"(Z|[+-]\d{2}(:?\d{2})?)"
ISO_TIME = re.compile(rf"\d{{4}}[-/]\d{{2}}([-/]\d{{2}}({CLOCK}{ZONE}?)?)?", re.ASCII)
QUARTER = re.compile(r"(\d{4})[- ]?Q([1-4])", re.ASCII)
WEEK = re.compile(r"(\d{4})-?W(\d{2})", re.ASCII)
INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
ENDS_IN_A_ZONE = re.compile(rf".*:\d{{2}}(\.\d+)?{ZONE}", re.ASCII)
MONTH = r"(18|19|20|21)\d{2}(0[1-9]|1[0-2])"
DAY = rf"{MONTH}(0[1-9]|[12]\d|3[01])"
WITHOUT_HYPHENS = {  # strptime forms of integers that look like dates, from 1800 to 2199
    "%Y%m": re.compile(MONTH, re.ASCII),
    "%Y%m%d": re.compile(DAY, re.ASCII),
    "%Y%m%d%H": re.compile(rf"{DAY}([01]\d|2[0-3])", re.ASCII),
}
LENGTHS = {"%Y%m": 6, "%Y%m%d": 8, "%Y%m%d%H": 10}  # characters of each
PLAIN = "0000-00-00T00:00:00"  # a form that is read at once, for 0 any digit
PLAIN_LENGTHS = (7, 10, 16, 19)  # month, day, minute, second
SHARE = 0.5  # of the integers; if more look like dates, all of them must be dates
UNITS = ("D", "s", "ms", "us", "ns")  # of the text of a time
WITH_ZONE = ("%z", "%Z")
YEAR_FIRST = (
    "be an integer or a date with the year first (2024-01-31); for other forms set `time_format`"
)


class TimeForm(NamedTuple):
    """How times are written in a source."""

    time_format: str | None = None  # strptime form; None: integers, or dates with the year first
    time_zone: str | None = None  # whose clock is kept, of times with several offsets from UTC
    time_prefix: str = ""  # is put before each time: 190 makes a month of 1901 of 1-01


def times(text: "pd.Series[str]", form: TimeForm | None = None) -> pd.Series:
    """Return a column of text as integers or timestamps.

    Args:
        text: all integers, all dates with the year first, all quarters (2024Q1) or all weeks
            (2024-W05). Integers that are mostly dates without hyphens (20240131, 202401) are dates.
        form: how the times are written, where it is in another way.

    Returns:
        Timestamps have no zone: they are what the clock showed, there or in ``time_zone``.

    Raises:
        StatecastError: a cell has another form, or could be read in more than one way. The times
            have several offsets from UTC, and no zone is given.

    """
    time_format, zone, prefix = form or TimeForm()
    stripped = prefix + text.str.strip()
    if time_format is None and _all_match(stripped, INTEGER):
        return _integers(stripped, zone)
    number, names = pd.factorize(stripped)
    first = np.empty(len(names), np.int64)  # row of each different time
    first[number[::-1]] = np.arange(len(number))[::-1]
    read = _dates_of(stripped.iloc[first], time_format, zone)  # many series have the same times
    return pd.Series(read.to_numpy()[number], index=text.index, name=text.name)


def _dates_of(stripped: "pd.Series[str]", time_format: str | None, zone: str | None) -> pd.Series:
    """Return a column of text as timestamps."""
    if time_format is not None:
        _require_form(time_format)
        must = f"have the form {time_format!r} (`time_format`)"
        return _dates(stripped, time_format, must, zone)
    if _all_match(stripped, QUARTER):
        months = stripped.str.replace(QUARTER, _first_month, regex=True)
        return _dates(months, "ISO8601", "be a quarter", zone)
    if _all_match(stripped, WEEK):
        mondays = stripped.str.replace(WEEK, r"\1-W\2-1", regex=True)
        return _dates(mondays, "%G-W%V-%u", "be a week of the year", zone)
    return _dates(_in_iso_form(stripped), "ISO8601", YEAR_FIRST, zone)


def written_times(ds: pd.Series) -> pd.Series:
    """Return integers or timestamps of the texts that ``as_text`` made."""
    text = ds.astype(str)
    if _all_match(text, INTEGER):
        return text.astype("int64")
    return pd.to_datetime(text, format="ISO8601")


def as_text(time: pd.Series) -> pd.Series:
    """Return timestamps as ISO text, as short as all of them allow; integers stay integers.

    If all timestamps are midnight, the text has the date alone; a fraction of a second is kept.
    """
    if not pd.api.types.is_datetime64_any_dtype(time):
        return time
    number, different = pd.factorize(time.to_numpy())
    coarser = (different.astype(f"M8[{unit}]") for unit in UNITS)
    shortest = next(coarse for coarse in coarser if (coarse == different).all())
    text = pd.array(np.datetime_as_string(shortest), dtype="str")
    return pd.Series(text.take(number), index=time.index)


def _matches(text: pd.Series, form: re.Pattern[str]) -> "pd.Series[bool]":
    """Return whether each cell has a form from its first character to its last."""
    return text.map(lambda cell: form.fullmatch(cell) is not None)


def _all_match(text: pd.Series, form: re.Pattern[str]) -> bool:
    """Return whether all cells have a form; the first that has not is the last looked at."""
    return all(form.fullmatch(cell) for cell in text)


def _first_month(quarter: re.Match[str]) -> str:
    month = 3 * int(quarter[2]) - 2
    return f"{quarter[1]}-{month:02d}"


def _require_form(time_format: str) -> None:
    """Check that a form of times is one of strptime."""
    must = "be a strptime form such as '%d.%m.%Y'"
    require("%" in time_format, "`time_format`", must, shown(time_format))  # pandas has others
    try:
        pd.to_datetime(["x"], format=time_format, errors="coerce")
    except (ValueError, re.error) as error:
        got = f"{shown(time_format)}: {one_line(error)}"
        raise StatecastError(f"`time_format` must {must}, got {got}") from None


def _integers(text: "pd.Series[str]", zone: str | None) -> pd.Series:
    """Return a column of integers, or the dates that most of them look like."""
    lengths = text.str.len()
    for form, pattern in WITHOUT_HYPHENS.items():
        if (lengths == LENGTHS[form]).mean() <= SHARE:
            continue
        fits = _matches(text, pattern)
        if fits.mean() <= SHARE:
            continue
        must = f"be a date such as the others ({form}); for other forms set `time_format`"
        if not fits.all():
            raise _bad_time(text, ~fits, must)
        return _dates(text, form, must, zone)
    _require_no_zone(zone)
    return text.astype("int64")


def _in_iso_form(text: "pd.Series[str]") -> "pd.Series[str]":
    """Return dates with the year first in a form of ISO 8601, all with a zone or all without."""
    if _are_plain_dates(text):
        return text
    is_iso = _matches(text, ISO_TIME)
    if not is_iso.all():
        raise _bad_time(text, ~is_iso, YEAR_FIRST)
    zoned = _matches(text, ENDS_IN_A_ZONE)
    other = zoned != zoned.iloc[0]
    if other.any():
        must = "have an offset from UTC" if zoned.iloc[0] else "have no offset from UTC"
        raise _bad_time(text, other, f"{must}, as the rows before")
    return text.str.replace("/", "-")


def _are_plain_dates(text: "pd.Series[str]") -> bool:
    """Return whether all cells look like 2024-01-31T12:00:00, or are cut at the same place."""
    together = "".join(text.to_numpy().tolist())
    length, rest = divmod(len(together), len(text))
    if rest or length not in PLAIN_LENGTHS or not together.isascii():
        return False
    if not (text.str.len() == length).all():
        return False
    cells = np.frombuffer(together.encode(), np.uint8).reshape(len(text), length)
    is_digit = (cells >= ord("0")) & (cells <= ord("9"))
    for place, mark in enumerate(PLAIN[:length]):
        fits = is_digit[:, place] if mark == "0" else cells[:, place] == ord(mark)
        if not fits.all():
            return False
    return True


def _dates(text: pd.Series, form: str, must: str, zone: str | None) -> pd.Series:
    """Return timestamps without a zone: what the clock showed."""
    dates = _on_own_clock(text, form) if zone is None else _on_clock(text, form, zone)
    is_bad = dates.isna()
    if is_bad.any():
        raise _bad_time(text, is_bad, must)
    return dates.dt.tz_localize(None)


def _on_own_clock(text: pd.Series, form: str) -> pd.Series:
    try:
        return pd.to_datetime(text, format=form, errors="coerce")
    except ValueError:  # the form is known to be good, so the offsets differ
        raise _several_offsets(text) from None


def _on_clock(text: pd.Series, form: str, zone: str) -> pd.Series:
    """Return times with offsets from UTC as the clock of a zone showed them."""
    if form == "ISO8601":
        zoned = bool(_matches(text, ENDS_IN_A_ZONE).all())
    else:
        zoned = any(directive in form for directive in WITH_ZONE)
    if not zoned:
        _require_no_zone(zone)
    return pd.to_datetime(text, format=form, errors="coerce", utc=True).dt.tz_convert(_zone(zone))


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        must = "be a time zone such as Europe/Berlin or UTC"
        raise StatecastError(f"`time_zone` must {must}, got {shown(name)}") from None


def _require_no_zone(zone: str | None) -> None:
    must = "be null where times have no offset from UTC"
    require(zone is None, "`time_zone`", must, zone)


def _several_offsets(text: "pd.Series[str]") -> StatecastError:
    ends = text.str[-5:]  # +0200 or 02:00
    other = ends != ends.iloc[0]
    must = "have the offset from UTC of the rows before, or `time_zone` say whose clock to keep"
    return _bad_time(text, other, must)


def _bad_time(text: "pd.Series[str]", is_bad: "pd.Series[bool]", must: str) -> StatecastError:
    """Return the error of the first bad cell; there is one at least."""
    line = text.index[is_bad][0]
    return cell_error(text, line, must, shown(text[line]))
