"""Write networks as Keras models at their forecasting batch size: a JSON config and ``.weights.h5``.

Both are byte-stable, which a ``.keras`` file is not.
"""

from pathlib import Path
from typing import Any, Literal

import numpy as np

from statecast.base.errors import require
from statecast.base.files import whole_file, write_text
from statecast.network.ensemble import Model
from statecast.network.network import Network
from statecast.training.runtime import keras

LAYERS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "simple_rnn": keras.layers.SimpleRNN}


def keras_model(network: Network, batch_size: int) -> Any:
    """Return a stateful Keras model of ``batch_size`` rows [steps, F] a call.

    Raises StatecastError for the hard sigmoid of 2017, which Keras 3 has no name for.
    """
    hard = network.recurrent_activation == "hard_sigmoid" and network.cell in ("lstm", "gru")
    where = "params.yaml: train.recurrent_activation"
    require(not hard, where, "be sigmoid to export: Keras 3 has another hard_sigmoid", "hard_sigmoid of 2017")
    row = keras.Input(batch_shape=(batch_size, network.steps, network.features), name="row")
    x = row
    for layer, units in enumerate(network.units):
        name, last = f"{network.cell}_{layer}", layer == len(network.units) - 1
        if network.cell == "dense":
            x = keras.layers.Dense(units, activation="tanh", name=name)(x)
        else:
            x = LAYERS[network.cell](units, stateful=True, return_sequences=not last, name=name)(x)
    if network.cell == "dense":
        x = keras.layers.Flatten(name="one_step")(x)
    if not network.highway:
        head = keras.layers.Dense(network.outputs, activation=network.head, name="head")
        return keras.Model(row, head(x), name="statecast")
    straight = keras.layers.Dense(network.outputs, use_bias=False, kernel_initializer="zeros", name="highway")
    both = [
        keras.layers.Dense(network.outputs, name="head")(x),
        straight(keras.layers.Flatten(name="inputs")(row)),
    ]
    outputs = keras.layers.Activation(network.head, name="outputs")(keras.layers.Add(name="sum")(both))
    return keras.Model(row, outputs, name="statecast")


def export_keras(model: Model, folder: Path, *, batch_size: int, seed: int | Literal["all"]) -> None:
    """Write ``model.json`` and ``[UNIQUE_ID_]SEED.weights.h5`` of one seed or all.

    ``keras.models.model_from_json`` and ``load_weights`` read them.
    """
    seeds = sorted(set(model.seed.tolist()))
    which = f"be all or a trained seed, {seeds[0]} to {seeds[-1]}"
    require(seed == "all" or seed in seeds, "params.yaml: rebatch.export", which, seed)
    built = keras_model(model.network, batch_size)
    write_text(built.to_json(indent=2) + "\n", folder / "model.json")
    several = len(set(model.unique_id.tolist())) > 1
    for place in np.flatnonzero((model.seed == seed) | (seed == "all")).tolist():
        built.set_weights([array[place] for array in model.weights])
        name = f"{model.unique_id[place]}_{model.seed[place]}" if several else str(model.seed[place])
        with whole_file(folder / f"{name}.weights.h5") as temporary:
            written = temporary.with_name("part.weights.h5")  # Keras insists on the ending
            built.save_weights(written)
            written.replace(temporary)
