"""What a file says of its series: columns, frequency, season, and what fills its gaps."""

import hashlib
import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.tseries.offsets import BDay

from statecast.base.errors import StatecastError, require
from statecast.base.files import write_frame
from statecast.base.paths import SOURCES
from statecast.best.columns import FileForm, SeriesColumns, columns_of, form_of
from statecast.best.several import one_of, series_of
from statecast.data.cells import numbers
from statecast.data.fetch import fetch
from statecast.data.steps import Step, grid, step_of
from statecast.data.table import read_table
from statecast.data.times import TimeForm, as_text, times
from statecast.forecasting.future import next_times
from statecast.params.download import DownloadParams

LEAST_ROWS = 10
MOST_AHEAD = 10  # rows to forecast for each that is known
DAYS = {  # rows of a season, and the shortest and longest mean step of such series in days
    1: (360, 370),
    2: (181, 185),
    4: (89, 93),
    12: (28, 31.5),
    52: (6.9, 7.1),
    7: (0.99, 1.01),
}
CYCLES = {12: "month", 4: "quarter", 52: "month", 7: "weekday", 5: "weekday", 24: "hour"}
WORKING_DAYS = 5  # of a week
TWO_SEASONS = 2  # a series must have for a season to be taken,
SEASONS = {52: 3}  # but three years of weeks
ROUNDING = 1e-6
ALONE = SOURCES / "best"  # where one of several series of a file becomes a file
NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")
LONGEST = 40  # characters of a name
DIGITS = 6  # of a digest in it


class Options(NamedTuple):
    """What a user says of a series, where it cannot be found."""

    value_column: str | None = None
    time_column: str | None = None
    season: int | None = None
    date_form: str | None = None  # of strptime
    series: str | None = None  # of several in a long file


class FoundSeries(NamedTuple):
    """How a series is read, and in words what was found."""

    name: str  # of the file, and of what was taken of it
    source: str  # as download.source has it
    sha256: str  # of its bytes
    form: FileForm
    columns: SeriesColumns
    season: int
    fill: str | None
    remarks: tuple[str, ...]
    times: "pd.Series[Any]"  # in their order; numbers of rows where the file has no times

    def cycles(self) -> list[str]:
        """Return the cycle of the calendar that a season is; none for other seasons."""
        cycle = CYCLES.get(self.season)
        return [cycle] if cycle is not None and self.columns.time is not None else []

    def overrides(self) -> dict[str, Any]:
        """Return the keys of params.yaml that say so."""
        return {
            "download.source": self.source,
            "download.sha256": self.sha256,
            "download.separator": self.form.separator,
            "download.decimal": self.form.decimal,
            "download.time_column": self.columns.time,
            "download.value_column": self.columns.value,
            "download.id_column": None,
            "download.values": "numbers",
            "download.time_format": self.columns.time_form,
            "download.time_zone": None,
            "download.time_prefix": "",
            "download.frequency": None,
            "download.fill": self.fill,
            "series.season_length": self.season,
            "frame.features": [],
            "frame.lagged": [],
        }


