"""Train every repeat at once: the loop around the compiled program.

Repeats are trained in blocks, one call of the program each; as many blocks as there are cores train
side by side. Blocks share nothing, so the number of cores changes no result.
Shape letters: R repeats, S updates of an epoch, P watched parts, E epochs.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from statecast.base.errors import StatecastError
from statecast.network.network import Network
from statecast.training.blocks import Apart, Order, Program, Training, data_of_blocks
from statecast.training.devices import Device
from statecast.training.epoch import Form, Learner, form_of, is_recorded
from statecast.training.formula import Blocks, Formula, plan
from statecast.training.job import Learning
from statecast.training.layout import Batches, Watched

HISTORY_BYTES = 1024 * 1024  # of one call; more would push the loop over XLA's small-loop threshold
ROUND_SECONDS = 0.25  # aimed at for a round, so that a progress bar moves and Ctrl-C works
CALL_SECONDS = 0.03  # at least, for a call to cost little beside what it trains
MOST_GROWTH = 16.0  # of the epochs of a call from one to the next

Progress = Callable[[int, float], None]  # epochs done, mean loss now


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
    """How many epochs a round takes, so that it lasts a quarter of a second."""

    def __init__(self, most: int, calls: int = 1) -> None:
        """Begin with one epoch.

        Args:
            most: epochs of a round.
            calls: of a round, one after the other.

        """
        self._most = most
        self._count = 1
        self._aim = max(ROUND_SECONDS, calls * CALL_SECONDS)

    def next(self, left: int) -> int:
        """Return how many of the epochs that are left the next round takes."""
        self._count = min(self._count, self._most, left)
        return self._count

    def took(self, seconds: float) -> None:
        """Take note of how long the round took."""
        growth = min(MOST_GROWTH, self._aim / seconds)
        self._count = max(1, int(self._count * growth))


class Trainer:
    """A compiled program; it may train again with anything of the same shapes.

    Learning rate (without a schedule), penalties, seeds and rows may differ from one training to
    the next, and in a stack from one repeat to the next.
    """

    def __init__(
        self,
        network: Network,
        learning: Learning,
        *,
        history_every: int = 1,
        stacked: int | None = None,
        device: Device = None,
    ) -> None:
        """Take note of what is trained.

        Args:
            network: what is trained.
            learning: how.
            history_every: epochs between two looks at the watched rows; the last epoch is always
                looked at.
            stacked: about how many networks of several jobs it trains together; None: those of one.
            device: from ``Devices``, where programs train at the same time.

        """
        self.device = device
        self._stacked = stacked
        self._network = network
        self._learning = learning
        self._history_every = history_every
        self._learners: dict[bool, Learner] = {}  # of one size, by whether some repeat rests
        self._compiled: dict[Form, Any] = {}

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
        apart: Apart | None = None,
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
            apart: those of each repeat of a stack.
            watched: rows to be forecast after the epochs.
            seeds: of the repeats [R], for dropout, and for the message of an error.
            shuffle: the order of the updates in an epoch; None: as they are.
            progress: is called now and then.

        Raises:
            StatecastError: a loss, an RMSE or a weight is not finite any more; the message names
                repeat and epoch.

        """
        started = time.perf_counter()
        asked = learning or self._learning
        training = self._training(
            batches, initial, asked, apart=apart, watched=watched, seeds=seeds, shuffle=shuffle
        )
        training.compile()
        compiled = time.perf_counter()
        curves = Curves()
        pace = Pace(training.most, training.calls)
        for stop in stops:
            while curves.epochs < stop:
                _advance(training, curves, pace, stop, seeds)
                if progress is not None:
                    progress(curves.epochs, curves.last_loss)
            weights, best_epoch = training.weights_after(stop)
            _require_finite(_sizes(weights), "the weights", stop - 1, seeds)
            yield Trained(
                weights=[own.reshape(w.shape) for own, w in zip(weights, initial, strict=True)],
                loss=_held(curves.loss, best_epoch, self._learning.patience),
                rmse=curves.rmse[self.recorded(stop)],
                best_epoch=best_epoch,
                seconds=time.perf_counter() - compiled,
                compile_seconds=compiled - started,
            )

    def recorded(self, epochs: int) -> np.ndarray:
        """Return the epochs, counted from 0, after which the watched rows are forecast."""
        every = np.arange(epochs)
        return every[is_recorded(every, epochs, self._history_every)]

    def _training(
        self,
        batches: Batches,
        initial: Sequence[np.ndarray],
        learning: Learning,
        *,
        apart: Apart | None,
        watched: Watched | None,
        seeds: Sequence[int],
        shuffle: Order | None,
    ) -> Training:
        """Return the blocks of a training before its first epoch."""
        repeats = len(initial[0])
        is_stack = apart is not None
        formula, size = plan(self._network, self._stacked or repeats, stacked=is_stack)
        blocks = Blocks(repeats, size)
        updates = len(batches.x)
        parts = 0 if watched is None else len(watched.weight)
        most = _epochs_of_a_call(size * (1 + parts) + updates)
        form = form_of(batches, watched, most, shuffled=shuffle is not None, may_rest=is_stack)
        rests = not form.all_active
        learner = self._learner_of(formula, size, rests=rests)
        starts = [
            learner.start(
                [weight[blocks.members(block)] for weight in initial],
                learning,
                rests=rests,
                rates=None if apart is None else apart.learning_rates[blocks.members(block)],
            )
            for block in range(blocks.count)
        ]
        data = data_of_blocks(
            formula,
            blocks,
            batches,
            watched,
            seeds or range(repeats),
            apart or learning.penalties,
        )
        return Training(self._program(learner, form), formula, blocks, data, starts, shuffle)

    def _learner_of(self, formula: Formula, size: int, *, rests: bool) -> Learner:
        """Return the learner; where some repeat rests, each counts its own updates."""
        if any(learner.size != size for learner in self._learners.values()):
            self._learners.clear()
            self._compiled.clear()
        if rests not in self._learners:
            self._learners[rests] = Learner(
                self._network, self._learning, formula, size, history_every=self._history_every
            )
        return self._learners[rests]

    def _program(self, learner: Learner, form: Form) -> Program:
        if form not in self._compiled:
            self._compiled[form] = learner.trace(form)
        return Program(self._compiled[form], form.size, form.shuffled, self.device)


