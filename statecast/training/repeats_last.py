"""The formula with the repeat axis last: multiply and sum, many repeats in a vector register.

All weights of a repeat are a column of one matrix [P, R], so that an optimizer is one operation.
The axes of units and of lanes change places, so that a weight is read once for all lanes: a state
is [U, B, R], a kernel [G, F, R].
Shape letters: R repeats, P weights of a repeat, B lanes, F inputs, G gates x units, U
units.
"""

import math
from typing import Any

import numpy as np

from statecast.network.network import LayerState, Network, State
from statecast.network.numpy_ops import Ops
from statecast.training.operations import repeat, softmax_of
from statecast.training.runtime import tf

Tensor = Any
Shapes = list[tuple[int, ...]]


def _product(x: Tensor, kernel: Tensor) -> Tensor:
    terms = kernel[:, :, None] * x[None]  # [G, F, B, R]
    return tf.reduce_sum(terms, axis=1)


def _masked(x: Tensor, mask: Tensor) -> Tensor:
    return x[None] * mask  # [gates, F, B, R]


def _gated_product(masked: Tensor, kernel: Tensor) -> Tensor:
    gates = masked.shape[0]
    if gates == 1:
        return _product(masked[0], kernel)
    width, features, repeats = kernel.shape
    by_gate = tf.reshape(kernel, (gates, width // gates, features, repeats))
    terms = by_gate[:, :, :, None] * masked[:, None]  # [gates, U, F, B, R]
    z = tf.reduce_sum(terms, axis=2)
    return tf.reshape(z, (width, -1, repeats))


def _by_gate(z: Tensor, gates: int) -> list[Tensor]:
    parts: list[Tensor] = tf.split(z, gates, axis=0)
    return parts


def _bias(biases: Tensor, index: int) -> Tensor:
    return biases[:, index : index + 1]


def _part(x: Tensor, step: Tensor, size: int) -> Tensor:
    _, lanes, repeats = x.shape
    start = step * size
    return tf.slice(x, [start, 0, 0], [size, lanes, repeats])


def _turned(weight: np.ndarray) -> np.ndarray:
    return weight.swapaxes(-1, -2)


class RepeatsLast:
    """See ``Formula``."""

    ops = Ops(
        sigmoid=tf.sigmoid,
        tanh=tf.tanh,
        softmax=softmax_of(axis=0),
        clip=tf.clip_by_value,
        product=_product,
        masked=_masked,
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
        rows = [_turned(weight).reshape(len(weight), -1) for weight in weights]
        matrix = np.concatenate(rows, axis=1).T
        return [np.ascontiguousarray(matrix, np.float32)]

    def unpacked(self, packed: list[np.ndarray]) -> list[np.ndarray]:
        """Undo ``packed``."""
        (matrix,) = packed
        ends = np.cumsum(self._sizes)[:-1]
        parts = np.split(matrix.T, ends, axis=1)
        pairs = zip(parts, self._shapes, strict=True)
        return [_turned(part.reshape(-1, width, rows)) for part, (rows, width) in pairs]

    def each(self, packed: list[Tensor]) -> list[Tensor]:
        """Return each weight [..., R]."""
        (matrix,) = packed
        parts = tf.split(matrix, self._sizes, axis=0)
        pairs = zip(parts, self._shapes, strict=True)
        return [tf.reshape(part, (width, rows, -1)) for part, (rows, width) in pairs]

    def joined(self, weights: list[Tensor]) -> list[Tensor]:
        """Undo ``each``."""
        repeats = weights[0].shape[-1]
        return [tf.concat([tf.reshape(weight, (-1, repeats)) for weight in weights], axis=0)]

    def beside(self, of_repeats: Tensor) -> Tensor:
        """Return [R] in a shape that broadcasts with weights."""
        return of_repeats

    def spread(self, numbers: Tensor) -> list[Tensor]:
        """Return a number of each weight, [n] or [n, R], as what broadcasts with packed weights."""
        of_entries = tf.repeat(numbers, self._sizes, axis=0)  # [P] or [P, R]
        return [of_entries if len(numbers.shape) == 2 else of_entries[:, None]]

    def total(self, weight: Tensor) -> Tensor:
        """Return the sum [R] over the entries of a weight, packed or not."""
        *axes, _ = range(len(weight.shape))
        return tf.reduce_sum(weight, axis=axes)

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """Return inputs [..., B, F, R] as the step takes them."""
        return np.swapaxes(x, -2, -3)

    def outputs(self, z: Tensor) -> Tensor:
        """Return outputs of the step as [B, O, R]."""
        return tf.transpose(z, [1, 0, 2])

    def mask(self, drawn: Tensor) -> Tensor:
        """Return a mask [B, F, gates, R] as the step takes it."""
        return tf.transpose(drawn, [2, 1, 0, 3])

    def zeros(self, network: Network, lanes: int, repeats: int) -> State:
        """Return the zero state."""
        shapes = [(units, lanes, repeats) for units in network.units]
        return tuple(LayerState(tf.zeros(shape), tf.zeros(shape)) for shape in shapes)

    def zeroed(self, state: State, reset: Tensor) -> State:
        """Return the state with the lanes zeroed where reset [B, R or 1] is 1."""
        keep = 1 - reset
        return tuple(LayerState(layer.hidden * keep, layer.carry * keep) for layer in state)
