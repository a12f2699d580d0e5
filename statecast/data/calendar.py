"""Where a date is in a year, a week or a day, as a sine and a cosine, so that the end of a cycle is near its start."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError

DATE = r"\d{4}-\d{2}-\d{2}"

CYCLES: dict[str, tuple[Callable[[pd.Series], pd.Series], int]] = {  # place in the cycle from 0, and its length
    "month": (lambda dates: dates.dt.month - 1, 12),
    "quarter": (lambda dates: dates.dt.quarter - 1, 4),
    "weekday": (lambda dates: dates.dt.day_of_week, 7),
    "hour": (lambda dates: dates.dt.hour, 24),
}


def calendar_columns(names: Sequence[str]) -> list[str]:
    """Return the names of the columns of ``calendar_frame``."""
    return [f"{name}_{wave}" for name in names for wave in ("sin", "cos")]


def calendar_frame(ds: pd.Series, names: Sequence[str]) -> pd.DataFrame:
    """Return ``month_sin, month_cos`` and so on of times that are dates as ISO text.

    Raises StatecastError for times that are no dates.
    """
    text = ds.astype(str)
    other = text[~text.str.match(DATE)]
    if len(names) and len(other):
        raise StatecastError(f"params.yaml: frame.calendar must be [] where times are no dates, got {other.iloc[0]!r}")
    waves: dict[str, np.ndarray] = {}
    for name in names:
        place, length = CYCLES[name]
        angle = 2 * np.pi * place(pd.to_datetime(text, format="ISO8601")).to_numpy(float) / length
        # to 15 digits: the last ones differ between machines
        waves |= {f"{name}_sin": np.sin(angle).round(15) + 0.0, f"{name}_cos": np.cos(angle).round(15) + 0.0}
    return pd.DataFrame(waves, index=ds.index)
