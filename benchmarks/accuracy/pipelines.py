"""Forecasts by the stages of dvc.yaml, as a user runs them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.accuracy.competition import HORIZON, SEASON, stacked_forecasts
from benchmarks.m3 import FIRST_MONTH
from statecast.base.arrays import Floats
from statecast.base.files import read_frame, write_frame
from statecast.base.keys import with_values
from statecast.base.paths import FUTURE, PARAMS
from statecast.base.yaml_file import read_yaml
from statecast.pipeline import StageCommand, folder_with_sources, read_pipeline, run_stages

SOURCE = Path("data/source/competition.csv")
NOT_NEEDED = ("stages.baseline", "stages.evaluate")  # by the forecast of what comes next

OF_A_COMPETITION = {
    "series.season_length": SEASON,
    "download.source": SOURCE.name,
    "download.time_column": "ds",
    "download.value_column": "y",
    "download.id_column": "unique_id",
    "frame.test_size": 1,  # at least; this row is not trained on
    "train.interval_folds": 0,
    "forecast.horizon": HORIZON,
}


def forecasts(histories: Sequence[Floats], overrides: Mapping[str, Any]) -> Floats:
    """Return the mean forecasts of all repeats for the steps after each history [D, H].

    Args:
        histories: of each series.
        overrides: values of params.yaml by their dotted keys; the others are those of the file.

    """
    params = with_values(read_yaml(PARAMS), {**OF_A_COMPETITION, **overrides})
    with folder_with_sources() as folder:
        write_frame(long_frame(histories), folder / SOURCE)
        run_stages(stages(), folder, params)
        future = read_frame(folder / FUTURE)
    return stacked_forecasts(list(future["forecast"].to_numpy(float).reshape(-1, HORIZON)))


def stages() -> list[StageCommand]:
    """Return the stages that the forecast of what comes next needs."""
    return [own for own in read_pipeline() if own.module not in NOT_NEEDED]


def long_frame(histories: Sequence[Floats]) -> pd.DataFrame:
    """Return ``unique_id, ds, y`` of series that are called by their places."""
    counts = [len(y) for y in histories]
    width = len(str(len(counts)))
    names = [f"s{place:0{width}}" for place in range(len(counts))]
    months = [(FIRST_MONTH + np.arange(count)).astype(str) for count in counts]
    columns = {
        "unique_id": np.repeat(names, counts),
        "ds": np.concatenate(months),
        "y": np.concatenate(list(histories)),
    }
    return pd.DataFrame(columns)
