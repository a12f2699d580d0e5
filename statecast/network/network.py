"""The network: recurrent layers, a dense head and a linear highway, written once for NumPy and TensorFlow.

Shape letters: R repeats, B lanes, F features of a step, U units, G gates x units, O outputs. Weights are a list in the
order of Keras's ``get_weights()``, each with a leading repeat axis; ``step`` takes them lifted, biases as [R, 1, G].
The cells are one step; repeats and lanes are axes of its arrays. Equations: Keras's cells, the gates in its order.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

Array = Any  # a NumPy array or a TensorFlow tensor, as the Ops say
Weights = Sequence[Array]
Cell = Literal["lstm", "gru", "simple_rnn", "dense"]
Head = Literal["linear", "sigmoid", "softmax", "tanh", "relu"]
Gate = Literal["sigmoid", "hard_sigmoid"]

GATES = {"lstm": 4, "gru": 3, "simple_rnn": 1, "dense": 1}
ARRAYS_OF_A_LAYER = {"lstm": 3, "gru": 3, "simple_rnn": 3, "dense": 2}


class LayerState(NamedTuple):
    """The state of one layer."""

    hidden: Array  # h [R, B, U]
    carry: Array  # c [R, B, U], of an LSTM; others leave it alone


class Masks(NamedTuple):
    """Dropout of one layer in one update; each is 0 or 1 / (1 - rate). None: no dropout."""

    inputs: Array | None  # [R, B, F, gates], or 1 for all gates
    recurrent: Array | None  # [R, B, U, gates]


State = tuple[LayerState, ...]
NO_MASKS = Masks(None, None)


@dataclass(frozen=True)
class Network:
    """What a network is, without its weights."""

    features: int  # of a step
    units: tuple[int, ...]
    outputs: int = 1
    cell: Cell = "lstm"  # dense: tanh layers without a state, the control
    head: Head = "linear"  # activation of the outputs
    recurrent_activation: Gate = "sigmoid"  # hard_sigmoid: 0.2 x + 0.5, clipped to 0 .. 1, Keras's of 2017
    highway: bool = False  # a linear term from the inputs of a row to its outputs
    steps: int = 1  # of a row: its inputs are steps x features numbers, the oldest step first

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
    clip: Callable[[Array, float, float], Array]
    product: Callable[[Array, Array], Array]  # [R, B, F], [R, F, G] to [R, B, G]
    gated_product: Callable[[Array, Array, Array], Array]  # the same, each gate with its mask of x [R, B, F, gates]
    part: Callable[[Array, Any, int], Array]  # columns place * size to (place + 1) * size of [R, B, steps x F]
    repeat: Callable[[int, Callable[[Array, Any], Any], Any], Any]  # body(place, state) n times


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.float32(0.5) * np.tanh(np.float32(0.5) * x) + np.float32(0.5))


def _softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _gated_product(x: np.ndarray, w: np.ndarray, mask: np.ndarray) -> np.ndarray:
    by_gate = w.reshape(*w.shape[:2], mask.shape[-1], -1)
    z = np.einsum("rbfg,rfgu->rbgu", x[..., None] * mask, by_gate)
    return z.reshape(*z.shape[:2], -1)


def _part(x: np.ndarray, place: int, size: int) -> np.ndarray:
    return x[..., place * size : (place + 1) * size]


def _repeat(times: int, body: Callable[[int, Any], Any], state: Any) -> Any:
    for place in range(times):
        state = body(place, state)
    return state


NUMPY = Ops(_sigmoid, np.tanh, _softmax, np.clip, np.matmul, _gated_product, _part, _repeat)


def weight_shapes(network: Network) -> list[tuple[str, tuple[int, ...]]]:
    """Return name and shape of each weight of one repeat, in Keras's order."""
    shapes: list[tuple[str, tuple[int, ...]]] = []
    inputs = network.features
    for layer, units in enumerate(network.units):
        name, width = f"{network.cell}_{layer}", GATES[network.cell] * units
        shapes.append((f"{name}_kernel", (inputs, width)))
        if network.cell != "dense":
            shapes.append((f"{name}_recurrent_kernel", (units, width)))
        shapes.append((f"{name}_bias", (2, width) if network.cell == "gru" else (width,)))
        inputs = units
    shapes += [("head_kernel", (inputs, network.outputs)), ("head_bias", (network.outputs,))]
    highway = [("highway_kernel", (network.features * network.steps, network.outputs))] if network.highway else []
    return [*shapes, *highway]


def lifted(weights: Weights) -> list[np.ndarray]:
    """Return weights as ``step`` takes them: biases [R, G] as [R, 1, G]."""
    return [array[:, None] if array.ndim == 2 else array for array in weights]


def zero_state(network: Network, repeats: int, lanes: int) -> State:
    """Return the state of a network that has seen nothing, as NumPy arrays [R, lanes, U]."""
    zeros = [np.zeros((repeats, lanes, units), np.float32) for units in network.units]
    return tuple(LayerState(zero, zero.copy()) for zero in zeros)


