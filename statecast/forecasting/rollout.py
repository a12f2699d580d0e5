"""Forecasts of several steps ahead: each network is fed its own forecasts back.

Lagged columns are not known after an origin: each stays at its last known value.

Shape letters: S series, R repeats, P = S x R networks (the repeats of one series after the other),
N rows, C calls, M places of a call, F inputs of a row, L lookback, K origins, H steps ahead,
O outputs.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Bools, Floats, Ints, Singles
from statecast.base.identity import SeriesKey
from statecast.data.inputs import Input, Inputs
from statecast.data.joint import Place, joint_places
from statecast.data.scaling import Line, Scaler
from statecast.forecasting.bank import Bank
from statecast.forecasting.calls import Calls, advance, calls_of, require_finite
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.together import blocks_of, for_repeats, stacked, stacked_rows
from statecast.network.lanes import IDLE, Walk
from statecast.network.network import Network, State, Weights, lifted
from statecast.network.rows import SeriesRows

NUMBERS_TOGETHER = 1 << 22  # states or inputs of a block at a time, in its rollouts
NO_ROW = Calls(np.array([[IDLE]]), np.array([[0]]), np.array([[False]]))


class Feedback(NamedTuple):
    """Which inputs of later rows a value becomes, and on which scale.

    The value is the forecast of an output, or the last known one of a lagged column. An input is
    ``value * scale + offset``.
    """

    column: Ints  # [L], of each lag among the inputs, the newest lag first
    scale: Floats  # [L]
    offset: Floats  # [L]
    lag: Ints  # [L], how many rows before its own each is: 1, 2 ... L, or those chosen


HeldLags = tuple[Feedback, np.ndarray]  # a lagged column, and what its lags stay at [..., K, L]


def feedback_of(inputs: Inputs, scaler: Scaler, keys: Sequence[SeriesKey]) -> list[Feedback]:
    """Return the feedback of a series, or of each target; each column has a scale of its own."""
    places = joint_places(inputs, len(keys))
    feedback = []
    for target, key in enumerate(keys):
        lines = [scaler.line(key, lag.name) for lag in _newest_first(inputs, "y")]
        columns = _columns_of("y", inputs, places, target)
        feedback.append(_feedback(columns, inputs.offsets, lines, scaler.line(key, "y")))
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
        held.append(_feedback(columns, inputs.offsets, lines, lines[0]))
    return held


def _newest_first(inputs: Inputs, column: str) -> list[Input]:
    """Return the lags of a column [L]."""
    return inputs.lags(column)[::-1]


def _columns_of(column: str, inputs: Inputs, places: Sequence[Place], target: int) -> Ints:
    """Return where the lags of a column of a target are among the inputs, the newest first [L]."""
    own = inputs.columns()
    wanted = [Place(target, own.index(lag)) for lag in _newest_first(inputs, column)]
    return np.array([places.index(place) for place in wanted])


def _feedback(column: Ints, lags: Sequence[int], lines: Sequence[Line], of_value: Line) -> Feedback:
    """Return what values scaled by ``of_value`` become in columns of lags that ``lines`` scale."""
    scale = np.array([line.scale for line in lines]) / of_value.scale
    offset = np.array([line.offset for line in lines]) - of_value.offset * scale
    return Feedback(column, scale, offset, np.array(lags))


def origins_of(series: SeriesRows, part: str, horizon: int) -> range:
    """Return the origins from which a whole horizon lies within a part; a short part has none."""
    rows = series.part(part)
    after_last = rows.stop - horizon + 1
    return range(rows.start, max(rows.start, after_last))


class Launch(NamedTuple):
    """A series, and the rows from which its forecasts set out."""

    series: SeriesRows  # scaled; the lags of the later rows need not be known yet
    origins: Sequence[int]  # the first row of each forecast [K], rising
    feedback: Sequence[Feedback]  # of each output
    held: Sequence[Feedback] = ()  # of each lagged column
    start: int = 0  # the first row that the state sees, after which all origins are


def rollout(networks: Rebatched, launches: Sequence[Launch], horizon: int) -> list[Singles]:
    """Return scaled forecasts of the row of each origin and the ``horizon - 1`` rows after it.

    The state has seen the true rows before the origin; from there on it sees only forecasts. Inputs
    that are known ahead come from the rows. Lagged columns stay as they are before the origin.

    Args:
        networks: trained and rebatched.
        launches: the series with their origins [S].
        horizon: H.

    Returns:
        Of each series [R, K, H, O]; NaN for steps after the last row.

    Raises:
        StatecastError: a forecast is not finite: fed back, it grew from step to step.

    """
    forecasts: list[Singles] = [np.empty(0, np.float32)] * len(launches)
    lengths = [len(launch.series.y) for launch in launches]
    for places in blocks_of(lengths, len(networks.ensemble.seeds)):
        block = _block(networks, [launches[place] for place in places])
        for place, own in zip(places, _rolled_out(block, horizon), strict=True):
            forecasts[place] = own
    return forecasts


class Outlook(NamedTuple):
    """One series at an origin: the states before it, and what is known of the rows after it."""

    series: SeriesRows  # the row of the origin and the later ones [H]
    state: State  # of each layer [R, L, U]
    lane: Ints  # [H], of each row
    reset: Bools  # [H], the lane's state is zeroed before the row
    feedback: Sequence[Feedback]  # as in ``Launch``
    held: Sequence[Feedback] = ()


def rollout_from(network: Network, weights: Weights, outlook: Outlook) -> Singles:
    """Return what ``rollout`` forecasts from an origin, without the rows before it.

    Args:
        network: what the weights belong to.
        weights: lifted, each [R, ...].
        outlook: the series; its states stay as they are.

    Returns:
        [R, H, O], scaled.

    Raises:
        StatecastError: as ``rollout``.

    """
    horizon = len(outlook.lane)
    repeats, lanes = outlook.state[0].hidden.shape[:2]
    spare = lanes
    lane = np.append(outlook.lane, spare)[None]
    reset = np.append(outlook.reset, True)[None]
    launch = Launch(outlook.series, [0], outlook.feedback, outlook.held)
    x = stacked_rows([outlook.series.x])
    bank = Bank(network, repeats, lanes + 1)
    bank.put(np.arange(lanes), outlook.state)
    no_call = np.full((1, 1), IDLE)  # the true rows are behind
    block = _Block(network, [launch], weights, x, lane, reset, no_call, [])
    return _paths(block, bank, np.zeros((1, 1), int), horizon)[0, :, 0]


class _Block(NamedTuple):
    """Series that are rolled out together, and how their rows are walked."""

    network: Network
    launches: Sequence[Launch]
    weights: Weights  # lifted, each [P, ...]
    x: Singles  # [S, N + 1, F], from stacked_rows
    lane: Ints  # [S, N + 1] of each row; the spare lane for rows that there are not
    reset: Bools  # [S, N + 1]
    calls: Ints  # [S, C + 1, M], the true rows before the last origins; the last call has none
    calls_before: Sequence[Ints]  # of each series [K], how many of its calls precede an origin

    @property
    def repeats(self) -> int:
        """Return R."""
        return len(self.weights[0]) // len(self.launches)

    @property
    def lanes(self) -> int:
        """Return how many lanes a network has, the spare one included."""
        return int(self.lane.max()) + 1  # the last row, which there is not, uses the spare one

    @property
    def origins_together(self) -> int:
        """Return how many origins are rolled out at a time, so that they fit in memory."""
        states = self.lanes * sum(self.network.units)
        of_origin = len(self.weights[0]) * max(states, self.x.shape[2])
        return max(1, NUMBERS_TOGETHER // of_origin)

    def take_call(self, call: Ints, bank: Bank) -> None:
        """Walk the true rows of a call of each series [S], IDLE for none."""
        series = np.arange(len(call))[:, None]
        row = self.calls[series[:, 0], call]  # [S, M]
        x = for_repeats(self.x[series, row], self.repeats)
        self._take(row, x, bank, self.lane[series, row])

    def take_row(self, row: Ints, x: Singles, bank: Bank) -> Singles:
        """Take a row of each series at each place; the places have lanes of their own.

        Args:
            row: of each series and place [S, M], IDLE for none.
            x: its inputs [P or 1, M, F].
            bank: the states of all places, the lanes of a place side by side.

        Returns:
            The outputs [P, M, O].

        """
        series = np.arange(len(row))[:, None]
        first_lane = np.arange(row.shape[1]) * self.lanes
        return self._take(row, x, bank, first_lane + self.lane[series, row])

    def _take(self, row: Ints, x: Singles, bank: Bank, lane: Ints) -> Singles:
        """Take rows [S, M] in some lanes of the bank, and return the outputs [P, M, O]."""
        series = np.arange(len(row))[:, None]
        of_networks = for_repeats(lane, self.repeats)
        reset = for_repeats(self.reset[series, row], self.repeats)
        return advance(self.network, self.weights, x, bank, of_networks, reset)


def _block(networks: Rebatched, launches: Sequence[Launch]) -> _Block:
    """Return series as a block; rows that training left out use the spare lane."""
    keys = [launch.series.key for launch in launches]
    walks = [_walk_of(networks, launch) for launch in launches]
    x = stacked_rows([launch.series.x for launch in launches])
    spare = max(int(walk.lane.max(initial=0)) for walk in walks) + 1
    lane = np.full(x.shape[:2], spare)
    reset = np.ones(x.shape[:2], bool)
    for index, walk in enumerate(walks):
        is_used = walk.lane != IDLE
        lane[index, : len(is_used)] = np.where(is_used, walk.lane, spare)
        reset[index, : len(is_used)] = walk.reset | ~is_used
    ensemble = networks.ensemble
    weights = lifted(ensemble.weights_of(*keys))
    calls = [
        _calls_to_origins(walk, launch.origins, networks.batch_size)
        for walk, launch in zip(walks, launches, strict=True)
    ]
    calls_before = [
        np.searchsorted(own.rows[:, 0], launch.origins)
        for own, launch in zip(calls, launches, strict=True)
    ]
    rows = stacked([own.then(NO_ROW) for own in calls]).rows
    return _Block(ensemble.network, launches, weights, x, lane, reset, rows, calls_before)


def _walk_of(networks: Rebatched, launch: Launch) -> Walk:
    """Return the walk over the rows that the state sees."""
    walk = networks.walk(launch.series)
    return walk.without(np.arange(len(walk.lane)) < launch.start)


def _calls_to_origins(walk: Walk, origins: Sequence[int], batch_size: int) -> Calls:
    """Return the calls of the true rows before the last origin; none reaches over an origin."""
    is_later = np.arange(len(walk.lane)) >= origins[-1]
    return calls_of(walk.without(is_later), batch_size, starts=origins)


def _rolled_out(block: _Block, horizon: int) -> list[Singles]:
    """Return the forecasts [R, K, H, O] of each series; its true rows are walked once."""
    bank = Bank(block.network, len(block.weights[0]), block.lanes)
    most = max(len(launch.origins) for launch in block.launches)
    size = min(most, block.origins_together)
    walked = np.zeros(len(block.launches), int)  # calls of each series that are behind
    parts = []
    for start in range(0, most, size):
        count = min(size, most - start)
        origins = _padded([launch.origins for launch in block.launches], start, count)
        calls = _padded(block.calls_before, start, count)
        before = _states_before(block, bank, calls, walked)
        parts.append(_paths(block, before, origins, horizon))
        walked = np.maximum(walked, calls.max(axis=1))
    together = np.concatenate(parts, axis=2)  # [S, R, K, H, O]
    return [
        np.ascontiguousarray(own[:, : len(launch.origins)])
        for own, launch in zip(together, block.launches, strict=True)
    ]


def _padded(by_series: Sequence[Sequence[int] | Ints], start: int, count: int) -> Ints:
    """Return so many numbers of the origins of each series [S, K], IDLE where it has no more."""
    numbers = np.full((len(by_series), count), IDLE)
    for index, of_series in enumerate(by_series):
        own = of_series[start : start + count]
        numbers[index, : len(own)] = own
    return numbers


def _states_before(block: _Block, bank: Bank, calls: Ints, walked: Ints) -> Bank:
    """Walk the true rows on, and return the states before each origin.

    Args:
        block: the series.
        bank: the states after the calls that were walked; afterwards those before the last origins.
        calls: of each series, how many precede each origin [S, K].
        walked: how many calls of each series were walked [S].

    Returns:
        A bank in which the lanes of each origin are side by side.

    """
    before = Bank(block.network, len(block.weights[0]), calls.shape[1] * block.lanes)
    last = calls.max(axis=1)  # [S]
    for step in range(int((last - walked).max()) + 1):
        call = walked + step
        of_series, of_origins = np.nonzero(calls == call[:, None])
        networks = _networks_of(of_series, block.repeats)
        bank.copy_to(before, networks, np.repeat(of_origins * block.lanes, block.repeats))
        block.take_call(np.where(call < last, call, IDLE), bank)
    return before


def _networks_of(series: Ints, repeats: int) -> Ints:
    """Return the places of the networks of some series [n x R]."""
    return np.ravel(series[:, None] * repeats + np.arange(repeats))


def _paths(block: _Block, before: Bank, origins: Ints, horizon: int) -> Singles:
    """Return forecasts [S, R, K, H, O] from the states before the origins [S, K]."""
    series, count = origins.shape
    networks = len(block.weights[0])
    ends = np.array([len(launch.series.x) for launch in block.launches])[:, None]  # [S, 1]
    shape = (networks, count, horizon, block.network.outputs)
    forecasts = np.full(shape, np.nan, np.float32)
    feedback = _of_block([launch.feedback for launch in block.launches], block.repeats)
    held = _held_lags(block, origins)
    for ahead in range(horizon):
        is_row = (origins != IDLE) & (origins + ahead < ends)  # [S, K]
        row = np.where(is_row, origins + ahead, IDLE)
        known = block.x[np.arange(series)[:, None], row]  # [S, K, F]
        inputs = np.repeat(known, block.repeats, axis=0)  # [P, K, F]
        hold(inputs, held, ahead)
        for output, of_output in enumerate(feedback):
            feed_back(inputs, forecasts[:, :, :ahead, output], of_output)
        outputs = block.take_row(row, inputs, before)
        is_forecast = np.repeat(is_row, block.repeats, axis=0)[..., None]  # [P, K, 1]
        message = f", step {ahead + 1}: lower `horizon` or `learning_rate`"
        require_finite(np.where(is_forecast, outputs, 0), block.repeats, message)
        forecasts[:, :, ahead] = np.where(is_forecast, outputs, np.nan)
    return forecasts.reshape(series, block.repeats, *shape[1:])


def _of_block(by_series: Sequence[Sequence[Feedback]], repeats: int) -> list[Feedback]:
    """Return the feedback of all networks; scale and offset are [P, 1, L], the columns shared."""
    together = []
    for of_series in zip(*by_series, strict=True):
        scale = np.stack([own.scale for own in of_series])[:, None]
        offset = np.stack([own.offset for own in of_series])[:, None]
        by_network = (np.repeat(scale, repeats, axis=0), np.repeat(offset, repeats, axis=0))
        first = of_series[0]
        together.append(Feedback(first.column, *by_network, first.lag))
    return together


def _held_lags(block: _Block, origins: Ints) -> list[HeldLags]:
    """Return the lagged columns at the origins [S, K], for all networks."""
    series = np.arange(len(origins))[:, None]
    at_origin = np.repeat(block.x[series, origins], block.repeats, axis=0)  # [P, K, F]
    return held_at(at_origin, _of_block([launch.held for launch in block.launches], block.repeats))


def held_at(at_origin: np.ndarray, held: Sequence[Feedback]) -> list[HeldLags]:
    """Return each lagged column, and what its lags stay at after the origins.

    Args:
        at_origin: inputs of the row of each origin [..., K, F]; their lag 1 is the last known.
        held: from ``held_of``.

    """
    return [(own, at_origin[..., own.column[:1]] * own.scale + own.offset) for own in held]


def hold(inputs: np.ndarray, held: Sequence[HeldLags], ahead: int) -> None:
    """Put the last known value in the lags [..., K, F] of lagged columns that reach beyond it.

    Args:
        inputs: of the rows so many steps after the origins.
        held: from ``held_at``.
        ahead: steps after the origins.

    """
    for of_column, as_lags in held:
        is_later = of_column.lag <= ahead
        inputs[..., of_column.column[is_later]] = as_lags[..., is_later]


def feed_back(inputs: np.ndarray, forecasts: np.ndarray, feedback: Feedback) -> None:
    """Put earlier forecasts [..., K, steps so far] of an output in its lags of rows [..., K, F]."""
    steps = forecasts.shape[-1]
    is_forecast = feedback.lag <= steps  # the others are true values
    known = forecasts[..., steps - feedback.lag[is_forecast]]
    with np.errstate(over="ignore"):  # an infinite input is seen in the output
        scaled = known * feedback.scale[..., is_forecast] + feedback.offset[..., is_forecast]
        inputs[..., feedback.column[is_forecast]] = scaled
