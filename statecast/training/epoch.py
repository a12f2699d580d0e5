"""One epoch of all repeats as a TensorFlow program that XLA compiles.

Shape letters: R repeats, or 1 where all share it; S updates of an epoch, T rows of a lane in an
update, B lanes, F inputs of a row, O outputs, P watched parts, E epochs of a call.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from statecast.network.cells import Masks
from statecast.network.network import Network, State
from statecast.network.step import step
from statecast.training.clipping import clipped
from statecast.training.dropout import masks
from statecast.training.job import Learning
from statecast.training.layout import Batches, Original, Watched
from statecast.training.losses import LOSSES, penalty
from statecast.training.ops import TENSORFLOW, Tensor
from statecast.training.optimizers import build_optimizer, clip_of
from statecast.training.runtime import tf
from statecast.training.stopping import Stopper
from statecast.training.watch import watch, zeroed, zeros


class Data(NamedTuple):
    """The rows as tensors."""

    batches: Batches
    watched: Watched | None
    seeds: Tensor  # [R], uint32


class Form(NamedTuple):
    """What must be known when a program is traced, besides the shapes of its data."""

    size: int  # E, at most
    shuffled: bool
    plain: bool  # all rows weigh 1
    resets: bool  # some lane is zeroed within an epoch
    all_active: bool  # no repeat rests
    watch_resets: bool


def form_of(batches: Batches, watched: Watched | None, size: int, *, shuffled: bool) -> Form:
    """Return the form of the program for these rows."""
    return Form(
        size=size,
        shuffled=shuffled,
        plain=bool((batches.weight == 1).all()),
        resets=bool(batches.reset.any()),
        all_active=bool(batches.active.all()),
        watch_resets=watched is not None and bool(watched.reset.any()),
    )


def data_of(batches: Batches, watched: Watched | None, seeds: Sequence[int]) -> Data:
    """Return the rows as tensors."""
    in_32_bits = np.array(seeds, np.int64) % 2**32
    return Data(
        Batches(*(tf.constant(part, tf.float32) for part in batches)),
        _as_tensors(watched) if watched else None,
        tf.constant(in_32_bits, tf.uint32),
    )


def _as_tensors(watched: Watched) -> Watched:
    x, y, weight, reset, *original = [tf.constant(part, tf.float32) for part in watched.arrays()]
    return Watched(x, y, weight, reset, Original(*original) if original else None)


class Learner:
    """The variables of a training, and its epoch as tensors."""

    def __init__(self, network: Network, learning: Learning, *, history_every: int = 1) -> None:
        """Make the optimizer; its variables are made with the first weights.

        Args:
            network: what is trained.
            learning: how.
            history_every: epochs between two looks at the watched rows.

        Raises:
            StatecastError: Keras does not take the arguments of the optimizer or the schedule.

        """
        self.network = network
        self.learning = learning
        self.history_every = history_every
        self.optimizer = build_optimizer(
            learning.optimizer, learning.learning_rate, learning.schedule
        )
        self.weights: list[tf.Variable] = []  # lifted, each [R, ...]
        self.factors = tf.Variable(tf.zeros((2, 3)), trainable=False)  # of the penalties
        self.stopper: Stopper | None = None
        self._clip = clip_of(learning.optimizer)

    @property
    def repeats(self) -> int:
        """Return R, the number of repeats."""
        return int(self.weights[0].shape[0])

    def is_recorded(self, epoch: Any, epochs: Any) -> Any:
        """Return whether the watched rows are forecast after an epoch.

        Args:
            epoch: counted from 0; a number, an array or a tensor.
            epochs: how many the training has; the last one is always recorded.

        """
        done = epoch + 1
        return (done % self.history_every == 0) | (done == epochs)

    def trace(self, form: Form) -> Callable[..., tuple[Tensor, Tensor]]:
        """Return the program that trains up to ``form.size`` epochs.

        It takes the data, the number of epochs to run now, the first of them, the number of epochs
        of the training, and the order of the updates in each epoch [E, S]. It returns losses [E, R]
        and RMSE [E, P, R].
        """

        @tf.function(jit_compile=True, autograph=False)  # type: ignore[untyped-decorator]
        def run(
            data: Data, count: Tensor, first: Tensor, epochs: Tensor, order: Tensor
        ) -> tuple[Tensor, Tensor]:
            parts = data.watched.weight.shape[0] if data.watched else 0

            def take_epoch(
                done: Tensor, losses: Tensor, rmses: Tensor
            ) -> tuple[Tensor, Tensor, Tensor]:
                own_order = order[done] if form.shuffled else None
                loss = self._train_epoch(form, data, own_order, first + done)
                losses = tf.tensor_scatter_nd_update(losses, [[done]], loss[None])
                if parts:
                    rmse = self._watch_epoch(form, data.watched, first + done, epochs)
                    rmses = tf.tensor_scatter_nd_update(rmses, [[done]], rmse[None])
                return done + 1, losses, rmses

            def is_left(done: Tensor, *_: Any) -> Tensor:
                return done < count

            losses = tf.zeros((form.size, self.repeats))
            rmses = tf.zeros((form.size, parts, self.repeats))
            _, losses, rmses = tf.while_loop(is_left, take_epoch, (0, losses, rmses))
            return losses, rmses

        return run

    def _watch_epoch(self, form: Form, watched: Any, epoch: Tensor, epochs: Tensor) -> Tensor:
        """Return the RMSE [P, R] after an epoch; 0 if the epoch is not recorded."""

        def look() -> Tensor:
            return watch(self.network, self.weights, watched, resets=form.watch_resets)

        if self.history_every > 1:
            nothing = tf.zeros((watched.weight.shape[0], self.repeats))
            return tf.cond(self.is_recorded(epoch, epochs), look, lambda: nothing)
        rmse = look()
        if self.stopper:
            self.stopper.after_epoch(self.weights, rmse[self.learning.stop_on], epoch + 1)
        return rmse

    def _train_epoch(self, form: Form, data: Data, order: Tensor | None, epoch: Tensor) -> Tensor:
        """Take all updates of an epoch and return the mean loss [R] over them."""
        updates, _, _, lanes, _ = data.batches.x.shape
        first = epoch * updates
        batches = data.batches
        if order is not None:  # all at once: XLA looks an order up anew at every use in a loop
            batches = Batches(*(tf.gather(part, order) for part in batches))

        def take_update(
            done: Tensor, state: State, drawn: list[Tensor], total: Tensor
        ) -> tuple[Tensor, State, list[Tensor], Tensor]:
            rows = Batches(*(part[done] for part in batches))
            loss, state = self._update(form, rows, state, self._as_masks(drawn))
            # Masks are drawn one update ahead, because XLA keeps what a loop carries and draws
            # everything else anew at every use.
            ahead = self._draw(data.seeds, lanes, first + done + 1)
            return done + 1, state, ahead, total + loss

        def is_left(done: Tensor, *_: Any) -> Tensor:
            return done < updates

        start = (
            0,
            zeros(self.network, self.repeats, lanes),
            self._draw(data.seeds, lanes, first),
            tf.zeros(self.repeats),
        )
        _, _, _, total = tf.while_loop(is_left, take_update, start, maximum_iterations=updates)
        if form.all_active:
            return total / updates
        return total / tf.reduce_sum(data.batches.active, axis=0)

    def _update(
        self, form: Form, rows: Batches, state: State, dropped: list[Masks]
    ) -> tuple[Tensor, State]:
        """Learn from the rows [T, ...] of one update.

        Returns the loss [R] before it, and the state after the rows.
        """
        with tf.GradientTape() as tape:
            loss, state = self._loss(form, rows, state, dropped)
            together = tf.reduce_sum(loss)  # repeats share no weight, so each has its own gradient
        gradients = tape.gradient(together, self.weights)
        self._apply(clipped(gradients, self._clip), self._going(form, rows.active))
        if not form.all_active:
            loss *= rows.active
        return loss, state

    def _loss(
        self, form: Form, rows: Batches, state: State, dropped: list[Masks]
    ) -> tuple[Tensor, State]:
        """Return the mean loss [R] of the rows [T, ...] of one update, and the state after them."""
        rows_per_update = rows.x.shape[0]
        share = _shares(form, rows)
        loss_of = LOSSES[self.learning.loss]

        def take_row(t: Tensor, state: State, total: Tensor) -> tuple[Tensor, State, Tensor]:
            if form.resets:
                state = zeroed(state, rows.reset[t])
            z, state = step(TENSORFLOW, self.network, self.weights, rows.x[t], state, dropped)
            losses = loss_of(z, rows.y[t], self.network.head)  # [R, B]
            loss = tf.reduce_sum(losses * share[t], axis=-1)  # [R]
            return t + 1, state, total + loss

        def is_left(t: Tensor, *_: Any) -> Tensor:
            return t < rows_per_update

        start = (0, state, tf.zeros(self.repeats))
        if rows_per_update == 1:
            _, state, loss = take_row(*start)
        else:
            _, state, loss = tf.while_loop(
                is_left, take_row, start, maximum_iterations=rows_per_update
            )
        if np.any(self.learning.penalties):
            loss += penalty(self.network, self.weights, self.factors)
        return loss, state

    def _going(self, form: Form, active: Tensor) -> Tensor | None:
        """Return which repeats learn now [R, 1, 1]; None: all do.

        A repeat learns if it has rows left and has not stopped.
        """
        going = None if form.all_active else active[:, None, None] > 0
        if self.stopper is None:
            return going
        running = tf.logical_not(self.stopper.stopped)[:, None, None]
        return running if going is None else tf.logical_and(going, running)

    def _apply(self, gradients: list[Tensor], going: Tensor | None) -> None:
        """Update the weights; a repeat that rests keeps its weights and its optimizer's state."""
        if going is None:
            self.optimizer.apply(gradients, self.weights)
            return
        of_repeats = [variable for variable in self.optimizer.variables if len(variable.shape) == 3]
        kept = [*self.weights, *of_repeats]
        before = [tf.identity(variable) for variable in kept]
        self.optimizer.apply(gradients, self.weights)
        for variable, old in zip(kept, before, strict=True):
            variable.assign(tf.where(going, tf.identity(variable), old))

    def _draw(self, seeds: Tensor, lanes: int, update: Tensor) -> list[Tensor]:
        """Return the masks of an update, layer after layer."""
        dropout = self.learning.dropout
        recurrent_dropout = self.learning.recurrent_dropout
        if not dropout and not recurrent_dropout:
            return []
        drawn = masks(
            self.network,
            lanes,
            seeds,
            update,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
        )
        return [mask for layer in drawn for mask in layer if mask is not None]

    def _as_masks(self, drawn: list[Tensor]) -> list[Masks]:
        """Return the masks of each layer from what ``_draw`` returned."""
        if not drawn:
            return []
        left = iter(drawn)
        layers = []
        for _ in self.network.units:
            inputs = next(left) if self.learning.dropout else None
            recurrent = next(left) if self.learning.recurrent_dropout else None
            layers.append(Masks(inputs, recurrent))
        return layers


def _shares(form: Form, rows: Batches) -> Tensor:
    """Return the weight [T, R, B] of each row in the loss of an update."""
    if form.plain:
        rows_per_update, _, lanes, _ = rows.x.shape
        return tf.ones_like(rows.weight) / (rows_per_update * lanes)
    is_used = tf.cast(rows.weight > 0, tf.float32)
    used = tf.reduce_sum(is_used, axis=[0, 2], keepdims=True)
    return rows.weight / tf.maximum(used, 1.0)
