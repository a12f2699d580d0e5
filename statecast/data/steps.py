"""The step from one time of a series to the next: an integer, or an offset of the calendar."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
from pandas.tseries.offsets import BaseOffset

from statecast.base.errors import StatecastError, require

MOST = 10  # a grid of more times for each one that is there is none that the series was made on

Step = BaseOffset | int


def step_of(time: pd.Series, frequency: str | None = None) -> Step | None:
    """Return the step of sorted, different times; None: they are on no regular grid, or too few to tell.

    Integers have the commonest difference, the smaller of two. Dates have the step that pandas infers; where it finds
    none, because some times are missing, that of the calendars below on which all of them are and fewest are missing.

    Args:
        time: integers or timestamps.
        frequency: a pandas offset alias of the dates; None: inferred.

    """
    if not pd.api.types.is_datetime64_any_dtype(time):
        step = int(_commonest(time)) if len(time) > 1 else 1
        return step if ((time - time.iloc[0]) % step == 0).all() else None
    if frequency is not None:
        return offset_of(frequency)
    if len(time) < 2:
        return None
    if len(time) > 2:
        with pd.option_context("future.infer_freq_returns_offset", True):
            inferred: Any = pd.infer_freq(pd.DatetimeIndex(time))
        if inferred is not None:
            return inferred
    found = [step for step in _calendars(time) if _covers(time, step)]
    return min(found, key=lambda step: len(grid(time, step)), default=None)


def offset_of(frequency: str) -> BaseOffset:
    """Return the offset of a pandas alias such as MS, W-SUN or h."""
    try:
        offset = pd.tseries.frequencies.to_offset(frequency)
    except ValueError:
        offset = None
    if offset is None or offset.n < 1:
        raise StatecastError(f"params.yaml: download.frequency must be a pandas offset alias, got {frequency!r}")
    return offset


def grid(time: pd.Series, step: Step) -> pd.Index:
    """Return all times from the first to the last, a step apart.

    Raises StatecastError where that would be more than ten times as many as there are.
    """
    first, last = time.iloc[0], time.iloc[-1]
    if isinstance(step, pd.offsets.Tick | int):
        length = pd.Timedelta(step) if isinstance(step, pd.offsets.Tick) else step
        count = (last - first) // length + 1
        what = f"be apart by about {length}"
        require(count <= MOST * len(time) + MOST, "the times of a series", what, f"{len(time)} of {count} times")
    if isinstance(step, int):
        return pd.RangeIndex(first, last + 1, step)
    return pd.date_range(first, last, freq=step, unit=time.dt.unit)


def _commonest(time: pd.Series) -> Any:
    return time.diff().iloc[1:].mode().iloc[0]


def _covers(time: pd.Series, step: Step) -> bool:
    try:
        return bool(time.isin(grid(time, step)).all())
    except StatecastError:
        return False


def _calendars(time: pd.Series) -> Iterator[BaseOffset]:
    """Yield steps that dates with gaps may have: so many hours or days, business days, months."""
    yield pd.tseries.frequencies.to_offset(pd.Timedelta(_commonest(time)))
    yield pd.offsets.BusinessDay()
    months = _commonest(time.dt.year * 12 + time.dt.month)
    if months > 0:
        for day in (pd.offsets.MonthBegin, pd.offsets.MonthEnd, pd.offsets.BMonthBegin, pd.offsets.BMonthEnd):
            yield day(int(months))
        yield pd.DateOffset(months=int(months))
