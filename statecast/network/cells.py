"""The cells: one step of one layer, written once for NumPy and TensorFlow.

Repeats and lanes are axes of the arrays; the shapes here have R first, and ``Ops`` may have it
elsewhere. The equations are those of Keras's cells, the gates in its
order. A new cell is a function here, an entry in CELLS, and its sizes in
``statecast.network.network``.
"""

from collections.abc import Callable
from typing import NamedTuple

from statecast.network.activations import activate
from statecast.network.network import GATES, Array, LayerState, Network, Weights
from statecast.network.numpy_ops import Ops


class Masks(NamedTuple):
    """Dropout masks of one layer in one update, of 0 and 1 / (1 - rate); None: no dropout."""

    inputs: Array | None = None  # [R, B, F, gates], or 1 for all gates
    recurrent: Array | None = None  # [R, B, U, gates]
    hidden: Array | None = None  # the state that went through ``recurrent`` before the step


class LstmGates(NamedTuple):
    """The gates of an LSTM, each [R, B, U]."""

    input: Array
    forget: Array
    candidate: Array
    output: Array


Step = Callable[[Ops, Network, Weights, Array, LayerState, Masks], LayerState]


def lstm(
    ops: Ops, network: Network, weights: Weights, x: Array, old: LayerState, masks: Masks
) -> LayerState:
    """Take a step of an LSTM. Hochreiter and Schmidhuber (1997); forget gates: Gers et al. (2000).

    Args:
        ops: those of NumPy, or of TensorFlow.
        network: what the weights belong to.
        weights: kernel [R, F, 4 U], recurrent kernel [R, U, 4 U] and bias [R, 1, 4 U].
        x: inputs [R or 1, B, F].
        old: the state [R, B, U] before the step.
        masks: of this layer.

    Returns:
        The next state.

    """
    kernel, recurrent_kernel, bias = weights
    z = _masked_product(ops, x, kernel, masks.inputs) + bias  # [R, B, 4 U]
    z += _recurrent_product(ops, old, recurrent_kernel, masks)
    gates = lstm_gates(ops, network, z)
    carry = gates.forget * old.carry + gates.input * gates.candidate
    return LayerState(gates.output * activate(ops, network.activation, carry), carry)


def gru(
    ops: Ops, network: Network, weights: Weights, x: Array, old: LayerState, masks: Masks
) -> LayerState:
    """Take a step of a GRU with ``reset_after``, as Keras has it. Cho et al. (2014).

    The bias is [R, 2, 3 U]; see ``lstm`` for the rest.
    """
    kernel, recurrent_kernel, bias = weights
    bias_now = ops.bias(bias, 0)  # [R, 1, 3 U], of the inputs
    bias_past = ops.bias(bias, 1)  # [R, 1, 3 U], of the state
    now = _masked_product(ops, x, kernel, masks.inputs) + bias_now
    past = _recurrent_product(ops, old, recurrent_kernel, masks) + bias_past
    update_now, reset_now, candidate_now = ops.by_gate(now, GATES["gru"])
    update_past, reset_past, candidate_past = ops.by_gate(past, GATES["gru"])
    update = _gate(ops, network, update_now + update_past)
    reset = _gate(ops, network, reset_now + reset_past)
    candidate = activate(ops, network.activation, candidate_now + reset * candidate_past)
    hidden = update * old.hidden + (1 - update) * candidate
    return LayerState(hidden, old.carry)


def simple_rnn(
    ops: Ops,
    network: Network,
    weights: Weights,
    x: Array,
    old: LayerState,
    masks: Masks,
) -> LayerState:
    """Take a step of a simple recurrent layer. Elman (1990). See ``lstm``."""
    kernel, recurrent_kernel, bias = weights
    now = _masked_product(ops, x, kernel, masks.inputs) + bias
    past = _recurrent_product(ops, old, recurrent_kernel, masks)
    return LayerState(activate(ops, network.activation, now + past), old.carry)


def dense(
    ops: Ops,
    network: Network,
    weights: Weights,
    x: Array,
    old: LayerState,
    masks: Masks,  # noqa: ARG001 (params.yaml refuses dropout here)
) -> LayerState:
    """Take a step of a layer without memory, whose state is its output and is never read."""
    kernel, bias = weights
    z = ops.product(x, kernel) + bias
    return LayerState(activate(ops, network.activation, z), old.carry)


CELLS: dict[str, Step] = {"lstm": lstm, "gru": gru, "simple_rnn": simple_rnn, "dense": dense}


def lstm_gates(ops: Ops, network: Network, z: Array) -> LstmGates:
    """Return the gates of an LSTM from their sums z [R, B, 4 U]."""
    input_, forget, candidate, output = ops.by_gate(z, GATES["lstm"])
    return LstmGates(
        input=_gate(ops, network, input_),
        forget=_gate(ops, network, forget),
        candidate=activate(ops, network.activation, candidate),
        output=_gate(ops, network, output),
    )


def _gate(ops: Ops, network: Network, z: Array) -> Array:
    if network.recurrent_activation == "hard_sigmoid":
        return ops.clip(0.2 * z + 0.5, 0.0, 1.0)
    return ops.sigmoid(z)


def _masked_product(ops: Ops, x: Array, kernel: Array, mask: Array | None) -> Array:
    """Return x times the kernel; each gate sees x through its own mask, or all through one."""
    if mask is None:
        return ops.product(x, kernel)
    return ops.gated_product(ops.masked(x, mask), kernel)


def _recurrent_product(ops: Ops, old: LayerState, kernel: Array, masks: Masks) -> Array:
    if masks.hidden is not None:
        return ops.gated_product(masks.hidden, kernel)
    return _masked_product(ops, old.hidden, kernel, masks.recurrent)
