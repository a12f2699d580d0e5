"""A series that the networks were not trained on, for which one network of all series is asked.

Its scaler and the power of a Box-Cox transform are fitted to its first rows, as those of every
series are fitted to its training rows. Then it is walked from the zero state, and lives as the
others do.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.base.errors import StatecastError, require, shown
from statecast.base.identity import SeriesKey
from statecast.data.scaling import Line, Method, Scaler, fit_scaler
from statecast.data.transforms import estimate_power
from statecast.online.clock import Clock
from statecast.online.kit import Kit, checked_columns, checked_value, in_turn, named_columns
from statecast.online.opening import Past, SharedWeights, framed, live_series
from statecast.online.series import LiveSeries, NextValue
from statecast.online.state import Begun


class Rescaling(NamedTuple):
    """How the scaler of a new series is fitted."""

    method: Method
    bounds: tuple[float, float]  # of minmax
    season_length: int  # rows

    @property
    def rows(self) -> int:
        """Return how many rows it is fitted to: a season, and two at least."""
        return 1 if self.method == "none" else max(2, self.season_length)


class Grown(NamedTuple):
    """A new series that lives."""

    series: LiveSeries
    scaler: Scaler
    power: float  # of a Box-Cox transform


class Newcomer:
    """A series that has too few rows for its first forecast."""

    def __init__(self, kit: Kit, unique_id: str, clock: Clock, rescaling: Rescaling) -> None:
        """Begin without any rows.

        Args:
            kit: what all series share.
            unique_id: its name.
            clock: that of the other series.
            rescaling: how its scaler is fitted.

        """
        self.kit = kit
        self.unique_id = unique_id
        self.clock = clock
        self.rescaling = rescaling
        self.ds: list[str] = []
        self.rows: list[list[float]] = []  # y, the lagged columns, the features of the next time

    @property
    def needed(self) -> int:
        """Return how many rows the first forecast takes."""
        return self.kit.order + self.kit.inputs.lookback + self.rescaling.rows

    @property
    def is_ready(self) -> bool:
        """Return whether there are as many."""
        return len(self.rows) >= self.needed

    def next_times(self, horizon: int) -> Sequence[str]:
        """Return the times of the next values [H]."""
        return self.clock.later(self.clock.number_of(self.ds[-1]), horizon).text

    @property
    def last(self) -> tuple[str, float]:
        """Return the time and the value of the last observation."""
        return self.ds[-1], self.rows[-1][0]

    def observe(
        self,
        ds: Any,
        y: Any,
        features: Mapping[str, Any] | None,
        known_here: Mapping[str, Any] | None = None,
    ) -> None:
        """Take the value of the next time; all columns must be given.

        Raises:
            StatecastError: as ``Online.observe``; nothing has changed then.

        """
        name = shown(self.unique_id)
        is_positive = self.kit.inverse.transform != "none"
        value = checked_value(y, f"y of {name}", is_positive=is_positive)
        number = self.clock.number_of(ds)
        text = self.clock.text_of(number)
        if self.ds:
            with in_turn():
                require(text == self._next_ds(), f"the next time of {name}", self._must(), text)
        else:
            must = "be one that the times of the other series go on from"
            require(self.clock.has(number), f"the first time of {name}", must, text)
        inputs = self.kit.inputs
        columns = checked_columns(features, [*inputs.lagged, *inputs.features], self.unique_id)
        self._require_known(named_columns(known_here), text)
        self.ds.append(text)
        self.rows.append([value, *columns])

    def _require_known(self, given: Mapping[str, Any], ds: str) -> None:
        """Check that features of a time are those that came with the observation before it."""
        features = self.kit.inputs.features
        where = f"features of {shown(self.unique_id)} at {ds}"
        must = f"be of {', '.join(features) or 'no column'}"
        require(given.keys() <= set(features), where, must, ", ".join(map(shown, given)))
        if not self.rows:
            return
        known = dict(zip(features, self.rows[-1][1 + len(self.kit.inputs.lagged) :], strict=True))
        others = {name: value for name, value in given.items() if value != known[name]}
        with in_turn():
            require(not others, where, f"be those known, {known}", str(others))

    def next_value(self) -> NextValue:
        """Return the next time; nothing can be said of its value yet."""
        unknown = math.nan
        return NextValue(self.unique_id, self._next_ds(), unknown, unknown, unknown, self.kit.level)

    def grown(self, weights: SharedWeights) -> Grown:
        """Return the series as one that lives, its scaler and its power.

        Raises:
            StatecastError: a forecast is not finite.

        """
        frame = self._frame()
        power = _power_of(frame["y"].to_numpy(float), self.kit)
        kit = kit_with(self.kit, self.unique_id, power)
        of_scaler = framed(frame, kit)
        scaler = fit_scaler(of_scaler, self.rescaling.method, *self.rescaling.bounds)
        past = Past(frame, scaler, {self.unique_id: self.clock})
        every = {self.unique_id: (len(of_scaler), 0, 0)}
        [series] = live_series(past, kit, every, weights)
        features = self.kit.inputs.features
        if features:
            known = self.rows[-1][1 + len(self.kit.inputs.lagged) :]
            series.expect(dict(zip(features, known, strict=True)))
        return Grown(series, scaler, power)

    def forget(self) -> None:
        """Take the last observation back."""
        self.ds.pop()
        self.rows.pop()

    def as_begun(self) -> Begun:
        """Return what a state keeps of it."""
        return Begun(None, None, list(self.ds), [list(row) for row in self.rows])

    def _next_ds(self) -> str:
        ahead = self.clock.ahead(self.clock.number_of(self.ds[-1]))
        require(bool(ahead.text), f"times of {self.unique_id}", "be within the calendar", "its end")
        return ahead.text[0]

    def _must(self) -> str:
        return f"be {self._next_ds()}: a new series has no gaps before its first forecast"

    def _frame(self) -> pd.DataFrame:
        """Return the rows; a feature is given a row before the time that it is of."""
        inputs = self.kit.inputs
        columns = ["y", *inputs.lagged, *inputs.features]
        frame = pd.DataFrame(self.rows, columns=columns)
        # no row with all its lags has the features of the first time as inputs
        features = list(inputs.features)
        frame[features] = frame[features].shift(1, fill_value=0.0)
        frame.insert(0, "unique_id", self.unique_id)
        frame.insert(1, "ds", self.ds)
        return frame


def kit_with(kit: Kit, unique_id: str, power: float) -> Kit:
    """Return the kit of a new series, whose transform has a power of its own."""
    inverse = kit.inverse._replace(power={unique_id: power})
    return kit._replace(inverse=inverse)


def _power_of(y: Floats, kit: Kit) -> float:
    """Return the power that suits the first rows; any suits values that are all the same."""
    if kit.inverse.transform != "boxcox" or np.ptp(y) == 0:
        return 0.0
    return estimate_power(y)


def scaler_of_begun(unique_id: str, begun: Begun, columns: list[str], method: Method) -> Scaler:
    """Return the scaler of a new series that a state has.

    Raises:
        StatecastError: it is that of other columns.

    """
    scale = begun.scale or []
    offset = begun.offset or []
    fits = len(scale) == len(offset) == len(columns)
    where = f"the scales of {shown(unique_id)}"
    require(fits, where, f"be {len(columns)}, one a column", len(scale))
    if not all(math.isfinite(number) for number in [*scale, *offset]) or 0.0 in scale:
        raise StatecastError(f"{where} must be finite, and not 0")
    lines = [Line(*pair) for pair in zip(scale, offset, strict=True)]
    return Scaler(method, columns, {SeriesKey(unique_id): lines})
