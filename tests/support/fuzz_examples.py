"""Examples for Hypothesis of what the pipelines of numbers and of symbols are given."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from statecast.base.keys import with_values
from statecast.base.section import Section
from statecast.params.baseline import BaselineParams
from statecast.params.difference import DifferenceParams
from statecast.params.download import DownloadParams
from statecast.params.evaluate import EvaluateParams
from statecast.params.evaluate_symbols import EvaluateSymbolsParams
from statecast.params.forecast import ForecastParams
from statecast.params.frame import FrameParams
from statecast.params.generate import GenerateParams
from statecast.params.rebatch import RebatchParams
from statecast.params.scale import ScaleParams
from statecast.params.series import SeriesParams
from statecast.params.train import TrainParams
from statecast.training.arguments import OPTIMIZERS, SCHEDULES
from tests.support.fuzz_params import (
    Changes,
    changed,
    field_changes,
    named,
    odd_changes,
)
from tests.support.fuzz_pipeline import Example
from tests.support.fuzz_sources import sources

SHARED = [DifferenceParams, FrameParams, ScaleParams, TrainParams, RebatchParams]
DOOR = [SeriesParams, DownloadParams]
OF_NUMBERS = [*DOOR, *SHARED, BaselineParams, EvaluateParams, ForecastParams]
OF_SYMBOLS = [GenerateParams, *SHARED, EvaluateSymbolsParams]

QUICK_METHODS = ["persistence", "drift", "seasonal_naive", "ridge"]
CALM_TRAINING = {
    "repeats": 2,
    "seed": 0,
    "epochs": 1,
    "batch_size": 4,
    "units": [2],
    "learning_rate": 0.01,
    "optimizer": "adam",
    "loss": "mse",
    "layout": "interleaved",
}
CALM_NUMBERS: dict[str, Any] = {
    "series": {"season_length": 2},
    "download": {"source": "own.csv", "sha256": None},
    "difference": {"lags": [1]},
    "frame": {"lookback": 1, "validation_size": 0, "test_size": 2},
    "scale": {"method": "minmax"},
    "baseline": {"methods": ["persistence", "ridge"]},
    "train": CALM_TRAINING,
    "rebatch": {"batch_size": 1, "state": "lanes"},
    "evaluate": {"warm_up": True},
    "forecast": {"horizon": 2},
}
CALM_SYMBOLS: dict[str, Any] = {
    "generate": {
        "sequences": None,
        "cues": ["3", "4"],
        "middle_symbols": ["0", "1", "2"],
        "middle_length": 3,
        "middle_seed": None,
        "marker": None,
    },
    "series": {"season_length": 1},
    "download": {
        "source": "data/generated.csv",
        "sha256": None,
        "time_column": "ds",
        "value_column": "y",
        "id_column": "unique_id",
        "values": "symbols",
    },
    "difference": {"lags": []},
    "frame": {"lookback": 1, "validation_size": 0, "test_size": 0, "test": "train"},
    "scale": {"method": "onehot"},
    "train": {
        **CALM_TRAINING,
        "batch_size": 2,
        "loss": "binary_crossentropy",
        "head": "sigmoid",
        "network": "all",
        "layout": "sequences",
    },
    "rebatch": {"batch_size": 1, "state": "lanes"},
    "evaluate_symbols": {"known": None, "next_steps": 2, "show_repeat": 0},
}

COLUMNS = st.sampled_from(["t", "id", "v", "nope", None])
TIMES = {
    "download.sha256": st.sampled_from([None, "0" * 64]),
    "download.time_column": COLUMNS,
    "download.id_column": COLUMNS,
    "download.value_column": st.one_of(COLUMNS, st.sampled_from([["v", "v"], ["v", "id"], []])),
    "download.time_format": st.sampled_from(["%Y-%m-%d", "%Y", "%Q", ""]),
    "download.frequency": st.sampled_from(["MS", "D", "B", "h", "nonsense", "99999999999999D"]),
    "download.separator": st.sampled_from([",", ";", "\n", '"']),
    "download.max_bytes": st.sampled_from([10, 10**6]),
    "frame.features": st.sampled_from([[], ["f"], ["v"], ["nope"]]),
    "frame.lagged": st.just([]),  # sources with a column for it set it
}
SIZES = {
    "series.season_length": st.integers(1, 20),
    "difference.lags": st.lists(st.integers(1, 3), max_size=3),
    "frame.lookback": st.integers(1, 4),
    "frame.lags": st.sampled_from([[], [], [1, 3], [2], [4, 1]]),
    "frame.test_size": st.integers(1, 5),
    "train.repeats": st.integers(1, 3),
    "train.epochs": st.integers(1, 3),
    "train.batch_size": st.integers(1, 9),
    "train.units": st.lists(st.integers(1, 3), min_size=1, max_size=3),
    "train.rows_per_update": st.integers(1, 4),
    "rebatch.batch_size": st.integers(1, 20),
    "evaluate.horizon": st.integers(1, 4),
    "forecast.horizon": st.integers(0, 4),
}
FIGURES = {
    "scale.range": st.sampled_from([[0, 1], [-2, 3], [1, 0], ["-1e-1", "1e-1"], [0, 1e-40]]),
    "baseline.methods": st.lists(st.sampled_from(QUICK_METHODS), max_size=4),
    "train.learning_rate": st.sampled_from([0.1, "1e-3", 2, 1e6]),
    "train.optimizer": named(OPTIMIZERS),
    "train.schedule": named(SCHEDULES),
}
OVERRIDES = {**TIMES, **SIZES, **FIGURES}
TOGETHER: list[Changes] = [
    {"train.loss": "binary_crossentropy", "train.head": "sigmoid", "scale.range": [0, 1]},
    {"train.loss": "categorical_crossentropy", "train.head": "softmax"},
    {"train.loss": "direction_by_size", "scale.method": "none"},
    {"train.patience": 1, "frame.validation_size": 2},
    {"frame.validation_folds": 2, "frame.validation_size": 1},
    {"frame.test": "train", "frame.test_size": 0},
    {"frame.as": "timesteps", "frame.lookback": 3},
    {"train.network": "all", "train.shuffle": True},
    {"train.network": "all", "train.layout": "sequences", "scale.method": "last"},
    {"train.cell": "dense", "rebatch.state": "reset"},
    {"difference.seasonal": "multiplicative", "series.season_length": 2},
    {"difference.transform": "log"},
    {"difference.transform": "boxcox", "difference.lags": []},
    {"forecast.refit": True},
]


SYMBOLS = st.sampled_from(["0", "1", "2", "x", "10", "01", "NA", "é", '"', ","])
SEQUENCES = st.lists(SYMBOLS, min_size=1, max_size=5).map(" ".join)
OVERRIDES_OF_SYMBOLS = {
    **OVERRIDES,
    "generate.sequences": st.lists(SEQUENCES, max_size=3),
    "generate.cues": st.lists(SYMBOLS, max_size=4),
    "generate.middle_symbols": st.lists(SYMBOLS, max_size=4),
    "generate.middle_length": st.integers(0, 4),
    "generate.marker": SYMBOLS,
}


def _changes(models: list[type[Section]], overrides: dict[str, Any]) -> SearchStrategy[Changes]:
    one = field_changes(models, overrides)
    return st.one_of(one, one, st.sampled_from(TOGETHER))


CHANGES_OF_NUMBERS = _changes(OF_NUMBERS, OVERRIDES)
CHANGES_OF_SYMBOLS = _changes(OF_SYMBOLS, OVERRIDES_OF_SYMBOLS)
ODD_OF_NUMBERS = odd_changes(OF_NUMBERS)
ODD_OF_SYMBOLS = odd_changes([*DOOR, *OF_SYMBOLS])


@st.composite
def of_numbers(draw: DrawFn) -> Example:
    """Return a source, and params that describe it more or less."""
    source = draw(sources())
    calm = with_values(CALM_NUMBERS, source.keys)
    params = draw(changed(calm, changes=CHANGES_OF_NUMBERS, odd=ODD_OF_NUMBERS))
    other = draw(st.sampled_from([None, None, 2, 5]))
    return Example(source.content, params, other)


@st.composite
def of_symbols(draw: DrawFn) -> Example:
    """Return params of the pipeline that makes its own sequences."""
    params = draw(changed(CALM_SYMBOLS, changes=CHANGES_OF_SYMBOLS, odd=ODD_OF_SYMBOLS))
    return Example(None, params)
