"""The network: recurrent layers and a dense head, written once for NumPy and TensorFlow.

Shape letters: R repeats, B lanes, F features, U units, O outputs. Weights are a list in the order of Keras's
``get_weights()``, each with a leading repeat axis. The cell is one step; repeats and lanes are axes of its arrays.
Equations: Keras ``LSTMCell`` with its gates in the order input, forget, candidate, output.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

Array = Any  # a NumPy array or a TensorFlow tensor, as the Ops say
Weights = Sequence[Array]


class LayerState(NamedTuple):
    """The state of one recurrent layer."""

    hidden: Array  # h [R, B, U]
    carry: Array  # c [R, B, U]


State = tuple[LayerState, ...]


@dataclass(frozen=True)
class Network:
    """What a network is, without its weights."""

    features: int
    units: tuple[int, ...]
    outputs: int = 1

    def as_json(self) -> dict[str, Any]:
        """Return plain values that ``network_from_json`` takes."""
        return asdict(self)


def network_from_json(content: dict[str, Any]) -> Network:
    """Return the network that ``as_json`` described."""
    return Network(**{**content, "units": tuple(content["units"])})


class Ops(NamedTuple):
    """The operations in which NumPy and TensorFlow differ."""

    sigmoid: Callable[[Array], Array]
    tanh: Callable[[Array], Array]
    product: Callable[[Array, Array], Array]  # [R, B, F], [R, F, G] to [R, B, G]


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.float32(0.5) * np.tanh(np.float32(0.5) * x) + np.float32(0.5))


NUMPY = Ops(_sigmoid, np.tanh, np.matmul)


def weight_shapes(network: Network) -> list[tuple[str, tuple[int, ...]]]:
    """Return name and shape of each weight of one repeat, in Keras's order."""
    shapes: list[tuple[str, tuple[int, ...]]] = []
    inputs = network.features
    for layer, units in enumerate(network.units):
        shapes += [
            (f"lstm_{layer}_kernel", (inputs, 4 * units)),
            (f"lstm_{layer}_recurrent_kernel", (units, 4 * units)),
            (f"lstm_{layer}_bias", (4 * units,)),
        ]
        inputs = units
    return [*shapes, ("dense_kernel", (inputs, network.outputs)), ("dense_bias", (network.outputs,))]


def zero_state(network: Network, repeats: int, lanes: int) -> State:
    """Return the state of a network that has seen nothing, as NumPy arrays [R, lanes, U]."""
    zeros = [np.zeros((repeats, lanes, units), np.float32) for units in network.units]
    return tuple(LayerState(zero, zero.copy()) for zero in zeros)


def step(ops: Ops, weights: Weights, x: Array, state: State) -> tuple[Array, State]:
    """Take one timestep.

    Args:
        ops: ``NUMPY``, or TensorFlow's.
        weights: in Keras's order, each [R, ...].
        x: inputs [R or 1, B, F].
        state: one ``LayerState`` a layer.

    Returns:
        Outputs [R, B, O] and the next state.

    """
    new = []
    for layer, old in enumerate(state):
        kernel, recurrent_kernel, bias = weights[3 * layer : 3 * layer + 3]
        z = ops.product(x, kernel) + ops.product(old.hidden, recurrent_kernel) + bias[:, None, :]  # [R, B, 4U]
        new.append(_lstm(ops, z, old.carry))
        x = new[-1].hidden
    return ops.product(x, weights[-2]) + weights[-1][:, None, :], tuple(new)


def _lstm(ops: Ops, z: Array, carry: Array) -> LayerState:
    units = z.shape[-1] // 4
    i, f, g, o = (z[..., gate * units : (gate + 1) * units] for gate in range(4))
    carry = ops.sigmoid(f) * carry + ops.sigmoid(i) * ops.tanh(g)
    return LayerState(ops.sigmoid(o) * ops.tanh(carry), carry)
