"""Configurations measured without registering them. Oracle: the stages, run one after the other."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.base.section import validated
from statecast.network.network import Network
from statecast.study.configurations import expand
from statecast.study.file import Study
from statecast.study.local import train_here
from statecast.study.measuring import measure
from tests.conftest import ROOT, Project


def study_of(**content: Any) -> Study:
    return validated(Study, {"name": "s", "register": False, **content}, "s.yaml")


@pytest.fixture
def folder(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    shutil.copy(ROOT / "dvc.yaml", project.folder)
    monkeypatch.chdir(project.folder)
    return project


def test_measured_errors_are_those_of_the_stages(folder: Project) -> None:
    chosen = {
        "difference.lags": [1, 2],
        "evaluate.warm_up": False,
        "train.epochs": 4,
        "rebatch.state": "carry",
    }
    study = study_of(configurations=[{"train.epochs": 2}, {"name": "other", **chosen}], curves=True)
    before = sorted(folder.folder.rglob("*"))
    found = measure(expand(study, "s.yaml"), train_here(), curves=True)
    assert sorted(folder.folder.rglob("*")) == before
    assert found.errors["configuration"].tolist() == ["s-epochs=2"] * 2 + ["s-other"] * 2
    for key, value in chosen.items():
        folder.set(key, value)
    folder.call(
        "download", "difference", "frame", "scale", "baseline", "train", "rebatch", "evaluate"
    )
    stages = pd.read_csv("plots/rmse.csv")
    own = found.errors.query("configuration == 's-other'")
    assert own["seed"].tolist() == stages["seed"].tolist()
    np.testing.assert_allclose(own["rmse"], stages["rmse"], rtol=1e-9)
    history = pd.read_csv("plots/history.csv").sort_values(["seed", "epoch"])
    curves = found.curves.query("configuration == 's-other'").sort_values(["seed", "epoch"])
    columns = ["seed", "epoch", "train_rmse", "test_rmse"]
    np.testing.assert_allclose(curves[columns], history[columns], rtol=1e-6)


def test_every_configuration_is_in_every_variant() -> None:
    variants = {"a": {}, "b": {"train.seed": 7, "train.units": [2]}}
    found = expand(
        study_of(
            configurations=[{"name": "x", "train.units": [3]}, {"name": "y"}], variants=variants
        ),
        "s",
    )
    assert [one.name for one in found] == ["s-a-x", "s-a-y", "s-b-x", "s-b-y"]
    assert found[2].overrides == {
        "train.seed": 7,
        "train.units": [3],
    }  # the configuration's own value
    assert found[3].overrides == {"train.seed": 7, "train.units": [2]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"combine": 1, "grid": {"train.epochs": [1]}},
            "must have register true for optuna and combine",
        ),
        (
            {"register": True, "curves": True, "grid": {"train.epochs": [1]}},
            "must have register false for curves",
        ),
    ],
)
def test_measured_study_refuses_what_needs_experiments(
    content: dict[str, Any], message: str
) -> None:
    with pytest.raises(StatecastError, match=message):
        study_of(**content)


def test_gates_are_drawn_by_themselves_as_before_keras_2() -> None:
    from statecast.training.initial import drawn_by_gate, initial_weights

    network = Network(1, (3,))
    seeds = list(range(100))
    usual = initial_weights(network, seeds)
    kernel, recurrent, bias, *head = drawn_by_gate(network, usual, seeds)
    limit = np.sqrt(6 / (1 + 3))
    assert np.abs(kernel).max() <= limit
    assert kernel.std() == pytest.approx(limit / np.sqrt(3), rel=0.06)  # of a uniform distribution
    gates = recurrent.reshape(100, 3, 4, 3).transpose(0, 2, 1, 3)
    identity = np.broadcast_to(1.1**2 * np.eye(3), gates.shape)
    np.testing.assert_allclose(gates @ gates.swapaxes(-1, -2), identity, atol=1e-5)
    for mine, keras in zip((bias, *head), usual[2:], strict=True):
        np.testing.assert_array_equal(mine, keras)
    again = drawn_by_gate(network, [array[5:6] for array in usual], [5])
    np.testing.assert_array_equal(again[1][0], recurrent[5])


def test_paths_of_a_study_may_be_anywhere_in_the_folder(folder: Project) -> None:
    (folder.folder / "own").mkdir()
    lines = Path("data/source/shampoo.csv").read_text().splitlines()
    Path("own/short.csv").write_text("\n".join([lines[0], *lines[3:]]))
    study = study_of(
        grid={"download.source": ["own/short.csv", "shampoo.csv"]},
        overrides={"train.batch_size": 4},
    )
    rmse = measure(expand(study, "s.yaml"), train_here()).errors["rmse"].to_numpy()
    np.testing.assert_allclose(
        rmse[:2], rmse[2:], rtol=1e-6
    )  # the two oldest rows are dropped anyway
