"""Exported networks for symbols, run by Keras alone."""

from pathlib import Path

import numpy as np

from statecast.base.files import read_json
from statecast.training.runtime import keras
from tests.support import keras_loop


def said_by_keras(folder: Path, seed: int, symbols: list[str]) -> list[str]:
    """Return what an exported network says after each row of a sequence.

    Args:
        folder: in which the pipeline ran.
        seed: of the network.
        symbols: the sequence.

    """
    alphabet = read_json(folder / "data" / "scaled" / "scaler.json")["alphabet"]
    exported = folder / "data" / "exported"
    model = keras.models.model_from_json((exported / "model.json").read_text())
    model.load_weights(exported / f"{seed}.weights.h5")
    places, steps, inputs = model.input_shape
    lookback = steps * inputs // len(alphabet)
    one_hot = np.eye(len(alphabet), dtype=np.float32)[[alphabet.index(one) for one in symbols]]
    keras_loop.reset(model)
    said = []
    for row in range(len(symbols) - lookback):
        window = one_hot[row : row + lookback].reshape(1, steps, inputs)
        outputs = model(np.repeat(window, places, axis=0))
        said.append(alphabet[int(np.argmax(outputs[0]))])
    return said
