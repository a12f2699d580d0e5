"""The formula with the repeat axis first: batched matrix products, a library call each.

Shape letters: R repeats, B lanes, F inputs, G gates x units.
"""

from typing import Any

import numpy as np

from statecast.network.network import LayerState, Network, State
from statecast.network.numpy_ops import Ops
from statecast.training.operations import repeat
from statecast.training.runtime import tf

FUSED_WIDTH = 80  # columns of a kernel: up to here multiply and sum beat a batched matrix product

Tensor = Any


def _softmax(z: Tensor) -> Tensor:
    return tf.nn.softmax(z)  # few networks need it, and the import of tf.nn takes 0.2 s


def _product(x: Tensor, kernel: Tensor) -> Tensor:
    if kernel.shape[-1] <= FUSED_WIDTH:
        terms = x[..., None] * kernel[:, None]  # [R, B, F, G]
        return tf.reduce_sum(terms, axis=-2)
    return tf.matmul(x, kernel)


def _masked(x: Tensor, mask: Tensor) -> Tensor:
    return x[..., None] * mask  # [R, B, F, gates]


def _gated_product(masked: Tensor, kernel: Tensor) -> Tensor:
    gates = masked.shape[-1]
    if gates == 1:
        return _product(masked[..., 0], kernel)
    repeats, features, width = kernel.shape
    by_gate = tf.reshape(kernel, (repeats, features, gates, width // gates))
    if width <= FUSED_WIDTH:
        terms = masked[..., None] * by_gate[:, None]  # [R, B, F, gates, U]
        z = tf.reduce_sum(terms, axis=-3)
    else:
        z = tf.einsum("rbfg,rfgu->rbgu", masked, by_gate)
    return tf.reshape(z, (*z.shape[:2], width))


def _by_gate(z: Tensor, gates: int) -> list[Tensor]:
    parts: list[Tensor] = tf.split(z, gates, axis=-1)
    return parts


def _bias(biases: Tensor, index: int) -> Tensor:
    return biases[:, index : index + 1]


def _part(x: Tensor, step: Tensor, size: int) -> Tensor:
    repeats, lanes, _ = x.shape
    start = step * size
    return tf.slice(x, [0, 0, start], [repeats, lanes, size])


class RepeatsFirst:
    """See ``Formula``."""

    ops = Ops(
        sigmoid=tf.sigmoid,
        tanh=tf.tanh,
        softmax=_softmax,
        clip=tf.clip_by_value,
        product=_product,
        masked=_masked,
        gated_product=_gated_product,
        by_gate=_by_gate,
        bias=_bias,
        part=_part,
        repeat=repeat,
    )

    def packed(self, weights: list[np.ndarray]) -> list[np.ndarray]:
        """Return the weights [R, ...] as they are: each stays by itself."""
        return [np.asarray(weight, np.float32) for weight in weights]

    def unpacked(self, packed: list[np.ndarray]) -> list[np.ndarray]:
        """Undo ``packed``."""
        return packed

    def each(self, packed: list[Tensor]) -> list[Tensor]:
        """Return each weight [R, ...]."""
        return packed

    def joined(self, weights: list[Tensor]) -> list[Tensor]:
        """Undo ``each``."""
        return weights

    def beside(self, of_repeats: Tensor) -> Tensor:
        """Return [R] in a shape that broadcasts with weights."""
        return of_repeats[:, None, None]

    def spread(self, numbers: Tensor) -> list[Tensor]:
        """Return a number of each weight, [n] or [n, R], as what broadcasts with packed weights."""
        each = tf.unstack(numbers)
        return each if len(numbers.shape) == 1 else [self.beside(number) for number in each]

    def total(self, weight: Tensor) -> Tensor:
        """Return the sum [R] over the entries of a weight, packed or not."""
        return tf.reduce_sum(weight, axis=[1, 2])

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """Return inputs [..., B, F, R] as the step takes them."""
        return np.moveaxis(x, -1, -3)

    def outputs(self, z: Tensor) -> Tensor:
        """Return outputs of the step as [B, O, R]."""
        return tf.transpose(z, [1, 2, 0])

    def mask(self, drawn: Tensor) -> Tensor:
        """Return a mask [B, F, gates, R] as the step takes it."""
        return tf.transpose(drawn, [3, 0, 1, 2])

    def zeros(self, network: Network, lanes: int, repeats: int) -> State:
        """Return the zero state."""
        shapes = [(repeats, lanes, units) for units in network.units]
        return tuple(LayerState(tf.zeros(shape), tf.zeros(shape)) for shape in shapes)

    def zeroed(self, state: State, reset: Tensor) -> State:
        """Return the state with the lanes zeroed where reset [B, R or 1] is 1."""
        keep = 1 - tf.transpose(reset)[..., None]
        return tuple(LayerState(layer.hidden * keep, layer.carry * keep) for layer in state)
