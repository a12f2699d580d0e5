"""Early stopping of each repeat by itself, inside the program.

A repeat that has stopped rests while the others go on. The rule is that of Keras's
``EarlyStopping(patience=..., restore_best_weights=True)``, on the RMSE of a watched part.
Shape letter: R repeats.
"""

from typing import Any, NamedTuple

import numpy as np

from statecast.training.formula import Formula
from statecast.training.runtime import tf

Tensor = Any


class Stops(NamedTuple):
    """The best RMSE of each repeat, its epoch and weights, and whether the repeat has stopped."""

    stopped: Tensor  # [R]
    rmse: Tensor  # [R]
    epoch: Tensor  # [R], counted from 1
    weights: list[Tensor]  # packed


def no_stops(weights: list[Any], repeats: int) -> Stops:
    """Return what is known before the first epoch; the weights only give their shapes."""
    return Stops(
        stopped=tf.zeros(repeats, tf.bool),
        rmse=tf.fill([repeats], np.float32(np.inf)),
        epoch=tf.zeros(repeats, tf.int32),
        weights=[tf.identity(weight) for weight in weights],
    )


def all_rest(stops: Stops | tuple[()]) -> Tensor:
    """Return whether every repeat has stopped; without early stopping none has."""
    if not isinstance(stops, Stops):
        return tf.constant(False)
    return tf.reduce_all(stops.stopped)


def after_epoch(
    formula: Formula,
    stops: Stops,
    weights: list[Tensor],
    rmse: Tensor,
    epoch: Tensor,
    *,
    patience: int,
) -> tuple[Stops, list[Tensor]]:
    """Take note of an epoch; a repeat that stops goes back to its best weights.

    Args:
        formula: of the weights.
        stops: before the epoch.
        weights: after the epoch, packed.
        rmse: after the epoch [R].
        epoch: counted from 1.
        patience: a repeat stops after so many epochs without a better RMSE.

    Returns:
        The stops and the weights now.

    """
    goes_on = tf.logical_not(stops.stopped)
    is_better = tf.logical_and(rmse < stops.rmse, goes_on)  # [R]
    best_epoch = tf.where(is_better, epoch, stops.epoch)
    stops_now = epoch - best_epoch >= patience  # [R]
    takes = formula.beside(is_better)
    gives_back = formula.beside(stops_now)
    pairs = zip(stops.weights, weights, strict=True)
    best = [tf.where(takes, weight, old) for old, weight in pairs]
    kept = [tf.where(gives_back, old, weight) for old, weight in zip(best, weights, strict=True)]
    after = Stops(
        stopped=tf.logical_or(stops.stopped, stops_now),
        rmse=tf.where(is_better, rmse, stops.rmse),
        epoch=best_epoch,
        weights=best,
    )
    return after, kept
