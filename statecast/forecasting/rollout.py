"""Forecasts of several steps ahead: each network is fed its own forecasts back.

Lagged columns are not known after an origin: each stays at its last known value.

Shape letters: R repeats, N rows, F inputs of a row, L lookback, K origins, H steps ahead, O
outputs.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats, Ints, Singles
from statecast.base.identity import SeriesKey
from statecast.data.inputs import Input, Inputs
from statecast.data.joint import Place, joint_places
from statecast.data.scaling import Line, Scaler
from statecast.forecasting.bank import Bank
from statecast.forecasting.calls import advance, require_finite
from statecast.forecasting.rebatched import Rebatched
from statecast.network.lanes import IDLE, Walk
from statecast.network.network import Network, Weights, lifted
from statecast.network.rows import SeriesRows


class Feedback(NamedTuple):
    """Which inputs of later rows a value becomes, and on which scale.

    The value is the forecast of an output, or the last known one of a lagged column. An input is
    ``value * scale + offset``.
    """

    column: Ints  # [L], of lag 1, 2 ... L among the inputs
    scale: Floats  # [L]
    offset: Floats  # [L]


def feedback_of(inputs: Inputs, scaler: Scaler, keys: Sequence[SeriesKey]) -> list[Feedback]:
    """Return the feedback of a series, or of each target; each column has a scale of its own."""
    places = joint_places(inputs, len(keys))
    feedback = []
    for target, key in enumerate(keys):
        lines = [scaler.line(key, lag.name) for lag in _newest_first(inputs, "y")]
        columns = _columns_of("y", inputs, places, target)
        feedback.append(_feedback(columns, lines, scaler.line(key, "y")))
    return feedback


def held_of(inputs: Inputs, scaler: Scaler, keys: Sequence[SeriesKey]) -> list[Feedback]:
    """Return what the last known value of each lagged column becomes, which is lag 1 of a row.

    The rows of several targets have the lagged columns of the first.
    """
    places = joint_places(inputs, len(keys))
    held = []
    for name in inputs.lagged:
        lines = [scaler.line(keys[0], lag.name) for lag in _newest_first(inputs, name)]
        columns = _columns_of(name, inputs, places, 0)
        held.append(_feedback(columns, lines, lines[0]))
    return held


def _newest_first(inputs: Inputs, column: str) -> list[Input]:
    """Return the lags 1, 2 ... L of a column."""
    return inputs.lags(column)[::-1]


def _columns_of(column: str, inputs: Inputs, places: Sequence[Place], target: int) -> Ints:
    """Return where the lags 1, 2 ... L of a column of a target are among the inputs [L]."""
    own = inputs.columns()
    wanted = [Place(target, own.index(lag)) for lag in _newest_first(inputs, column)]
    return np.array([places.index(place) for place in wanted])


def _feedback(column: Ints, lags: Sequence[Line], of_value: Line) -> Feedback:
    """Return what values scaled by ``of_value`` become in columns [L] that ``lags`` scale."""
    scale = np.array([lag.scale for lag in lags]) / of_value.scale
    offset = np.array([lag.offset for lag in lags]) - of_value.offset * scale
    return Feedback(column, scale, offset)


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
    held: Sequence[Feedback] = (),
) -> Singles:
    """Return scaled forecasts of the row of each origin and the ``horizon - 1`` rows after it.

    The state has seen all true rows before the origin; from there on it sees only forecasts. Inputs
    that are known ahead come from the rows. Lagged columns stay as they are before the origin.

    Args:
        networks: trained and rebatched.
        series: the scaled rows; the lags of the later ones need not be known yet.
        feedback: of each output.
        origins: the first row of each forecast [K], rising.
        horizon: H.
        held: of each lagged column.

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
        ahead = _with_held(x[origin : origin + horizon], held)
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


def _with_held(x: Singles, held: Sequence[Feedback]) -> Singles:
    """Return rows x [H, F] from an origin on; lagged columns stay at their last known values."""
    known = x.copy()
    for of_column in held:
        last = x[0, of_column.column[0]]
        as_lags = last * of_column.scale + of_column.offset  # [L]
        for ahead in range(1, len(x)):
            later = of_column.column[:ahead]  # lags that reach beyond the last known value
            known[ahead, later] = as_lags[:ahead]
    return known


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
