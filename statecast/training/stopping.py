"""Early stopping of each repeat by itself, inside the program.

A repeat that has stopped rests while the others go on. The rule is that of Keras's
``EarlyStopping(patience=..., restore_best_weights=True)``, on the RMSE of a watched part.
"""

from typing import Any

import numpy as np

from statecast.training.runtime import tf

Tensor = Any


class Stopper:
    """The best RMSE of each repeat, its epoch and weights, and whether the repeat has stopped."""

    def __init__(self, weights: list[Any], patience: int) -> None:
        """Keep room for the best weights.

        Args:
            weights: each [R, ...].
            patience: a repeat stops after so many epochs without a better RMSE.

        """
        repeats = weights[0].shape[0]
        self.patience = patience
        self.stopped = tf.Variable(tf.zeros(repeats, tf.bool), trainable=False)
        self._rmse = tf.Variable(tf.zeros(repeats), trainable=False)
        self._epoch = tf.Variable(tf.zeros(repeats, tf.int32), trainable=False)
        self._weights = [tf.Variable(tf.identity(weight), trainable=False) for weight in weights]

    def start(self) -> None:
        """Forget an earlier training."""
        self.stopped.assign(tf.zeros_like(self.stopped))
        self._rmse.assign(tf.fill(self._rmse.shape, np.inf))
        self._epoch.assign(tf.zeros_like(self._epoch))

    def after_epoch(self, weights: list[Any], rmse: Tensor, epoch: Tensor) -> None:
        """Take note of an epoch; a repeat that stops goes back to its best weights.

        Args:
            weights: after the epoch, each [R, ...].
            rmse: after the epoch [R].
            epoch: counted from 1.

        """
        goes_on = tf.logical_not(self.stopped)
        is_better = tf.logical_and(rmse < self._rmse, goes_on)  # [R]
        self._rmse.assign(tf.where(is_better, rmse, self._rmse))
        self._epoch.assign(tf.where(is_better, epoch, self._epoch))
        waited = epoch - self._epoch
        stops = waited >= self.patience  # [R]
        takes = is_better[:, None, None]
        gives_back = stops[:, None, None]
        for best, weight in zip(self._weights, weights, strict=True):
            best.assign(tf.where(takes, weight, best))
            weight.assign(tf.where(gives_back, best, weight))
        self.stopped.assign(tf.logical_or(self.stopped, stops))

    def all_stopped(self) -> bool:
        """Return whether every repeat has stopped."""
        return bool(self.stopped.numpy().all())

    def best(self) -> tuple[list[Any], np.ndarray]:
        """Return the best weights, each [R, ...], and their epochs [R]."""
        return self._weights, self._epoch.numpy()
