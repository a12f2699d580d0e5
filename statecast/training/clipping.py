"""Clip gradients by the norm of each repeat, as Keras clips those of one network.

Shape letter: R repeats.
"""

from typing import Any

from statecast.training.optimizers import Clip
from statecast.training.runtime import tf

Tensor = Any


def clipped(gradients: list[Tensor], clip: Clip) -> list[Tensor]:
    """Return gradients, each [R, ., .], no longer than ``clip`` says."""
    if clip.norm is None and clip.global_norm is None:
        return gradients
    squares = [_squared_norm(gradient) for gradient in gradients]
    if clip.norm is not None:
        pairs = zip(gradients, squares, strict=True)
        return [_shortened(gradient, tf.sqrt(square), clip.norm) for gradient, square in pairs]
    norm = tf.sqrt(tf.add_n(squares))
    return [_shortened(gradient, norm, clip.global_norm) for gradient in gradients]


def _squared_norm(gradient: Tensor) -> Tensor:
    """Return the sum of squares of each repeat [R, 1, 1]."""
    return tf.reduce_sum(tf.square(gradient), axis=[1, 2], keepdims=True)


def _shortened(gradient: Tensor, norm: Tensor, longest: float | None) -> Tensor:
    factor = longest / tf.maximum(norm, longest)  # 1 where the norm is short enough
    return gradient * factor
