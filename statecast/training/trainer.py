"""Train every repeat at once: the loop around the compiled program.

Shape letters: R repeats, S updates of an epoch, P watched parts, E epochs.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from statecast.base.errors import StatecastError
from statecast.network.network import Network, lifted
from statecast.training.epoch import Form, Learner, data_of, form_of
from statecast.training.job import Learning
from statecast.training.layout import Batches, Watched
from statecast.training.optimizers import count_updates_apart
from statecast.training.runtime import tf
from statecast.training.stopping import Stopper

HISTORY_BYTES = 256 * 1024  # of one call; more would push the loop over XLA's small-loop threshold
CALL_SECONDS = 0.25  # aimed at for one call, so that a progress bar moves and Ctrl-C works
MOST_GROWTH = 16.0  # of the epochs of a call from one to the next

Progress = Callable[[int, float], None]  # epochs done, mean loss now
Order = Callable[[int], np.ndarray]  # epoch, counted from 0, to the order of its updates [S]


class Trained(NamedTuple):
    """What training leaves behind."""

    weights: list[np.ndarray]  # Keras's order, each [R, ...]
    loss: np.ndarray  # [E, R], mean over the updates of an epoch
    rmse: np.ndarray  # [recorded epochs, P, R], of the watched parts; P is 0 without
    best_epoch: np.ndarray  # [R], counted from 1, the epoch that the weights are of
    seconds: float  # training alone
    compile_seconds: float


class Curves:
    """Losses and RMSE of the epochs so far."""

    def __init__(self) -> None:
        self._losses: list[np.ndarray] = []
        self._rmses: list[np.ndarray] = []
        self.epochs = 0

    def add(self, loss: np.ndarray, rmse: np.ndarray) -> None:
        """Add those of some epochs: [E, R] and [E, P, R]."""
        self._losses.append(loss)
        self._rmses.append(rmse)
        self.epochs += len(loss)

    @property
    def last_loss(self) -> float:
        """Return the mean loss of the last epoch."""
        last = self._losses[-1][-1]  # [R]
        return float(last.mean())

    @property
    def loss(self) -> np.ndarray:
        """Return the losses of all epochs [E, R]."""
        return np.concatenate(self._losses)

    @property
    def rmse(self) -> np.ndarray:
        """Return the RMSE of all epochs [E, P, R]; what was not recorded is 0."""
        return np.concatenate(self._rmses)


class Pace:
    """How many epochs a call takes, so that it lasts a quarter of a second."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 1

    def next(self, left: int) -> int:
        """Return how many of the epochs that are left the next call takes."""
        self._count = min(self._count, self._most, left)
        return self._count

    def took(self, seconds: float) -> None:
        """Take note of how long the call took."""
        growth = min(MOST_GROWTH, CALL_SECONDS / seconds)
        self._count = max(1, int(self._count * growth))


