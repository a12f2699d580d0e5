"""Walk-forward forecasts of a part of a series, on its original scale."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from statecast.data.differencing import undifference
from statecast.data.scaling import Scaler, unscale
from statecast.model.dataset import Series
from statecast.model.forecast import forecast
from statecast.model.lanes import IDLE, calls, with_state
from statecast.model.rebatching import Trained, exact_walk
from statecast.model.trained import Model


def walk_forward(
    model: Model, one: Series, part: str, rebatched: dict[str, Any], *, warm_up: bool = True
) -> np.ndarray:
    """Return one-step forecasts [R, rows of the part], scaled, each made after the true rows before it.

    Args:
        model: the networks.
        one: the scaled series.
        part: ``validation`` or ``test``.
        rebatched: ``trained``, ``batch_size`` and ``state`` as the rebatch stage writes them.
        warm_up: whether the state has seen all rows before the part; otherwise it is zero at the part's first row.

    """
    trained = Trained(**{key: value for key, value in rebatched["trained"].items() if key != "series"})
    walk = exact_walk(one, trained)
    walk = with_state(walk, np.zeros(len(walk.lane), np.int64), rebatched["state"])
    rows = np.arange(len(walk.lane))
    wanted = one.part(part)
    left_out = (rows >= wanted.stop) | ((rows < wanted.start) & (not warm_up))
    plan = calls(walk._replace(lane=np.where(left_out, IDLE, walk.lane)), rebatched["batch_size"])
    return forecast(model.network, model.of_series(one.unique_id), one.x, plan)[:, wanted, 0]


def on_original_scale(
    scaled: np.ndarray, y: np.ndarray, one: Series, part: str, *, scaler: Scaler, lags: Sequence[int]
) -> np.ndarray:
    """Return forecasts [R, rows of the part] on the scale of the series y [all its rows]."""
    differenced = unscale(scaled.astype(np.float64), scaler, one.unique_id)
    end = len(y) - (sum(one.sizes) - one.part(part).stop)
    start = end - scaled.shape[1]
    known = undifference(np.zeros(len(y) - sum(lags)), y, lags)
    return differenced + known[start - sum(lags) : end - sum(lags)]