def found_in(source: str, download: DownloadParams, options: Options) -> FoundSeries:
    """Return what a file says of its series.

    One of several series in a long file is written to a file of its own, which is then read.

    Args:
        source: a path or an address.
        download: how a file is fetched.
        options: what the user says of it.

    Raises:
        StatecastError: the file cannot be read, has too few values, none at its last time, or does
            not say which column or series is meant.

    """
    content = fetch(
        source,
        timeout=download.timeout,
        retries=download.retries,
        max_bytes=download.max_bytes,
    )
    form = form_of(content, source)
    table = read_table(content, source=source, separator=form.separator)
    columns = columns_of(
        table,
        decimal=form.decimal,
        value=options.value_column,
        time=options.time_column,
        date_form=options.date_form,
    )
    several = series_of(table, columns)
    if several is not None:
        rows = table[one_of(several, options.series)]
        own = _written_alone(rows, columns, f"{_stem(source)}-{options.series}")
        alone = options._replace(series=None, time_column=columns.time, value_column=columns.value)
        found = found_in(str(own), download, alone)
        remark = f"{options.series} of {'/'.join(several.keys)}, kept in {own}"
        return found._replace(name=_named(own.stem, columns), remarks=(remark, *found.remarks))
    must = "be left out: the file has one series"
    require(options.series is None, "--series", must, options.series)
    values = numbers(table[columns.value], decimal=form.decimal, may_miss=True)
    steps = _steps_of(table, columns)
    must = f"be below {len(table)}, the rows of the series"
    require((options.season or 1) < len(table), "--season", must, options.season)
    read = _Read(source, values, table, columns, steps)
    columns, remarks = _checked(read)
    has_gaps = bool(values.isna().any()) or (steps is not None and steps.has_gaps)
    return FoundSeries(
        name=_named(_stem(source), columns),
        source=_as_download_names(source),
        sha256=hashlib.sha256(content).hexdigest(),
        form=form,
        columns=columns,
        season=options.season or season_of(steps, len(table)),
        fill="linear" if has_gaps else None,
        remarks=remarks,
        times=_times_of(table, columns),
    )


class _Read(NamedTuple):
    """What was read of a file with one series."""

    source: str
    values: "pd.Series[float]"  # in the order of the file
    table: pd.DataFrame
    columns: SeriesColumns
    steps: "Steps | None"


def _checked(read: _Read) -> tuple[SeriesColumns, tuple[str, ...]]:
    """Return the columns that are used, and what the user is to know of them.

    Raises:
        StatecastError: there are too few values, or none at the last time.

    """
    columns = read.columns
    must = "have enough rows with a value to hold some out, 10 or more"
    known = int(read.values.notna().sum())
    require(known >= LEAST_ROWS, read.source, must, known)
    remarks = list(columns.remarks)
    remarks += [f"{name} is not read: it has no numbers" for name in columns.unread]
    if columns.time is not None and read.steps is None:
        remarks.append(f"{columns.time} has no regular steps: the rows are taken in their order")
        columns = columns._replace(time=None, time_form=None)
    is_known = _in_order(read.values, read.table, columns).notna().to_numpy()
    after = int(np.argmax(is_known[::-1]))  # values that are missing at the end
    must = "have a value at its last time, because what comes next follows it"
    require(after == 0, columns.value, must, f"none in the last {after} rows: cut them")
    remarks += _filled_in_words(read)
    if not is_known[0]:
        remarks.append("those before the first value are that value")
    return columns, tuple(remarks)


def _filled_in_words(read: _Read) -> list[str]:
    """Return how many values are missing, and what fills them."""
    missing = int(read.values.isna().sum())
    if read.steps is not None:
        missing += read.steps.missing
    if not missing:
        return []
    values = "1 missing value is" if missing == 1 else f"{missing} missing values are"
    return [f"{values} put on a straight line between neighbours"]


def _written_alone(rows: pd.DataFrame, columns: SeriesColumns, name: str) -> Path:
    """Write the times and values of one series as a file of its own; return its path."""
    path = ALONE / f"{plain_name(name)}.csv"
    wanted = [columns.time, columns.value] if columns.time is not None else [columns.value]
    write_frame(rows[wanted], path)
    return path


def plain_name(text: str) -> str:
    """Return a name for files, folders and experiments.

    Where letters are lost or it is cut, a digest keeps it apart from the names of other series.
    """
    name = NOT_IN_A_NAME.sub("-", text).strip("-_") or "series"
    has_lost = any(letter.isalnum() for part in NOT_IN_A_NAME.findall(text) for letter in part)
    if len(name) <= LONGEST and not has_lost:
        return name
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:DIGITS]
    return f"{name[: LONGEST - DIGITS - 1].rstrip('-_')}-{digest}"


