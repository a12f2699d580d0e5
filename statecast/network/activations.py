"""The activations of cells and heads, written once for NumPy and TensorFlow."""

import numpy as np

from statecast.network.network import Activation, Array, Head
from statecast.network.numpy_ops import Ops


def activate(ops: Ops, activation: Activation | Head, z: Array) -> Array:
    """Return the activation of sums, in their shape.

    Args:
        ops: those of NumPy, or of TensorFlow.
        activation: its name in Keras.
        z: sums [R, B, U]; the last axis is that of a softmax.

    """
    match activation:
        case "linear":
            return z
        case "relu":
            return ops.clip(z, 0.0, np.inf)
        case "softsign":
            return z / (1 + abs(z))
        case "sigmoid":
            return ops.sigmoid(z)
        case "softmax":
            return ops.softmax(z)
        case "tanh":
            return ops.tanh(z)
