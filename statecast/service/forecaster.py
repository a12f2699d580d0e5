"""What the service asks of a forecaster that lives with its series."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol


class Next(Protocol):
    """The forecast of the value after an observation."""

    @property
    def ds(self) -> Any:
        """Return the time of the value."""

    @property
    def forecast(self) -> float | None:
        """Return the mean of the repeats."""

    @property
    def low(self) -> float | None:
        """Return the lower end of the interval."""

    @property
    def high(self) -> float | None:
        """Return the upper end of the interval."""

    @property
    def level(self) -> float | None:
        """Return the share of the values that the interval is to hold."""

    @property
    def interval(self) -> str:
        """Return what the interval is made of."""


class State(Protocol):
    """The states of all series."""

    def save(self, folder: Path) -> None:
        """Write it into a folder."""


class LiveForecaster(Protocol):
    """Networks with the states of their series; a refusal changes nothing.

    An observation that is not the next one is an ``OutOfTurnError``.
    """

    @property
    def features(self) -> Sequence[str]:
        """Return the columns that are known ahead."""

    @property
    def lagged(self) -> Sequence[str]:
        """Return the columns that are known once the value is."""

    @property
    def may_begin(self) -> bool:
        """Return whether a series may begin that the networks were not trained on."""

    def observe(
        self,
        unique_id: str,
        ds: Any,
        y: float,
        features: Mapping[str, float] | None = None,
        known_here: Mapping[str, float] | None = None,
    ) -> Next:
        """Take an observation and return the forecast of the next value.

        Its features are lagged ones of its time and known ones of the next time; ``known_here`` are
        known ones of its time.
        """

    def expect(self, unique_id: str, features: Mapping[str, float]) -> Next:
        """Take the features of the next time and return the forecast of its value."""

    def awaits(self, unique_id: str) -> bool:
        """Return whether the features of the next time are to come by ``expect``."""

    def next_times(self, unique_id: str, h: int) -> Sequence[Any]:
        """Return the times of the next values."""

    def forecast(
        self,
        unique_id: str,
        h: int,
        level: float | None = None,
        features: Mapping[str, Sequence[float]] | None = None,
    ) -> Any:
        """Return ds, forecast, low and high of the next values, from a copy of the state."""

    def prepare(self, unique_id: str, h: int) -> None:
        """Do what a forecast needs and observations do not change, while they are taken."""

    def next_value(self, unique_id: str) -> Next:
        """Return the forecast of the next value; nothing changes."""

    def series(self) -> Sequence[str]:
        """Return the series that have a state."""

    def last(self, unique_id: str) -> tuple[Any, float]:
        """Return time and value of the last observation."""

    def health(self, unique_id: str) -> Any:
        """Return how large the errors of the forecasts were."""

    @property
    def state(self) -> State:
        """Return a copy of the states."""

    def restore(self, state: Any) -> None:
        """Go on from a state."""


class Opener(NamedTuple):
    """How a forecaster and its state are read from folders."""

    forecaster: Callable[[Path], LiveForecaster]
    state: Callable[[Path], Any]
