"""Clip gradients by the norm of each repeat, as Keras clips those of one network.

Shape letter: R repeats.
"""

from typing import Any

from statecast.training.formula import Formula
from statecast.training.optimizers import Clip
from statecast.training.runtime import tf

Tensor = Any


def clipped(formula: Formula, gradients: list[Tensor], clip: Clip) -> list[Tensor]:
    """Return packed gradients no longer than ``clip`` says."""
    if clip.norm is None and clip.global_norm is None:
        return gradients
    each = formula.each(gradients)
    squares = [formula.total(tf.square(gradient)) for gradient in each]  # each [R]
    longest = clip.norm
    if longest is None:
        longest = clip.global_norm
        squares = [tf.add_n(squares)] * len(each)
    pairs = zip(each, squares, strict=True)
    return formula.joined(
        [gradient * formula.beside(_factor(square, longest)) for gradient, square in pairs]
    )


def _factor(square: Tensor, longest: float | None) -> Tensor:
    """Return what brings a norm down to the longest, 1 where it is short enough."""
    return longest / tf.maximum(tf.sqrt(square), longest)