def step(
    ops: Ops, network: Network, weights: Weights, x: Array, state: State, masks: Sequence[Masks] = ()
) -> tuple[Array, State]:
    """Take one row.

    Args:
        ops: ``NUMPY``, or TensorFlow's.
        network: what the weights belong to.
        weights: lifted, in Keras's order, each [R, ...].
        x: inputs [R or 1, B, steps x F].
        state: one ``LayerState`` a layer.
        masks: of each layer, for training with dropout; the same at every step of the row.

    Returns:
        Outputs before the head's activation [R, B, O], and the next state.

    """

    def one(place: Array, now: State) -> State:
        return _layers(ops, network, weights, ops.part(x, place, network.features), now, masks)

    if network.steps == 1:
        state = _layers(ops, network, weights, x, state, masks)
    else:
        state = ops.repeat(network.steps, one, state)
    count = ARRAYS_OF_A_LAYER[network.cell] * len(network.units)
    kernel, bias, *highway = weights[count:]
    z = ops.product(state[-1].hidden, kernel) + bias
    return (z + ops.product(x, highway[0]) if highway else z), state


def _layers(ops: Ops, network: Network, weights: Weights, x: Array, state: State, masks: Sequence[Masks]) -> State:
    new = []
    count = ARRAYS_OF_A_LAYER[network.cell]
    for layer, old in enumerate(state):
        arrays = weights[count * layer : count * (layer + 1)]
        mask = masks[layer] if masks else NO_MASKS
        new.append(CELLS[network.cell](ops, network, arrays, x, old, mask))
        x = new[-1].hidden
    return tuple(new)


def activate(ops: Ops, head: Head, z: Array) -> Array:
    """Return the outputs of a head from what ``step`` returns."""
    if head == "linear":
        return z
    if head == "relu":
        return ops.clip(z, 0.0, np.inf)
    return {"sigmoid": ops.sigmoid, "softmax": ops.softmax, "tanh": ops.tanh}[head](z)


def _gate(ops: Ops, network: Network, z: Array) -> Array:
    if network.recurrent_activation == "hard_sigmoid":
        return ops.clip(0.2 * z + 0.5, 0.0, 1.0)
    return ops.sigmoid(z)


def _apart(z: Array, gates: int) -> list[Array]:
    units = z.shape[-1] // gates
    return [z[..., gate * units : (gate + 1) * units] for gate in range(gates)]


def _masked_product(ops: Ops, x: Array, kernel: Array, mask: Array | None) -> Array:
    """Return x times the kernel; with dropout each gate sees its own mask of x, or all the same."""
    if mask is None:
        return ops.product(x, kernel)
    return ops.product(x * mask[..., 0], kernel) if mask.shape[-1] == 1 else ops.gated_product(x, kernel, mask)


def gates(ops: Ops, network: Network, z: Array) -> tuple[Array, Array, Array, Array]:
    """Return the input gate, the forget gate, the candidate and the output gate of an LSTM, each [R, B, U]."""
    i, f, g, o = _apart(z, 4)
    return _gate(ops, network, i), _gate(ops, network, f), ops.tanh(g), _gate(ops, network, o)


def _lstm(ops: Ops, network: Network, arrays: Weights, x: Array, old: LayerState, masks: Masks) -> LayerState:
    kernel, recurrent_kernel, bias = arrays
    z = _masked_product(ops, x, kernel, masks.inputs) + bias
    z += _masked_product(ops, old.hidden, recurrent_kernel, masks.recurrent)  # [R, B, 4U]
    i, f, g, o = gates(ops, network, z)
    carry = f * old.carry + i * g
    return LayerState(o * ops.tanh(carry), carry)


def _gru(ops: Ops, network: Network, arrays: Weights, x: Array, old: LayerState, masks: Masks) -> LayerState:
    kernel, recurrent_kernel, bias = arrays
    z = _apart(_masked_product(ops, x, kernel, masks.inputs) + bias[:, :1], 3)
    past = _apart(_masked_product(ops, old.hidden, recurrent_kernel, masks.recurrent) + bias[:, 1:], 3)
    update, reset = (_gate(ops, network, z[gate] + past[gate]) for gate in range(2))
    candidate = ops.tanh(z[2] + reset * past[2])
    return LayerState(update * old.hidden + (1 - update) * candidate, old.carry)


def _simple_rnn(ops: Ops, network: Network, arrays: Weights, x: Array, old: LayerState, masks: Masks) -> LayerState:  # noqa: ARG001
    kernel, recurrent_kernel, bias = arrays
    past = _masked_product(ops, old.hidden, recurrent_kernel, masks.recurrent)
    return LayerState(ops.tanh(_masked_product(ops, x, kernel, masks.inputs) + bias + past), old.carry)


def _dense(ops: Ops, network: Network, arrays: Weights, x: Array, old: LayerState, masks: Masks) -> LayerState:  # noqa: ARG001
    kernel, bias = arrays
    return LayerState(ops.tanh(ops.product(x, kernel) + bias), old.carry)


CELLS = {"lstm": _lstm, "gru": _gru, "simple_rnn": _simple_rnn, "dense": _dense}
