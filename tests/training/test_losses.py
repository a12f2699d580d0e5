"""Losses and penalties. Oracle: Keras's classes."""

from typing import Any

import numpy as np
import pytest

from statecast.network.network import Head, Network, lifted
from statecast.training.formula import lifted_shapes
from statecast.training.initial import initial_weights
from statecast.training.losses import LOSSES, factors_of_weights, penalty
from statecast.training.repeats_first import RepeatsFirst
from statecast.training.repeats_last import RepeatsLast
from statecast.training.runtime import keras, tf

HEADS: dict[str, Head] = {
    "binary_crossentropy": "sigmoid",
    "categorical_crossentropy": "softmax",
}
CLASSES = {
    "mse": keras.losses.MeanSquaredError,
    "mae": keras.losses.MeanAbsoluteError,
    "huber": keras.losses.Huber,
    "log_cosh": keras.losses.LogCosh,
    "binary_crossentropy": keras.losses.BinaryCrossentropy,
    "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
}
Z = np.array([[-3.0, -0.5, 0.0, 0.2, 4.0], [1.0, 2.0, 0.5, -1.0, 0.0]], np.float32)
Y = np.array([[0, 0, 1, 0, 0], [1, 0, 0, 0, 0]], np.float32)
KERAS_OF_DIRECTIONS = {  # loss to the weight of each target
    "direction": lambda y: np.abs(np.sign(y)),
    "direction_by_size": np.abs,
}
MOVES = np.array([[-1.0, 0.25], [0.5, -0.01], [0.0, 0.75], [0.0, 0.0]], np.float32)
LOGITS = np.array([[2.0, -30.0], [0.0, 0.3], [5.0, 40.0], [-7.0, 1.0]], np.float32)
FACTORS = tf.constant([[0.1, 0.2, 0.3], [0.01, 0.02, 0.03]])  # L1 and L2


def losses(name: str, z: np.ndarray, y: np.ndarray, head: Head = "linear") -> np.ndarray:
    """Return the losses [B] of one repeat; z and y are [B, O]."""
    return np.asarray(LOSSES[name](z[..., None], y[..., None], head))[:, 0]


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_losses_are_those_of_keras(name: str) -> None:
    head = HEADS.get(name, "linear")
    outputs = keras.activations.get(head)(Z)
    theirs = CLASSES[name](reduction=None)(Y, outputs)
    np.testing.assert_allclose(losses(name, Z, Y, head), theirs, rtol=1e-5)


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_losses_keep_the_axes_of_repeats_and_lanes(name: str) -> None:
    head = HEADS.get(name, "linear")
    z = np.stack([Z, 2 * Z], axis=-1)  # [B, O, R]
    alone = [losses(name, one, Y, head) for one in (Z, 2 * Z)]
    np.testing.assert_allclose(LOSSES[name](z, Y[..., None], head), np.transpose(alone))


def test_every_loss_has_an_oracle() -> None:
    assert {*CLASSES, *KERAS_OF_DIRECTIONS} == set(LOSSES)


@pytest.mark.parametrize("name", KERAS_OF_DIRECTIONS)
def test_losses_of_direction_are_weighted_cross_entropies_of_the_signs(name: str) -> None:
    """Each output by itself, since Keras weighs whole rows."""
    crossentropy = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)
    is_up = (MOVES > 0).astype(np.float32)[..., None]
    weights = KERAS_OF_DIRECTIONS[name](MOVES)
    theirs = crossentropy(is_up, LOGITS[..., None], sample_weight=weights)
    ours = losses(name, LOGITS, MOVES)
    np.testing.assert_allclose(ours, np.mean(theirs, axis=-1), rtol=1e-5)


@pytest.mark.parametrize("name", KERAS_OF_DIRECTIONS)
def test_a_direction_that_is_hopelessly_wrong_costs_its_logit(name: str) -> None:
    """By hand: 200 for the sign; by size a move of a half costs half of it."""
    z = np.array([[-200.0]], np.float32)
    y = np.array([[0.5]], np.float32)
    expected = 200 if name == "direction" else 100
    assert losses(name, z, y)[0] == pytest.approx(expected)


