"""Train every repeat at once: the loop around the compiled program.

Shape letters: R repeats, S updates of an epoch, P watched parts, E epochs.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from statecast.base.errors import StatecastError
from statecast.network.network import Network, lifted
from statecast.training.epoch import Batches, Learner, Watched, data_of, form_of
from statecast.training.job import Learning
from statecast.training.optimizers import updates_apart
from statecast.training.runtime import tf
from statecast.training.stopping import Stopper

HISTORY_BYTES = 256 * 1024  # of one call; more would push the loop over XLA's small-loop threshold
CALL_SECONDS = 0.25  # aimed at for one call, so that a progress bar moves and Ctrl-C works

Progress = Callable[[int, float], None]


class Trained(NamedTuple):
    """What training leaves behind."""

    weights: list[np.ndarray]  # Keras's order, each [R, ...]
    loss: np.ndarray  # [E, R], mean over the updates of an epoch
    rmse: np.ndarray  # [recorded epochs, P, R], of the watched parts; P is 0 without
    best_epoch: np.ndarray  # [R], whose weights these are: the last, or with patience the best; counted from 1
    seconds: float  # training alone
    compile_seconds: float


class Trainer:
    """One compiled program; it may train again with anything of the same shapes.

    Learning rate (without a schedule), penalties, seeds and rows may differ from one training to the next.
    """

    def __init__(self, network: Network, learning: Learning, *, history_every: int = 1) -> None:
        """Watched rows are forecast after each ``history_every`` epochs, and after the last."""
        self._learner = Learner(network, learning, history_every=history_every)
        self._compiled: dict[Any, Any] = {}

    def train(
        self,
        batches: Batches,
        initial: Sequence[np.ndarray],
        epochs: int,
        *,
        watched: Watched | None = None,
        seeds: Sequence[int] = (),
        shuffle: Callable[[int], np.ndarray] | None = None,
        progress: Progress | None = None,
    ) -> Trained:
        """Train from ``initial`` (Keras's order, each [R, ...]) for ``epochs`` epochs; see ``train_up_to``."""
        *_, trained = self.train_up_to(
            batches, initial, [epochs], watched=watched, seeds=seeds, shuffle=shuffle, progress=progress
        )
        return trained

    def train_up_to(
        self,
        batches: Batches,
        initial: Sequence[np.ndarray],
        stops: Sequence[int],
        *,
        learning: Learning | None = None,
        watched: Watched | None = None,
        seeds: Sequence[int] = (),
        shuffle: Callable[[int], np.ndarray] | None = None,
        progress: Progress | None = None,
    ) -> Iterator[Trained]:
        """Train once and yield what each number of epochs leaves behind.

        Args:
            batches: the rows of an epoch.
            initial: weights to start from.
            stops: numbers of epochs, rising: passes over all batches; states are zero at the start of each.
            learning: other learning rate and penalties than those of the constructor.
            watched: rows to be forecast after the epochs.
            seeds: of the repeats, for dropout, and for the message of an error.
            shuffle: gives the order of the updates [S] in an epoch, counted from 0; None: as they are.
            progress: is called with the epochs done and the mean loss now.

        Raises StatecastError when a loss is not finite any more: which repeat, which epoch.

        """
        started = time.perf_counter()
        repeats, updates = len(initial[0]), len(batches.x)
        self._start_from(initial, learning or self._learner.learning, apart=not batches.active.all())
        parts = len(watched.weight) if watched else 0
        size = max(1, min(stops[-1], HISTORY_BYTES // (4 * (repeats * (1 + parts) + updates))))
        run = self._program(batches, watched, seeds or range(repeats), size, shuffled=shuffle is not None)
        order = np.zeros((size, updates), np.int32)
        run(0, 0, 0, order)
        compiled = time.perf_counter()
        losses: list[np.ndarray] = []
        rmses: list[np.ndarray] = []
        done, count = 0, 1
        for stop in stops:
            while done < stop:
                resting = self._learner.stopper is not None and self._learner.stopper.all_stopped()
                count = 1 if resting else min(count, size, stop - done)
                if shuffle is not None:
                    order[:count] = [shuffle(epoch) for epoch in range(done, done + count)]
                call_started = time.perf_counter()
                loss, rmse = (part.numpy()[:count] for part in run(count, done, stop, order))
                _check_finite(loss, done, seeds)
                if resting:  # nothing changes any more: the rest is as this epoch
                    loss, rmse = (np.repeat(part, stop - done, axis=0) for part in (loss, rmse))
                losses.append(loss)
                rmses.append(rmse)
                done += len(loss)
                if progress is not None:
                    progress(done, float(loss[-1].mean()))
                count = max(1, int(count * min(16.0, CALL_SECONDS / (time.perf_counter() - call_started))))
            rmse = np.concatenate(rmses)[self.recorded(stop)]
            weights, best = self._result(stop)
            seconds = time.perf_counter() - compiled
            yield Trained(weights, np.concatenate(losses), rmse, best, seconds, compiled - started)

    def recorded(self, epochs: int) -> np.ndarray:
        """Return the epochs, counted from 0, after which the watched rows are forecast."""
        every = np.arange(epochs)
        return every[self._learner.is_recorded(every, epochs)]

    def _start_from(self, initial: Sequence[np.ndarray], learning: Learning, *, apart: bool) -> None:
        learner, arrays = self._learner, lifted(initial)
        optimizer = learner.optimizer
        if not learner.weights:
            self._shapes = [array.shape for array in initial]
            learner.weights = [tf.Variable(array, dtype=tf.float32) for array in arrays]
            optimizer.build(learner.weights)
            if apart:
                updates_apart(optimizer, len(arrays[0]))
            self._fresh = [variable.numpy() for variable in optimizer.variables]
            if learning.patience is not None:
                learner.stopper = Stopper(learner.weights, learning.patience)
        for variable, array in zip(learner.weights, arrays, strict=True):
            variable.assign(array)
        for variable, value in zip(optimizer.variables, self._fresh, strict=True):
            variable.assign(value)
        if learning.schedule is None:
            optimizer.learning_rate = learning.learning_rate
        learner.factors.assign(learning.penalties)
        if learner.stopper:
            learner.stopper.start()

    def _program(
        self, batches: Batches, watched: Watched | None, seeds: Sequence[int], size: int, *, shuffled: bool
    ) -> Callable[[int, int, int, np.ndarray], Any]:
        form = form_of(batches, watched, size, shuffled=shuffled)
        if form not in self._compiled:
            self._compiled[form] = self._learner.trace(form)
        run, data = self._compiled[form], data_of(batches, watched, seeds)

        def call(count: int, first: int, epochs: int, order: np.ndarray) -> Any:
            numbers = (tf.constant(number, tf.int32) for number in (count, first, epochs))
            return run(data, *numbers, tf.constant(order, tf.int32))

        return call

    def _result(self, epochs: int) -> tuple[list[np.ndarray], np.ndarray]:
        weights, best = self._learner.weights, np.full(self._shapes[0][0], epochs)
        if self._learner.stopper:
            weights, best = self._learner.stopper.best()
        arrays = [variable.numpy().reshape(shape) for variable, shape in zip(weights, self._shapes, strict=True)]
        return arrays, best


def _check_finite(loss: np.ndarray, done: int, seeds: Sequence[int]) -> None:
    bad = np.argwhere(~np.isfinite(loss))
    if len(bad):
        epoch, repeat = bad[0]
        name = f"repeat {repeat}" + (f" (seed {seeds[repeat]})" if len(seeds) else "")
        raise StatecastError(
            f"the training loss must stay finite, got {loss[epoch, repeat]} in {name}, epoch {done + epoch + 1}: "
            "lower params.yaml: train.learning_rate or scale the series"
        )
