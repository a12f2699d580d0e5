"""Inputs, scaler and inverse are read from the folders where the stages write them."""

from pathlib import Path

import pytest

from statecast.artifacts.undo import INPUTS, SCALER, read_inputs, read_inverse, read_scaler
from statecast.base.errors import StatecastError
from statecast.base.files import write_json
from statecast.data.inputs import Inputs
from statecast.data.inverse import Inverse
from statecast.data.scaling import Scaler


def test_inputs_come_back(tmp_path: Path) -> None:
    inputs = Inputs(3, ("p",))
    write_json(inputs.as_json(), tmp_path / INPUTS)
    assert read_inputs(tmp_path) == inputs


def test_scaler_comes_back(tmp_path: Path) -> None:
    scaler = Scaler("onehot", ["lag_1", "y"], alphabet=["a", "b"])
    write_json(scaler.as_json(), tmp_path / SCALER)
    assert read_scaler(tmp_path) == scaler


def test_inverse_comes_back(tmp_path: Path) -> None:
    inverse = Inverse((1,), "boxcox", {"a": 0.1})
    write_json(inverse.as_json(), tmp_path / "difference.json")
    assert read_inverse(tmp_path / "difference.json") == inverse


@pytest.mark.parametrize("read", [read_inputs, read_scaler])
def test_missing_file_is_named(tmp_path: Path, read) -> None:
    with pytest.raises(StatecastError, match=r"\.json must exist"):
        read(tmp_path)
