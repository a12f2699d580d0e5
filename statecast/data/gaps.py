"""Missing times and missing values of a series: an error, or filled and logged."""

import itertools
import logging
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Bools, Floats
from statecast.base.errors import StatecastError, require, shown
from statecast.base.identity import FILLED
from statecast.base.logs import log_each
from statecast.data.groups import Groups, groups_of_series
from statecast.data.regular import are_regular
from statecast.data.steps import Step, grid, step_of

Fill = Literal["linear", "previous", "seasonal"]
TIMES_SHOWN = 5  # in a line of the log
TO_DO = "`frequency`, or `time_column`: null"

log = logging.getLogger(__name__)


class Gaps(NamedTuple):
    """What makes a series regular, and what fills its gaps."""

    fill: Fill | None = None
    frequency: str | None = None  # pandas offset alias of dates; None: inferred
    season_length: int = 1  # rows


def without_gaps(frame: pd.DataFrame, gaps: Gaps) -> pd.DataFrame:
    """Return a frame in which every series has a row for every step, and every row its values.

    Where a ``y`` was filled there is a column ``filled``, 1 in such rows and 0 in all others.

    Args:
        frame: ``unique_id``, ``ds`` (integers or timestamps, sorted and different within a series),
            ``y``, features.
        gaps: what fills a missing row or value.

    Raises:
        StatecastError: a row or a value is missing and nothing fills it.

    """
    dates = pd.api.types.is_datetime64_any_dtype(frame["ds"])
    must = "be null where times are no dates"
    require(dates or gaps.frequency is None, "`frequency`", must, gaps.frequency)
    groups = groups_of_series(frame)
    ordered = frame.take(groups.order)
    is_whole = _has_values(ordered, groups) & are_regular(ordered["ds"], groups, gaps.frequency)
    parts = []
    lines = []
    done = 0  # rows
    for series in itertools.compress(groups.slices(), ~is_whole):
        complete, line = _complete(ordered.iloc[series], gaps)
        parts += [ordered.iloc[done : series.start], complete]
        lines += [line] if line else []
        done = series.stop
    in_all = f"times and values of {len(lines)} series filled ({gaps.fill}), the first: "
    told = [f"download: {line}" for line in lines]
    log_each(log, logging.INFO, told, f"download: {in_all}{lines[0] if lines else ''}")
    return marked(pd.concat([*parts, ordered.iloc[done:]], ignore_index=True))


def marked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with 0 where its column ``filled`` has nothing; without one it stays."""
    if FILLED not in frame:
        return frame
    return frame.assign(**{FILLED: frame[FILLED].fillna(0).astype(int)})


def filled(values: Floats, fill: Fill, season_length: int = 1) -> Floats:
    """Return values [N] without a NaN.

    Args:
        values: at least one of them is known.
        fill: ``linear`` is a straight line between the values before and after. ``previous`` is the
            value before. If a series starts or ends with a gap, both give the nearest value.
            ``seasonal`` is the value one season earlier, or else the first known value one, two ...
            seasons later, or else that of ``linear``.
        season_length: rows in a season.

    """
    known = np.flatnonzero(~np.isnan(values))
    rows = np.arange(len(values))
    if fill == "previous":
        before = np.searchsorted(known, rows, side="right") - 1
        return values[known[np.maximum(before, 0)]]
    line = np.interp(rows, known, values[known])
    if fill == "linear":
        return line
    return _seasonal(values, line, season_length)


def _seasonal(values: Floats, line: Floats, season_length: int) -> Floats:
    whole = values.copy()
    for row in np.flatnonzero(np.isnan(values)):
        if row >= season_length:
            whole[row] = whole[row - season_length]
            continue
        later = whole[row + season_length :: season_length]
        known = later[~np.isnan(later)]
        whole[row] = known[0] if len(known) else line[row]
    return whole


def _has_values(ordered: pd.DataFrame, groups: Groups) -> Bools:
    """Return of each series whether all its values are there [G]."""
    has_values = ordered.drop(columns=["unique_id", "ds"]).notna().all(axis=1)
    return groups.all_of(has_values.to_numpy())


def _complete(rows: pd.DataFrame, gaps: Gaps) -> tuple[pd.DataFrame, str]:
    """Return the rows of one series with a row for every step, and in words what was filled."""
    name = rows["unique_id"].iloc[0]
    every = _every_time(rows["ds"], gaps.frequency, name)
    absent = every.difference(pd.Index(rows["ds"]))
    if len(absent) and gaps.fill is None:
        count = f"{len(absent)} such times; `fill` can fill them"
        gap = f"none at {_brief(absent[0])} ({count})"
        raise StatecastError(f"series {shown(name)} must have a row for every step, got {gap}")
    whole = rows.set_index("ds").reindex(every).rename_axis("ds").reset_index()
    whole = whole.assign(unique_id=name)[rows.columns]
    if gaps.fill is None:
        return whole, ""
    return _with_values(whole, gaps.fill, gaps.season_length, name)


def _with_values(
    whole: pd.DataFrame, fill: Fill, season_length: int, name: str
) -> tuple[pd.DataFrame, str]:
    """Return the rows of one series with all values, and in words what was filled."""
    columns = whole.columns.difference(["unique_id", "ds"])
    missing = whole[columns].isna()
    if not missing.any(axis=None):
        return whole, ""
    for column in columns[missing.any()]:
        some = not missing[column].all()
        require(
            some, f"column {shown(column)} of {shown(name)}", "have a value to fill from", "none"
        )
        whole[column] = filled(whole[column].to_numpy(float), fill, season_length)
    if missing["y"].any():
        whole[FILLED] = missing["y"].astype(int)
    return whole, _in_words_filled(whole.loc[missing.any(axis=1), "ds"], fill, name)


def _in_words_filled(times: pd.Series, fill: Fill, name: str) -> str:
    shown = ", ".join(_brief(time) for time in times[:TIMES_SHOWN])
    more = " ..." if len(times) > TIMES_SHOWN else ""
    return f"{name}: {len(times)} times and values filled ({fill}): {shown}{more}"


def _every_time(time: pd.Series, frequency: str | None, name: str) -> pd.Index:
    """Return the times that a series should have."""
    step = step_of(time, frequency)
    if len(time) < 2:
        return pd.Index(time)
    where = f"the times of series {shown(name)}"
    if step is None:
        raise StatecastError(f"{where} must be regular ({TO_DO}), got {_first_break(time)}")
    every = grid(time, step)
    off = time[~time.isin(every)]
    if len(off):
        must = f"be on the grid of {_in_words(step)} ({TO_DO})"
        raise StatecastError(f"{where} must {must}, got {_brief(off.iloc[0])}")
    return every


def _first_break(time: pd.Series) -> str:
    """Return in words the first time that is not a step after the one before it."""
    steps = time.diff().iloc[1:]
    is_break = steps != steps.iloc[0]
    last_regular = int(np.flatnonzero(is_break)[0])
    first, second = map(_brief, time.iloc[:2])
    other = _brief(time.iloc[last_regular + 1])
    return f"{first}, {second} and then {other}"


def _brief(time: Any) -> str:
    return str(time).removesuffix(" 00:00:00")


def _in_words(step: Step) -> str:
    if isinstance(step, int):
        return f"step {step}"
    return getattr(step, "freqstr", str(step))
