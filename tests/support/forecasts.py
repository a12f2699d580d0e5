"""Small series and random networks that the tests of forecasting and evaluation share."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.identity import SeriesKey
from statecast.data.inputs import Inputs, add_inputs
from statecast.data.inverse import Inverse
from statecast.data.scaling import fit_scaler, scale_frame
from statecast.data.splits import with_fold
from statecast.forecasting.alignment import AlignedSeries, align
from statecast.forecasting.undo import Undo
from statecast.network.ensemble import Ensemble
from statecast.network.network import Network
from statecast.network.rows import SeriesRows
from statecast.training.initial import initial_weights

SEEDS = [1, 2]
KEY = SeriesKey("a")
PLAIN = Inverse((), "none", {})  # the series was left alone


class Example(NamedTuple):
    """A series of lags with all that its forecasts need but networks."""

    series: AlignedSeries
    undo: Undo
    inputs: Inputs


def random_rows(train: int, test: int, features: int = 1, key: SeriesKey = KEY) -> SeriesRows:
    """Return rows of noise."""
    rng = np.random.default_rng(5)
    count = train + test
    x = rng.normal(size=(count, features))
    y = rng.normal(size=(count, 1))
    return SeriesRows(key, np.arange(count), x, y, (train, 0, test))


def random_ensemble(
    units: tuple[int, ...] = (3,), features: int = 1, key: SeriesKey = KEY
) -> Ensemble:
    """Return networks with biases unlike those of the start: a resting lane would show."""
    network = Network(features, units)
    rng = np.random.default_rng(9)
    weights = [
        weight + rng.normal(0, 0.5, weight.shape).astype(np.float32)
        for weight in initial_weights(network, SEEDS)
    ]
    return ensemble_of(network, weights, key)


def ensemble_of(network: Network, weights: list[np.ndarray], key: SeriesKey = KEY) -> Ensemble:
    """Return networks of one series, a seed each."""
    repeats = len(weights[0])
    return Ensemble(network, weights, [key] * repeats, np.arange(1, repeats + 1))


def scaled_rows(
    frame: pd.DataFrame, inputs: Inputs, sizes: tuple[int, int, int], scaling: str = "minmax"
) -> tuple[SeriesRows, Undo]:
    """Return the scaled rows of the one series of a frame, and what undoes the scaling."""
    framed = with_fold(add_inputs(frame, inputs), 0)
    scaler = fit_scaler(framed.iloc[: sizes[0]], scaling)  # type: ignore[arg-type]
    scaled = scale_frame(framed, scaler)
    names = [column.name for column in inputs.columns()]
    key = SeriesKey(str(frame["unique_id"].iloc[0]))
    x = scaled[names].to_numpy()
    y = scaled[["y"]].to_numpy()
    return SeriesRows(key, framed["ds"].to_numpy(), x, y, sizes), Undo(scaler, PLAIN)


def example(train: int = 12, test: int = 6, validation: int = 0) -> Example:
    """Return a random walk with three lags as inputs, scaled to -1 .. 1."""
    inputs = Inputs(3)
    count = train + validation + test + inputs.lookback
    y = np.random.default_rng(3).normal(size=count).cumsum() + 50
    frame = pd.DataFrame({"unique_id": "a", "ds": np.arange(count), "y": y})
    rows, undo = scaled_rows(frame, inputs, (train, validation, test))
    [series] = align([rows], frame)
    return Example(series, undo, inputs)


def linear_ensemble(kernel: Sequence[float], bias: float = 0.0) -> Ensemble:
    """Return one network that says ``kernel @ inputs + bias``: a highway past a dead layer."""
    features = len(kernel)
    network = Network(features, (1,), cell="dense", highway=True)
    weights = [
        np.zeros((1, features, 1), np.float32),
        np.zeros((1, 1), np.float32),
        np.zeros((1, 1, 1), np.float32),
        np.full((1, 1), bias, np.float32),
        np.asarray(kernel, np.float32).reshape(1, features, 1),
    ]
    return ensemble_of(network, weights)