class Trainer:
    """A compiled program; it may train again with anything of the same shapes.

    Learning rate (without a schedule), penalties, seeds and rows may differ from one training to
    the next.
    """

    def __init__(self, network: Network, learning: Learning, *, history_every: int = 1) -> None:
        """Make the program's variables.

        Args:
            network: what is trained.
            learning: how.
            history_every: epochs between two looks at the watched rows; the last epoch is always
                looked at.

        """
        self._learner = Learner(network, learning, history_every=history_every)
        self._compiled: dict[Form, Any] = {}
        self._shapes: list[tuple[int, ...]] = []  # of the weights as Keras has them
        self._fresh: list[np.ndarray] = []  # what the optimizer keeps, before the first update

    def train(
        self,
        batches: Batches,
        initial: Sequence[np.ndarray],
        epochs: int,
        *,
        watched: Watched | None = None,
        seeds: Sequence[int] = (),
        shuffle: Order | None = None,
        progress: Progress | None = None,
    ) -> Trained:
        """Train for some epochs; see ``train_up_to``."""
        *_, trained = self.train_up_to(
            batches,
            initial,
            [epochs],
            watched=watched,
            seeds=seeds,
            shuffle=shuffle,
            progress=progress,
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
        shuffle: Order | None = None,
        progress: Progress | None = None,
    ) -> Iterator[Trained]:
        """Train once and yield what each number of epochs leaves behind.

        Args:
            batches: the rows of an epoch.
            initial: weights to start from, in Keras's order, each [R, ...].
            stops: numbers of epochs, rising. States are zero at the start of each epoch.
            learning: other learning rate and penalties than those of the constructor.
            watched: rows to be forecast after the epochs.
            seeds: of the repeats [R], for dropout, and for the message of an error.
            shuffle: the order of the updates in an epoch; None: as they are.
            progress: is called now and then.

        Raises:
            StatecastError: a loss, an RMSE or a weight is not finite any more; the message names
                repeat and epoch.

        """
        started = time.perf_counter()
        repeats = len(initial[0])
        updates = len(batches.x)
        parts = 0 if watched is None else len(watched.weight)
        self._start_from(initial, learning or self._learner.learning, batches)
        size = _epochs_of_a_call(stops[-1], repeats * (1 + parts) + updates)
        data = data_of(batches, watched, seeds or range(repeats))
        run = self._program(form_of(batches, watched, size, shuffled=shuffle is not None))
        order = np.zeros((size, updates), np.int32)

        def call(count: int, first: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
            """Train some epochs; return their losses [count, R] and RMSE [count, P, R]."""
            if shuffle is not None:
                for index in range(count):
                    order[index] = shuffle(first + index)
            numbers = [tf.constant(number, tf.int32) for number in (count, first, stop)]
            losses, rmses = run(data, *numbers, tf.constant(order))
            return losses.numpy()[:count], rmses.numpy()[:count]

        call(0, 0, 0)  # compiles
        compiled = time.perf_counter()
        curves = Curves()
        pace = Pace(size)
        for stop in stops:
            while curves.epochs < stop:
                self._advance(call, curves, pace, stop, seeds)
                if progress is not None:
                    progress(curves.epochs, curves.last_loss)
            weights, best_epoch = self._weights_after(stop)
            _require_finite(_sizes(weights), "the weights", stop - 1, seeds)
            yield Trained(
                weights=weights,
                loss=curves.loss,
                rmse=curves.rmse[self.recorded(stop)],
                best_epoch=best_epoch,
                seconds=time.perf_counter() - compiled,
                compile_seconds=compiled - started,
            )

    def recorded(self, epochs: int) -> np.ndarray:
        """Return the epochs, counted from 0, after which the watched rows are forecast."""
        every = np.arange(epochs)
        return every[self._learner.is_recorded(every, epochs)]

    def _advance(
        self,
        call: Callable[[int, int, int], tuple[np.ndarray, np.ndarray]],
        curves: Curves,
        pace: Pace,
        stop: int,
        seeds: Sequence[int],
    ) -> None:
        """Take one call of the program, and add its curves."""
        first = curves.epochs
        left = stop - first
        stopper = self._learner.stopper
        all_rest = stopper is not None and stopper.all_stopped()
        count = 1 if all_rest else pace.next(left)
        started = time.perf_counter()
        loss, rmse = call(count, first, stop)
        pace.took(time.perf_counter() - started)
        _require_finite(loss, "the training loss", first, seeds)
        of_parts = rmse.sum(axis=1)
        _require_finite(of_parts, "the RMSE of the forecasts", first, seeds)
        if all_rest:  # nothing changes any more: the epochs that are left are like this one
            loss = np.repeat(loss, left, axis=0)
            rmse = np.repeat(rmse, left, axis=0)
        curves.add(loss, rmse)

    def _start_from(
        self, initial: Sequence[np.ndarray], learning: Learning, batches: Batches
    ) -> None:
        """Give the variables the values that they have before the first update."""
        learner = self._learner
        weights = lifted(initial)
        if not learner.weights:
            self._shapes = [weight.shape for weight in initial]
            self._make_variables(weights, learning, some_rest=not batches.active.all())
        for variable, weight in zip(learner.weights, weights, strict=True):
            variable.assign(weight)
        for variable, value in zip(learner.optimizer.variables, self._fresh, strict=True):
            variable.assign(value)
        if learning.schedule is None:
            learner.optimizer.learning_rate = learning.learning_rate
        learner.factors.assign(learning.penalties)
        if learner.stopper:
            learner.stopper.start()

    def _make_variables(
        self, weights: list[np.ndarray], learning: Learning, *, some_rest: bool
    ) -> None:
        learner = self._learner
        learner.weights = [tf.Variable(weight, dtype=tf.float32) for weight in weights]
        learner.optimizer.build(learner.weights)
        if some_rest:
            count_updates_apart(learner.optimizer, learner.repeats)
        self._fresh = [variable.numpy() for variable in learner.optimizer.variables]
        if learning.patience is not None:
            learner.stopper = Stopper(learner.weights, learning.patience)

    def _program(self, form: Form) -> Any:
        if form not in self._compiled:
            self._compiled[form] = self._learner.trace(form)
        return self._compiled[form]

    def _weights_after(self, epochs: int) -> tuple[list[np.ndarray], np.ndarray]:
        """Return the weights, each [R, ...], and the epochs [R] that they belong to."""
        variables = self._learner.weights
        best_epoch = np.full(self._learner.repeats, epochs)
        if self._learner.stopper:
            variables, best_epoch = self._learner.stopper.best()
        pairs = zip(variables, self._shapes, strict=True)
        return [variable.numpy().reshape(shape) for variable, shape in pairs], best_epoch


def _epochs_of_a_call(epochs: int, numbers: int) -> int:
    """Return how many epochs a call may have.

    Args:
        epochs: of the training.
        numbers: that a call keeps of each epoch.

    """
    bytes_of_an_epoch = 4 * numbers
    most = HISTORY_BYTES // bytes_of_an_epoch
    return max(1, min(epochs, most))


def _sizes(weights: Sequence[np.ndarray]) -> np.ndarray:
    """Return the largest size of a weight of each repeat [1, R]; weights are [R, ...]."""
    largest = [np.abs(weight).reshape(len(weight), -1).max(axis=1) for weight in weights]
    return np.max(largest, axis=0, keepdims=True)


def _require_finite(values: np.ndarray, what: str, first: int, seeds: Sequence[int]) -> None:
    """Check values [E, R] of some epochs; the first of them has the number ``first``."""
    bad = np.argwhere(~np.isfinite(values))
    if not len(bad):
        return
    epoch, repeat = bad[0]
    seed = f" (seed {seeds[repeat]})" if len(seeds) else ""
    where = f"repeat {repeat}{seed}, epoch {first + epoch + 1}"
    raise StatecastError(
        f"{what} must stay finite, got {values[epoch, repeat]} in {where}: "
        "lower `learning_rate` or scale the series"
    )
