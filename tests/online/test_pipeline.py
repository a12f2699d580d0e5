"""The model folder of a pipeline. Oracle: the forecasts that its stages wrote."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from statecast.artifacts.forecaster import read_forecaster
from statecast.base.errors import StatecastError
from statecast.online.online import Online, open_online
from tests.support.project import ROOT, Project

HARD = {
    "difference.seasonal": "multiplicative",
    "difference.transform": "log",
    "difference.lags": [1, 12],
    "frame.lags": [1, 2, 6],
    "frame.calendar": ["month"],
    "frame.as": "timesteps",
    "frame.test_size": 4,
    "train.units": [2, 1],
    "train.layout": "contiguous",
    "rebatch.batch_size": 4,
    "baseline.methods": [],
}


@pytest.fixture(scope="module")
def hard_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a pipeline with most of what a row can be has run."""
    project = Project(tmp_path_factory.mktemp("hard"))
    project.set_keys(HARD)
    project.run_all()
    return project.folder


@pytest.fixture(params=["finished_folder", "hard_folder"])
def folder(request: pytest.FixtureRequest) -> Path:
    path: Path = request.getfixturevalue(request.param)
    return path


def test_observed_test_rows_are_forecast_as_the_stage_evaluate_forecasts_them(
    folder: Path,
) -> None:
    stored = read_forecaster(folder / "data/model")
    [(key, sizes)] = stored.sizes.items()
    cut = stored._replace(
        history=stored.history.head(len(stored.history) - sizes.test),
        sizes={key: sizes._replace(test=0)},
    )
    online = Online(cut)
    written = pd.read_parquet(folder / "data/forecasts.parquet")
    of_test = written[written["part"] == "test"].groupby("ds", sort=False)
    forecasts = []
    for row in stored.history.tail(sizes.test).itertuples():
        forecasts.append(online.next_value(key.unique_id).forecast)
        online.observe(key.unique_id, row.ds, row.y)
    np.testing.assert_allclose(forecasts, of_test["forecast"].mean(), rtol=1e-6)


def test_what_comes_next_is_what_the_stage_forecast_wrote(folder: Path) -> None:
    online = open_online(folder / "data/model")
    future = pd.read_csv(folder / "data/future.csv").iloc[:, :7]
    [name] = online.series()
    pd.testing.assert_frame_equal(
        online.forecast(name, len(future)), future, check_dtype=False, rtol=1e-6
    )


def test_the_folder_alone_is_enough(finished_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(finished_folder / "data/model", tmp_path / "elsewhere")
    value = open_online(tmp_path / "elsewhere").next_value("sales")
    assert value == open_online(finished_folder / "data/model").next_value("sales")


def test_symbols_and_targets_forecast_together_are_refused(finished_folder: Path) -> None:
    stored = read_forecaster(finished_folder / "data/model")
    joint = stored._replace(history=stored.history.assign(network="both"))
    with pytest.raises(StatecastError, match="several targets of one network"):
        Online(joint)
    undo = stored.model.undo
    onehot = undo._replace(scaler=type(undo.scaler)("onehot", ["y"], alphabet=["a"]))
    with pytest.raises(StatecastError, match="be numbers, got symbols"):
        Online(stored._replace(model=stored.model._replace(undo=onehot)))


@pytest.mark.slow
def test_observing_imports_neither_tensorflow_nor_dvc(finished_folder: Path) -> None:
    code = (
        "import sys; from statecast.online.online import open_online;"
        f"online = open_online({str(finished_folder / 'data/model')!r});"
        "online.observe('sales', '1904-01-01', 600.0); online.forecast('sales', 3);"
        "sys.exit('tensorflow' in sys.modules or 'dvc' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
