"""The formula with the repeat axis last: multiply and sum, many repeats in a vector register.

All weights of a repeat are a column of one matrix [P, R], so that an optimizer is one operation.
Shape letters: R repeats, P weights of a repeat, B lanes, F inputs, G gates x units.
"""

import math
from typing import Any

import numpy as np

from statecast.network.network import LayerState, Network, State
from statecast.network.numpy_ops import Ops
from statecast.training.operations import repeat
from statecast.training.runtime import tf

Tensor = Any
Shapes = list[tuple[int, ...]]


def _softmax(z: Tensor) -> Tensor:
    # tf.nn.softmax moves the axis, which XLA cannot do in the gradient of a loop
    largest = tf.reduce_max(z, axis=-2, keepdims=True)
    powers = tf.exp(z - tf.stop_gradient(largest))
    return powers / tf.reduce_sum(powers, axis=-2, keepdims=True)


def _product(x: Tensor, kernel: Tensor) -> Tensor:
    terms = x[:, :, None] * kernel[None]  # [B, F, G, R]
    return tf.reduce_sum(terms, axis=1)


def _gated_product(x: Tensor, kernel: Tensor, mask: Tensor) -> Tensor:
    gates = mask.shape[2]
    if gates == 1:
        return _product(x * mask[:, :, 0], kernel)
    features, width, repeats = kernel.shape
    by_gate = tf.reshape(kernel, (features, gates, width // gates, repeats))
    masked = x[:, :, None] * mask  # [B, F, gates, R]
    terms = masked[:, :, :, None] * by_gate[None]  # [B, F, gates, U, R]
    z = tf.reduce_sum(terms, axis=1)
    return tf.reshape(z, (-1, width, repeats))


def _by_gate(z: Tensor, gates: int) -> list[Tensor]:
    parts: list[Tensor] = tf.split(z, gates, axis=1)
    return parts


def _bias(biases: Tensor, index: int) -> Tensor:
    return biases[index : index + 1]


def _part(x: Tensor, step: Tensor, size: int) -> Tensor:
    lanes, _, repeats = x.shape
    start = step * size
    return tf.slice(x, [0, start, 0], [lanes, size, repeats])


class RepeatsLast:
    """See ``Formula``."""

    ops = Ops(
        sigmoid=tf.sigmoid,
        tanh=tf.tanh,
        softmax=_softmax,
        clip=tf.clip_by_value,
        product=_product,
        gated_product=_gated_product,
        by_gate=_by_gate,
        bias=_bias,
        part=_part,
        repeat=repeat,
    )

    def __init__(self, shapes: Shapes) -> None:
        """Take the shapes of a repeat's weights, lifted."""
        self._shapes = shapes
        self._sizes = [math.prod(shape) for shape in shapes]

    def packed(self, weights: list[np.ndarray]) -> list[np.ndarray]:
        """Return weights, each [R, ...], as one matrix [P, R]."""
        rows = [weight.reshape(len(weight), -1) for weight in weights]
        matrix = np.concatenate(rows, axis=1).T
        return [np.ascontiguousarray(matrix, np.float32)]

    def unpacked(self, packed: list[np.ndarray]) -> list[np.ndarray]:
        """Undo ``packed``."""
        (matrix,) = packed
        ends = np.cumsum(self._sizes)[:-1]
        parts = np.split(matrix.T, ends, axis=1)
        return [part.reshape(-1, *shape) for part, shape in zip(parts, self._shapes, strict=True)]

    def each(self, packed: list[Tensor]) -> list[Tensor]:
        """Return each weight [..., R]."""
        (matrix,) = packed
        parts = tf.split(matrix, self._sizes, axis=0)
        return [
            tf.reshape(part, (*shape, -1)) for part, shape in zip(parts, self._shapes, strict=True)
        ]

    def joined(self, weights: list[Tensor]) -> list[Tensor]:
        """Undo ``each``."""
        repeats = weights[0].shape[-1]
        return [tf.concat([tf.reshape(weight, (-1, repeats)) for weight in weights], axis=0)]

    def beside(self, of_repeats: Tensor) -> Tensor:
        """Return [R] in a shape that broadcasts with weights."""
        return of_repeats

    def total(self, weight: Tensor) -> Tensor:
        """Return the sum [R] over the entries of a weight."""
        return tf.reduce_sum(weight, axis=[0, 1])

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """Return inputs [..., B, F, R] as the step takes them."""
        return x

    def outputs(self, z: Tensor) -> Tensor:
        """Return outputs of the step as [B, O, R]."""
        return z

    def mask(self, drawn: Tensor) -> Tensor:
        """Return a mask [B, F, gates, R] as the step takes it."""
        return drawn

    def zeros(self, network: Network, lanes: int, repeats: int) -> State:
        """Return the zero state."""
        shapes = [(lanes, units, repeats) for units in network.units]
        return tuple(LayerState(tf.zeros(shape), tf.zeros(shape)) for shape in shapes)

    def zeroed(self, state: State, reset: Tensor) -> State:
        """Return the state with the lanes zeroed where reset [B, R or 1] is 1."""
        keep = 1 - reset[:, None]
        return tuple(LayerState(layer.hidden * keep, layer.carry * keep) for layer in state)
