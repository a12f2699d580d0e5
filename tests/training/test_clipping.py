"""Gradients clipped by the norm of each repeat. Oracles: by hand, and Keras."""

import numpy as np
import pytest

from statecast.network.network import Network
from statecast.training.clipping import clipped
from statecast.training.formula import Formula
from statecast.training.optimizers import Clip, check_optimizer
from statecast.training.repeats_first import RepeatsFirst
from statecast.training.repeats_last import RepeatsLast
from statecast.training.runtime import keras, tf
from tests.support import keras_loop
from tests.support.engine import (
    EPOCHS,
    SEEDS,
    batches_of,
    largest_difference,
    learning_by,
    of_last,
    train,
    wave_rows,
)

# two repeats of two weights: norms 5 and 13 of the first one, 12 and 0 of the second
FIRST = np.array([[[3.0, 4.0]], [[5.0, 12.0]]], np.float32)
SECOND = np.array([[[12.0]], [[0.0]]], np.float32)


FORMULAS: list[Formula] = [RepeatsLast([(1, 2), (1, 1)]), RepeatsFirst()]


def by(clip: Clip) -> list[list[list[float]]]:
    """Return both gradients of each repeat, the same by both formulas."""
    results = []
    for formula in FORMULAS:
        packed = [tf.constant(part) for part in formula.packed([FIRST, SECOND])]
        shortened = [part.numpy() for part in clipped(formula, packed, clip)]
        results.append([part.reshape(2, -1).tolist() for part in formula.unpacked(shortened)])
    of_last, of_first = results
    assert of_last == of_first
    return of_last


def test_without_a_norm_gradients_stay() -> None:
    gradients = [tf.constant(FIRST)]
    assert clipped(RepeatsFirst(), gradients, Clip(None, None)) is gradients


def test_norm_of_each_weight_and_repeat_is_clipped_by_itself() -> None:
    first, second = by(Clip(6.5, None))
    np.testing.assert_allclose(first, [[3, 4], [2.5, 6]], rtol=1e-6)
    np.testing.assert_allclose(second, [[6.5], [0]], rtol=1e-6)


def test_global_norm_is_that_of_all_weights_of_a_repeat() -> None:
    """The norms of both weights together are 13 and 13."""
    first, second = by(Clip(None, 6.5))
    np.testing.assert_allclose(first, [[1.5, 2], [2.5, 6]], rtol=1e-6)
    np.testing.assert_allclose(second, [[6], [0]], rtol=1e-6)


def test_short_gradients_are_not_made_longer() -> None:
    assert by(Clip(None, 20.0)) == [[[3, 4], [5, 12]], [[12], [0]]]


@pytest.mark.parametrize(
    "argument", ["clipnorm", pytest.param("global_clipnorm", marks=pytest.mark.slow)]
)
def test_clipping_by_norm_takes_the_norm_of_each_repeat(argument: str) -> None:
    """Keras clips one network alone; the engine clips it beside another one of larger gradients."""
    data = wave_rows(8, features=2)
    model = keras_loop.build([2], 4, 2, seed=SEEDS[-1])
    optimizer = keras.optimizers.SGD(0.1, **{argument: 0.05})
    model.compile(loss="mse", optimizer=optimizer, jit_compile=False)
    theirs = keras_loop.train_on_batches(model, data.x[0, :, None], data.y[0, :, 0], EPOCHS, 4)
    learning = learning_by(check_optimizer({"name": "sgd", argument: 0.05}), 0.1)
    ours = train(Network(2, (2,)), batches_of(data, 4), EPOCHS, learning).weights
    assert largest_difference(of_last(ours), theirs) < 1e-5
