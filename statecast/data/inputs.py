"""Which columns are the inputs of a row, and the rows with their inputs beside each value."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from statecast.base.identity import KEY_COLUMNS, NETWORK
from statecast.data.calendar import calendar_columns, calendar_frame


class Input(NamedTuple):
    """An input of a row: a column so many rows before the time of y."""

    name: str
    column: str
    lag: int


class Inputs(NamedTuple):
    """What the inputs of a row are; features and calendar are known ahead of time."""

    lookback: int  # values before y that are inputs, 1 or more
    features: tuple[str, ...] = ()
    calendar: tuple[str, ...] = ()  # cycles, month say
    as_timesteps: bool = False
    lagged: tuple[str, ...] = ()  # columns whose lags are inputs, as those of y are
    chosen: tuple[int, ...] = ()  # lags that are inputs, the last is the lookback; (): all up to it

    @property
    def offsets(self) -> tuple[int, ...]:
        """Return how many rows before y its lags are, the newest first."""
        return self.chosen or tuple(range(1, self.lookback + 1))

    @property
    def steps(self) -> int:
        """Return the number of steps of a row; all steps have the same number of inputs."""
        return len(self.offsets) if self.as_timesteps else 1

    @property
    def covariates(self) -> tuple[str, ...]:
        """Return the columns that are inputs beside y and the calendar."""
        return (*self.features, *self.lagged)

    def lags(self, column: str = "y") -> list[Input]:
        """Return the lags of y or of a lagged column, the oldest first."""
        return [_input(column, lag) for lag in reversed(self.offsets)]

    def columns(self) -> list[Input]:
        """Return the inputs in the order in which a network takes them.

        As features: all lags of y, then those of each lagged column, then each feature at the times
        that follow these lags and at the time of y, then the calendar at that time. As timesteps:
        the oldest step first, each a value of y and of the lagged columns, with the features and
        the calendar at the time that follows.
        """
        waves = calendar_columns(self.calendar)
        if self.as_timesteps:
            return list(self._by_step([*self.features, *waves]))
        inputs = self.lags()
        for name in self.lagged:
            inputs += self.lags(name)
        for name in self.features:
            known = sorted({0, *(lag - 1 for lag in self.offsets)}, reverse=True)
            inputs += [_input(name, lag) for lag in known]
        return [*inputs, *(_input(name, 0) for name in waves)]

    def _by_step(self, known_ahead: list[str]) -> Iterator[Input]:
        for y in self.lags():
            yield y
            yield from (_input(name, y.lag) for name in self.lagged)
            yield from (_input(name, y.lag - 1) for name in known_ahead)

    def as_json(self) -> dict[str, Any]:
        """Return plain values that ``inputs_from_json`` takes, and the names of the inputs."""
        return {
            "lookback": self.lookback,
            "lags": list(self.offsets),
            "features": list(self.features),
            "lagged": list(self.lagged),
            "calendar": list(self.calendar),
            "as": "timesteps" if self.as_timesteps else "features",
            "names": [column.name for column in self.columns()],
        }


def inputs_from_json(content: dict[str, Any]) -> Inputs:
    """Return the inputs that ``as_json`` described."""
    lookback = content["lookback"]
    lags = tuple(content["lags"])
    every = tuple(range(1, lookback + 1))
    return Inputs(
        lookback,
        tuple(content["features"]),
        tuple(content["calendar"]),
        content["as"] == "timesteps",
        tuple(content["lagged"]),
        () if lags == every else lags,
    )


def add_inputs(frame: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Return ``unique_id``, ``network`` if the frame has it, ``ds``, the inputs and y.

    The first ``lookback`` rows of a series lack lags and are left out.

    Args:
        frame: ``unique_id, ds, y`` and the covariates, sorted by time within each series.
        inputs: which columns are inputs.

    Raises:
        StatecastError: the inputs have a calendar, and the times are no dates.

    """
    waves = calendar_frame(frame["ds"], inputs.calendar)
    with_calendar = pd.concat([frame, waves], axis=1)
    by_series = with_calendar.groupby("unique_id", sort=False)
    shifted = {name: by_series[column].shift(lag) for name, column, lag in inputs.columns()}
    keys = frame[[name for name in ("unique_id", NETWORK, "ds") if name in frame]]
    framed = pd.concat([keys, pd.DataFrame(shifted), frame["y"]], axis=1)
    has_lags = by_series.cumcount() >= inputs.lookback
    return framed[has_lags].reset_index(drop=True)


def value_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns that hold values: the inputs and y."""
    return [column for column in frame.columns if column not in (*KEY_COLUMNS, NETWORK, "ds")]


def _input(column: str, lag: int) -> Input:
    prefix = "" if column == "y" else f"{column}_"
    return Input(f"{prefix}lag_{lag}", column, lag)
