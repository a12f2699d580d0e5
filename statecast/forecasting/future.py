"""Rows after the end of a series: their times, and what is known of their inputs."""

from typing import Any

import numpy as np
import pandas as pd

from statecast.base.errors import require
from statecast.data.calendar import calendar_frame
from statecast.data.inputs import Inputs, add_inputs
from statecast.data.steps import step_of
from statecast.data.times import as_text, times


def next_times(ds: pd.Series, count: int, frequency: str | None = None) -> list[str]:
    """Return the times after the last one as text.

    Args:
        ds: times of one series as text: integers, or dates as the stage download writes them.
        count: how many.
        frequency: pandas offset alias of the dates; None: inferred.

    Raises StatecastError where the times are on no regular grid.

    """
    known = times(ds)
    step: Any = step_of(known, frequency)
    require(step is not None, "the times of a series", "be regular to say which come next", f"last {ds.iloc[-1]}")
    last = known.iloc[-1]
    later = pd.Series([last + place * step for place in range(1, count + 1)])
    both = as_text(pd.concat([known, later], ignore_index=True))
    return [str(text) for text in both.iloc[len(known) :]]


def future_rows(
    differenced: pd.DataFrame, horizon: int, inputs: Inputs, calendar: list[str], frequency: str | None = None
) -> pd.DataFrame:
    """Return the framed rows after the end of one series: lags of values that are not known yet are NaN, and y too.

    Args:
        differenced: ``unique_id, ds, y`` of one series.
        horizon: how many rows.
        inputs: which columns are inputs; lags of the series and the calendar, which alone are known.
        calendar: names of the cycles, as in params.yaml.
        frequency: pandas offset alias of the dates; None: inferred.

    """
    name = differenced["unique_id"].iloc[0]
    later = pd.DataFrame({"unique_id": name, "ds": next_times(differenced["ds"], horizon, frequency), "y": np.nan})
    both = pd.concat([differenced[["unique_id", "ds", "y"]], later], ignore_index=True)
    waves = calendar_frame(both["ds"], calendar)
    framed = add_inputs(pd.concat([both, waves], axis=1), inputs)
    return framed.tail(horizon).reset_index(drop=True)
