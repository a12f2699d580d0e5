"""The model folder with all that a forecaster needs. Oracle: what was written."""

import datetime as dt
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from statecast.artifacts.forecaster import (
    FILES,
    LATER,
    SECTIONS,
    PartSizes,
    StoredForecaster,
    read_forecaster,
    sections_of,
    sizes_of,
    write_forecaster,
)
from statecast.base.errors import StatecastError
from statecast.base.files import write_parquet, write_text
from statecast.base.identity import SeriesKey
from statecast.data.scaling import Scaler
from statecast.network.rows import SeriesRows
from tests.artifacts.test_model import LINES, MODEL, PARITY
from tests.support.artifacts import drawn_ensemble, trained_networks
from tests.support.project import ROOT, Project

HISTORY = pd.DataFrame(
    {"unique_id": ["a", "a"], "ds": ["2024-01-01", "2024-02-01"], "y": [1 / 3, 2.0], "p": [1.0, 4]}
)
STORED = StoredForecaster(
    model=MODEL,
    setting=trained_networks().setting,
    history=HISTORY,
    params={"frame": {"lookback": 2, "features": ["p"]}, "scale": {"range": [-1, 1.5]}},
    sizes=dict(zip(LINES, [PartSizes(8, 2, 3), PartSizes(5, 2, 0, True)], strict=True)),
    interval_folds=drawn_ensemble(),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_forecaster(STORED, PARITY, "another function", tmp_path / "model")
    return tmp_path / "model"


def test_all_but_the_networks_comes_back(folder: Path) -> None:
    back = read_forecaster(folder)
    pd.testing.assert_frame_equal(back.history, STORED.history)
    assert back.params == STORED.params
    assert back.sizes == STORED.sizes
    assert back.setting == STORED.setting
    assert back.model.undo == MODEL.undo


def test_the_files_of_a_model_are_named(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)


def test_networks_of_the_interval_folds_come_back(folder: Path) -> None:
    back = read_forecaster(folder).interval_folds
    assert back is not None
    for weight, expected in zip(back.weights, drawn_ensemble().weights, strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_symbols_stay_text(tmp_path: Path) -> None:
    columns = MODEL.undo.scaler.columns
    undo = MODEL.undo._replace(scaler=Scaler("onehot", columns, alphabet=["01", "b"]))
    history = HISTORY.assign(y=["01", "b"])
    stored = STORED._replace(model=MODEL._replace(undo=undo), history=history)
    write_forecaster(stored, PARITY, "", tmp_path)
    back = read_forecaster(tmp_path)
    assert back.is_symbols
    assert back.history["y"].tolist() == ["01", "b"]


def test_there_may_be_no_interval_folds(tmp_path: Path) -> None:
    write_forecaster(STORED._replace(interval_folds=None), PARITY, "", tmp_path)
    assert read_forecaster(tmp_path).interval_folds is None


@pytest.mark.parametrize("name", ["history.parquet", "params.json", "parts.json", "training.json"])
def test_a_missing_or_damaged_file_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"[")
    with pytest.raises(StatecastError, match=f"{name} must be what a stage wrote"):
        read_forecaster(folder)
    (folder / name).unlink()
    with pytest.raises(StatecastError, match=f"{name} must exist"):
        read_forecaster(folder)


@pytest.mark.parametrize(
    ("history", "got"),
    [
        (HISTORY.assign(unique_id="b"), "have all series, got no a, a"),
        (HISTORY.assign(y=[1.0, np.nan]), "have all values, got none in y"),
        (HISTORY.drop(columns="p"), "no p"),
        (HISTORY.head(0), "have rows, got none"),
    ],
)
def test_a_history_that_does_not_suit_the_networks_is_refused(
    folder: Path, history: pd.DataFrame, got: str
) -> None:
    write_parquet(history, folder / "history.parquet")
    with pytest.raises(StatecastError, match=got):
        read_forecaster(folder)


def test_sizes_are_those_of_the_rows_and_of_each_target() -> None:
    rows = SeriesRows(
        SeriesKey("a + b"), np.arange(3), np.zeros((3, 2)), np.zeros((3, 2)), (2, 0, 1)
    )
    joint = rows._replace(targets=("a", "b"))
    assert sizes_of([rows]) == {SeriesKey("a + b"): PartSizes(2, 0, 1)}
    assert list(sizes_of([joint])) == [SeriesKey("a"), SeriesKey("b")]


def test_every_section_makes_a_model_or_comes_later() -> None:
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    kept = sections_of({**params, "mine": {"key": 1}})
    assert kept == {name: params[name] for name in params if name not in LATER}
    assert set(kept) | set(LATER) >= set(params)
    assert not set(SECTIONS) & set(LATER)


def test_what_is_done_with_a_model_stands_in_the_params_of_its_pipeline(tmp_path: Path) -> None:
    write_forecaster(STORED, PARITY, "", tmp_path / "data/model")
    write_text("forecast: {horizon: 3}\ntrain: {epochs: 9}\n", tmp_path / "params.yaml")
    back = read_forecaster(tmp_path / "data/model").params
    assert back == {**STORED.params, "forecast": {"horizon": 3}}
    shutil.copytree(tmp_path / "data/model", tmp_path / "data/other")
    assert read_forecaster(tmp_path / "data/other").params == STORED.params


def test_what_a_folder_says_itself_is_not_read_elsewhere(tmp_path: Path) -> None:
    own = {"forecast": {"horizon": 5}}
    write_forecaster(STORED._replace(params=own), PARITY, "", tmp_path / "data/model")
    write_text("forecast: {horizon: 3}\n", tmp_path / "params.yaml")
    assert read_forecaster(tmp_path / "data/model").params == own


@pytest.mark.parametrize("value", [dt.date(2024, 1, 1), float("inf")])
def test_params_that_json_does_not_have_are_refused(value: object) -> None:
    with pytest.raises(StatecastError, match=r"params\.yaml must hold plain values"):
        sections_of({"frame": {"lookback": value}})


def test_the_stage_rebatch_writes_all_that_a_forecaster_needs(finished_project: Project) -> None:
    stored = read_forecaster(finished_project.folder / "data/model")
    series = finished_project.table("data/series.csv")
    pd.testing.assert_frame_equal(stored.history, series, check_dtype=False)
    assert stored.params == finished_project.params
    assert stored.sizes == {SeriesKey("sales"): PartSizes(19, 3, 12)}


@pytest.mark.slow
def test_reading_imports_neither_tensorflow_nor_dvc(folder: Path) -> None:
    code = (
        "import sys; from statecast.artifacts.forecaster import read_forecaster;"
        f"read_forecaster({str(folder)!r}); sys.exit('tensorflow' in sys.modules or"
        " 'dvc' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
