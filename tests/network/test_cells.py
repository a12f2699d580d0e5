"""One step of each cell. Oracle: Keras's cells with the same weights and states.

Shape letters: R repeats, B lanes, F inputs, U units.
"""

from typing import Any, get_args

import numpy as np
import pytest

from statecast.network.cells import CELLS, Masks
from statecast.network.network import GATES, Activation, LayerState, Network, lifted, weight_shapes
from statecast.network.numpy_ops import NUMPY
from statecast.training.runtime import keras
from tests.support.keras_loop import hard_sigmoid

REPEATS = 2
LANES = 5
FEATURES = 3
UNITS = 4
RECURRENT = ["lstm", "gru", "simple_rnn"]
ACTIVATIONS = get_args(Activation)
KERAS_CELLS = {
    "lstm": keras.layers.LSTMCell,
    "gru": keras.layers.GRUCell,
    "simple_rnn": keras.layers.SimpleRNNCell,
}


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(np.float32)


def weights_of(network: Network) -> list[np.ndarray]:
    """Return random weights of the one layer, each [R, ...]."""
    shapes = [shape for _, shape in weight_shapes(network)]
    return [random(REPEATS, *shape) for shape in shapes[: network.weights_of_layers]]


def state() -> LayerState:
    return LayerState(random(REPEATS, LANES, UNITS), random(REPEATS, UNITS, LANES).swapaxes(1, 2))


def our_step(network: Network, masks: Masks | None = None) -> LayerState:
    cell = CELLS[network.cell]
    weights = lifted(weights_of(network))
    x = random(1, LANES, FEATURES)
    return cell(NUMPY, network, weights, x, state(), masks or Masks())


def keras_step(network: Network, repeat: int, **arguments: Any) -> list[np.ndarray]:
    """Return the next hidden state, of an LSTM the next carry too."""
    cell = KERAS_CELLS[network.cell](UNITS, **arguments)
    cell.build((LANES, FEATURES))
    cell.set_weights([weight[repeat] for weight in weights_of(network)])
    before = [part[repeat] for part in state()]
    if network.cell != "lstm":
        before = before[:1]
    _, after = cell(random(1, LANES, FEATURES)[0], before)
    return [np.asarray(part) for part in after]


@pytest.mark.parametrize("repeat", range(REPEATS))
@pytest.mark.parametrize("cell", RECURRENT)
def test_step_equals_the_cell_of_keras(cell: Any, repeat: int) -> None:
    network = Network(FEATURES, (UNITS,), cell=cell)
    theirs = keras_step(network, repeat)
    for mine, other in zip(our_step(network), theirs, strict=False):
        np.testing.assert_allclose(mine[repeat], other, atol=1e-6)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_hard_sigmoid_gates_equal_the_cell_of_keras(cell: Any) -> None:
    network = Network(FEATURES, (UNITS,), cell=cell, recurrent_activation="hard_sigmoid")
    theirs = keras_step(network, 1, recurrent_activation=hard_sigmoid)
    np.testing.assert_allclose(our_step(network).hidden[1], theirs[0], atol=1e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("cell", RECURRENT)
def test_activation_of_the_cell_equals_that_of_keras(cell: Any, activation: Any) -> None:
    network = Network(FEATURES, (UNITS,), cell=cell, activation=activation)
    theirs = keras_step(network, 1, activation=activation)
    np.testing.assert_allclose(our_step(network).hidden[1], theirs[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_step_of_a_dense_layer_equals_keras(activation: Any) -> None:
    network = Network(FEATURES, (UNITS,), cell="dense", activation=activation)
    layer = keras.layers.Dense(UNITS, activation=activation)
    layer.build((LANES, FEATURES))
    layer.set_weights([weight[1] for weight in weights_of(network)])
    theirs = np.asarray(layer(random(1, LANES, FEATURES)[0]))
    np.testing.assert_allclose(our_step(network).hidden[1], theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("cell", ["gru", "simple_rnn", "dense"])
def test_cells_without_a_carry_leave_it_alone(cell: Any) -> None:
    after = our_step(Network(FEATURES, (UNITS,), cell=cell))
    np.testing.assert_array_equal(after.carry, state().carry)


@pytest.mark.parametrize("cell", RECURRENT)
def test_mask_of_zeros_cuts_the_inputs_off(cell: Any) -> None:
    """By hand: without inputs a layer computes what it computes from inputs of zero."""
    network = Network(FEATURES, (UNITS,), cell=cell)
    nothing = np.zeros((1, LANES, FEATURES, GATES[cell]), np.float32)
    masked = our_step(network, Masks(inputs=nothing))
    weights = lifted(weights_of(network))
    zeros = np.zeros((1, LANES, FEATURES), np.float32)
    expected = CELLS[cell](NUMPY, network, weights, zeros, state(), Masks())
    np.testing.assert_allclose(masked.hidden, expected.hidden, atol=1e-6)


@pytest.mark.parametrize("cell", RECURRENT)
def test_recurrent_mask_of_zeros_cuts_the_hidden_state_off(cell: Any) -> None:
    """By hand: without its recurrent kernel a cell sees nothing of the hidden state."""
    network = Network(FEATURES, (UNITS,), cell=cell)
    nothing = np.zeros((1, LANES, UNITS, GATES[cell]), np.float32)
    masked = our_step(network, Masks(recurrent=nothing))
    kernel, recurrent_kernel, bias = lifted(weights_of(network))
    weights = [kernel, np.zeros_like(recurrent_kernel), bias]
    x = random(1, LANES, FEATURES)
    expected = CELLS[cell](NUMPY, network, weights, x, state(), Masks())
    np.testing.assert_allclose(masked.hidden, expected.hidden, atol=1e-6)


@pytest.mark.parametrize("cell", RECURRENT)
def test_a_state_that_went_through_its_mask_before_gives_the_same(cell: Any) -> None:
    network = Network(FEATURES, (UNITS,), cell=cell)
    mask = random(1, LANES, UNITS, GATES[cell])
    expected = our_step(network, Masks(recurrent=mask))
    through = NUMPY.masked(state().hidden, mask)
    after = our_step(network, Masks(hidden=through))
    np.testing.assert_allclose(after.hidden, expected.hidden, atol=1e-6)


def test_mask_of_one_gate_leaves_the_others_alone() -> None:
    """By hand: zeros in its columns of the kernel cut the forget gate off its inputs."""
    network = Network(FEATURES, (UNITS,))
    mask = np.ones((1, LANES, FEATURES, 4), np.float32)
    mask[..., 1] = 0
    masked = our_step(network, Masks(inputs=mask))
    kernel, recurrent_kernel, bias = lifted(weights_of(network))
    kernel[..., UNITS : 2 * UNITS] = 0
    weights = [kernel, recurrent_kernel, bias]
    x = random(1, LANES, FEATURES)
    expected = CELLS["lstm"](NUMPY, network, weights, x, state(), Masks())
    np.testing.assert_allclose(masked.carry, expected.carry, atol=1e-6)


def test_one_mask_for_all_gates_is_the_same_mask_for_each() -> None:
    network = Network(FEATURES, (UNITS,))
    single = (random(1, LANES, FEATURES, 1) > 0).astype(np.float32)
    each = np.repeat(single, 4, axis=-1)
    together = our_step(network, Masks(inputs=single))
    apart = our_step(network, Masks(inputs=each))
    np.testing.assert_allclose(together.hidden, apart.hidden, atol=1e-6)
