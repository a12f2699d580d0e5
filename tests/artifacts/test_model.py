"""The model folder. Oracle: what was written."""

from pathlib import Path

import numpy as np
import pytest

from statecast.artifacts.model import Model, read_model, write_model
from statecast.base.errors import StatecastError
from statecast.base.files import read_json
from statecast.base.identity import SeriesKey
from statecast.data.inputs import Inputs
from statecast.data.inverse import Inverse
from statecast.data.scaling import Line, Scaler
from statecast.forecasting.parity import Parity
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo
from statecast.network.batching import Batching
from tests.support.artifacts import drawn_ensemble

INPUTS = Inputs(2, ("p",), ("month",), as_timesteps=True)
COLUMNS = [*(column.name for column in INPUTS.columns()), "y"]
LINES = {
    SeriesKey("a"): [Line(0.1, 1 / 3)] * len(COLUMNS),
    SeriesKey("a", 1): [Line(2, -1)] * len(COLUMNS),
}
MODEL = Model(
    networks=Rebatched(drawn_ensemble(), Batching(4, "contiguous", "pad", False, 3), 2, "carry"),
    inputs=INPUTS,
    undo=Undo(
        Scaler("standard", COLUMNS, LINES),
        Inverse((1, 12), "boxcox", {"a": 1 / 3}),
    ),
)
PARITY = Parity(False, 0.25, ["lanes"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_model(MODEL, PARITY, "another function", tmp_path / "model")
    return tmp_path / "model"


def test_how_the_networks_forecast_comes_back(folder: Path) -> None:
    networks = read_model(folder).networks
    assert networks.batching == MODEL.networks.batching
    assert (networks.batch_size, networks.policy) == (2, "carry")
    assert networks.ensemble.network == MODEL.networks.ensemble.network


def test_weights_come_back_to_the_last_bit(folder: Path) -> None:
    back = read_model(folder).networks.ensemble
    assert back.keys == MODEL.networks.ensemble.keys
    for weight, expected in zip(back.weights, MODEL.networks.ensemble.weights, strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_inputs_come_back(folder: Path) -> None:
    assert read_model(folder).inputs == MODEL.inputs


def test_what_undoes_scaling_and_differences_comes_back(folder: Path) -> None:
    assert read_model(folder).undo == MODEL.undo


def test_parity_is_told_in_numbers_and_words(folder: Path) -> None:
    assert read_json(folder / "parity.json") == {
        "exact": False,
        "max_abs_difference": 0.25,
        "exact_policies": ["lanes"],
        "in_words": "another function",
    }


@pytest.mark.parametrize(
    "name", ["weights.npz", "networks.json", "inputs.json", "scaler.json", "difference.json"]
)
def test_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(StatecastError, match=f"{name} must exist"):
        read_model(folder)
