"""What the rows of a series are called: months, days, weeks, or rows."""

from collections.abc import Sequence

import pandas as pd
from pandas.tseries.offsets import (
    BaseOffset,
    BDay,
    BMonthBegin,
    BMonthEnd,
    BQuarterBegin,
    BQuarterEnd,
    BYearBegin,
    BYearEnd,
    Day,
    Hour,
    Minute,
    MonthBegin,
    MonthEnd,
    QuarterBegin,
    QuarterEnd,
    Second,
    Week,
    YearBegin,
    YearEnd,
)

from statecast.base.errors import StatecastError
from statecast.data.steps import Step, step_of
from statecast.data.times import times

UNITS: dict[str, tuple[type[BaseOffset], ...]] = {
    "year": (YearBegin, YearEnd, BYearBegin, BYearEnd),
    "quarter": (QuarterBegin, QuarterEnd, BQuarterBegin, BQuarterEnd),
    "month": (MonthBegin, MonthEnd, BMonthBegin, BMonthEnd),
    "week": (Week,),
    "working day": (BDay,),
    "day": (Day,),
    "hour": (Hour,),
    "minute": (Minute,),
    "second": (Second,),
}


def counted(count: int, ds: Sequence[object], frequency: str | None = None) -> str:
    """Return a number of rows in the unit of their times: ``12 months``, ``1 row``.

    Args:
        count: of rows.
        ds: the times of a series as a stage wrote them, sorted.
        frequency: as in ``step_of``.

    """
    text = pd.Series(list(map(str, ds)))
    try:
        step = step_of(times(text), frequency)
    except StatecastError:
        step = None  # symbols are at no time
    unit = _unit(step)
    return f"1 {unit}" if count == 1 else f"{count} {unit}s"


def _unit(step: Step | None) -> str:
    if isinstance(step, BaseOffset) and step.n == 1:
        for unit, offsets in UNITS.items():
            if isinstance(step, offsets):
                return unit
    return "row"