@pytest.mark.parametrize("name", KERAS_OF_DIRECTIONS)
def test_no_change_teaches_no_direction(name: str) -> None:
    z = tf.Variable([[[0.7]]])
    with tf.GradientTape() as tape:
        loss = LOSSES[name](z, tf.zeros((1, 1, 1)), "linear")
    assert loss.numpy() == tape.gradient(loss, z).numpy() == 0


def test_losses_of_errors_see_the_outputs_of_the_head() -> None:
    theirs = keras.losses.MeanSquaredError(reduction=None)(Y, np.tanh(Z))
    np.testing.assert_allclose(losses("mse", Z, Y, "tanh"), theirs, rtol=1e-5)


@pytest.mark.parametrize("name", sorted(HEADS))
def test_crossentropy_of_a_hopeless_forecast_is_finite(name: str) -> None:
    """By hand: z off by 200 costs 200; where outputs count one by one, a fifth of it."""
    z = np.array([[-200.0, 0, 0, 0, 0]], np.float32)
    y = np.array([[1.0, 0, 0, 0, 0]], np.float32)
    loss = losses(name, z, y, HEADS[name])[0]
    if name == "binary_crossentropy":
        assert loss == pytest.approx((200 + 4 * np.log(2)) / 5)
    else:
        assert loss == pytest.approx(200 + np.log(4))


@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn", "dense"])
def test_penalty_is_the_sum_of_keras_regularizers(cell: Any, last: bool) -> None:
    network = Network(2, (3, 2), cell=cell, highway=True)
    weights = [weight + 0.5 for weight in initial_weights(network, [3, 4])]
    formula = RepeatsLast(lifted_shapes(network)) if last else RepeatsFirst()
    packed = [tf.constant(weight) for weight in formula.packed(lifted(weights))]
    ours = penalty(formula, packed, factors_of_weights(formula, network, FACTORS)).numpy()
    l1, l2 = FACTORS.numpy().tolist()
    regularizers = [keras.regularizers.L1L2(*pair) for pair in zip(l1, l2, strict=True)]
    if cell == "dense":
        del regularizers[1]  # it has no recurrent kernel
    of_layers = [*regularizers, *regularizers]
    for repeat in range(2):
        own = [weight[repeat] for weight in weights[: len(of_layers)]]
        pairs = zip(of_layers, own, strict=True)
        theirs = sum(float(regularizer(weight)) for regularizer, weight in pairs)
        assert ours[repeat] == pytest.approx(theirs, rel=1e-5)


@pytest.mark.parametrize("head", ["linear", "softmax"])
@pytest.mark.parametrize("name", sorted(LOSSES))
def test_losses_can_be_learned_from_over_rows_in_a_compiled_loop(name: str, head: Head) -> None:
    """Updates of two rows each, as the engine takes them; two by hand are the oracle."""
    y = tf.constant(Y[..., None])

    def is_below_two(done: Any, _: Any) -> Any:
        return done < 2

    def loss_of(z: Any) -> Any:
        def take_row(row: Any, total: Any) -> tuple[Any, Any]:
            return row + 1, total + tf.reduce_sum(LOSSES[name](z, y, head))

        return tf.while_loop(is_below_two, take_row, (0, 0.0), maximum_iterations=2)[1]

    def update(done: Any, z: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch(z)
            loss = loss_of(z)
        return done + 1, z - 0.1 * tape.gradient(loss, z)

    @tf.function(jit_compile=True)
    def learn(z: Any) -> Any:
        return tf.while_loop(is_below_two, update, (0, z), maximum_iterations=2)[1]

    start = tf.constant(Z[..., None])
    _, by_hand = update(*update(0, start))
    np.testing.assert_allclose(learn(start), by_hand, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("last", [True, False])
def test_each_repeat_has_factors_of_its_own(last: bool) -> None:
    """By hand: all weights are 1, and only the second repeat has a penalty, of its biases."""
    network = Network(2, (3,))
    formula = RepeatsLast(lifted_shapes(network)) if last else RepeatsFirst()
    ones = [np.ones((2, *shape), np.float32) for shape in lifted_shapes(network)]
    packed = [tf.constant(weight) for weight in formula.packed(ones)]
    factors = np.zeros((2, 3, 2), np.float32)
    factors[:, 2, 1] = (0.5, 0.25)
    of_weights = factors_of_weights(formula, network, tf.constant(factors))
    biases = 4 * 3
    assert penalty(formula, packed, of_weights).numpy().tolist() == [0, 0.75 * biases]
