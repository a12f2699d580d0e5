"""Walk-forward forecasts of a part of a series, on its original scale."""

import numpy as np

from statecast.base.errors import require
from statecast.data.inverse import Inverse, one_step
from statecast.data.scaling import Scaler, unscale
from statecast.forecasting.calls import forecast
from statecast.forecasting.rebatched import Rebatched
from statecast.network.batching import exact_walk
from statecast.network.ensemble import Model
from statecast.network.lanes import IDLE, calls, with_state
from statecast.network.rows import Series


def walk_forward(model: Model, one: Series, part: str, rebatched: Rebatched, *, warm_up: bool = True) -> np.ndarray:
    """Return one-step forecasts [R, rows of the part, O], scaled, each made after the true rows before it.

    Args:
        model: the networks.
        one: the scaled series.
        part: ``validation`` or ``test``.
        rebatched: how the networks were trained, and how they forecast now.
        warm_up: whether the state has seen all rows before the part; otherwise it is zero at the part's first row.

    """
    walk = with_state(exact_walk(one, rebatched.trained), rebatched.state)
    rows = np.arange(len(walk.lane))
    wanted = one.part(part)
    left_out = (rows >= wanted.stop) | ((rows < wanted.start) & (not warm_up))
    plan = calls(walk._replace(lane=np.where(left_out, IDLE, walk.lane)), rebatched.batch_size)
    forecasts = forecast(model.network, model.of_series(one.unique_id), one.x, plan)[:, wanted]
    all_rows = "all be forecast: set params.yaml: train.remainder: pad, or another batch_size"
    dropped = int((walk.lane[wanted] == IDLE).sum())
    require(dropped == 0, f"the {part} rows", all_rows, f"{dropped} of {forecasts.shape[1]} dropped in training")
    return forecasts


def on_original_scale(
    scaled: np.ndarray, y: np.ndarray, one: Series, part: str, *, scaler: Scaler, inverse: Inverse
) -> np.ndarray:
    """Return forecasts [R, rows of the part] on the scale of the series.

    Args:
        scaled: one-step forecasts of a part [R, rows of the part].
        y: true values on the original scale, from the first to the row of the last one of ``one`` [N].
        one: the scaled series.
        part: ``validation`` or ``test``.
        scaler: undoes the scaling.
        inverse: undoes the differences and the transform.

    """
    differenced = unscale(scaled.astype(np.float64), scaler, one.unique_id)
    start = len(y) - sum(one.sizes) + one.part(part).start
    return one_step(differenced, y, inverse, one.unique_id, start=start)
