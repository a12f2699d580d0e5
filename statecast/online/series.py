"""One series that lives: its states, the values that its next inputs are made of, and its errors.

Shape letters: R repeats, L lanes, U units, F inputs of a row, H steps ahead.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from statecast.base.arrays import Floats, Singles
from statecast.base.errors import StatecastError, require, shown
from statecast.base.identity import SeriesKey
from statecast.data.differencing import undifference_path
from statecast.data.filling import filled
from statecast.data.transforms import untransform
from statecast.forecasting.next_values import CONFORMAL
from statecast.forecasting.rollout import Feedback, Outlook, rollout_from
from statecast.network.activations import activate
from statecast.network.network import LayerState, State, Weights, zero_state
from statecast.network.numpy_ops import NUMPY
from statecast.network.rows import SeriesRows
from statecast.network.step import step
from statecast.online.clock import Clock
from statecast.online.health import Errors
from statecast.online.kit import (
    Kit,
    OutOfTurnError,
    Scales,
    Undoing,
    checked_columns,
    checked_value,
    in_turn,
    named_columns,
)
from statecast.online.lanes import LaneOfRow

REPEATS = "repeats"  # method of an interval that is made of the spread of the networks
MOST_SKIPPED = 1000  # times that are filled before one observation
SPARE = 32  # values that a list may grow by before its oldest go


class NextValue(NamedTuple):
    """The forecast of the value after an observation."""

    unique_id: str
    ds: str  # of the next value, as series.csv has times
    forecast: float  # the mean of the repeats; NaN where nothing can be said yet
    low: float
    high: float
    level: float  # the share of the values that the interval is to hold
    interval: str = REPEATS  # what it is made of: conformal, or repeats


class Fixed(NamedTuple):
    """What a series has that no observation changes."""

    unique_id: str
    clock: Clock
    lane_of: LaneOfRow
    weights: Weights  # lifted, each [R, ...]
    scales: Scales
    undoing: Undoing
    feedback: Sequence[Feedback]
    held: Sequence[Feedback]  # of the lagged columns
    half: float | None  # half the width of the interval; None: it comes from the repeats
    validation_rmse: float  # of rows not trained on


class Memory(NamedTuple):
    """What a series remembers; lists have the newest value last, and grow and shrink in place."""

    lanes: list[State]  # [L], each layer [R, 1, U]: the states before the next row
    values: list[float]  # on the original scale, the last one for sure
    transformed: list[float]  # as many as a difference needs
    sources: list[list[float]]  # of each of ``Kit.sources``, what inputs are made of

    def lists(self) -> list[list[Any]]:
        """Return all lists."""
        return [self.lanes, self.values, self.transformed, *self.sources]


class NextRow(NamedTuple):
    """The next row, taken already: what it leaves behind, and what it says."""

    lane: int
    after: State  # of the lane, each layer [R, 1, U]
    forecast: float
    low: float
    high: float


class Snapshot(NamedTuple):
    """Where a series was before an observation that is refused."""

    row: int
    number: int
    known: float
    next_row: NextRow | None
    lists: list[list[Any]]


class LiveSeries:
    """A series that takes observations one by one, each in constant time and memory."""

    def __init__(self, kit: Kit, fixed: Fixed, memory: Memory, row: int, number: int) -> None:
        """Stand after the last row of a history; ``start`` then forecasts the next.

        Args:
            kit: what all series share.
            fixed: what no observation changes.
            memory: after the last row; without what is known of the next time.
            row: the number of the next row, counted from the first row of the series.
            number: of the time of the last value, from the clock.

        """
        self.kit = kit
        self.fixed = fixed
        self.memory = memory
        self.row = row
        self.number = number
        self.errors = Errors()
        self.next_row: NextRow | None = None  # None: the features of the next time are not known
        back = kit.back()
        self._plan = [(memory.sources[source], -rows) for source, rows in back]
        self._kept = kit.rows_kept
        self._network = kit.networks.ensemble.network
        self._zero = zero_state(self._network, len(fixed.weights[0]), 1)
        self._known = fixed.undoing.known(memory.transformed)
        self._is_positive = kit.inverse.transform != "none"
        self._y = f"y of {shown(fixed.unique_id)}"
        self._features = slice(1 + len(kit.inputs.lagged), len(memory.sources) - kit.waves)
        self._waves = slice(len(memory.sources) - kit.waves, None)
        self._look_ahead()

    def start(self) -> None:
        """Forecast the next value, unless features of its time are needed first."""
        self._push(self._waves, self._ahead.waves[self._place])
        if not self.kit.inputs.features:
            self.next_row = self._taken()

    def resume(self, *, is_waiting: bool) -> None:
        """Forecast the next value of a series that was started before.

        Args:
            is_waiting: whether the features of its time are not known yet.

        """
        if not is_waiting:
            self.next_row = self._taken()

    @property
    def place(self) -> int:
        """Return the place of the next value in the series, from 0."""
        return self.kit.rows_before + self.row

    @property
    def next_ds(self) -> str:
        """Return the time of the next value."""
        return self._ahead.text[self._place]

    def next_times(self, horizon: int) -> Sequence[str]:
        """Return the times of the next values [H]."""
        return self.fixed.clock.later(self.number, horizon).text

    @property
    def last(self) -> tuple[str, float]:
        """Return the time and the value of the last observation."""
        return self.fixed.clock.text_of(self.number), self.memory.values[-1]

    def next_value(self) -> NextValue:
        """Return the forecast of the next value."""
        name, level = self.fixed.unique_id, self.kit.level
        interval = REPEATS if self.fixed.half is None else CONFORMAL
        forecast = low = high = math.nan
        if self.next_row is not None:
            _, _, forecast, low, high = self.next_row
        return NextValue(name, self.next_ds, forecast, low, high, level, interval)

    def observe(
        self,
        ds: Any,
        y: Any,
        features: Mapping[str, Any] | None,
        known_here: Mapping[str, Any] | None = None,
    ) -> NextValue:
        """Take the value of the next time, and forecast the one after.

        Raises:
            StatecastError: as ``Online.observe``; nothing has changed then.

        """
        value = checked_value(y, self._y, is_positive=self._is_positive)
        skipped = self._skipped(ds)
        lagged, known = self._columns(features)
        here = self._known_here(known_here)
        before = self._snapshot()
        try:
            if here and self.next_row is None:
                self._push(self._features, here)
                self.next_row = self._taken()
            for between in self._filling(skipped, value):
                self._take(between, (), ())
            next_row = self._required()
            self._take(value, lagged, known)
        except StatecastError:
            self._go_back(before)
            raise
        is_inside = next_row.low <= value <= next_row.high
        self.errors.add(next_row.forecast - value, is_inside=is_inside)
        return self.next_value()

    def expect(self, features: Mapping[str, Any]) -> NextValue:
        """Take the features of the next time, and forecast its value.

        Raises:
            StatecastError: they are known already, or are no numbers; nothing has changed then.

        """
        name = shown(self.fixed.unique_id)
        must = f"be given once, {self.next_ds} is known"
        require(self.next_row is None, f"features of {name}", must, "them again")
        known = checked_columns(features, self.kit.inputs.features, self.fixed.unique_id)
        before = self._snapshot()
        try:
            self._push(self._features, known)
            self.next_row = self._taken()
        except StatecastError:
            self._go_back(before)
            raise
        return self.next_value()

    def paths(
        self, horizon: int, features: Mapping[str, Sequence[Any]] | None
    ) -> tuple[np.ndarray, Floats]:
        """Return the times [H] and the forecasts [R, H] of the next values; nothing changes.

        Args:
            horizon: H.
            features: of each known feature its values at these times [H].

        Raises:
            StatecastError: as ``Online.forecast``.

        """
        times = self.fixed.clock.later(self.number, horizon)
        x = self._rows_ahead(times.waves, self._features_ahead(features, horizon))
        places = [self.fixed.lane_of(self.row + ahead) for ahead in range(horizon)]
        key = SeriesKey(self.fixed.unique_id)
        ds = np.array(times.text, object)
        outlook = Outlook(
            series=SeriesRows(key, ds, x, np.zeros((horizon, 1)), (0, 0, horizon)),
            state=stacked(self.memory.lanes),
            lane=np.array([lane for lane, _ in places]),
            reset=np.array([reset for _, reset in places]),
            feedback=self.fixed.feedback,
            held=self.fixed.held,
        )
        scaled = rollout_from(self._network, self.fixed.weights, outlook)[:, :, 0]
        return ds, self._unscaled_path(scaled)

    def _required(self) -> NextRow:
        """Return the forecast that the next observation is compared with."""
        if self.next_row is not None:
            return self.next_row
        names = ", ".join(self.kit.inputs.features)
        must = f"be given for {self.next_ds} first: expect"
        raise OutOfTurnError(f"features ({names}) of {shown(self.fixed.unique_id)} must {must}")

    def _take(self, value: float, lagged: Sequence[float], known: Sequence[float]) -> None:
        """Take a value of the next time, and the next row after it if its features are known."""
        next_row = self._required()
        memory = self.memory
        memory.lanes[next_row.lane] = next_row.after
        transformed = self.fixed.undoing.transformed(value, self.place)
        memory.sources[0].append(transformed - self._known)
        memory.values.append(value)
        memory.transformed.append(transformed)
        self._push(slice(1, 1 + len(lagged)), lagged)
        self.number = self._ahead.number[self._place]
        self.row += 1
        self._place += 1
        self._known = self.fixed.undoing.known(memory.transformed)
        if self._place == len(self._ahead.number):
            self._look_ahead()
        self._push(self._waves, self._ahead.waves[self._place])
        self._push(self._features, known)
        self._trim()
        is_known = len(known) == len(self.kit.inputs.features)
        self.next_row = self._taken() if is_known else None

    def _taken(self) -> NextRow:
        """Take the next row."""
        fixed = self.fixed
        raw = np.array([source[back] for source, back in self._plan])
        lane, is_reset = fixed.lane_of(self.row)
        before = self._zero if is_reset else self.memory.lanes[lane]
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is refused below
            x = (raw * fixed.scales.scale + fixed.scales.offset).astype(np.float32)
            z, after = step(NUMPY, self._network, fixed.weights, x[None, None], before)
            scaled = np.asarray(activate(NUMPY, self._network.head, z))[:, 0, 0]  # [R]
            values = fixed.undoing.values(scaled, self._known, self.place)
        # one after the other, as the mean over the repeats of several rows adds them
        mean = float(np.add.accumulate(values)[-1]) / len(values)
        if not math.isfinite(mean):
            must = "stay finite: is the value a mistake?"
            raise StatecastError(f"forecasts of {shown(fixed.unique_id)} must {must}")
        if fixed.half is not None:
            return NextRow(lane, after, mean, mean - fixed.half, mean + fixed.half)
        low, high = central(values, self.kit.level)
        return NextRow(lane, after, mean, low, high)

    def _push(self, sources: slice, values: Sequence[float]) -> None:
        """Add the newest value to each of some sources."""
        if values:
            for source, value in zip(self.memory.sources[sources], values, strict=True):
                source.append(value)

    def _trim(self) -> None:
        """Let the oldest values go."""
        memory = self.memory
        _shorten(memory.values, self.kit.values_kept)
        _shorten(memory.transformed, self.kit.order)
        for source in memory.sources:
            _shorten(source, self._kept)

    def _look_ahead(self) -> None:
        """Work out the next times."""
        self._ahead = self.fixed.clock.ahead(self.number)
        self._place = 0
        must = "be within the calendar"
        require(bool(self._ahead.number), f"times of {self.fixed.unique_id}", must, "its end")

    def _skipped(self, ds: Any) -> int:
        """Return how many times lie between the last one and a new one.

        Raises:
            StatecastError: it is no later time of the series, or too many are skipped.

        """
        if type(ds) is str and ds == self.next_ds:
            return 0
        number = self.fixed.clock.number_of(ds)
        if number == self._ahead.number[self._place]:
            return 0
        with in_turn():
            return self._between(number)

    def _between(self, number: int) -> int:
        """Return how many times lie between the last one and another that is not the next."""
        where = f"the time after {self.last[0]} of {shown(self.fixed.unique_id)}"
        got = self.fixed.clock.text_of(number)
        if number <= self.number:
            require(number < self.number, where, f"be {self.next_ds}", f"{got} again")
            require(False, where, f"be {self.next_ds}", f"{got}, which is late")
        if self.kit.fill is None:
            raise StatecastError(f"{where} must be {self.next_ds}, got {got} (no download.fill)")
        return self._count_to(number, where, got)

    def _count_to(self, number: int, where: str, got: str) -> int:
        """Return how many times lie before one that is on the grid of the series."""
        inputs = self.kit.inputs
        must = "follow where frame.features or frame.lagged are inputs"
        require(not inputs.covariates, where, must, f"{got}, {self.next_ds} is skipped")
        later = self.fixed.clock.later(self.number, MOST_SKIPPED + 1).number
        must = f"be at most {MOST_SKIPPED} steps ahead"
        require(number <= later[-1], where, must, got)
        must = "be a whole number of steps ahead"
        require(number in later, where, must, got)
        return later.index(number)

    def _filling(self, skipped: int, value: float) -> list[float]:
        """Return the values of the times that were skipped before a value."""
        if not skipped or self.kit.fill is None:
            return []
        known = self.memory.values[-self.kit.values_kept :]
        series = np.array([*known, *[math.nan] * skipped, value])
        whole = filled(series, self.kit.fill, self.kit.season_length)
        between: list[float] = whole[len(known) : -1].tolist()
        return between

    def _columns(self, given: Mapping[str, Any] | None) -> tuple[Sequence[float], Sequence[float]]:
        """Return what was given of the lagged columns, and of the features of the next time."""
        inputs = self.kit.inputs
        if not inputs.covariates and not given:
            return (), ()
        given = named_columns(given)
        has_next = any(name in given for name in inputs.features)
        names = [*inputs.lagged, *(inputs.features if has_next else ())]
        values = checked_columns(given, names, self.fixed.unique_id)
        lagged = len(inputs.lagged)
        return values[:lagged], values[lagged:]

    def _known_here(self, given: Mapping[str, Any] | None) -> Sequence[float]:
        """Return the features of the next time, which must be those that are known already."""
        if not given:
            return ()
        here = checked_columns(given, self.kit.inputs.features, self.fixed.unique_id)
        if self.next_row is not None:
            known = [source[-1] for source in self.memory.sources[self._features]]
            where = f"features of {shown(self.fixed.unique_id)} at {self.next_ds}"
            with in_turn():
                require(here == known, where, f"be those known, {known}", str(here))
        return here

    def _features_ahead(
        self, given: Mapping[str, Sequence[Any]] | None, horizon: int
    ) -> list[list[float]]:
        """Return the values of each feature at the next times [H]."""
        name = self.fixed.unique_id
        names = self.kit.inputs.features
        given = named_columns(given)
        got = {column: _rows_of(values) for column, values in given.items()}
        wanted = dict.fromkeys(names, horizon)
        where = f"`features` of {shown(name)}"
        require(got == wanted, where, f"have the rows {wanted}", got)
        by_time = [
            checked_columns({column: list(given[column])[ahead] for column in names}, names, name)
            for ahead in range(horizon)
        ]
        if self.next_row is not None and by_time and names:
            first = [source[-1] for source in self.memory.sources[self._features]]
            must = f"begin with those given for {self.next_ds}"
            require(by_time[0] == first, where, must, str(by_time[0]))
        return [list(column) for column in zip(*by_time, strict=True)]

    def _rows_ahead(
        self, waves: Sequence[Sequence[float]], features: Sequence[Sequence[float]]
    ) -> Floats:
        """Return the scaled inputs of the next rows [H, F]; lags that are not known are NaN."""
        horizon = len(waves)
        unknown = [math.nan] * horizon
        later = [unknown] * (1 + len(self.kit.inputs.lagged))
        later += [list(column) for column in [*features, *zip(*waves, strict=True)]]
        ahead = len(later) - len(features) - self.kit.waves  # sources from here on are known ahead
        columns = []
        for source, back in self.kit.back():
            known = list(self.memory.sources[source])
            is_known = source >= self._waves.start or self.next_row is not None
            if source >= ahead and is_known:
                known.pop()  # the next time stands among the later ones
            end = len(known) + (source >= ahead)
            columns.append((known + later[source])[end - back : end - back + horizon])
        scales = self.fixed.scales
        return np.array(columns).T * scales.scale + scales.offset

    def _unscaled_path(self, scaled: Singles) -> Floats:
        """Return scaled forecasts [R, H] on the original scale."""
        undoing = self.fixed.undoing
        order = self.kit.order
        differenced = (scaled.astype(np.float64) - undoing.y.offset) / undoing.y.scale
        past = np.array(self.memory.transformed[-order:] if order else [])
        inverse = self.kit.inverse
        path = undifference_path(differenced, past, inverse.lags)
        untransformed = untransform(path, inverse.transform, undoing.power)
        return inverse.with_season(untransformed, self.fixed.unique_id, self.place)

    def _snapshot(self) -> Snapshot:
        lists = [list(values) for values in self.memory.lists()]
        return Snapshot(self.row, self.number, self._known, self.next_row, lists)

    def _go_back(self, before: Snapshot) -> None:
        self.row, self.number, self._known, self.next_row, lists = before
        for values, old in zip(self.memory.lists(), lists, strict=True):
            values[:] = old
        self._look_ahead()


def stacked(lanes: Sequence[State]) -> State:
    """Return the states of lanes, each layer [R, 1, U], as one, each layer [R, L, U]."""
    return tuple(
        LayerState(
            np.concatenate([layer.hidden for layer in layers], axis=1),
            np.concatenate([layer.carry for layer in layers], axis=1),
        )
        for layers in zip(*lanes, strict=True)
    )


def unstacked(state: State) -> list[State]:
    """Return the state of each lane, each layer [R, 1, U], in memory of its own."""
    count = state[0].hidden.shape[1]
    return [
        tuple(
            LayerState(
                layer.hidden[:, lane : lane + 1].copy(),
                layer.carry[:, lane : lane + 1].copy(),
            )
            for layer in state
        )
        for lane in range(count)
    ]


def central(values: Floats, level: float) -> tuple[float, float]:
    """Return the central quantiles of values [R], as ``np.quantile`` interpolates them."""
    rising: list[float] = np.sort(values).tolist()
    tail = (1 - level) / 2
    low, high = (_quantile(rising, share) for share in (tail, 1 - tail))
    return low, high


def _quantile(rising: Sequence[float], share: float) -> float:
    place = (len(rising) - 1) * share
    below = min(int(place), len(rising) - 1)
    above = min(below + 1, len(rising) - 1)
    part = place - below
    step_up = rising[above] - rising[below]
    if part >= 0.5:
        return rising[above] - step_up * (1 - part)
    return rising[below] + step_up * part


def _rows_of(values: Any) -> int:
    """Return how many values a column has, 0 for what is no column."""
    return len(values) if hasattr(values, "__len__") and not isinstance(values, str) else 0


def _shorten(values: list[Any], kept: int) -> None:
    if len(values) > kept + SPARE:
        del values[: len(values) - kept]
