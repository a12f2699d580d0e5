"""One step ahead, walked forward over the test rows: what the pipeline says of its own forecasts.

The series that come with the project, and those of the M3 competition.
"""

import hashlib
import sys
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from benchmarks.accuracy.arms import GLOBAL, PLAIN
from benchmarks.accuracy.competition import SEASON
from benchmarks.accuracy.results import WALKED
from benchmarks.m3 import main as write_m3
from benchmarks.machine import circumstances
from statecast.base.files import read_json, write_frame
from statecast.base.keys import with_values
from statecast.base.paths import PARAMS, SCORES, SOURCES
from statecast.base.yaml_file import read_yaml
from statecast.pipeline import folder_with_sources, read_pipeline, run_stages

M3 = "m3.csv"
NO_AUTOMATIC = ["persistence", "seasonal_naive", "ridge"]


class Walk(NamedTuple):
    """A source, and how it is forecast."""

    source: str  # a file in data/source
    network: str  # in words
    overrides: Mapping[str, Any]  # of params.yaml


ALWAYS = {"forecast.horizon": 0, "train.history_every": 100}
OF_PASSENGERS = {
    "download.source": "passengers.csv",
    "download.value_column": "passengers",
    "difference.transform": "log",
    "difference.lags": [1, SEASON],
}
OF_SALES = {
    "series.season_length": 52,
    "download.source": "sales.csv",
    "download.time_column": "week",
    "download.value_column": "sales",
    "frame.features": ["price"],
    "frame.test_size": 26,
}
OF_TEMPERATURES = {
    "series.season_length": 365,
    "download.source": "temperatures.csv",
    "download.time_column": "day",
    "download.value_column": "temperature",
    "download.fill": "linear",
    "frame.test_size": 60,
    "baseline.methods": NO_AUTOMATIC,  # the others are slow with a season of 365
    "train.epochs": 100,
}
OF_M3 = {
    "download.source": M3,
    "download.time_column": "ds",
    "download.value_column": "y",
    "download.id_column": "unique_id",
    "frame.test_size": 18,
    "baseline.methods": NO_AUTOMATIC,
    "train.interval_folds": 0,
}
WALKS = (
    Walk("shampoo.csv", "params.yaml as it is", {}),
    Walk("passengers.csv", "logarithms, differences [1, 12]", OF_PASSENGERS),
    Walk("sales.csv", "with the price", OF_SALES),
    Walk("temperatures.csv", "100 epochs", OF_TEMPERATURES),
    Walk(M3, "plain LSTM, one a series", {**OF_M3, **PLAIN}),
    Walk(M3, "global, by params.yaml", {**OF_M3, **GLOBAL}),
)


def measure() -> None:
    """Run all walks, and write a row for each network and method as they come."""
    rows: list[dict[str, Any]] = []
    for walk in WALKS:
        rows += rows_of(walk)
        write_frame(pd.DataFrame(rows), WALKED)


def rows_of(walk: Walk) -> list[dict[str, Any]]:
    """Run the pipeline, and return a row for the networks and one for each method."""
    params = with_values(read_yaml(PARAMS), {**ALWAYS, **walk.overrides})
    with folder_with_sources() as folder:
        source = folder / SOURCES / walk.source
        if not source.exists():
            write_m3(source)
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        started = time.perf_counter()
        run_stages(read_pipeline(), folder, params)
        seconds = time.perf_counter() - started
        scores = read_json(folder / SCORES)
    print(f"one step ahead: {walk.source}, {walk.network}: {seconds:.0f} s", file=sys.stderr)
    common = {"seconds": round(seconds, 1), **circumstances(digest)}
    return [{**row, **common} for row in figures(walk, scores)]


def figures(walk: Walk, scores: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the figures of the networks, means over the repeats, and of each method."""
    of_network = {
        "method": f"LSTM: {walk.network}",
        "rmse": scores["rmse"]["mean"],
        "rmse_std": scores["rmse"]["std"],
        "mase": scores["mase"]["mean"],
        "smape": 100 * scores["smape"]["mean"],
    }
    rows = [of_network]
    for method, own in scores["baselines"].items():
        row = {"method": method, "rmse": own["rmse"], "mase": own["mase"]}
        rows.append({**row, "smape": 100 * own["smape"]})
    return [{"data": walk.source, **row} for row in rows]
