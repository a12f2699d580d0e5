"""``data/model``: the networks, and what brings their forecasts back to the original scale.

- weights.npz: the weights of every series and seed
- networks.json: their shape, their training batches, and how they forecast: batch size and state
- inputs.json: what a row is
- scaler.json and difference.json: what was done to the series
- parity.json: whether the networks compute what was trained

``statecast.artifacts.forecaster`` has what else is there.
"""

from pathlib import Path
from typing import NamedTuple

from statecast.artifacts.typed import require_types
from statecast.artifacts.undo import INPUTS, SCALER, read_inputs, read_inverse, read_scaler
from statecast.base.errors import require
from statecast.base.files import as_written, read_arrays, read_json, write_arrays, write_json
from statecast.base.paths import INVERSE, MODEL
from statecast.base.writing import whole_folder
from statecast.data.inputs import Inputs
from statecast.forecasting.parity import Parity
from statecast.forecasting.rebatched import Rebatched, rebatched_from
from statecast.forecasting.undo import Undo
from statecast.network.batching import Batching
from statecast.network.lanes import StatePolicy
from statecast.network.network import Network


class Model(NamedTuple):
    """Networks in use, what a row of theirs is, and what undoes the scale of their forecasts."""

    networks: Rebatched
    inputs: Inputs
    undo: Undo


def write_model(model: Model, parity: Parity, words: str, folder: Path = MODEL) -> None:
    """Write a model.

    Args:
        model: the networks, their inputs and what undoes the scale.
        parity: whether the networks compute what was trained.
        words: the parity as a sentence.
        folder: where the files go.

    """
    networks, inputs, undo = model
    with whole_folder(folder):
        write_arrays(networks.ensemble.arrays(), folder / "weights.npz")
        write_json(networks.as_json(), folder / "networks.json")
        write_json(inputs.as_json(), folder / INPUTS)
        write_json(undo.scaler.as_json(), folder / SCALER)
        write_json(undo.inverse.as_json(), folder / INVERSE.name)
        write_json({**parity.as_json(), "in_words": words}, folder / "parity.json")


def read_model(folder: str | Path = MODEL) -> Model:
    """Return the model of a folder.

    Raises:
        StatecastError: a file is missing or damaged.

    """
    folder = Path(folder)
    described = read_json(folder / "networks.json")
    arrays = read_arrays(folder / "weights.npz")
    undo = Undo(read_scaler(folder), read_inverse(folder / INVERSE.name))
    inputs = read_inputs(folder)
    with as_written(folder):
        networks = rebatched_from(described, arrays)
        require_types(networks.ensemble.network, Network)
        require_types(networks.batching, Batching)
        require_types((networks.batch_size, networks.policy), tuple[int, StatePolicy])
        columns = [*(column.name for column in inputs.columns()), "y"]
        same = undo.scaler.columns == columns
        require(same, "columns of the scaler", f"be {', '.join(columns)}", undo.scaler.columns)
    return Model(networks, inputs, undo)
