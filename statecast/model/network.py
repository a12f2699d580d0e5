"""The network: recurrent layers and a dense head, written once for NumPy and TensorFlow.

Shape letters: R repeats, B lanes, F features, U units, O outputs. Weights are a list in the order of Keras's
``get_weights()``, each with a leading repeat axis. The cell is one step; repeats and lanes are axes of its arrays.
Equations: Keras ``LSTMCell`` with its gates in the order input, forget, candidate, output.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

Array = Any  # a NumPy array or a TensorFlow tensor, as the Ops say
Weights = Sequence[Array]
Cell = Literal["lstm", "dense"]
Head = Literal["linear", "sigmoid", "softmax"]

ARRAYS_OF_A_LAYER = {"lstm": 3, "dense": 2}


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
    cell: Cell = "lstm"  # dense: tanh layers without a state, the control
    head: Head = "linear"  # activation of the outputs

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
    softmax: Callable[[Array], Array]
    product: Callable[[Array, Array], Array]  # [R, B, F], [R, F, G] to [R, B, G]


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.float32(0.5) * np.tanh(np.float32(0.5) * x) + np.float32(0.5))


def _softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


NUMPY = Ops(_sigmoid, np.tanh, _softmax, np.matmul)


def weight_shapes(network: Network) -> list[tuple[str, tuple[int, ...]]]:
    """Return name and shape of each weight of one repeat, in Keras's order."""
    shapes: list[tuple[str, tuple[int, ...]]] = []
    inputs = network.features
    for layer, units in enumerate(network.units):
        name = f"{network.cell}_{layer}"
        if network.cell == "lstm":
            shapes += [(f"{name}_kernel", (inputs, 4 * units)), (f"{name}_recurrent_kernel", (units, 4 * units))]
            shapes += [(f"{name}_bias", (4 * units,))]
        else:
            shapes += [(f"{name}_kernel", (inputs, units)), (f"{name}_bias", (units,))]
        inputs = units
    return [*shapes, ("head_kernel", (inputs, network.outputs)), ("head_bias", (network.outputs,))]


def zero_state(network: Network, repeats: int, lanes: int) -> State:
    """Return the state of a network that has seen nothing, as NumPy arrays [R, lanes, U]."""
    zeros = [np.zeros((repeats, lanes, units), np.float32) for units in network.units]
    return tuple(LayerState(zero, zero.copy()) for zero in zeros)


def step(ops: Ops, network: Network, weights: Weights, x: Array, state: State) -> tuple[Array, State]:
    """Take one timestep.

    Args:
        ops: ``NUMPY``, or TensorFlow's.
        network: what the weights belong to.
        weights: in Keras's order, each [R, ...].
        x: inputs [R or 1, B, F].
        state: one ``LayerState`` a layer.

    Returns:
        Outputs before the head's activation [R, B, O], and the next state.

    """
    new = []
    count = ARRAYS_OF_A_LAYER[network.cell]
    for layer, old in enumerate(state):
        kernel, *recurrent, bias = weights[count * layer : count * (layer + 1)]
        z = ops.product(x, kernel) + bias[:, None, :]  # [R, B, 4U], or U without a memory
        if network.cell == "lstm":
            old = lstm(ops, z + ops.product(old.hidden, recurrent[0]), old.carry)  # noqa: PLW2901
            x = old.hidden
        else:
            x = ops.tanh(z)
        new.append(old)
    return ops.product(x, weights[-2]) + weights[-1][:, None, :], tuple(new)


def activate(ops: Ops, head: Head, z: Array) -> Array:
    """Return the outputs of a head from what ``step`` returns."""
    return {"linear": lambda x: x, "sigmoid": ops.sigmoid, "softmax": ops.softmax}[head](z)


def gates(ops: Ops, z: Array) -> tuple[Array, Array, Array, Array]:
    """Return the input gate, the forget gate, the candidate and the output gate, each [R, B, U]."""
    units = z.shape[-1] // 4
    i, f, g, o = (z[..., gate * units : (gate + 1) * units] for gate in range(4))
    return ops.sigmoid(i), ops.sigmoid(f), ops.tanh(g), ops.sigmoid(o)


def lstm(ops: Ops, z: Array, carry: Array) -> LayerState:
    """Return the state after a step of an LSTM cell whose gates get z [R, B, 4U]."""
    i, f, g, o = gates(ops, z)
    carry = f * carry + i * g
    return LayerState(o * ops.tanh(carry), carry)
