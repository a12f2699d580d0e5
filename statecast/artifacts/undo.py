"""inputs.json, scaler.json and difference.json: what a row is, and what was done before."""

from pathlib import Path

from statecast.artifacts.typed import read_typed, require_types
from statecast.base.errors import require
from statecast.base.files import as_written, read_json
from statecast.base.identity import SeriesKey
from statecast.base.paths import INVERSE, SCALED
from statecast.data.inputs import Inputs, inputs_from_json
from statecast.data.inverse import Inverse, inverse_from_json
from statecast.data.scaling import Method, Scaler, scaler_from_json

INPUTS = "inputs.json"
SCALER = "scaler.json"


def read_inputs(folder: Path = SCALED) -> Inputs:
    """Return what a row is.

    Raises:
        StatecastError: the file is missing or damaged.

    """
    return read_typed(folder / INPUTS, inputs_from_json, Inputs)


def read_scaler(folder: Path = SCALED) -> Scaler:
    """Return the scaler of a folder.

    Raises:
        StatecastError: the file is missing or damaged.

    """
    path = folder / SCALER
    content = read_json(path)
    with as_written(path):
        scaler = scaler_from_json(content)
        require_types(scaler.alphabet, list[str])
        require_types(scaler.columns, list[str])
        require_types(scaler.method, Method)
        require_types(list(scaler.lines), list[SeriesKey])
        for key, lines in scaler.lines.items():
            fits = len(lines) == len(scaler.columns)
            require(fits, f"scales of {key}", "be one a column", len(lines))
    return scaler


def read_inverse(path: Path = INVERSE) -> Inverse:
    """Return what undoes the transform and the differences.

    Raises:
        StatecastError: the file is missing or damaged.

    """
    return read_typed(path, inverse_from_json, Inverse)
