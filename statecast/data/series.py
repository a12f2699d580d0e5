"""Validate a table at the door and make it a long frame ``unique_id, ds, y``."""

import io
import logging
import re

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, require

ISO_DATE = re.compile(r"\d{4}[-/]\d{2}([-/]\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?")
QUARTER = re.compile(r"(\d{4})[- ]?Q([1-4])")
INTEGER = re.compile(r"[+-]?\d{1,18}")
MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-"}

log = logging.getLogger(__name__)


def read_table(content: bytes, *, source: str, separator: str = ",") -> pd.DataFrame:
    """Return the table in a CSV file's bytes, every cell as text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StatecastError(f"{source} must be text in UTF-8, got byte {error.start} that is not") from None
    require("\0" not in text, source, "be text in UTF-8", "a NUL character")
    require(text.strip() != "", source, "hold a header and rows", "an empty file")
    try:
        table = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, index_col=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise StatecastError(f"{source} must be a CSV file, got: {' '.join(str(error).split())}") from None
    require(len(table) > 0, source, "hold a header and rows", "a header alone")
    return table


def long_frame(
    table: pd.DataFrame,
    value_column: str,
    *,
    time_column: str | None,
    id_column: str | None = None,
    time_format: str | None = None,
    symbols: bool = False,
) -> pd.DataFrame:
    """Return ``unique_id, ds, y`` from a table of text, sorted by time within each series.

    Without a time column rows are taken in order and ``ds`` counts from 1; without an id column there is one series,
    named after the value column. Dates become ISO text, integers stay integers. ``symbols`` leaves y as text.

    Raises StatecastError for a missing column, a value that is missing, not a number or infinite, a time that cannot
    be read in one way only, and two rows of a series with one time; rows are counted as in a text editor.
    """
    for key, column in (("value_column", value_column), ("time_column", time_column), ("id_column", id_column)):
        holds = column is None or column in table.columns
        require(holds, f"params.yaml: download.{key}", f"be a column: {', '.join(table.columns)}", repr(column))
    unique_id = table[id_column] if id_column else pd.Series(value_column, index=table.index, dtype=str)
    frame = pd.DataFrame(
        {"unique_id": unique_id, "y": words(table[value_column]) if symbols else numbers(table[value_column])}
    )
    if time_column is None:
        frame.insert(1, "ds", frame.groupby("unique_id", sort=False).cumcount() + 1)
        return frame
    frame.insert(1, "time", times(table[time_column], time_format))
    frame = _sorted(frame)
    frame.insert(1, "ds", _as_text(frame.pop("time")))
    return frame.reset_index(drop=True)


def numbers(text: "pd.Series[str]") -> "pd.Series[float]":
    """Return a column of text as finite numbers."""
    stripped = text.str.strip()
    values = pd.to_numeric(stripped, errors="coerce")
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        found = stripped.iloc[bad[0]]
        what = "a missing value" if found.lower() in MISSING else repr(found)
        place = f"column {text.name!r}, line {bad[0] + 2}"
        raise StatecastError(f"{place} must be a finite number, got {what} ({len(bad)} such rows)")
    return values.astype(float)


def words(text: "pd.Series[str]") -> "pd.Series[str]":
    """Return a column of symbols, none of them empty."""
    stripped = text.str.strip()
    bad = np.flatnonzero(stripped == "")
    if len(bad):
        raise StatecastError(f"column {text.name!r}, line {bad[0] + 2} must be a symbol, got a missing value")
    return stripped


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


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    twice = frame.duplicated(["unique_id", "time"], keep=False)
    if twice.any():
        lines = ", ".join(str(row + 2) for row in np.flatnonzero(twice)[:5])
        first = frame[twice].iloc[0]
        found = f"{first['time']} more than once in {first['unique_id']!r} (lines {lines})"
        raise StatecastError(f"the times of a series must differ, got {found}")
    position = frame["unique_id"].map({name: i for i, name in enumerate(frame["unique_id"].unique())})
    order = frame.assign(position=position).sort_values(["position", "time"], kind="stable").index
    if not order.equals(frame.index):
        log.info("download: rows sorted by time")
    return frame.loc[order]


def _as_text(time: pd.Series) -> pd.Series:
    if not pd.api.types.is_datetime64_any_dtype(time):
        return time
    midnight = (time == time.dt.normalize()).all()
    return time.dt.strftime("%Y-%m-%d" if midnight else "%Y-%m-%dT%H:%M:%S")


def require_rows(frame: pd.DataFrame, least: int, needed_for: str) -> None:
    """Raise StatecastError when a series has fewer rows than ``least``."""
    counts = frame.groupby("unique_id", sort=False).size()
    short = counts[counts < least]
    if len(short):
        name, found = short.index[0], short.iloc[0]
        raise StatecastError(f"series {name!r} must have at least {least} rows ({needed_for}), got {found}")
