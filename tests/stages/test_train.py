"""The stage train: what it refuses, and what its files say."""

import logging
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stages.train import prepare
from statecast.artifacts.trained import read_history, read_setting, read_trained
from statecast.base.errors import StatecastError
from statecast.base.files import read_arrays
from statecast.base.identity import SeriesKey
from tests.support.project import Project

MAXABS = {"scale__method": "maxabs"}
FOLDS = {"frame__validation_size": 3, "frame__validation_folds": 2}


def require_nothing_trained(project: Project) -> None:
    assert not list((project.folder / "data").glob("trained/*"))
    assert not (project.folder / "data" / "times.json").exists()
    assert not (project.folder / "plots").exists() or not list(project.folder.glob("plots/*"))


def test_batch_larger_than_the_training_rows(scaled_project: Project) -> None:
    scaled_project.set(train__batch_size=23)
    line = scaled_project.refuses("train")
    assert "train.batch_size must be at most the 22 training rows, got 23" in line


@pytest.mark.parametrize(
    ("optimizer", "text"),
    [
        ("adamm", "got 'adamm'"),
        (
            {"name": "sgd", "clipnorm": -1},
            "optimizer.clipnorm must be greater than 0, got -1",
        ),
    ],
)
def test_unsuitable_optimizer(scaled_project: Project, optimizer: object, text: str) -> None:
    scaled_project.set(train__optimizer=optimizer)
    assert text in scaled_project.refuses("train")
    require_nothing_trained(scaled_project)


@pytest.mark.slow
def test_diverging_training(scaled_project: Project) -> None:
    scaled_project.set(train__optimizer="sgd", train__learning_rate=1e30)
    assert "repeat 0 (seed 0), epoch" in scaled_project.fails("train")
    require_nothing_trained(scaled_project)


def test_a_job_is_refused_before_it_is_trained(
    scaled_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(scaled_project.folder)
    scaled_project.set(train__batch_size=23)
    with pytest.raises(StatecastError, match=r"^params\.yaml: train\.batch_size must be at most"):
        prepare()


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            {"train__patience": 2},
            r"train\.patience must have validation rows in every series .*, got none",
        ),
        (
            {"train__cell": "dense", "frame__as": "timesteps", "frame__lookback": 2},
            r"train\.cell must have a state where frame\.as is timesteps, got dense",
        ),
        (
            {"train__head": "softmax"},
            r"train\.head must be another for a single output, of which softmax always makes 1",
        ),
        (
            {"train__head": "softmax", "train__loss": "categorical_crossentropy"},
            r"train\.head must be another for a single output",
        ),
        (
            {"train__head": "sigmoid", "train__loss": "binary_crossentropy"},
            r"train\.loss must be another unless targets .*, got binary_.* from -1 to 1",
        ),
        (
            {"train__loss": "direction"},
            r"train\.loss must be .* unless scale\.method is maxabs .* got direction with minmax$",
        ),
        (
            {"train__loss": "direction_by_size", **MAXABS, "difference__lags": [1, 12]},
            r"train\.loss must be .* unless difference\.lags is \[1\].*_by_size with \[1, 12\]$",
        ),
        (
            {
                "train__loss": "direction",
                **MAXABS,
                "train__patience": 2,
                "frame__validation_size": 3,
            },
            r"train\.patience must be null for a loss of direction: it stops by RMSE, got 2$",
        ),
        ({"train__repeats": 10**8}, r"train\.repeats must have .* got 83 hours for 100,000,000"),
        ({"train__units": [10**7]}, r".*train\.units must fit into the .* of memory that are free"),
        ({"train__epochs": 10**9}, r"train\.epochs must make at most .* hours at the very least"),
        ({"train__batch_size": 10**9}, r"train\.batch_size must be at most the 22 training rows"),
        (
            {"train__batch_size": 2 * 10**9, "train__remainder": "pad"},
            r".*train\.batch_size .*must fit into the .* of memory that are free",
        ),
    ],
)
def test_keys_and_rows_must_agree(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    keys: dict[str, object],
    message: str,
) -> None:
    project.set(**keys)
    project.call("download", "difference", "frame", "scale")
    monkeypatch.chdir(project.folder)
    with pytest.raises(StatecastError, match=rf"params\.yaml: {message}|^{message}"):
        prepare()


