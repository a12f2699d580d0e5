"""Forecast watched rows while training goes on, inside the program.

Shape letters: R repeats, S steps, B lanes, O outputs, P watched parts.
"""

from typing import Any

from statecast.network.activations import activate
from statecast.network.network import LayerState, Network, State
from statecast.network.step import step
from statecast.training.layout import Original, Watched
from statecast.training.ops import TENSORFLOW
from statecast.training.runtime import tf

Tensor = Any

LEAST_POWER = 1e-6  # nearer to 0, 32 bits lose the digits; the logarithm is the same
LARGEST = 1e18  # whose square is finite in 32 bits


def watch(network: Network, weights: list[Tensor], watched: Watched, *, resets: bool) -> Tensor:
    """Return the RMSE [P, R] of the watched parts on the original scale, from the zero state.

    Of outputs that are weighed apart it is the mean of their RMSE.

    Args:
        network: what the weights belong to.
        weights: lifted, in Keras's order, each [R, ...].
        watched: the rows, as tensors.
        resets: whether any lane is zeroed on the way.

    """
    steps, _, lanes, _ = watched.x.shape
    parts = watched.weight.shape[0]
    repeats = weights[0].shape[0]
    apart = tuple(watched.weight.shape)[4:]  # O, or nothing

    def take_step(s: Tensor, state: State, total: Tensor) -> tuple[Tensor, State, Tensor]:
        if resets:
            state = zeroed(state, watched.reset[s])
        z, after = step(TENSORFLOW, network, weights, watched.x[s], state)
        error = activate(TENSORFLOW, network.head, z) - watched.y[s]
        if watched.original:
            error = on_original_scale(error, Original(*(part[s] for part in watched.original)))
        squares = tf.square(error)  # [R, B, O]
        if not apart:
            squares = tf.reduce_mean(squares, axis=-1)  # [R, B]
        weighted = watched.weight[:, s] * squares  # [P, R, B], or with O
        mean_square = tf.reduce_sum(weighted, axis=2)  # [P, R], or with O: the part of this step
        return s + 1, after, total + mean_square

    def is_left(s: Tensor, *_: Any) -> Tensor:
        return s < steps

    start = (0, zeros(network, repeats, lanes), tf.zeros((parts, repeats, *apart)))
    _, _, total = tf.while_loop(is_left, take_step, start, maximum_iterations=steps)
    rmse = tf.sqrt(total)
    return tf.reduce_mean(rmse, axis=-1) if apart else rmse


def on_original_scale(error: Tensor, original: Original) -> Tensor:
    """Return errors [R, B, O] of transformed values as errors of the values that they were made of.

    They stay so small that their squares are finite.

    Args:
        error: on the scaled scale.
        original: of these rows, each [R or 1, B, O].

    """
    values, slope, power = original
    moved = slope * error  # by how much the transformed value is off, in units of value**power
    is_log = tf.abs(power) < LEAST_POWER
    divisor = tf.where(is_log, tf.ones_like(power), power)
    of_power = tf.math.log1p(tf.maximum(divisor * moved, -1)) / divisor
    logarithm = tf.where(is_log, moved, of_power)  # of forecast / value
    return tf.clip_by_value(values * tf.math.expm1(logarithm), -LARGEST, LARGEST)


def zeros(network: Network, repeats: int, lanes: int) -> State:
    """Return the zero state as tensors [R, B, U]."""
    layers = []
    for units in network.units:
        shape = (repeats, lanes, units)
        layers.append(LayerState(tf.zeros(shape), tf.zeros(shape)))
    return tuple(layers)


def zeroed(state: State, reset: Tensor) -> State:
    """Return the state with the lanes zeroed where reset [R or 1, B] is 1."""
    keep = 1 - reset[..., None]
    return tuple(LayerState(layer.hidden * keep, layer.carry * keep) for layer in state)
