"""The operations in TensorFlow. Oracle: the same step in NumPy."""

from typing import Any, get_args

import numpy as np
import pytest

from statecast.network.activations import activate
from statecast.network.cells import Masks
from statecast.network.network import (
    GATES,
    Activation,
    Head,
    LayerState,
    Network,
    lifted,
    weight_shapes,
)
from statecast.network.numpy_ops import NUMPY
from statecast.network.step import step
from statecast.training.ops import FUSED_UNITS, TENSORFLOW

REPEATS = 2
LANES = 3
SIZES = [2, FUSED_UNITS + 1]  # products are fused below, and matrix products above


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(len(shape)).normal(0, 0.5, shape).astype(np.float32)


@pytest.mark.parametrize("units", SIZES)
@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn", "dense"])
def test_step_is_the_same_in_both(cell: Any, units: int) -> None:
    network = Network(3, (units, 2), cell=cell, highway=True)
    weights = lifted([random(REPEATS, *shape) for _, shape in weight_shapes(network)])
    state = tuple(
        LayerState(random(REPEATS, LANES, size), random(REPEATS, LANES, size))
        for size in network.units
    )
    x = random(1, LANES, 3)
    z, after = step(NUMPY, network, weights, x, state)
    other_z, other_after = step(TENSORFLOW, network, weights, x, state)
    np.testing.assert_allclose(other_z, z, atol=1e-5)
    for mine, other in zip(after, other_after, strict=True):
        np.testing.assert_allclose(other.hidden, mine.hidden, atol=1e-5)
        np.testing.assert_allclose(other.carry, mine.carry, atol=1e-5)


@pytest.mark.parametrize("units", SIZES)
def test_step_with_masks_is_the_same_in_both(units: int) -> None:
    network = Network(3, (units,))
    weights = lifted([random(REPEATS, *shape) for _, shape in weight_shapes(network)])
    state = (LayerState(random(REPEATS, LANES, units), random(REPEATS, LANES, units)),)
    gates = GATES["lstm"]
    inputs = random(REPEATS, LANES, 3, gates) > 0
    recurrent = random(REPEATS, LANES, units, gates) > 0
    masks = [Masks(inputs.astype(np.float32), recurrent.astype(np.float32))]
    x = random(1, LANES, 3)
    z, _ = step(NUMPY, network, weights, x, state, masks)
    other, _ = step(TENSORFLOW, network, weights, x, state, masks)
    np.testing.assert_allclose(other, z, atol=1e-5)


@pytest.mark.parametrize("name", sorted({*get_args(Head), *get_args(Activation)}))
def test_activations_are_the_same_in_both(name: Any) -> None:
    z = random(REPEATS, LANES, 4)
    np.testing.assert_allclose(activate(TENSORFLOW, name, z), activate(NUMPY, name, z), atol=1e-6)
