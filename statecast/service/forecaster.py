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


class State(Protocol):
    """The states of all series."""

    def save(self, folder: Path) -> None:
        """Write it into a folder."""


class LiveForecaster(Protocol):
    """Networks with the states of their series; a refusal changes nothing."""

    def observe(
        self, unique_id: str, ds: Any, y: float, features: Mapping[str, float] | None = None
    ) -> Next:
        """Take an observation and return the forecast of the next value."""

    def forecast(self, unique_id: str, h: int, level: float | None = None) -> Any:
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
