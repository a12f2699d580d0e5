"""Missing times and missing values of a series: an error, or filled and logged.

Shape letters: N rows, G series.
"""

import logging
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Bools
from statecast.base.errors import StatecastError, require, shown
from statecast.base.identity import FILLED, NETWORK
from statecast.base.logs import LINES, log_each
from statecast.data.filling import Fill, filled_series
from statecast.data.grids import NO_ROW, Times, joined, usual_times
from statecast.data.groups import Groups, groups_of_series
from statecast.data.steps import Step, grid, step_of

TIMES_SHOWN = 5  # in a line of the log
TO_DO = "`frequency`, or `time_column`: null"
OF_A_SERIES = ("unique_id", NETWORK)  # columns in which it has one value

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
    ordered = frame.take(groups.order).reset_index(drop=True)
    whole = _with_rows(ordered, groups, _all_times(ordered, groups, gaps))
    if gaps.fill is None:
        return whole
    return _with_values(whole, gaps.fill, gaps.season_length)


def marked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with 0 where its column ``filled`` has nothing; without one it stays."""
    if FILLED not in frame:
        return frame
    return frame.assign(**{FILLED: frame[FILLED].fillna(0).astype(int)})


def _all_times(ordered: pd.DataFrame, groups: Groups, gaps: Gaps) -> Times:
    """Return the times that all series should have.

    Raises:
        StatecastError: of the first series whose times are not regular or whose gaps nothing fills.

    """
    usual = usual_times(ordered["ds"], groups, gaps.frequency)
    count = len(groups.sizes)
    is_found = np.bincount(usual.series, minlength=count) > 0
    if gaps.fill is None:
        is_wrong = np.bincount(usual.series[usual.row == NO_ROW], minlength=count) > 0
    else:
        is_wrong = _lack_a_column(ordered, groups)
    parts = [usual]
    stops = groups.starts + groups.sizes
    for series in np.flatnonzero(is_wrong | ~is_found).tolist():
        rows = ordered.iloc[groups.starts[series] : stops[series]]
        parts.append(_times_alone(rows, series, gaps))
    return joined(parts) if len(parts) > 1 else usual


def _lack_a_column(ordered: pd.DataFrame, groups: Groups) -> Bools:
    """Return of each series whether a column has no value to fill its gaps from [G]."""
    missing = ordered[_value_columns(ordered)].isna()
    is_lacking = np.zeros(len(groups.sizes), bool)
    for column in missing.columns[missing.any()]:
        is_lacking |= groups.all_of(missing[column].to_numpy())
    return is_lacking


def _value_columns(frame: pd.DataFrame) -> pd.Index:
    return frame.columns.difference(["ds", *OF_A_SERIES])


def _times_alone(rows: pd.DataFrame, series: int, gaps: Gaps) -> Times:
    """Return the times that a series should have which is on no usual calendar, or is refused.

    Args:
        rows: of the series; the index is their place among all rows.
        series: its number.
        gaps: what fills a missing row or value.

    Raises:
        StatecastError: its times are not regular, or nothing fills its gaps.

    """
    name = rows["unique_id"].iloc[0]
    every = _every_time(rows["ds"], gaps.frequency, name)
    absent = every.difference(pd.Index(rows["ds"]))
    if len(absent) and gaps.fill is None:
        count = f"{len(absent)} such times; `fill` can fill them"
        gap = f"none at {_brief(absent[0])} ({count})"
        raise StatecastError(f"series {shown(name)} must have a row for every step, got {gap}")
    if gaps.fill is not None:
        _require_columns(rows)
    row = np.full(len(every), NO_ROW)
    row[every.get_indexer(pd.Index(rows["ds"]))] = rows.index
    return Times(np.full(len(every), series), every.to_numpy(), row)


def _require_columns(rows: pd.DataFrame) -> None:
    """Check that every column of a series has a value to fill its gaps from."""
    name = rows["unique_id"].iloc[0]
    for column in _value_columns(rows):
        has_values = bool(rows[column].notna().any())
        where = f"column {shown(column)} of {shown(name)}"
        require(has_values, where, "have a value to fill from", "none")


def _with_rows(ordered: pd.DataFrame, groups: Groups, times: Times) -> pd.DataFrame:
    """Return a frame with a row for each time; the values of rows that were missing are NaN."""
    if len(times.row) == len(ordered):
        return ordered
    whole = ordered.reindex(times.row).reset_index(drop=True)
    first_rows = groups.starts[times.series]
    names = [name for name in OF_A_SERIES if name in ordered]
    own = {name: ordered[name].array.take(first_rows) for name in names}
    return whole.assign(ds=times.time, **own)


def _with_values(whole: pd.DataFrame, fill: Fill, season_length: int) -> pd.DataFrame:
    """Return a frame with all values, and log what was filled."""
    columns = _value_columns(whole)
    missing = whole[columns].isna()
    if not missing.any(axis=None):
        return whole
    groups = groups_of_series(whole)
    for column in columns[missing.any()]:
        values = whole[column].to_numpy(float)
        whole[column] = filled_series(values, groups, fill, season_length)
    if missing["y"].any():
        whole[FILLED] = missing["y"].astype(int)
    _log_filled(whole, missing.any(axis=1).to_numpy(), fill)
    return whole


def _log_filled(whole: pd.DataFrame, is_filled: Bools, fill: Fill) -> None:
    """Log of each series which of its rows were filled, or of the first one if they are many."""
    rows = whole.loc[is_filled, ["unique_id", "ds"]]
    groups = groups_of_series(rows)
    lines = []
    for series, _ in zip(groups.slices(), range(LINES + 1), strict=False):
        own = rows.iloc[series]
        lines.append(_in_words_filled(own["ds"], fill, own["unique_id"].iloc[0]))
    in_all = f"times and values of {len(groups.sizes)} series filled ({fill}), the first: "
    told = [f"download: {line}" for line in lines]
    log_each(log, logging.INFO, told, f"download: {in_all}{lines[0]}")


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
