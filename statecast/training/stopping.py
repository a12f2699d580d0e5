"""Early stopping of each repeat by itself, inside the program: a repeat that stops rests, the others go on.

Keras's ``EarlyStopping(patience=..., restore_best_weights=True)``, on the RMSE of a watched part.
"""

from typing import Any

import numpy as np

from statecast.training.runtime import tf

Tensor = Any


class Stopper:
    """Best RMSE, its epoch and its weights, and who has stopped; each [R]."""

    def __init__(self, weights: list[Any], patience: int) -> None:
        """Keep room for the best of ``weights``, each [R, ...]; stop after ``patience`` epochs without a better one."""
        repeats = weights[0].shape[0]
        self.patience = patience
        self.stopped = tf.Variable(tf.zeros(repeats, tf.bool), trainable=False)
        self._rmse = tf.Variable(tf.zeros(repeats), trainable=False)
        self._epoch = tf.Variable(tf.zeros(repeats, tf.int32), trainable=False)
        self._weights = [tf.Variable(tf.identity(weight), trainable=False) for weight in weights]

    def start(self) -> None:
        """Forget what was before."""
        self.stopped.assign(tf.zeros_like(self.stopped))
        self._rmse.assign(tf.fill(self._rmse.shape, np.inf))
        self._epoch.assign(tf.zeros_like(self._epoch))

    def after_epoch(self, weights: list[Any], rmse: Tensor, epoch: Tensor) -> None:
        """Take the RMSE [R] after an epoch, counted from 1; a repeat that stops goes back to its best weights."""
        better = tf.logical_and(rmse < self._rmse, tf.logical_not(self.stopped))
        self._rmse.assign(tf.where(better, rmse, self._rmse))
        self._epoch.assign(tf.where(better, epoch, self._epoch))
        stopping = epoch - self._epoch >= self.patience
        for best, weight in zip(self._weights, weights, strict=True):
            best.assign(tf.where(better[:, None, None], weight, best))
            weight.assign(tf.where(stopping[:, None, None], best, weight))
        self.stopped.assign(tf.logical_or(self.stopped, stopping))

    def all_stopped(self) -> bool:
        """Return whether every repeat has stopped."""
        return bool(self.stopped.numpy().all())

    def best(self) -> tuple[list[Any], np.ndarray]:
        """Return the best weights, each [R, ...], and their epochs [R]."""
        return self._weights, self._epoch.numpy()
