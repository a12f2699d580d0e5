"""What a network is: its shape, the names and order of its weights, and its state.

Shape letters, here and in all rooms above: R repeats, B lanes, T steps of a row, F inputs of a
step, U units, G gates x units, O outputs, N rows. Weights are a list in the order of Keras's
``get_weights()``, each with a leading repeat axis.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

Array = Any  # a NumPy array or a TensorFlow tensor, as the Ops say
Weights = Sequence[Array]
Cell = Literal["lstm", "gru", "simple_rnn", "dense"]
Head = Literal["linear", "sigmoid", "softmax", "tanh", "relu"]
Activation = Literal["tanh", "relu", "sigmoid", "softsign", "linear"]
Gate = Literal["sigmoid", "hard_sigmoid"]

GATES = {"lstm": 4, "gru": 3, "simple_rnn": 1, "dense": 1}  # columns of a kernel for each unit
GATE_ORDER = {  # the blocks of columns of a kernel, each as wide as the layer has units
    "lstm": ("input gate", "forget gate", "candidate", "output gate"),
    "gru": ("update gate", "reset gate", "candidate"),
}
WEIGHTS_OF_A_LAYER = {"lstm": 3, "gru": 3, "simple_rnn": 3, "dense": 2}


class LayerState(NamedTuple):
    """The state of one layer."""

    hidden: Array  # h [R, B, U]
    carry: Array  # c [R, B, U], of an LSTM; other cells leave it alone


State = tuple[LayerState, ...]  # of a network, one a layer


@dataclass(frozen=True)
class Network:
    """What a network is, without its weights."""

    features: int  # F, of a step
    units: tuple[int, ...]  # of each layer
    outputs: int = 1  # O
    cell: Cell = "lstm"  # dense has layers without a state, and is the control
    head: Head = "linear"  # activation of the outputs
    recurrent_activation: Gate = "sigmoid"  # of the gates; hard_sigmoid is that of 2017
    activation: Activation = "tanh"  # of the cell: its candidate, and the carry that it shows
    highway: bool = False  # a linear term from the inputs of a row to its outputs
    steps: int = 1  # T, of a row: its inputs are T x F numbers, the oldest step first

    def as_json(self) -> dict[str, Any]:
        """Return plain values that ``network_from_json`` takes."""
        return asdict(self)

    @property
    def weights_of_layers(self) -> int:
        """Return how many of the weights belong to layers; those of the head come after."""
        return WEIGHTS_OF_A_LAYER[self.cell] * len(self.units)


def network_from_json(content: dict[str, Any]) -> Network:
    """Return the network that ``as_json`` described."""
    return Network(**{**content, "units": tuple(content["units"])})


def weight_shapes(network: Network) -> list[tuple[str, tuple[int, ...]]]:
    """Return name and shape of each weight of one repeat, in Keras's order."""
    shapes: list[tuple[str, tuple[int, ...]]] = []
    inputs = network.features
    for layer, units in enumerate(network.units):
        name = f"{network.cell}_{layer}"
        width = GATES[network.cell] * units
        shapes.append((f"{name}_kernel", (inputs, width)))
        if network.cell != "dense":
            shapes.append((f"{name}_recurrent_kernel", (units, width)))
        bias = (2, width) if network.cell == "gru" else (width,)
        shapes.append((f"{name}_bias", bias))
        inputs = units
    shapes.append(("head_kernel", (inputs, network.outputs)))
    shapes.append(("head_bias", (network.outputs,)))
    if network.highway:
        shapes.append(("highway_kernel", (network.steps * network.features, network.outputs)))
    return shapes


def lifted(weights: Weights) -> list[np.ndarray]:
    """Return weights as ``step`` takes them: biases [R, G] as [R, 1, G]."""
    lifted_weights = []
    for weight in weights:
        is_bias = weight.ndim == 2
        lifted_weights.append(weight[:, None] if is_bias else weight)
    return lifted_weights


def zero_state(network: Network, repeats: int, lanes: int) -> State:
    """Return the state of a network that has seen nothing: arrays [R, lanes, U]."""
    shapes = [(repeats, lanes, units) for units in network.units]
    return tuple(
        LayerState(np.zeros(shape, np.float32), np.zeros(shape, np.float32)) for shape in shapes
    )
