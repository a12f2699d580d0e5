"""A row through a whole network. Oracles: by hand, and layers taken one by one."""

import numpy as np
import pytest

from statecast.network.activations import activate
from statecast.network.cells import CELLS, Masks
from statecast.network.network import Head, LayerState, Network, State, lifted, weight_shapes
from statecast.network.numpy_ops import NUMPY
from statecast.network.step import step

LANES = 4


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(len(shape)).normal(size=shape).astype(np.float32)


def weights_of(network: Network) -> list[np.ndarray]:
    """Return lifted random weights of two repeats."""
    return lifted([random(2, *shape) for _, shape in weight_shapes(network)])


def state_of(network: Network) -> State:
    return tuple(
        LayerState(random(2, LANES, units), random(2, LANES, units)) for units in network.units
    )


def test_each_layer_takes_the_hidden_state_of_the_one_below() -> None:
    network = Network(3, (5, 2))
    weights = weights_of(network)
    below, above = state_of(network)
    x = random(1, LANES, 3)
    lstm = CELLS["lstm"]
    first = lstm(NUMPY, network, weights[:3], x, below, Masks())
    second = lstm(NUMPY, network, weights[3:6], first.hidden, above, Masks())
    _, after = step(NUMPY, network, weights, x, (below, above))
    np.testing.assert_array_equal(after[0].hidden, first.hidden)
    np.testing.assert_array_equal(after[1].hidden, second.hidden)


def test_output_is_linear_in_the_last_hidden_state() -> None:
    network = Network(3, (2,), outputs=2)
    weights = weights_of(network)
    z, after = step(NUMPY, network, weights, random(1, LANES, 3), state_of(network))
    kernel = weights[3]
    bias = weights[4]
    np.testing.assert_allclose(z, after[0].hidden @ kernel + bias, rtol=1e-6)


def test_highway_adds_a_linear_term_of_the_inputs() -> None:
    network = Network(3, (2,), highway=True)
    weights = weights_of(network)
    x = random(1, LANES, 3)
    z, _ = step(NUMPY, network, weights, x, state_of(network))
    plain, _ = step(NUMPY, Network(3, (2,)), weights[:-1], x, state_of(network))
    np.testing.assert_allclose(z - plain, x @ weights[-1], atol=1e-6)


def test_steps_of_a_row_are_taken_the_oldest_first() -> None:
    """A row of three steps of two inputs is three rows of two inputs."""
    network = Network(2, (3,), steps=3)
    one_step = Network(2, (3,))
    weights = weights_of(network)
    x = random(1, LANES, 6)
    z, _ = step(NUMPY, network, weights, x, state_of(network))
    state = state_of(network)
    for place in range(3):
        inputs = x[..., 2 * place : 2 * place + 2]
        last, state = step(NUMPY, one_step, weights, inputs, state)
    np.testing.assert_allclose(z, last, rtol=1e-6)


def test_highway_sees_all_steps_of_a_row() -> None:
    network = Network(2, (3,), steps=3, highway=True)
    weights = weights_of(network)
    x = random(1, LANES, 6)
    z, _ = step(NUMPY, network, weights, x, state_of(network))
    plain, _ = step(NUMPY, Network(2, (3,), steps=3), weights[:-1], x, state_of(network))
    np.testing.assert_allclose(z - plain, x @ weights[-1], atol=1e-6)


def test_masks_are_those_of_their_layers() -> None:
    network = Network(3, (2, 2))
    weights = weights_of(network)
    state = state_of(network)
    x = random(1, LANES, 3)
    nothing = Masks(inputs=np.zeros((1, LANES, 2, 1), np.float32))
    _, plain = step(NUMPY, network, weights, x, state)
    _, masked = step(NUMPY, network, weights, x, state, [Masks(), nothing])
    np.testing.assert_array_equal(masked[0].hidden, plain[0].hidden)
    assert np.abs(masked[1].hidden - plain[1].hidden).max() > 0.01


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("linear", [-1, 0, 2]),
        ("relu", [0, 0, 2]),
        ("tanh", np.tanh([-1, 0, 2])),
        ("sigmoid", [1 / (1 + np.e), 1 / 2, 1 / (1 + np.e**-2)]),
        ("softmax", np.array([1 / np.e, 1, np.e**2]) / (1 / np.e + 1 + np.e**2)),
    ],
)
def test_heads_by_hand(head: Head, expected: list[float]) -> None:
    z = np.array([[[-1, 0, 2]]], np.float32)
    np.testing.assert_allclose(activate(NUMPY, head, z)[0, 0], expected, rtol=1e-6)
