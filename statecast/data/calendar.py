"""Where a date is in a year, a week or a day.

A sine and a cosine say it, so that the end of a cycle is near its start.
"""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError

Cycle = Literal["month", "quarter", "weekday", "hour"]
DATE = r"\d{4}-\d{2}-\d{2}"
DIGITS = 15  # of a sine or cosine; the last ones differ between machines


class Round(NamedTuple):
    """A cycle of the calendar."""

    length: int  # positions in the cycle
    position: Callable[[pd.Series], pd.Series]  # of each date, from 0


CYCLES: dict[str, Round] = {
    "month": Round(12, lambda dates: dates.dt.month - 1),
    "quarter": Round(4, lambda dates: dates.dt.quarter - 1),
    "weekday": Round(7, lambda dates: dates.dt.day_of_week),
    "hour": Round(24, lambda dates: dates.dt.hour),
}


def calendar_columns(names: Sequence[str]) -> list[str]:
    """Return the names of the columns of ``calendar_frame``."""
    columns = []
    for name in names:
        columns += [f"{name}_sin", f"{name}_cos"]
    return columns


def calendar_frame(ds: pd.Series, names: Sequence[str]) -> pd.DataFrame:
    """Return ``month_sin, month_cos`` and so on, a row for each time.

    Args:
        ds: dates as ISO text [N].
        names: the cycles, keys of CYCLES.

    Raises:
        StatecastError: ``names`` has cycles, and a time is no date.

    """
    waves = pd.DataFrame(index=ds.index)
    if not names:
        return waves
    text = ds.astype(str)
    is_date = text.str.match(DATE)
    if not is_date.all():
        first = repr(text[~is_date].iloc[0])
        raise StatecastError(f"`calendar` must be [] where times are no dates, got {first}")
    dates = pd.to_datetime(text, format="ISO8601")
    for name in names:
        cycle = CYCLES[name]
        angle = 2 * np.pi * cycle.position(dates).to_numpy(float) / cycle.length
        waves[f"{name}_sin"] = _rounded(np.sin(angle))
        waves[f"{name}_cos"] = _rounded(np.cos(angle))
    return waves


def _rounded(wave: np.ndarray) -> np.ndarray:
    return wave.round(DIGITS) + 0.0  # the sum makes 0 of -0
