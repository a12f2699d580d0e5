"""Forecasts of several steps ahead: each network is fed its own forecasts back.

Shape letters: R repeats, N rows, F inputs, L lookback, K origins, H steps ahead.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from statecast.data.inverse import Inverse, path
from statecast.data.scaling import Scaler, unscale
from statecast.forecasting.rebatched import Rebatched
from statecast.network.batching import exact_walk
from statecast.network.ensemble import Model
from statecast.network.lanes import IDLE, Walk, with_state
from statecast.network.network import NUMPY, LayerState, Network, State, Weights, activate, lifted, step, zero_state
from statecast.network.rows import Series


class Feedback(NamedTuple):
    """Where a forecast goes in the inputs of the rows after it, and on which scale: lag = forecast * scale + offset."""

    column: np.ndarray  # [L], of lag 1, 2 ... L
    scale: np.ndarray  # [L]
    offset: np.ndarray  # [L]


def feedback_of(frame: dict[str, Any], scaler: Scaler, unique_id: str) -> Feedback:
    """Return the feedback of a series.

    Args:
        frame: what the stage frame says of a row: ``inputs`` and ``target``.
        scaler: each column has a scale of its own.
        unique_id: the series.

    """
    lags = sorted(frame["target"]["lags"], key=frame["target"]["lags"].get)
    fitted = scaler["series"][unique_id]
    places = [scaler["columns"].index(name) for name in [*lags, "y"]]
    scale, offset = (np.array([fitted[key][place] for place in places]) for key in ("scale", "offset"))
    ratio = scale[:-1] / scale[-1]
    columns = [frame["inputs"].index(name) for name in lags]
    return Feedback(np.array(columns), ratio, offset[:-1] - offset[-1] * ratio)


def rollout(
    model: Model,
    one: Series,
    rebatched: Rebatched,
    feedback: Feedback,
    *,
    origins: Sequence[int],
    horizon: int,
) -> np.ndarray:
    """Return scaled forecasts [R, K, H]: of the row of each origin and the ``horizon - 1`` rows after it.

    The state has seen all true rows before the origin; from there on nothing but forecasts. Inputs that are known ahead
    are taken from the rows; steps after the last row are NaN.

    Args:
        model: the networks.
        one: the scaled series; later rows may have lags that are not known yet.
        rebatched: how the networks were trained, and how they forecast now.
        feedback: from ``feedback_of``.
        origins: the first row of each forecast, rising.
        horizon: H.

    """
    walk = with_state(exact_walk(one, rebatched.trained), rebatched.state)
    weights = lifted(model.of_series(one.unique_id))
    bank = zero_state(model.network, len(weights[0]), int(walk.lane.max(initial=0)) + 1)
    x = one.x.astype(np.float32)
    found, wanted = [], set(origins)
    for row in range(max(origins) + 1):
        if row in wanted:
            fork = tuple(LayerState(*(part.copy() for part in layer)) for layer in bank)
            ahead = _ahead(model.network, weights, x[row : row + horizon], walk, row, fork, feedback)
            beyond = np.full((len(ahead), horizon - ahead.shape[1]), np.nan, np.float32)
            found.append(np.concatenate([ahead, beyond], axis=1))
        if walk.lane[row] != IDLE:
            _advance(model.network, weights, x[None, None, row], walk, row, bank)
    return np.stack(found, axis=1)


def _ahead(
    network: Network, weights: Weights, x: np.ndarray, walk: Walk, first: int, bank: State, feedback: Feedback
) -> np.ndarray:
    """Return forecasts [R, H] of rows x [H, F], the first of which is row ``first`` of the walk."""
    repeats = len(weights[0])
    found = np.empty((repeats, len(x)), np.float32)
    for ahead, row in enumerate(x):
        inputs = np.repeat(row[None, None], repeats, axis=0)
        known = min(ahead, len(feedback.column))
        own = found[:, ahead - known : ahead][:, ::-1]  # of lag 1, 2 ...
        inputs[:, 0, feedback.column[:known]] = own * feedback.scale[:known] + feedback.offset[:known]
        found[:, ahead] = _advance(network, weights, inputs, walk, first + ahead, bank)
    return found


def _advance(network: Network, weights: Weights, inputs: np.ndarray, walk: Walk, row: int, bank: State) -> np.ndarray:
    """Return the outputs [R] of a row and keep the state after it in the bank."""
    lane = [walk.lane[row]]
    keep = np.float32(not walk.reset[row])
    state = tuple(LayerState(*(part[:, lane] * keep for part in layer)) for layer in bank)
    z, after = step(NUMPY, network, weights, inputs, state)
    for layer, new in zip(bank, after, strict=True):
        for part, value in zip(layer, new, strict=True):
            part[:, lane] = value
    return np.asarray(activate(NUMPY, network.head, z))[:, 0, 0]


def paths_on_original_scale(
    scaled: np.ndarray, y: np.ndarray, one: Series, origins: Sequence[int], *, scaler: Scaler, inverse: Inverse
) -> np.ndarray:
    """Return the forecasts of ``rollout`` [R, K, H] on the scale of the series.

    Args:
        scaled: from ``rollout``.
        y: true values on the original scale, at least those before the last origin.
        one: the scaled series, whose last row with a known value is that of y.
        origins: as in ``rollout``.
        scaler: undoes the scaling.
        inverse: undoes the differences and the transform.

    """
    differenced = unscale(scaled.astype(np.float64), scaler, one.unique_id)
    before = len(y) - _known(one)
    found = [
        path(differenced[:, place], y[: before + origin], inverse, one.unique_id)
        for place, origin in enumerate(origins)
    ]
    return np.stack(found, axis=1)


def _known(one: Series) -> int:
    return int(np.isfinite(one.y[:, 0]).sum())


def origins_of(one: Series, part: str, horizon: int) -> range:
    """Return the first rows of forecasts of so many steps that lie within a part."""
    rows = one.part(part)
    return range(rows.start, max(rows.start, rows.stop - horizon + 1))


def truth_ahead(one: Series, y: np.ndarray, origins: Sequence[int], horizon: int) -> np.ndarray:
    """Return the true values [K, H] that the forecasts of ``rollout`` are of, NaN after the last."""
    first = len(y) - _known(one)
    longer = np.concatenate([y, np.full(horizon, np.nan)])
    return np.stack([longer[first + origin : first + origin + horizon] for origin in origins])
