"""Series that go on: networks drawn at random, and a history of which some rows are cut off.

The rows that are cut off are what is observed. The walk over all of them is the oracle.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.artifacts.forecaster import PartSizes, StoredForecaster
from statecast.artifacts.model import Model
from statecast.base.identity import ALL_SERIES, WHOLE, SeriesKey
from statecast.data.inputs import Inputs, add_inputs
from statecast.data.inverse import Inverse, forward
from statecast.data.scaling import Method, Scaler, fit_scaler, scale_frame
from statecast.data.splits import with_fold
from statecast.forecasting.alignment import AlignedSeries, align
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble
from statecast.network.lanes import StatePolicy
from statecast.network.network import Network, weight_shapes
from statecast.network.rows import SeriesRows
from tests.support.artifacts import trained_networks

ROWS = {"a": 90, "b": 85}  # of each series
TRAIN = 20  # rows of each that are trained on
REPEATS = 3


class Setting(NamedTuple):
    """What the networks of a test are."""

    network: Mapping[str, Any] = MappingProxyType({"units": (2,)})
    batching: Batching = Batching(4)
    batch_size: int = 1
    policy: StatePolicy = "lanes"
    inputs: Inputs = Inputs(1)
    lags: tuple[int, ...] = (1,)
    transform: str = "none"
    seasonal: str = "none"
    scale: Method = "minmax"
    fill: str | None = None
    frequency: str = "MS"  # of the dates; "": integers


class Case(NamedTuple):
    """All rows of some series, and what forecasts them."""

    setting: Setting
    history: pd.DataFrame  # unique_id, ds, y, p, q
    rows: list[SeriesRows]  # all of them; what comes after the training rows is of the test part
    aligned: list[AlignedSeries]
    model: Model

    def cut(self, observed: int) -> StoredForecaster:
        """Return the forecaster whose series end so many rows earlier."""
        from_end = self.history.groupby("unique_id").cumcount(ascending=False)
        history = self.history[from_end >= observed].reset_index(drop=True)
        sizes = {own.key: PartSizes(TRAIN, 0, own.sizes[2] - observed) for own in self.rows}
        params: dict[str, dict[str, Any]] = {
            "download": {
                "source": "own.csv",
                "sha256": None,
                "time_column": "ds",
                "value_column": "y",
                "id_column": "unique_id",
                "fill": self.setting.fill,
            },
            "series": {"season_length": 12},
            "scale": {"method": self.setting.scale, "range": [-1, 1]},
            "forecast": {"horizon": 6, "level": 0.8},
        }
        return StoredForecaster(
            self.model, trained_networks().setting, history, params, sizes, None
        )

    def observed(self, count: int) -> list[dict[str, Any]]:
        """Return the rows that ``cut`` leaves out, time by time."""
        from_end = self.history.groupby("unique_id").cumcount(ascending=False)
        rows = self.history[from_end < count].assign(left=from_end)
        ordered = rows.sort_values("left", ascending=False, kind="stable")
        return ordered.drop(columns="left").to_dict("records")

    def stretch(self, unique_id: str, column: str, count: int) -> list[float]:
        """Return the last values of a column of a series."""
        own = self.history[self.history["unique_id"] == unique_id]
        values: list[float] = own[column].tolist()[-count:]
        return values


def case_of(setting: Setting) -> Case:
    """Return two series with random values, and networks with random weights."""
    history = _history(setting)
    inverse = Inverse(
        setting.lags,
        setting.transform,  # type: ignore[arg-type]
        {"a": 0.3, "b": -0.2},
        setting.seasonal,  # type: ignore[arg-type]
        None if setting.seasonal == "none" else {"a": [0.8, 1.3, 0.9], "b": [1.5, 0.5]},
    )
    framed = _framed(history, inverse, setting.inputs)
    scaler = fit_scaler(framed.groupby("unique_id", sort=False).head(TRAIN), setting.scale)
    rows = _rows(framed, scaler, setting.inputs)
    width = len(setting.inputs.columns())
    steps = setting.inputs.steps
    network = Network(features=width // steps, steps=steps, **setting.network)
    networks = Rebatched(
        _drawn(network, shared=setting.batching.is_shared),
        setting.batching,
        setting.batch_size,
        setting.policy,
    )
    model = Model(networks, setting.inputs, Undo(scaler, inverse))
    return Case(setting, history, rows, align(rows, history), model)


def _history(setting: Setting) -> pd.DataFrame:
    generator = np.random.default_rng(1)
    series = []
    for name, count in ROWS.items():
        ds = [str(number) for number in range(3, 3 + 2 * count, 2)]
        if setting.frequency:
            dates = pd.date_range("2001-03-01", periods=count, freq=setting.frequency)
            ds = [str(date) for date in dates.to_numpy().astype("M8[D]")]
        y = 50 + 10 * np.sin(np.arange(count)) + generator.normal(size=count).cumsum()
        others = generator.normal(size=(2, count))
        series.append(
            pd.DataFrame({"unique_id": name, "ds": ds, "y": y, "p": others[0], "q": others[1]})
        )
    return pd.concat(series, ignore_index=True)


def _framed(history: pd.DataFrame, inverse: Inverse, inputs: Inputs) -> pd.DataFrame:
    parts = []
    for name, own in history.groupby("unique_id", sort=False):
        later = own.iloc[sum(inverse.lags) :]
        parts.append(later.assign(y=forward(own["y"].to_numpy(), inverse, str(name))))
    return with_fold(add_inputs(pd.concat(parts, ignore_index=True), inputs), WHOLE)


def _rows(framed: pd.DataFrame, scaler: Scaler, inputs: Inputs) -> list[SeriesRows]:
    names = [column.name for column in inputs.columns()]
    rows = []
    for name, own in scale_frame(framed, scaler).groupby("unique_id", sort=False):
        key = SeriesKey(str(name))
        x = own[names].to_numpy(float)
        y = own[["y"]].to_numpy(float)
        sizes = (TRAIN, 0, len(own) - TRAIN)
        rows.append(SeriesRows(key, own["ds"].to_numpy(), x, y, sizes, scaler.line(key).scale))
    return rows


def _drawn(network: Network, *, shared: bool) -> Ensemble:
    generator = np.random.default_rng(2)
    of_network = [ALL_SERIES] if shared else [SeriesKey(name) for name in ROWS]
    keys = [key for key in of_network for _ in range(REPEATS)]
    weights = [
        (0.7 * generator.normal(size=(len(keys), *shape))).astype(np.float32)
        for _, shape in weight_shapes(network)
    ]
    return Ensemble(network, weights, keys, np.tile(np.arange(REPEATS), len(of_network)))
