"""``data/model``: all that is needed to forecast.

weights.npz has the weights of every series and seed; networks.json their shape, their training
batches, and the batch size and state policy of forecasting; inputs.json what a row is; scaler.json
and difference.json what was done to the series; training.json how the networks were trained;
parity.json whether they compute what was trained.
"""

from pathlib import Path
from typing import NamedTuple

from statecast.artifacts.undo import INPUTS, SCALER, read_inputs, read_inverse, read_scaler
from statecast.base.files import read_arrays, read_json, write_arrays, write_json
from statecast.base.paths import INVERSE, MODEL
from statecast.data.inputs import Inputs
from statecast.forecasting.parity import Parity
from statecast.forecasting.rebatched import Rebatched, rebatched_from
from statecast.forecasting.undo import Undo


class Model(NamedTuple):
    """Networks in use, what a row of theirs is, and what undoes the scale of their forecasts."""

    networks: Rebatched
    inputs: Inputs
    undo: Undo


def write_model(model: Model, parity: Parity, words: str, folder: Path = MODEL) -> None:
    """Write a model.

    Args:
        model: what is written.
        parity: whether the networks compute what was trained.
        words: the same as a sentence.
        folder: where to.

    """
    write_arrays(model.networks.ensemble.arrays(), folder / "weights.npz")
    write_json(model.networks.as_json(), folder / "networks.json")
    write_json(model.inputs.as_json(), folder / INPUTS)
    write_json(model.undo.scaler.as_json(), folder / SCALER)
    write_json(model.undo.inverse.as_json(), folder / INVERSE.name)
    write_json({**parity.as_json(), "in_words": words}, folder / "parity.json")


def read_model(folder: Path = MODEL) -> Model:
    """Return the model of a folder.

    Raises:
        StatecastError: a file is missing.

    """
    networks = rebatched_from(
        read_json(folder / "networks.json"), read_arrays(folder / "weights.npz")
    )
    undo = Undo(read_scaler(folder), read_inverse(folder / INVERSE.name))
    return Model(networks, read_inputs(folder), undo)
