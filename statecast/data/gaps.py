"""Missing times and missing values of a series: an error by default, or filled and said."""

import logging
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, require
from statecast.data.steps import grid, step_of

Fill = Literal["linear", "previous", "seasonal"]
SHOWN = 5  # times in a line of the log

log = logging.getLogger(__name__)


class Gaps(NamedTuple):
    """What is regular, and what is done where a series is not."""

    fill: Fill | None = None
    frequency: str | None = None  # pandas offset alias of dates; None: inferred
    season_length: int = 1  # rows


def without_gaps(frame: pd.DataFrame, gaps: Gaps) -> pd.DataFrame:
    """Return a frame in which every series has a row for every step, and every row its values.

    Args:
        frame: ``unique_id``, ``ds`` (integers or timestamps, sorted and different within a series), ``y`` and features.
        gaps: what fills a missing row or value; None raises StatecastError, which names the first.

    """
    parts = [_one_without_gaps(part, gaps) for _, part in frame.groupby("unique_id", sort=False)]
    return pd.concat(parts, ignore_index=True)


def _one_without_gaps(part: pd.DataFrame, gaps: Gaps) -> pd.DataFrame:
    name, time = part["unique_id"].iloc[0], part["ds"]
    every = _every_time(time, gaps.frequency, name)
    absent = every.difference(pd.Index(time))
    if len(absent) and gaps.fill is None:
        found = f"none at {_brief(absent[0])} ({len(absent)} such times; params.yaml: download.fill can fill them)"
        raise StatecastError(f"series {name!r} must have a row for every step, got {found}")
    whole = part.set_index("ds").reindex(every).rename_axis("ds").reset_index().assign(unique_id=name)[part.columns]
    values = whole.columns.difference(["unique_id", "ds"])
    missing = whole[values].isna()
    if gaps.fill is None or not missing.any(axis=None):
        return whole
    for column in values[missing.any()]:
        require(not missing[column].all(), f"column {column!r} of {name!r}", "have a value to fill from", "none")
        whole[column] = filled(whole[column].to_numpy(float), gaps.fill, gaps.season_length)
    rows = missing.any(axis=1)
    times = ", ".join(_brief(at) for at in whole.loc[rows, "ds"][:SHOWN]) + (" ..." if rows.sum() > SHOWN else "")
    log.info("download: %s: %d times and values filled (%s): %s", name, rows.sum(), gaps.fill, times)
    return whole


def _every_time(time: pd.Series, frequency: str | None, name: str) -> pd.Index:
    dates = pd.api.types.is_datetime64_any_dtype(time)
    where = "params.yaml: download.frequency"
    require(dates or frequency is None, where, "be null where times are no dates", frequency)
    step = step_of(time, frequency)
    if len(time) < 2:
        return pd.Index(time)
    where, to_do = f"the times of series {name!r}", "params.yaml: download.frequency, or time_column: null"
    if step is None:
        raise StatecastError(f"{where} must be regular ({to_do}), got {_first_break(time)}")
    every = grid(time, step)
    off = time[~time.isin(every)]
    require(
        off.empty, where, f"be on the grid of {_in_words(step)} ({to_do})", _brief(off.iloc[0]) if len(off) else None
    )
    return every


def _first_break(time: pd.Series) -> str:
    steps = time.diff()
    place = int(np.flatnonzero(steps.iloc[1:] != steps.iloc[1])[0])
    return ", ".join(_brief(time.iloc[at]) for at in (0, 1)) + f" and then {_brief(time.iloc[place + 1])}"


def _brief(time: Any) -> str:
    return str(time).removesuffix(" 00:00:00")


def _in_words(step: Any) -> str:
    return f"step {step}" if isinstance(step, int) else getattr(step, "freqstr", str(step))


def filled(values: np.ndarray, fill: Fill, season_length: int = 1) -> np.ndarray:
    """Return values [N] with the NaN among them filled.

    ``linear`` is a straight line between the values before and after; ``previous`` the value before; where a series
    starts or ends with a gap, the nearest value. ``seasonal`` is the value one season earlier, or where there is none
    the first of those one, two ... seasons later, or else what ``linear`` gives.
    """
    known = np.flatnonzero(~np.isnan(values))
    rows = np.arange(len(values))
    if fill == "previous":
        before = np.searchsorted(known, rows, side="right") - 1
        return values[known[np.maximum(before, 0)]]
    line = np.interp(rows, known, values[known])
    if fill == "linear":
        return line
    whole = values.copy()
    for row in np.flatnonzero(np.isnan(values)):
        earlier = whole[row - season_length : row - season_length + 1] if row >= season_length else whole[:0]
        later = whole[row + season_length :: season_length]
        candidates = np.concatenate([earlier, later[~np.isnan(later)], line[row : row + 1]])
        whole[row] = candidates[0]
    return whole
