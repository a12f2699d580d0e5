"""The best forecast as tables: what comes next, the rows held out, and the members."""

import json

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.best.conduct import Best
from statecast.best.together import interval_held_out
from statecast.forecasting.intervals import Interval


def future_table(best: Best) -> pd.DataFrame:
    """Return ``unique_id, ds, step, forecast, low, high``; no bounds without an interval."""
    future = best.future
    low, high = _bounds(future.interval, len(future.ds))
    columns = {
        "unique_id": best.series["unique_id"].iloc[0],
        "ds": future.ds,
        "step": np.arange(1, len(future.ds) + 1),
        "forecast": future.forecast,
        "low": low,
        "high": high,
    }
    return pd.DataFrame(columns)


def held_out_table(best: Best) -> pd.DataFrame:
    """Return ``unique_id, ds, y, forecast, low, high`` of the rows held out, one step ahead.

    A column of each method without a network follows.
    """
    together = best.together
    low, high = _bounds(interval_held_out(together, best.level), len(best.test_ds))
    columns = {
        "unique_id": best.series["unique_id"].iloc[0],
        "ds": best.test_ds,
        "y": together.test.y[:, 0],
        "forecast": together.test_forecast(),
        "low": low,
        "high": high,
    }
    for member in together.members[len(best.chosen) :]:
        columns[member.name] = member.test.forecast[:, 0]
    return pd.DataFrame(columns)


def members_table(best: Best) -> pd.DataFrame:
    """Return ``member, weight, weight_ahead, validation_rmse, test_rmse, overrides``.

    The first weight is that one step ahead, the second that of forecasts of several steps. The
    overrides are JSON: what was drawn.
    """
    together = best.together
    drawn = best.study.configurations[0]
    overrides = {
        own.name: {key: value for key, value in own.overrides.items() if key in drawn}
        for own in best.chosen
    }
    columns = {
        "member": [own.name for own in together.members],
        "weight": together.weights,
        "weight_ahead": together.weights_ahead,
        "validation_rmse": [own.validation_rmse(step=0) for own in together.members],
        "test_rmse": [own.test_rmse() for own in together.members],
        "overrides": [json.dumps(overrides.get(own.name, {})) for own in together.members],
    }
    return pd.DataFrame(columns)


def _bounds(interval: Interval | None, count: int) -> tuple[Floats, Floats]:
    """Return the bounds of an interval; NaN without one."""
    if interval is None:
        return np.full(count, np.nan), np.full(count, np.nan)
    return interval.low, interval.high
