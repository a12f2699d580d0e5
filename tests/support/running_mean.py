"""A forecaster that needs no network: each forecast is the mean of all that was observed.

Its next value depends on everything before, so that a lost, doubled or misplaced observation shows.
"""

import datetime as dt
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from statecast.base.errors import StatecastError, require
from statecast.online.kit import in_turn
from statecast.service.forecaster import Opener

DAY = dt.timedelta(days=1)
START = dt.date(2023, 12, 31)  # of the last value that the model knows
LEVEL = 0.9


class NextMean(NamedTuple):
    unique_id: str
    ds: dt.date
    forecast: float
    low: float
    high: float
    level: float
    interval: str = "constant"


class Means(NamedTuple):
    ds: np.ndarray
    forecast: np.ndarray
    low: np.ndarray
    high: np.ndarray
    interval: list[str]


@dataclass(frozen=True)
class MeanHealth:
    rmse: float
    count: int


class MeanState:
    def __init__(self, series: dict[str, list[Any]]) -> None:
        self.series = {name: list(values) for name, values in series.items()}

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "state.json").write_text(json.dumps(self.series))


class RunningMean:
    """Series of daily values; ``model.json`` of its folder says which, and what is added."""

    def __init__(self, folder: Path) -> None:
        try:
            content = json.loads((folder / "model.json").read_text())
        except (OSError, ValueError):
            raise StatecastError(f"{folder} must hold a model") from None
        self.added = content["added"]
        self.may_begin = content["may_begin"]
        self._series: dict[str, list[Any]] = {
            name: [START.isoformat(), 0.0, 0.0, 0] for name in content["series"]
        }

    features = ()
    lagged = ()

    def observe(
        self, unique_id: str, ds: Any, y: float, features: Any = None, known_here: Any = None
    ) -> NextMean:
        require(not (features or known_here), "`features`", "be of the model", features)
        known = unique_id in self._series
        require(known or self.may_begin, "`unique_id`", "be known", unique_id)
        day = _day(ds)
        row = self._series.get(unique_id)
        if row is not None:
            must = dt.date.fromisoformat(row[0]) + DAY
            with in_turn():
                require(day == must, "`ds`", f"be {must}", day)
        require(math.isfinite(y), "`y`", "be finite", y)
        _, _, total, count = row or [None, None, 0.0, 0]
        self._series[unique_id] = [day.isoformat(), y, total + y, count + 1]
        return self._next(unique_id, day + DAY)

    def expect(self, unique_id: str, features: Any) -> NextMean:
        raise StatecastError(f"{features} of {unique_id} must not be given")

    def awaits(self, unique_id: str) -> bool:
        del unique_id
        return False

    def next_times(self, unique_id: str, h: int) -> list[dt.date]:
        last = dt.date.fromisoformat(self._series[unique_id][0])
        return [last + step * DAY for step in range(1, h + 1)]

    def forecast(
        self, unique_id: str, h: int, level: float | None = None, features: Any = None
    ) -> Means:
        require(features is None, "`features`", "be of the model", features)
        del level
        last = dt.date.fromisoformat(self._series[unique_id][0])
        rows = [self._next(unique_id, last + step * DAY) for step in range(1, h + 1)]
        columns = zip(*[(row.ds, row.forecast, row.low, row.high) for row in rows], strict=True)
        return Means(*map(np.array, columns), ["constant"] * h)

    def prepare(self, unique_id: str, h: int) -> None:
        pass

    def next_value(self, unique_id: str) -> NextMean:
        return self._next(unique_id, dt.date.fromisoformat(self._series[unique_id][0]) + DAY)

    def series(self) -> list[str]:
        return list(self._series)

    def last(self, unique_id: str) -> tuple[dt.date, float]:
        require(unique_id in self._series, "`unique_id`", "be known", unique_id)
        ds, y, _, _ = self._series[unique_id]
        return dt.date.fromisoformat(ds), y

    def health(self, unique_id: str) -> MeanHealth:
        return MeanHealth(math.nan, self._series[unique_id][3])

    @property
    def state(self) -> MeanState:
        return MeanState(self._series)

    def restore(self, state: MeanState) -> None:
        self._series = MeanState(state.series).series

    def _next(self, unique_id: str, ds: dt.date) -> NextMean:
        _, _, total, count = self._series[unique_id]
        mean = (total / count if count else 0.0) + self.added
        return NextMean(unique_id, ds, mean, mean - 1, mean + 1, LEVEL)


def _day(ds: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(ds)
    except (TypeError, ValueError):
        raise StatecastError(f"`ds` must be a date, got {ds!r}") from None


def read_mean_state(folder: Path) -> MeanState:
    return MeanState(json.loads((folder / "state.json").read_text()))


def write_model(folder: Path, *series: str, added: float = 0.0, may_begin: bool = False) -> Path:
    """Write a model folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"series": series, "added": added, "may_begin": may_begin}
    (folder / "model.json").write_text(json.dumps(content))
    return folder


def day(number: int) -> str:
    """Return the day on which the value with a number comes, from 1."""
    return (START + number * DAY).isoformat()


OPENER = Opener(RunningMean, read_mean_state)
