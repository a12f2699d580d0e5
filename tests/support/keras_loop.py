"""The published way, written plainly in Keras: one network, one fit call an epoch.

The oracle of the engine.
"""

from typing import Any

import numpy as np

from statecast.training.runtime import keras, tf

CELLS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "simple_rnn": keras.layers.SimpleRNN}


def hard_sigmoid(x: Any) -> Any:
    """Return Keras's hard sigmoid of 2017."""
    return tf.clip_by_value(0.2 * x + 0.5, 0.0, 1.0)


def build(
    units: list[int],
    batch_size: int,
    features: int = 1,
    *,
    seed: int | None = None,
    timesteps: int = 1,
    head: str = "linear",
    every_step: bool = False,
    stateful: bool = True,
    outputs: int = 1,
    cell: str = "lstm",
    **arguments: Any,
) -> Any:
    """Return a Sequential network, built right after the seed is set."""
    if seed is not None:
        keras.utils.set_random_seed(seed)
    layers = [
        CELLS[cell](
            size,
            stateful=stateful,
            return_sequences=every_step or layer < len(units) - 1,
            **arguments,
        )
        for layer, size in enumerate(units)
    ]
    inputs = keras.Input(batch_shape=(batch_size, timesteps, features))
    return keras.Sequential([inputs, *layers, keras.layers.Dense(outputs, activation=head)])


def reset(model: Any) -> None:
    """Zero the states of all recurrent layers."""
    for layer in model.layers:
        if hasattr(layer, "reset_state"):
            layer.reset_state()


def fit(model: Any, x: np.ndarray, y: np.ndarray, epochs: int, batch_size: int) -> list[np.ndarray]:
    """Train a compiled network as published and return its weights."""
    for _ in range(epochs):
        model.fit(x, y, epochs=1, batch_size=batch_size, verbose=0, shuffle=False)
        reset(model)
    return list(model.get_weights())


def train_on_batches(
    model: Any,
    x: np.ndarray,
    y: np.ndarray,
    epochs: int,
    batch_size: int,
    *,
    weights: np.ndarray | None = None,
) -> list[np.ndarray]:
    """Do what ``fit`` does, batch by batch, which takes a tenth of the time.

    ``weights`` are those of the rows in the loss; None: all are 1.
    """
    for _ in range(epochs):
        for first in range(0, len(x), batch_size):
            batch = slice(first, first + batch_size)
            own = None if weights is None else weights[batch]
            model.train_on_batch(x[batch], y[batch], sample_weight=own)
        reset(model)
    return list(model.get_weights())


def predict(model: Any, x: np.ndarray, batch_size: int) -> np.ndarray:
    """Return one forecast a row, from the states as they are."""
    return np.asarray(model.predict(x, batch_size=batch_size, verbose=0))[:, 0]
