"""Forecasts of several steps ahead: each network is fed its own forecasts back.

Shape letters: R repeats, N rows, F inputs of a row, L lookback, K origins, H steps ahead, O
outputs.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats, Ints, Singles
from statecast.base.identity import SeriesKey
from statecast.data.inputs import Inputs
from statecast.data.joint import Place, joint_places
from statecast.data.scaling import Scaler
from statecast.forecasting.bank import Bank
from statecast.forecasting.calls import advance, require_finite
from statecast.forecasting.rebatched import Rebatched
from statecast.network.lanes import IDLE, Walk
from statecast.network.network import Network, Weights, lifted
from statecast.network.rows import SeriesRows


class Feedback(NamedTuple):
    """Which inputs of later rows the forecasts of an output become, and on which scale.

    An input is ``forecast * scale + offset``.
    """

    column: Ints  # [L], of lag 1, 2 ... L among the inputs
    scale: Floats  # [L]
    offset: Floats  # [L]


def feedback_of(inputs: Inputs, scaler: Scaler, keys: Sequence[SeriesKey]) -> list[Feedback]:
    """Return the feedback of a series, or of each target; each column has a scale of its own."""
    names = [column.name for column in inputs.columns()]
    newest_first = [lag.name for lag in reversed(inputs.lags())]
    places = joint_places(inputs, len(keys))
    feedback = []
    for target, key in enumerate(keys):
        y = scaler.line(key, "y")
        lags = [scaler.line(key, name) for name in newest_first]
        scale = np.array([lag.scale for lag in lags]) / y.scale
        offset = np.array([lag.offset for lag in lags]) - y.offset * scale
        own = [Place(target, names.index(name)) for name in newest_first]
        column = np.array([places.index(place) for place in own])
        feedback.append(Feedback(column, scale, offset))
    return feedback


def origins_of(series: SeriesRows, part: str, horizon: int) -> range:
    """Return the origins from which a whole horizon lies within a part; a short part has none."""
    rows = series.part(part)
    after_last = rows.stop - horizon + 1
    return range(rows.start, max(rows.start, after_last))


def rollout(
    networks: Rebatched,
    series: SeriesRows,
    feedback: Sequence[Feedback],
    *,
    origins: Sequence[int],
    horizon: int,
) -> Singles:
    """Return scaled forecasts of the row of each origin and the ``horizon - 1`` rows after it.

    The state has seen all true rows before the origin; from there on it sees only forecasts. Inputs
    that are known ahead come from the rows.

    Args:
        networks: trained and rebatched.
        series: the scaled rows; the lags of the later ones need not be known yet.
        feedback: of each output.
        origins: the first row of each forecast [K], rising.
        horizon: H.

    Returns:
        [R, K, H, O]; NaN for steps after the last row.

    Raises:
        StatecastError: a forecast is not finite: fed back, it grew from step to step.

    """
    ensemble = networks.ensemble
    walk = networks.walk(series)
    weights = lifted(ensemble.weights_of(series.key))
    repeats = len(weights[0])
    lanes = int(walk.lane.max(initial=0)) + 1
    bank = Bank(ensemble.network, repeats, lanes)
    x = series.x.astype(np.float32)
    shape = (repeats, len(origins), horizon, ensemble.network.outputs)
    forecasts = np.full(shape, np.nan, np.float32)
    next_row = 0
    for index, origin in enumerate(origins):
        for row in range(next_row, origin):  # true rows
            if walk.lane[row] != IDLE:
                _take_row(ensemble.network, weights, x[None, [row]], walk, row, bank)
        next_row = origin
        ahead = x[origin : origin + horizon]
        path = _path(ensemble.network, weights, ahead, walk, origin, bank.copy(), feedback)
        steps = path.shape[1]
        forecasts[:, index, :steps] = path
    return forecasts


def _path(
    network: Network,
    weights: Weights,
    x: Singles,
    walk: Walk,
    origin: int,
    bank: Bank,
    feedback: Sequence[Feedback],
) -> Singles:
    """Return forecasts [R, H, O] of rows x [H, F]; the first is row ``origin`` of the walk."""
    repeats = len(weights[0])
    forecasts = np.empty((repeats, len(x), network.outputs), np.float32)
    for ahead, row in enumerate(x):
        inputs = np.repeat(row[None, None], repeats, axis=0)  # [R, 1, F]
        for output, of_output in enumerate(feedback):
            _feed_back(inputs, forecasts[:, :ahead, output], of_output)
        outputs = _take_row(network, weights, inputs, walk, origin + ahead, bank)
        require_finite(outputs, f", step {ahead + 1}: lower `horizon` or `learning_rate`")
        forecasts[:, ahead] = outputs
    return forecasts


def _feed_back(inputs: Singles, forecasts: Singles, feedback: Feedback) -> None:
    """Put earlier forecasts [R, steps so far] of an output in its lags of a row [R, 1, F]."""
    steps = forecasts.shape[1]
    lags = min(steps, len(feedback.column))
    newest_first = forecasts[:, ::-1]  # as lag 1, 2 ...
    scaled = newest_first[:, :lags] * feedback.scale[:lags] + feedback.offset[:lags]
    columns = feedback.column[:lags]
    with np.errstate(over="ignore"):  # an infinite input is seen in the output
        inputs[:, 0, columns] = scaled


def _take_row(
    network: Network, weights: Weights, inputs: Singles, walk: Walk, row: int, bank: Bank
) -> Singles:
    """Return forecasts [R, O] of a row [R or 1, 1, F], and keep the state after it in the bank."""
    lane = walk.lane[[row]]
    reset = walk.reset[[row]]
    return advance(network, weights, inputs, bank, lane, reset)[:, 0]
