"""inputs.json, scaler.json and difference.json: what a row is, and what was done before."""

from pathlib import Path

from statecast.base.files import read_json
from statecast.base.paths import INVERSE, SCALED
from statecast.data.inputs import Inputs, inputs_from_json
from statecast.data.inverse import Inverse, inverse_from_json
from statecast.data.scaling import Scaler, scaler_from_json

INPUTS = "inputs.json"
SCALER = "scaler.json"


def read_inputs(folder: Path = SCALED) -> Inputs:
    """Return what a row is.

    Raises:
        StatecastError: the file is missing.

    """
    return inputs_from_json(read_json(folder / INPUTS))


def read_scaler(folder: Path = SCALED) -> Scaler:
    """Return the scaler of a folder.

    Raises:
        StatecastError: the file is missing.

    """
    return scaler_from_json(read_json(folder / SCALER))


def read_inverse(path: Path = INVERSE) -> Inverse:
    """Return what undoes the transform and the differences.

    Raises:
        StatecastError: the file is missing.

    """
    return inverse_from_json(read_json(path))
