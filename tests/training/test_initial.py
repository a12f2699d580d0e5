"""Initial weights. Oracles: networks built by Keras, and what the papers say."""

from typing import Any

import numpy as np
import pytest

from statecast.network.network import Network, weight_shapes
from statecast.training.export import keras_model
from statecast.training.initial import (
    WIDER,
    _of_seed,
    chrono_biases,
    drawn_by_gate,
    initial_weights,
)
from statecast.training.runtime import keras
from tests.support import keras_loop

SEEDS = [3, 4]


@pytest.mark.parametrize("units", [(1,), (3, 2)])
def test_initial_weights_are_those_of_keras(units: tuple[int, ...]) -> None:
    ours = initial_weights(Network(2, units), SEEDS)
    for repeat, seed in enumerate(SEEDS):
        model = keras_loop.build(list(units), 2, 2, seed=seed)
        for mine, theirs in zip(ours, model.get_weights(), strict=True):
            np.testing.assert_array_equal(mine[repeat], theirs)


@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn"])
def test_initial_weights_of_every_cell_are_those_of_keras(cell: Any) -> None:
    ours = initial_weights(Network(2, (3, 2), cell=cell), SEEDS)
    for repeat, seed in enumerate(SEEDS):
        model = keras_loop.build([3, 2], 2, 2, seed=seed, cell=cell, dropout=0.1)
        for mine, theirs in zip(ours, model.get_weights(), strict=True):
            np.testing.assert_array_equal(mine[repeat], theirs)


def test_initial_weights_are_the_same_where_keras_computes_in_double_precision() -> None:
    network = Network(5, (4,))  # of a size that no other test draws: draws are kept
    keras.config.set_floatx("float64")
    try:
        double = initial_weights(network, SEEDS)
    finally:
        keras.config.set_floatx("float32")
    model = keras_loop.build([4], 2, 5, seed=SEEDS[0])
    for mine, theirs in zip(double, model.get_weights(), strict=True):
        assert mine.dtype == np.float32
        np.testing.assert_array_equal(mine[0], theirs)


def test_initial_weights_without_memory_are_those_of_keras() -> None:
    ours = initial_weights(Network(2, (3, 2), cell="dense"), [4])
    keras.utils.set_random_seed(4)
    layers = [keras.layers.Dense(3), keras.layers.Dense(2), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((2,)), *layers])
    for mine, theirs in zip(ours, model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine[0], theirs)


def test_highway_starts_from_zero() -> None:
    highway = initial_weights(Network(2, (3,), steps=4, highway=True), SEEDS)[-1]
    np.testing.assert_array_equal(highway, np.zeros((2, 8, 1)))


@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn", "dense"])
def test_initial_weights_fit_the_network(cell: Any) -> None:
    network = Network(2, (3, 2), outputs=2, cell=cell, highway=True)
    ours = [weight.shape[1:] for weight in initial_weights(network, SEEDS)]
    assert ours == [shape for _, shape in weight_shapes(network)]
    keras_model(network, 1).set_weights([weight[0] for weight in initial_weights(network, SEEDS)])


def test_weights_that_are_changed_do_not_come_back() -> None:
    network = Network(2, (3,))
    initial_weights(network, SEEDS)[0][:] = 7
    assert not (initial_weights(network, SEEDS)[0] == 7).any()


def test_weights_that_are_kept_for_other_networks_cannot_be_changed() -> None:
    weights = _of_seed(Network(features=1, units=(2,), outputs=1), seed=3)
    kernel, recurrent_kernel, _, head, _ = weights
    for kept in (kernel, recurrent_kernel, head):
        with pytest.raises(ValueError, match="read-only"):
            kept[0, 0] = 1.0
    for weight in initial_weights(Network(features=1, units=(2,), outputs=1), [3]):
        weight[...] = 1.0  # a copy


def chrono(network: Network, longest: int) -> list[np.ndarray]:
    return chrono_biases(network, initial_weights(network, SEEDS), SEEDS, longest)


def test_chrono_forget_biases_lie_where_the_paper_puts_them() -> None:
    forget = chrono(Network(1, (50,)), 100)[2][:, 50:100]
    assert (forget >= 0).all()
    assert (forget <= np.log(99)).all()


def test_chrono_input_biases_are_the_negative_of_the_forget_biases() -> None:
    bias = chrono(Network(1, (50,)), 100)[2]
    np.testing.assert_array_equal(bias[:, :50], -bias[:, 50:100])


def test_chrono_leaves_the_other_biases_at_zero() -> None:
    np.testing.assert_array_equal(chrono(Network(1, (50,)), 100)[2][:, 100:], 0)


def test_chrono_changes_the_biases_of_every_layer() -> None:
    weights = chrono(Network(1, (5, 4)), 100)
    assert weights[5].std() > 0
    usual = initial_weights(Network(1, (5, 4)), SEEDS)
    for place in (0, 1, 3, 4, 6, 7):
        np.testing.assert_array_equal(weights[place], usual[place])


def test_chrono_of_a_short_sequence_has_room_for_two_steps() -> None:
    forget = chrono(Network(1, (50,)), 1)[2][:, 50:100]
    assert (forget <= np.log(2)).all()


def test_chrono_leaves_cells_without_a_forget_gate_alone() -> None:
    network = Network(1, (5,), cell="gru")
    usual = initial_weights(network, SEEDS)
    assert chrono_biases(network, usual, SEEDS, 100) is usual


def by_gate(network: Network) -> list[np.ndarray]:
    return drawn_by_gate(network, initial_weights(network, SEEDS), SEEDS)


@pytest.mark.parametrize(("cell", "gates"), [("lstm", 4), ("gru", 3)])
def test_recurrent_kernel_of_each_gate_is_orthogonal_and_wider(cell: Any, gates: int) -> None:
    for recurrent in by_gate(Network(2, (6,), cell=cell))[1]:
        for kernel in np.split(recurrent, gates, axis=1):
            np.testing.assert_allclose(kernel.T @ kernel, WIDER**2 * np.eye(6), atol=1e-5)


def test_kernel_reaches_up_to_the_limit_of_one_gate() -> None:
    """Glorot's limit for 2 inputs and 200 outputs, which is wider than that for all 800 columns."""
    kernel = by_gate(Network(2, (200,)))[0]
    limit = np.sqrt(6 / 202)
    assert np.abs(kernel).max() <= limit
    assert np.abs(kernel).max() > 0.99 * limit


def test_kernel_is_drawn_evenly() -> None:
    """The standard deviation of a uniform distribution is its limit / sqrt(3)."""
    kernel = by_gate(Network(2, (200,)))[0]
    assert kernel.std() == pytest.approx(np.sqrt(6 / 202) / np.sqrt(3), rel=0.06)


def test_biases_and_head_are_not_drawn_by_gate() -> None:
    network = Network(2, (6,))
    usual = initial_weights(network, SEEDS)
    for mine, other in zip(by_gate(network)[2:], usual[2:], strict=True):
        np.testing.assert_array_equal(mine, other)


def test_cell_of_one_gate_keeps_its_weights() -> None:
    network = Network(2, (6,), cell="simple_rnn")
    usual = initial_weights(network, SEEDS)
    assert drawn_by_gate(network, usual, SEEDS) is usual


def test_gates_of_a_seed_do_not_depend_on_the_other_seeds() -> None:
    network = Network(2, (6,))
    alone = drawn_by_gate(network, initial_weights(network, SEEDS[1:]), SEEDS[1:])
    for mine, other in zip(by_gate(network), alone, strict=True):
        np.testing.assert_array_equal(mine[1:], other)