def _advance(
    training: Training, curves: Curves, pace: Pace, stop: int, seeds: Sequence[int]
) -> None:
    """Take one round, and add its curves."""
    first = curves.epochs
    left = stop - first
    all_rest = training.all_rest()
    count = 1 if all_rest else pace.next(left)
    started = time.perf_counter()
    loss, rmse = training.take(count, first, stop)
    pace.took(time.perf_counter() - started)
    _require_finite(loss, "the training loss", first, seeds)
    of_parts = rmse.sum(axis=1)
    _require_finite(of_parts, "the RMSE of the forecasts", first, seeds)
    if all_rest:  # nothing changes any more: the epochs that are left are like this one
        loss = np.repeat(loss, left, axis=0)
        rmse = np.repeat(rmse, left, axis=0)
    curves.add(loss, rmse)


def _held(loss: np.ndarray, best_epoch: np.ndarray, patience: int | None) -> np.ndarray:
    """Return losses [E, R] that stay as they are when a repeat begins to rest.

    It learns nothing more, but masks and orders of the updates would still change its loss, in the
    epochs that are not left out because all repeats beside it rest too.
    """
    if patience is None:
        return loss
    rests_from = np.minimum(best_epoch + patience, len(loss) - 1)  # [R]
    epoch = np.minimum(np.arange(len(loss))[:, None], rests_from)  # [E, R]
    return np.asarray(np.take_along_axis(loss, epoch, axis=0))


def _epochs_of_a_call(numbers: int) -> int:
    """Return how many epochs a call may have.

    Args:
        numbers: that a call keeps of each epoch.

    """
    bytes_of_an_epoch = 4 * numbers
    return max(1, HISTORY_BYTES // bytes_of_an_epoch)


def _sizes(weights: Sequence[np.ndarray]) -> np.ndarray:
    """Return the largest size of a weight of each repeat [1, R]; weights are [R, ...]."""
    largest = [np.abs(weight).reshape(len(weight), -1).max(axis=1) for weight in weights]
    return np.max(largest, axis=0, keepdims=True)


def _require_finite(values: np.ndarray, what: str, first: int, seeds: Sequence[int]) -> None:
    """Check values [E, R] of some epochs; the first of them has the number ``first``."""
    is_finite = np.isfinite(values)
    if is_finite.all():
        return
    epoch, repeat = np.argwhere(~is_finite)[0]
    seed = f" (seed {seeds[repeat]})" if len(seeds) else ""
    where = f"repeat {repeat}{seed}, epoch {first + epoch + 1}"
    raise StatecastError(
        f"{what} must stay finite, got {values[epoch, repeat]} in {where}: "
        "lower `learning_rate` or scale the series"
    )
