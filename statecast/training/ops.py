"""The network's operations in TensorFlow, its losses and its penalties.

Shape letters: R repeats, B lanes, O outputs.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from statecast.network.network import ARRAYS_OF_A_LAYER, Head, LayerState, Network, Ops, State, activate, step
from statecast.training.optimizers import Clip
from statecast.training.runtime import tf

FUSED_UNITS = 20  # up to here multiply and reduce_sum beat a batched matrix product on XLA:CPU

Tensor = Any


def _product(x: Tensor, w: Tensor) -> Tensor:
    if w.shape[-1] <= 4 * FUSED_UNITS:
        return tf.reduce_sum(x[..., None] * w[:, None], axis=-2)
    return tf.matmul(x, w)


def _part(x: Tensor, place: Tensor, size: int) -> Tensor:
    first, lanes, _ = x.shape
    return tf.slice(x, [0, 0, place * size], [first, lanes, size])


def _repeat(times: int, body: Callable[[Tensor, Any], Any], state: Any) -> Any:
    def counted(place: Tensor, now: Any) -> tuple[Tensor, Any]:
        return place + 1, body(place, now)

    return tf.while_loop(lambda place, _: place < times, counted, (0, state), maximum_iterations=times)[1]


def _gated_product(x: Tensor, w: Tensor, mask: Tensor) -> Tensor:
    repeats, features, width = w.shape
    gates = mask.shape[-1]
    by_gate = tf.reshape(w, (repeats, features, gates, width // gates))
    masked = x[..., None] * mask
    if width <= 4 * FUSED_UNITS:
        z = tf.reduce_sum(masked[..., None] * by_gate[:, None], axis=-3)
    else:
        z = tf.einsum("rbfg,rfgu->rbgu", masked, by_gate)
    return tf.reshape(z, (*z.shape[:2], width))


TENSORFLOW = Ops(tf.sigmoid, tf.tanh, tf.nn.softmax, tf.clip_by_value, _product, _gated_product, _part, _repeat)


def _of_error(loss: Callable[[Tensor], Tensor]) -> Callable[[Tensor, Tensor, Head], Tensor]:
    return lambda z, y, head: tf.reduce_mean(loss(activate(TENSORFLOW, head, z) - y), axis=-1)


def _binary(z: Tensor, y: Tensor, head: Head) -> Tensor:  # noqa: ARG001 (the sigmoid is in the formula)
    return tf.reduce_mean(tf.maximum(z, 0.0) - z * y + tf.math.log1p(tf.exp(-tf.abs(z))), axis=-1)


def _categorical(z: Tensor, y: Tensor, head: Head) -> Tensor:  # noqa: ARG001 (the softmax is in the formula)
    return -tf.reduce_sum(y * tf.nn.log_softmax(z), axis=-1)


# of outputs before the head's activation, y and the head, to [..., B]; Keras's definitions
LOSSES: dict[str, Callable[[Tensor, Tensor, Head], Tensor]] = {
    "mse": _of_error(tf.square),
    "mae": _of_error(tf.abs),
    "huber": _of_error(lambda error: tf.where(tf.abs(error) <= 1, 0.5 * error**2, tf.abs(error) - 0.5)),
    "log_cosh": _of_error(lambda error: error + tf.math.softplus(-2.0 * error) - float(np.log(2))),
    "binary_crossentropy": _binary,
    "categorical_crossentropy": _categorical,
}


def penalty(network: Network, weights: list[Tensor], factors: Tensor) -> Tensor:
    """Return the L1 and L2 penalty [R] of lifted weights.

    Args:
        network: what the weights belong to.
        weights: lifted, in Keras's order.
        factors: [2, 3], L1 and L2 of kernels, recurrent kernels and biases of the layers, as Keras's regularizers.

    """
    count = ARRAYS_OF_A_LAYER[network.cell]
    kinds = (0, 1, 2) if count == 3 else (0, 2)
    total = tf.zeros(weights[0].shape[0])
    for place, weight in enumerate(weights[: count * len(network.units)]):
        l1, l2 = factors[0, kinds[place % count]], factors[1, kinds[place % count]]
        total += tf.reduce_sum(l1 * tf.abs(weight) + l2 * tf.square(weight), axis=[1, 2])
    return total


def clipped(gradients: list[Tensor], clip: Clip) -> list[Tensor]:
    """Return gradients, each [R, ...], with the norms of each repeat clipped as Keras clips those of one network."""
    squares = [tf.reduce_sum(tf.square(gradient), axis=[1, 2], keepdims=True) for gradient in gradients]
    if clip.norm is not None:
        norms = [tf.sqrt(square) for square in squares]
        return [g * (clip.norm / tf.maximum(norm, clip.norm)) for g, norm in zip(gradients, norms, strict=True)]
    if clip.global_norm is not None:
        norm = tf.sqrt(tf.add_n(squares))
        return [gradient * (clip.global_norm / tf.maximum(norm, clip.global_norm)) for gradient in gradients]
    return gradients


def zeroed(state: State, reset: Tensor) -> State:
    """Return the state with the lanes zeroed where reset [R or 1, B] is 1."""
    keep = 1 - reset[..., None]
    return tuple(LayerState(*(part * keep for part in layer)) for layer in state)


def watch(
    network: Network, weights: list[Tensor], watched: Any, zeros: Callable[[int, int], State], *, resets: bool
) -> Tensor:
    """Return the RMSE [P, R] of the watched parts, forecast from the zero state.

    Args:
        network: what the weights belong to.
        weights: lifted, in Keras's order.
        watched: ``engine.Watched`` of tensors.
        zeros: gives the zero state of so many repeats and lanes.
        resets: whether any lane is zeroed on the way.

    """
    steps, _, lanes, _ = watched.x.shape
    repeats = weights[0].shape[0]

    def body(s: Tensor, state: State, total: Tensor) -> tuple[Tensor, State, Tensor]:
        if resets:
            state = zeroed(state, watched.reset[s])
        z, after = step(TENSORFLOW, network, weights, watched.x[s], state)
        error = activate(TENSORFLOW, network.head, z) - watched.y[s]
        squares = tf.reduce_mean(tf.square(error), axis=-1)  # [R, B]
        return s + 1, after, total + tf.reduce_sum(watched.weight[:, s] * squares, axis=-1)

    start = (0, zeros(repeats, lanes), tf.zeros((watched.weight.shape[0], repeats)))
    return tf.sqrt(tf.while_loop(lambda s, *_: s < steps, body, start, maximum_iterations=steps)[2])
