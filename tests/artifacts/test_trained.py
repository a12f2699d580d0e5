"""Trained networks as files. Oracle: what was written."""

from pathlib import Path

import numpy as np
import pytest

from statecast.artifacts.trained import read_history, read_setting, read_trained, write_trained
from statecast.base.errors import StatecastError
from statecast.base.files import read_json
from tests.support.artifacts import KEYS, trained_networks

TRAINED = trained_networks()
CURVES = {"loss": np.arange(6.0).reshape(2, 3), "parts": np.array(["train", "test"])}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_trained(TRAINED, CURVES, {"loss": {"mean": 0.5}}, tmp_path / "trained")
    return tmp_path / "trained"


def test_setting_comes_back(folder: Path) -> None:
    assert read_setting(folder) == TRAINED.setting
    assert read_trained(folder).setting == TRAINED.setting


def test_weights_come_back_to_the_last_bit(folder: Path) -> None:
    back = read_trained(folder).ensemble
    assert back.network == TRAINED.ensemble.network
    assert len(back.weights) == len(TRAINED.ensemble.weights)
    for weight, expected in zip(back.weights, TRAINED.ensemble.weights, strict=True):
        np.testing.assert_array_equal(weight, expected)
        assert weight.dtype == np.float32


def test_series_folds_and_seeds_come_back(folder: Path) -> None:
    back = read_trained(folder).ensemble
    assert back.keys == TRAINED.ensemble.keys
    assert back.seeds.tolist() == [7, 8]


def test_each_series_and_fold_has_its_own_weights(folder: Path) -> None:
    back = read_trained(folder).ensemble
    for key in KEYS:
        expected = TRAINED.ensemble.weights_of(key)[0]
        np.testing.assert_array_equal(back.weights_of(key)[0], expected)


def test_curves_come_back(folder: Path) -> None:
    curves = read_history(folder)
    assert list(curves) == list(CURVES)
    np.testing.assert_array_equal(curves["loss"], CURVES["loss"])
    assert curves["parts"].tolist() == ["train", "test"]


def test_losses_are_text(folder: Path) -> None:
    assert read_json(folder / "losses.json") == {"loss": {"mean": 0.5}}


@pytest.mark.parametrize("name", ["weights.npz", "training.json"])
def test_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(StatecastError, match=f"{name} must exist"):
        read_trained(folder)
