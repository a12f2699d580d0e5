"""One epoch of all repeats as a TensorFlow program that XLA compiles.

Shape letters: R repeats, or 1 where all share it; S updates of an epoch, T rows of a lane in an update, B lanes, F
inputs of a row, O outputs, P watched parts.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from statecast.network.network import LayerState, Masks, Network, State, step
from statecast.training.dropout import masks
from statecast.training.job import Learning
from statecast.training.ops import LOSSES, TENSORFLOW, Tensor, clipped, penalty, watch, zeroed
from statecast.training.optimizers import build_optimizer, clip_of
from statecast.training.runtime import tf
from statecast.training.stopping import Stopper


class Batches(NamedTuple):
    """The rows of an epoch, laid out in updates, timesteps and lanes."""

    x: np.ndarray  # [S, T, R or 1, B, F]
    y: np.ndarray  # [S, T, R or 1, B, O]
    weight: np.ndarray  # [S, T, R or 1, B], of the row in the loss, 0 for a lane that rests
    reset: np.ndarray  # [S, T, R or 1, B], True where the lane's state is zeroed before the row
    active: np.ndarray  # [S, R or 1], False where a repeat has no rows left and rests


class Watched(NamedTuple):
    """Rows forecast after every epoch from the zero state; every part has lanes of its own."""

    x: np.ndarray  # [S, R or 1, B, F]
    y: np.ndarray  # [S, R or 1, B, O]
    weight: np.ndarray  # [P, S, R or 1, B]; the sum of weight * error ** 2 is the part's mean squared error
    reset: np.ndarray  # [S, R or 1, B]


class Data(NamedTuple):
    """The rows as tensors."""

    batches: Batches
    watched: Watched | None
    seeds: Tensor  # [R], uint32


class Form(NamedTuple):
    """What must be known when a program is traced, beside the shapes of its data."""

    size: int  # epochs of a call, at most
    shuffled: bool
    plain: bool  # all rows weigh 1
    resets: bool  # some lane is zeroed within an epoch
    all_active: bool  # no repeat rests
    watch_resets: bool


def form_of(batches: Batches, watched: Watched | None, size: int, *, shuffled: bool) -> Form:
    """Return the form of the program for these rows."""
    flags = (shuffled, (batches.weight == 1).all(), batches.reset.any(), batches.active.all())
    watch_resets = watched is not None and watched.reset.any()
    return Form(size, *(bool(flag) for flag in (*flags, watch_resets)))


def data_of(batches: Batches, watched: Watched | None, seeds: Sequence[int]) -> Data:
    """Return the rows as tensors."""
    tensors = Batches(*(tf.constant(part, tf.float32) for part in batches))
    seen = Watched(*(tf.constant(part, tf.float32) for part in watched)) if watched else None
    return Data(tensors, seen, tf.constant(np.array(seeds, np.int64) % 2**32, tf.uint32))


class Learner:
    """Variables of a training, and its epoch as tensors."""

    def __init__(self, network: Network, learning: Learning, *, history_every: int = 1) -> None:
        """Make the optimizer; its variables are made with the first weights."""
        self.network, self.learning, self.history_every = network, learning, history_every
        self.optimizer = build_optimizer(learning.optimizer, learning.learning_rate, learning.schedule)
        self.weights: list[tf.Variable] = []  # lifted, each [R, ...]
        self.factors = tf.Variable(tf.zeros((2, 3)), trainable=False)
        self.stopper: Stopper | None = None
        self._clip = clip_of(learning.optimizer)

    def is_recorded(self, epoch: Any, epochs: Any) -> Any:
        """Return whether the watched rows are forecast after an epoch, counted from 0."""
        return ((epoch + 1) % self.history_every == 0) | (epoch + 1 == epochs)

    def trace(self, form: Form) -> Callable[..., tuple[Tensor, Tensor]]:
        """Return the program: data, number of epochs, first epoch, all epochs and orders to losses and RMSE."""

        @tf.function(jit_compile=True, autograph=False)  # type: ignore[untyped-decorator]
        def run(data: Data, count: Tensor, first: Tensor, epochs: Tensor, order: Tensor) -> tuple[Tensor, Tensor]:
            repeats = self.weights[0].shape[0]
            parts = data.watched.weight.shape[0] if data.watched else 0

            def epoch(done: Tensor, losses: Tensor, rmses: Tensor) -> tuple[Tensor, Tensor, Tensor]:
                loss = self._train_epoch(form, data, order[done] if form.shuffled else None, first + done)
                losses = tf.tensor_scatter_nd_update(losses, [[done]], loss[None])
                if parts:
                    rmse = self._watch(form, data.watched, first + done, epochs)
                    rmses = tf.tensor_scatter_nd_update(rmses, [[done]], rmse[None])
                return done + 1, losses, rmses

            empty = (0, tf.zeros((form.size, repeats)), tf.zeros((form.size, parts, repeats)))
            return tf.while_loop(lambda done, *_: done < count, epoch, empty)[1:]

        return run

    def _watch(self, form: Form, watched: Any, epoch: Tensor, epochs: Tensor) -> Tensor:
        def now() -> Tensor:
            return watch(self.network, self.weights, watched, self._zeros, resets=form.watch_resets)

        if self.history_every > 1:
            nothing = tf.zeros((watched.weight.shape[0], self.weights[0].shape[0]))
            return tf.cond(self.is_recorded(epoch, epochs), now, lambda: nothing)
        rmse = now()
        if self.stopper:
            self.stopper.after_epoch(self.weights, rmse[self.learning.stop_on], epoch + 1)
        return rmse

    def _train_epoch(self, form: Form, data: Data, order: Tensor | None, epoch: Tensor) -> Tensor:
        updates, _, _, lanes, _ = data.batches.x.shape
        repeats, active = self.weights[0].shape[0], data.batches.active

        def body(place: Tensor, state: State, dropped: Any, total: Tensor) -> tuple[Tensor, State, Any, Tensor]:
            s = place if order is None else order[place]
            rows = Batches(*(part[s] for part in data.batches))
            with tf.GradientTape() as tape:
                loss, state = self._update_loss(form, rows, state, self._as_masks(dropped))
                together = tf.reduce_sum(loss)  # the repeats share no weight: its gradient is each one's own
            self._apply(form, tape.gradient(together, self.weights), rows.active)
            if not form.all_active:
                loss *= rows.active
            # drawn one update ahead: XLA keeps what a loop carries, and would draw the rest anew at every use
            return place + 1, state, self._draw(data.seeds, lanes, epoch * updates + place + 1), total + loss

        first = self._draw(data.seeds, lanes, epoch * updates)
        start = (0, self._zeros(repeats, lanes), first, tf.zeros(repeats))
        total = tf.while_loop(lambda s, *_: s < updates, body, start, maximum_iterations=updates)[3]
        return total / (updates if form.all_active else tf.reduce_sum(active, axis=0))

    def _draw(self, seeds: Tensor, lanes: int, update: Tensor) -> list[Tensor]:
        rates = {"dropout": self.learning.dropout, "recurrent_dropout": self.learning.recurrent_dropout}
        drawn = masks(self.network, lanes, seeds, update, **rates) if any(rates.values()) else []
        return [part for layer in drawn for part in layer if part is not None]

    def _as_masks(self, drawn: list[Tensor]) -> list[Masks]:
        left = iter(drawn)
        kinds = (self.learning.dropout, self.learning.recurrent_dropout)
        return [Masks(*(next(left) if rate else None for rate in kinds)) for _ in self.network.units] if drawn else []

    def _apply(self, form: Form, gradients: list[Tensor], active: Tensor) -> None:
        """Update the weights; those of repeats that rest stay as they are, and so does what the optimizer keeps."""
        going = None if form.all_active else active[:, None, None] > 0
        if self.stopper:
            running = tf.logical_not(self.stopper.stopped)[:, None, None]
            going = running if going is None else tf.logical_and(going, running)
        gradients = clipped(gradients, self._clip)
        if going is None:
            self.optimizer.apply(gradients, self.weights)
            return
        kept = [*self.weights, *(variable for variable in self.optimizer.variables if len(variable.shape) == 3)]
        before = [tf.identity(variable) for variable in kept]
        self.optimizer.apply(gradients, self.weights)
        for variable, old in zip(kept, before, strict=True):
            variable.assign(tf.where(going, tf.identity(variable), old))

    def _update_loss(self, form: Form, rows: Batches, state: State, dropped: list[Masks]) -> tuple[Tensor, State]:
        """Return the loss [R] of the rows [T, ...] of one update, a mean over its rows, and the state after them."""
        timesteps, _, lanes, _ = rows.x.shape
        learning = self.learning
        if form.plain:
            share = tf.ones_like(rows.weight) / (timesteps * lanes)
        else:
            used = tf.reduce_sum(tf.cast(rows.weight > 0, tf.float32), axis=[0, 2], keepdims=True)
            share = rows.weight / tf.maximum(used, 1.0)

        def body(t: Tensor, state: State, loss: Tensor) -> tuple[Tensor, State, Tensor]:
            if form.resets:
                state = zeroed(state, rows.reset[t])
            z, state = step(TENSORFLOW, self.network, self.weights, rows.x[t], state, dropped)
            errors = LOSSES[learning.loss](z, rows.y[t], self.network.head)  # [R, B]
            return t + 1, state, loss + tf.reduce_sum(errors * share[t], axis=-1)

        start = (0, state, tf.zeros(self.weights[0].shape[0]))
        if timesteps == 1:
            _, state, loss = body(*start)
        else:
            _, state, loss = tf.while_loop(lambda t, *_: t < timesteps, body, start, maximum_iterations=timesteps)
        if any(map(any, learning.penalties)):
            loss += penalty(self.network, self.weights, self.factors)
        return loss, state

    def _zeros(self, repeats: int, lanes: int) -> State:
        return tuple(LayerState(*[tf.zeros((repeats, lanes, units))] * 2) for units in self.network.units)
