"""One row through a whole network: layers, head and highway, for NumPy and TensorFlow."""

from collections.abc import Sequence

from statecast.network.cells import CELLS, Masks
from statecast.network.network import (
    WEIGHTS_OF_A_LAYER,
    Array,
    LayerState,
    Network,
    State,
    Weights,
)
from statecast.network.numpy_ops import Ops


def step(
    ops: Ops,
    network: Network,
    weights: Weights,
    x: Array,
    state: State,
    masks: Sequence[Masks] = (),
) -> tuple[Array, State]:
    """Take one row.

    Args:
        ops: those of NumPy, or of TensorFlow.
        network: what the weights belong to.
        weights: lifted, in Keras's order, each [R, ...].
        x: inputs [R or 1, B, T x F].
        state: of each layer [R, B, U].
        masks: of each layer, the same at every step of the row; empty: no dropout.

    Returns:
        Outputs before the activation of the head [R, B, O], and the next state.

    """

    def take_step(index: Array, before: State) -> State:
        inputs = ops.part(x, index, network.features)  # [R or 1, B, F]
        return through_layers(ops, network, weights, inputs, before, masks)

    if network.steps == 1:
        state = through_layers(ops, network, weights, x, state, masks)
    else:
        state = ops.repeat(network.steps, take_step, state)
    kernel, bias, *highway = weights[network.weights_of_layers :]
    z = ops.product(state[-1].hidden, kernel) + bias  # [R, B, O]
    if highway:
        z = z + ops.product(x, highway[0])
    return z, state


def through_layers(
    ops: Ops,
    network: Network,
    weights: Weights,
    x: Array,
    state: State,
    masks: Sequence[Masks] = (),
) -> State:
    """Take one step of a row through all layers; each takes the hidden state of the one below.

    Args:
        ops: as in ``step``.
        network: as in ``step``.
        weights: as in ``step``.
        x: inputs of the step [R or 1, B, F].
        state: as in ``step``.
        masks: as in ``step``.

    Returns:
        The next state of each layer [R, B, U].

    """
    cell = CELLS[network.cell]
    count = WEIGHTS_OF_A_LAYER[network.cell]
    after: list[LayerState] = []
    for layer, old in enumerate(state):
        own = weights[count * layer : count * (layer + 1)]
        mask = masks[layer] if masks else Masks()
        new = cell(ops, network, own, x, old, mask)
        after.append(new)
        x = new.hidden
    return tuple(after)
