"""Inputs beside each value, and the split at the end of each series, with folds before the test rows."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import pandas as pd

from statecast.data.folds import fold_name


class Split(NamedTuple):
    """Rows of the three parts, each oldest first within a series."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame


class Inputs(NamedTuple):
    """Which columns of a framed row are its inputs, in order; every column but a lag of y is known ahead."""

    lookback: int  # values before y that are inputs, at least 1
    features: Sequence[str] = ()
    calendar: Sequence[str] = ()  # columns that are known for every time, such as month_sin
    as_timesteps: bool = False

    @property
    def steps(self) -> int:
        """Return how many steps a row is, each of equally many inputs."""
        return self.lookback if self.as_timesteps else 1

    def columns(self) -> list[tuple[str, str, int]]:
        """Return the name of each input, the column that it comes from and its lag.

        As features: all lags of y, then all of each feature, the calendar at the time of y. As timesteps: the oldest
        step first, each with a value of y, and the features and the calendar at the time that follows that value.
        """
        lags = [_named("y", lag) for lag in range(self.lookback, 0, -1)]
        if not self.as_timesteps:
            ahead = [_named(name, lag) for name in self.features for lag in range(self.lookback - 1, -1, -1)]
            return [*lags, *ahead, *(_named(name, 0) for name in self.calendar)]
        known = [*self.features, *self.calendar]
        return [input_ for y in lags for input_ in (y, *(_named(name, y[2] - 1) for name in known))]

    def as_json(self) -> dict[str, Any]:
        """Return what later stages need to know of a row."""
        columns = self.columns()
        return {
            "as": "timesteps" if self.as_timesteps else "features",
            "steps": self.steps,
            "inputs": [name for name, _, _ in columns],
            "target": {"column": "y", "lags": {name: lag for name, column, lag in columns if column == "y"}},
            "ahead": {name: {"column": column, "lag": lag} for name, column, lag in columns if column != "y"},
        }


def _named(column: str, lag: int) -> tuple[str, str, int]:
    return ("" if column == "y" else f"{column}_") + f"lag_{lag}", column, lag


def add_inputs(frame: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Return ``unique_id, ds, the inputs, y``; the first ``lookback`` rows of a series have no lags and go.

    Args:
        frame: ``unique_id, ds, y`` and the columns known ahead, sorted by time within each series.
        inputs: which columns are inputs.

    """
    groups = frame.groupby("unique_id", sort=False)
    columns = {name: groups[column].shift(lag) for name, column, lag in inputs.columns()}
    framed = pd.concat([frame[["unique_id", "ds"]], pd.DataFrame(columns), frame["y"]], axis=1)
    return framed[groups.cumcount() >= inputs.lookback].reset_index(drop=True)


def split_rows(framed: pd.DataFrame, validation_size: int, test_size: int) -> Split:
    """Return the parts: the last ``test_size`` rows of each series, the ``validation_size`` before, and the rest."""
    from_end = framed.groupby("unique_id", sort=False).cumcount(ascending=False)
    test = from_end < test_size
    validation = ~test & (from_end < test_size + validation_size)
    return Split(framed[~test & ~validation], framed[validation], framed[test])


def split_folds(framed: pd.DataFrame, validation_size: int, test_size: int, folds: int) -> Split:
    """Return the parts of each series and of its folds, which are series of their own after it.

    A series trains on all rows before its last ``test_size`` and has no validation rows. Each of the
    folds validates on ``validation_size`` of these rows, the last fold on the last of them, and trains on those before.
    """
    parts = [
        split
        for _, series in framed.groupby("unique_id", sort=False)
        for split in _with_folds(split_rows(series, 0, test_size), validation_size, folds)
    ]
    return Split(*(pd.concat(part, ignore_index=True) for part in zip(*parts, strict=True)))


def _with_folds(whole: Split, validation_size: int, folds: int) -> Iterable[Split]:
    yield whole
    name, rows = str(whole.train["unique_id"].iloc[0]), whole.train
    for fold in range(1, folds + 1):
        known = rows.iloc[: len(rows) - (folds - fold) * validation_size]
        yield split_rows(known.assign(unique_id=fold_name(name, fold)), validation_size, 0)
