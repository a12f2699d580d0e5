"""The published code for copied weights. Oracle: the code itself, in Keras."""

import numpy as np
import pytest

from problems.published import INPUTS, TARGETS, networks_of, predictions, table
from statecast.training.runtime import keras
from tests.support import keras_loop


def as_published(epochs: int) -> np.ndarray:
    """Return what the published code predicts with weights copied from 3 to 1."""
    x = INPUTS.reshape(-1, 1, 1).astype(np.float32)
    trained = keras_loop.build([10], 3, seed=0)
    trained.compile(loss="mse", optimizer="adam", jit_compile=False)
    weights = keras_loop.train_on_batches(trained, x, TARGETS.astype(np.float32), epochs, 3)
    copied = keras_loop.build([10], 1)
    copied.set_weights(weights)
    return np.array([float(np.asarray(copied(row[None]))[0, 0]) for row in x])


@pytest.mark.parametrize("epochs", [30, pytest.param(1000, marks=pytest.mark.slow)])
def test_our_networks_predict_what_the_published_code_predicts(epochs: int) -> None:
    keras.backend.clear_session()
    ours = predictions(networks_of(epochs, 2))[0]
    np.testing.assert_allclose(ours, as_published(epochs), atol=2e-3)


def test_the_later_value_is_the_input() -> None:
    assert (INPUTS[0], TARGETS[0]) == (0.1, 0.0)


def test_the_table_counts_what_is_right_after_rounding() -> None:
    """By hand: the first repeat is right everywhere, the second is off by 0.1 everywhere."""
    lines = table(np.stack([TARGETS + 0.04, TARGETS + 0.1]))
    assert lines[2] == "| 0.0 | 0.0 | 0.0 | 0.07 | 0.04 | 0.50 |"
    assert lines[-1] == "RMSE 0.070, standard deviation 0.042; all nine right in 1 of 2 repeats."
