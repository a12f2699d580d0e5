"""The step from one time of a series to the next: an integer, or an offset of the calendar."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
from pandas.tseries.offsets import BaseOffset

from statecast.base.errors import StatecastError, require, shown

SPARSEST = 10  # times of a grid for each time that is there; more than that are a mistake
FIRST_DAYS = (pd.offsets.MonthBegin, pd.offsets.BMonthBegin)
LAST_DAYS = (pd.offsets.MonthEnd, pd.offsets.BMonthEnd)

Step = BaseOffset | int


def step_of(time: pd.Series, frequency: str | None = None) -> Step | None:
    """Return the step of a series of times.

    The step of integers is their commonest difference, the smallest of several. The step of dates
    is what pandas infers. If times are missing, pandas infers nothing; the step is then that of the
    calendar which has all the times and the fewest others.

    Args:
        time: integers or timestamps, sorted and different.
        frequency: a pandas offset alias of the dates; None: inferred.

    Returns:
        The step; None if the times are on no regular grid, or too few to tell.

    """
    if not pd.api.types.is_datetime64_any_dtype(time):
        return _step_of_integers(time)
    if frequency is not None:
        return offset_of(frequency)
    if len(time) < 2:
        return None
    inferred = _inferred(time)
    if inferred is not None:
        return inferred
    suitable = [step for step in _calendars(time) if _has_all(time, step)]
    return min(suitable, key=lambda step: len(grid(time, step)), default=None)


def offset_of(frequency: str) -> BaseOffset:
    """Return the offset of a pandas alias such as MS, W-SUN or h.

    Raises:
        StatecastError: pandas knows no such alias, or it goes back in time.

    """
    try:
        offset = pd.tseries.frequencies.to_offset(frequency)
    except (ValueError, OverflowError):
        offset = None
    if offset is None or offset.n < 1:
        raise StatecastError(f"`frequency` must be a pandas offset alias, got {shown(frequency)}")
    return offset


def grid(time: pd.Series, step: Step) -> pd.Index:
    """Return all times from the first to the last, a step apart.

    Raises:
        StatecastError: the grid would have more than ten times as many times as there are, or a
            step is too long or too short for the calendar.

    """
    first = time.iloc[0]
    last = time.iloc[-1]
    if isinstance(step, int):
        _require_dense(time, step)
        return pd.RangeIndex(first, last + 1, step)
    try:
        _require_dense(time, (first + SPARSEST * step - first) / SPARSEST)
        return pd.date_range(first, last, freq=step, unit=time.dt.unit)
    except (OverflowError, ValueError) as error:
        if isinstance(error, StatecastError):
            raise
        length = step.freqstr
        must = f"fit into the calendar with a step of {length} (`frequency`)"
        raise StatecastError(f"the times of a series must {must}, got {first}") from None


def _require_dense(time: pd.Series, length: Any) -> None:
    """Check that there are not far more steps than times; ``length`` is that of a step."""
    span = time.iloc[-1] - time.iloc[0]
    on_grid = int(span / length) + 1
    most = SPARSEST * (len(time) + 1)
    must = f"be apart by about {length}"
    require(on_grid <= most, "the times of a series", must, f"{len(time)} of {on_grid} times")


def _step_of_integers(time: pd.Series) -> int | None:
    step = int(_commonest_difference(time)) if len(time) > 1 else 1
    since_first = time - time.iloc[0]
    is_on_grid = since_first % step == 0
    return step if is_on_grid.all() else None


def _inferred(time: pd.Series) -> Any:
    if len(time) < 3:  # pandas refuses fewer
        return None
    with pd.option_context("future.infer_freq_returns_offset", True):
        return pd.infer_freq(pd.DatetimeIndex(time))


def _commonest_difference(time: pd.Series) -> Any:
    return time.diff().iloc[1:].mode().iloc[0]


def _has_all(time: pd.Series, step: Step) -> bool:
    try:
        return bool(time.isin(grid(time, step)).all())
    except StatecastError:
        return False


def _calendars(time: pd.Series) -> Iterator[BaseOffset]:
    """Yield the steps that dates with gaps may have: hours or days, business days, months."""
    yield pd.tseries.frequencies.to_offset(pd.Timedelta(_commonest_difference(time)))
    yield pd.offsets.BusinessDay()
    month = time.dt.year * 12 + time.dt.month
    months = int(_commonest_difference(month))
    if months > 0:
        for begin, end in zip(FIRST_DAYS, LAST_DAYS, strict=True):
            yield begin(months)
            yield end(months)
        yield pd.DateOffset(months=months)