def test_targets_from_0_to_1_suit_a_cross_entropy(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.set(train__head="sigmoid", train__loss="binary_crossentropy", scale__range=[0, 1])
    project.call("download", "difference", "frame", "scale")
    monkeypatch.chdir(project.folder)
    assert prepare().setting.learning.loss == "binary_crossentropy"


@pytest.mark.parametrize("method", ["maxabs", "none"])
@pytest.mark.parametrize("loss", ["direction", "direction_by_size"])
def test_a_scale_that_keeps_0_suits_directions(
    project: Project, monkeypatch: pytest.MonkeyPatch, loss: str, method: str
) -> None:
    project.set(train__loss=loss, scale__method=method)
    project.call("download", "difference", "frame", "scale")
    monkeypatch.chdir(project.folder)
    assert prepare().setting.learning.is_of_direction


def test_rows_that_are_left_out_are_told(
    scaled_project: Project, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.chdir(scaled_project.folder)
    prepare()
    assert "train: sales: the 2 oldest rows left out, 20 train" in caplog.text


def test_a_job_has_the_values_of_params(
    scaled_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    scaled_project.set(train__seed=5, train__units=[3, 2], train__rows_per_update=2)
    monkeypatch.chdir(scaled_project.folder)
    setting = prepare().setting
    assert setting.seeds == [5, 6]
    assert setting.network.units == (3, 2)
    assert setting.batching == (4, "interleaved", "drop", True, 2, "each")


@pytest.mark.slow
def test_a_network_for_each_series_and_fold(project: Project) -> None:
    project.set(**FOLDS)
    project.call("download", "difference", "frame", "scale", "train")
    folder = project.folder / "data" / "trained"
    keys = list(dict.fromkeys(read_trained(folder).ensemble.keys))
    assert keys == [SeriesKey("sales"), SeriesKey("sales", 1), SeriesKey("sales", 2)]
    history = read_history(folder)
    assert history["fold"].tolist() == [0, 1, 2]
    assert history["unique_id"].tolist() == ["sales"] * 3


def test_weights_are_those_of_the_seeds(finished_project: Project) -> None:
    trained = read_trained(finished_project.folder / "data" / "trained")
    assert trained.ensemble.seeds.tolist() == trained.setting.seeds == [0, 1]
    first = trained.ensemble.weights[0]
    assert not np.array_equal(first[0], first[1])


def test_losses_are_the_last_ones_of_the_curves(finished_project: Project) -> None:
    losses = finished_project.json("data/trained/losses.json")
    last = read_history(finished_project.folder / "data" / "trained")["loss"][-1]
    assert losses["loss"]["mean"] == pytest.approx(last.mean())
    assert losses["loss"]["max"] == pytest.approx(last.max())


def test_history_has_a_row_for_each_repeat_and_epoch(finished_project: Project) -> None:
    history = finished_project.table("plots/history.csv")
    columns = ["seed", "epoch", "train_rmse", "validation_rmse", "test_rmse", "unit"]
    assert list(history) == columns
    assert sorted(history["epoch"].unique()) == [1, 2, 3]
    assert len(history) == 2 * 3


@pytest.mark.parametrize(
    "changes",
    [
        {"transform": "log", "seasonal": "multiplicative"},
        {"seasonal": "multiplicative"},
    ],
)
def test_curves_of_a_transformed_series_end_at_its_rmse_in_the_evaluation(
    project: Project, changes: dict[str, str]
) -> None:
    project.set(**{f"difference__{key}": value for key, value in changes.items()})
    project.set(evaluate__warm_up=False, baseline__methods=[])
    before = ("download", "difference", "frame", "scale", "baseline")
    project.call(*before, "train", "rebatch", "evaluate")
    last = project.table("plots/history.csv").groupby("seed")["test_rmse"].last()
    np.testing.assert_allclose(last, project.table("plots/rmse.csv")["rmse"], rtol=1e-5)


def test_the_model_says_how_it_was_trained(finished_project: Project) -> None:
    folder = finished_project.folder / "data"
    assert read_setting(folder / "model") == read_setting(folder / "trained")


def test_times_belong_to_the_weights(finished_project: Project) -> None:
    times = finished_project.json("data/times.json")
    assert times["training_seconds"] > 0
    assert len(times["weights_sha256"]) == 64


@pytest.mark.slow
def test_folds_make_intervals_and_change_nothing_else(scaled_folder: Path, tmp_path: Path) -> None:
    projects = {}
    for folds in (0, 3):
        shutil.copytree(scaled_folder / "data", tmp_path / str(folds) / "data")
        projects[folds] = Project(tmp_path / str(folds))
        projects[folds].set(train__interval_folds=folds)
        projects[folds].call("train", "rebatch", "evaluate")
    without = projects[0]
    with_folds = projects[3]
    weights = [read_arrays(own.folder / "data/trained/weights.npz") for own in projects.values()]
    assert weights[0].keys() == weights[1].keys()
    for name, weight in weights[0].items():
        np.testing.assert_array_equal(weights[1][name], weight)
    assert with_folds.json("metrics/evaluate.json") == without.json("metrics/evaluate.json")
    curves = [own.table("plots/history.csv") for own in projects.values()]
    pd.testing.assert_frame_equal(curves[1], curves[0], rtol=1e-5)
    assert without.json("data/scores.json")["interval"]["conformal"]["coverage"] is None
    conformal = with_folds.table("plots/intervals.csv").query("method == 'conformal'")
    held = conformal["y"].between(conformal["low"], conformal["high"]).mean()
    scores = with_folds.json("data/scores.json")["interval"]
    assert scores["conformal"]["coverage"] == pytest.approx(held)
    assert len(conformal) == 12


@pytest.mark.parametrize(
    "keys",
    [
        {"train__interval_folds": 0},
        {"train__interval_folds": 3, "frame__validation_size": 2},
        {"train__interval_folds": 3, "train__batch_size": 20},
        {"train__interval_folds": 12},
    ],
)
def test_there_are_no_interval_folds_where_none_can_be_or_none_are_asked_for(
    project: Project, monkeypatch: pytest.MonkeyPatch, keys: dict[str, object]
) -> None:
    project.set(**keys)
    project.call("download", "difference", "frame", "scale")
    monkeypatch.chdir(project.folder)
    assert not any(series.for_intervals for series in prepare().series)
