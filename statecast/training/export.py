"""Write networks as Keras models at their forecasting batch size.

A model is a JSON config and ``.weights.h5``. Both are byte-stable, which a ``.keras`` file is not.
"""

from pathlib import Path
from typing import Any, Literal

import numpy as np

from statecast.base.errors import require
from statecast.base.files import write_text
from statecast.base.identity import SeriesKey
from statecast.base.memory import require_memory
from statecast.base.paths import file_name
from statecast.base.writing import whole_file
from statecast.network.ensemble import Ensemble
from statecast.network.network import Network
from statecast.training.runtime import keras

LAYERS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "simple_rnn": keras.layers.SimpleRNN}
STATE_BYTES = 24  # of a unit: hidden and carry in single precision, in three copies
GATED = ("lstm", "gru")


def keras_model(network: Network, batch_size: int) -> Any:
    """Return a stateful Keras model of ``batch_size`` rows [T, F] a call.

    Raises:
        StatecastError: Keras 3 has no such cell, or no name for the hard sigmoid of 2017; or
            the batch does not fit into memory.

    """
    known = (*LAYERS, "dense")
    require(network.cell in known, "`cell`", f"be {', '.join(known)} to export", network.cell)
    is_hard = network.recurrent_activation == "hard_sigmoid" and network.cell in GATED
    must = "be sigmoid to export: Keras 3 has another hard_sigmoid"
    require(not is_hard, "`recurrent_activation`", must, "hard_sigmoid of 2017")
    states = batch_size * sum(network.units) * STATE_BYTES
    require_memory({"the states of `batch_size` rows of a Keras model": states})
    row = keras.Input((network.steps, network.features), batch_size=batch_size, name="row")
    hidden = _layers(network, row)
    if network.highway:
        return keras.Model(row, _with_highway(network, row, hidden), name="statecast")
    head = keras.layers.Dense(network.outputs, activation=network.head, name="head")
    return keras.Model(row, head(hidden), name="statecast")


def export_keras(
    ensemble: Ensemble, folder: Path, *, batch_size: int, seed: int | Literal["all"]
) -> None:
    """Write ``model.json`` and ``[UNIQUE_ID_]SEED.weights.h5``.

    The ``unique_id`` stands there as ``statecast.base.paths.file_name`` writes it.
    ``keras.models.model_from_json`` and ``load_weights`` read them.

    Args:
        ensemble: the networks.
        folder: where the files go.
        batch_size: rows of a call.
        seed: which repeat, or all.

    Raises:
        StatecastError: there is no such seed, or ``keras_model`` cannot build the network.

    """
    seeds = sorted(set(ensemble.seed.tolist()))
    must = f"be all or a trained seed, {seeds[0]} to {seeds[-1]}"
    require(seed == "all" or seed in seeds, "`export`", must, seed)
    model = keras_model(ensemble.network, batch_size)
    write_text(model.to_json(indent=2) + "\n", folder / "model.json")
    several = len(set(ensemble.keys)) > 1
    wanted = (ensemble.seed == seed) | (seed == "all")
    for index in np.flatnonzero(wanted).tolist():
        model.set_weights([weight[index] for weight in ensemble.weights])
        name = str(ensemble.seed[index])
        if several:
            name = f"{_name_of(ensemble.keys[index])}_{name}"
        with whole_file(folder / f"{name}.weights.h5") as temporary:
            _save_weights(model, temporary)


def _save_weights(model: Any, path: Path) -> None:
    """Write weights to a file of any name: Keras itself insists on an ending."""
    written = path.with_name(f"{path.name}.weights.h5")
    try:
        model.save_weights(written)
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)


def _name_of(key: SeriesKey) -> str:
    """Return a file name; every series and fold has its own."""
    name = file_name(key.unique_id)
    return name if key.is_whole else f"{name}+fold{key.fold}"


def _layers(network: Network, row: Any) -> Any:
    """Return the hidden state of the last layer after a row."""
    hidden = row
    last = len(network.units) - 1
    for layer, units in enumerate(network.units):
        name = f"{network.cell}_{layer}"
        if network.cell == "dense":
            hidden = keras.layers.Dense(units, activation=network.activation, name=name)(hidden)
        else:
            every_step = layer < last
            make = LAYERS[network.cell]
            built = make(
                units,
                activation=network.activation,
                stateful=True,
                return_sequences=every_step,
                name=name,
            )
            hidden = built(hidden)
    if network.cell == "dense":
        return keras.layers.Flatten(name="one_step")(hidden)
    return hidden


def _with_highway(network: Network, row: Any, hidden: Any) -> Any:
    """Return the outputs of a network with a linear term from the inputs of a row."""
    head = keras.layers.Dense(network.outputs, name="head")(hidden)
    inputs = keras.layers.Flatten(name="inputs")(row)
    highway = keras.layers.Dense(
        network.outputs, use_bias=False, kernel_initializer="zeros", name="highway"
    )
    both = keras.layers.Add(name="sum")([head, highway(inputs)])
    return keras.layers.Activation(network.head, name="outputs")(both)
