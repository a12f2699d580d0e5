"""Losses and penalties, with Keras's definitions.

A new loss is a function here, an entry in LOSSES, and its name in ``statecast.params.train``. Shape
letters: R repeats, B lanes, O outputs.
"""

import math
from collections.abc import Callable
from typing import Any

from statecast.network.activations import activate
from statecast.network.network import WEIGHTS_OF_A_LAYER, Head, Network, weight_shapes
from statecast.training.formula import ON_OUTPUTS, Formula
from statecast.training.runtime import tf

LOG_2 = math.log(2)

Tensor = Any
Loss = Callable[[Tensor, Tensor, Head], Tensor]  # z and y [B, O, R] to [B, R]; z before the head


def _of_error(of_one: Callable[[Tensor], Tensor]) -> Loss:
    """Return the loss that averages a function of the error over the outputs."""

    def loss(z: Tensor, y: Tensor, head: Head) -> Tensor:
        error = activate(ON_OUTPUTS, head, z) - y
        return tf.reduce_mean(of_one(error), axis=-2)

    return loss


def _huber(error: Tensor) -> Tensor:
    size = tf.abs(error)
    return tf.where(size <= 1, 0.5 * error**2, size - 0.5)


def _log_cosh(error: Tensor) -> Tensor:
    return error + tf.math.softplus(-2.0 * error) - LOG_2


def _binary_crossentropy(
    z: Tensor,
    y: Tensor,
    head: Head,  # noqa: ARG001 (the sigmoid is in the formula)
) -> Tensor:
    certain = tf.maximum(z, 0.0) - z * y
    correction = tf.math.log1p(tf.exp(-tf.abs(z)))
    return tf.reduce_mean(certain + correction, axis=-2)


def _direction(
    z: Tensor,
    y: Tensor,
    head: Head,  # noqa: ARG001 (the sigmoid is in the formula)
) -> Tensor:
    sign = tf.sign(y)
    return tf.reduce_mean(tf.abs(sign) * tf.math.softplus(-sign * z), axis=-2)


def _direction_by_size(
    z: Tensor,
    y: Tensor,
    head: Head,  # noqa: ARG001 (the sigmoid is in the formula)
) -> Tensor:
    return tf.reduce_mean(tf.abs(y) * tf.math.softplus(-tf.sign(y) * z), axis=-2)


def _categorical_crossentropy(
    z: Tensor,
    y: Tensor,
    head: Head,  # noqa: ARG001 (the softmax is in the formula)
) -> Tensor:
    # tf.nn.log_softmax moves the axis, which XLA cannot do in the gradient of a loop
    likely = z - tf.reduce_logsumexp(z, axis=-2, keepdims=True)
    return -tf.reduce_sum(y * likely, axis=-2)


LOSSES: dict[str, Loss] = {
    "mse": _of_error(tf.square),
    "mae": _of_error(tf.abs),
    "huber": _of_error(_huber),
    "log_cosh": _of_error(_log_cosh),
    "binary_crossentropy": _binary_crossentropy,
    "categorical_crossentropy": _categorical_crossentropy,
    "direction": _direction,
    "direction_by_size": _direction_by_size,
}


def factors_of_weights(formula: Formula, network: Network, factors: Tensor) -> list[Tensor]:
    """Return the factors of L1 and L2 of all weights, one after the other for each packed weight.

    Args:
        formula: of the weights.
        network: what the weights belong to.
        factors: L1 and L2, each of kernels, recurrent kernels and biases [2, 3], or of each repeat
            [2, 3, R], as in Keras's regularizers.

    """
    count = WEIGHTS_OF_A_LAYER[network.cell]
    kinds = (0, 1, 2) if count == 3 else (0, 2)  # columns of factors
    weights = len(weight_shapes(network))
    column = [kinds[index % count] for index in range(network.weights_of_layers)]
    others = weights - len(column)  # of the outputs, without a penalty
    found = []
    for numbers in tf.unstack(factors):  # of L1, then of L2: [3] or [3, R]
        each = [*(numbers[kind] for kind in column), *[tf.zeros_like(numbers[0])] * others]
        found += formula.spread(tf.stack(each))
    return found


def penalty(formula: Formula, weights: list[Tensor], factors: list[Tensor]) -> Tensor:
    """Return the L1 and L2 penalty [R] on the weights.

    Args:
        formula: of the weights.
        weights: packed.
        factors: from ``factors_of_weights``.

    """
    count = len(weights)
    totals = [
        formula.total(l1 * tf.abs(weight) + l2 * tf.square(weight))
        for weight, l1, l2 in zip(weights, factors[:count], factors[count:], strict=True)
    ]
    return tf.add_n(totals)