def _stem(source: str) -> str:
    return Path(source.rstrip("/")).stem


def _named(stem: str, columns: SeriesColumns) -> str:
    """Return the name of a series; where the file has several columns, of its column too."""
    return plain_name(f"{stem}-{columns.value}" if columns.others else stem)


class Steps(NamedTuple):
    """The steps of a series of times."""

    step: Step
    days: float | None  # of a step, in the mean; None: times are integers
    missing: int  # times

    @property
    def has_gaps(self) -> bool:
        """Return whether times are missing."""
        return self.missing > 0


def season_of(steps: Steps | None, rows: int) -> int:
    """Return how many rows are a season: 12 months, 7 days; 1 where there are no two of them.

    Args:
        steps: of the times; None: there are none.
        rows: of the series.

    """
    if steps is None or steps.days is None:
        return 1
    season = _season_of_days(steps)
    return season if rows >= SEASONS.get(season, TWO_SEASONS) * season else 1


def _season_of_days(steps: Steps) -> int:
    days = steps.days or 0.0
    if isinstance(steps.step, BDay):
        return WORKING_DAYS
    for season, (shortest, longest) in DAYS.items():
        if shortest <= days <= longest:
            return season
    a_day = 1 / days if days else 0.0
    return round(a_day) if days < 1 and abs(a_day - round(a_day)) < ROUNDING else 1


def _steps_of(table: pd.DataFrame, columns: SeriesColumns) -> Steps | None:
    """Return the steps of the times; None: there are no times, or no regular ones."""
    if columns.time is None:
        return None
    known = times(table[columns.time], TimeForm(columns.time_form))
    known = known.sort_values().reset_index(drop=True)
    different = known.drop_duplicates()
    try:
        step = step_of(different)
        every = pd.Index([]) if step is None else grid(different, step)
    except StatecastError:
        return None  # far more steps than times
    if step is None or not different.isin(every).all():
        return None
    days = None
    if pd.api.types.is_datetime64_any_dtype(known):
        span = different.iloc[-1] - different.iloc[0]
        days = span / pd.Timedelta(days=1) / (len(every) - 1)
    return Steps(step, days, len(every) - len(different))


def _times_of(table: pd.DataFrame, columns: SeriesColumns) -> "pd.Series[Any]":
    """Return the times of a table in their order; without times, the numbers of its rows."""
    if columns.time is None:
        return pd.Series(np.arange(1, len(table) + 1))
    known = times(table[columns.time], TimeForm(columns.time_form))
    return known.sort_values(ignore_index=True)


def require_horizon(found: FoundSeries, horizon: int) -> None:
    """Check that so many rows can be forecast after the end of a series, and are not absurdly many.

    Args:
        found: how the series is read.
        horizon: rows.

    Raises:
        StatecastError: they are too many for the series, or end after the calendar.

    """
    most = MOST_AHEAD * len(found.times)
    must = f"be 1 to {most}, {MOST_AHEAD} times the rows of the series"
    require(1 <= horizon <= most, "`horizon`", must, horizon)
    known = pd.DataFrame({"unique_id": found.name, "ds": as_text(found.times)})
    next_times(known, horizon)


def _in_order(
    values: "pd.Series[float]", table: pd.DataFrame, columns: SeriesColumns
) -> "pd.Series[float]":
    """Return values in the order of their times."""
    if columns.time is None:
        return values
    time = times(table[columns.time], TimeForm(columns.time_form))
    order = np.argsort(time.to_numpy(), kind="stable")
    return values.iloc[order]


def _as_download_names(source: str) -> str:
    """Return a source as ``download.source`` has it, wherever the pipeline runs."""
    path = Path(source)
    if "://" in source or not path.is_file():
        return source
    resolved = path.resolve()
    own = SOURCES.resolve()
    return str(resolved.relative_to(own) if resolved.is_relative_to(own) else resolved)
