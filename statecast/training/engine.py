"""Train every repeat at once in one XLA program.

Shape letters: R repeats (or 1 where all share it), S updates of an epoch, T timesteps of an update, B lanes, F
features, O outputs, P watched parts, E epochs.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from statecast.base.errors import StatecastError
from statecast.model.network import Head, LayerState, Network, Ops, State, activate, step
from statecast.training.runtime import tf

HISTORY_BYTES = 256 * 1024  # of one call; more would push the loop over XLA's small-loop threshold
CALL_SECONDS = 0.25  # aimed at for one call, so that a progress bar moves and Ctrl-C works
FUSED_UNITS = 20  # up to here multiply and reduce_sum beat a batched matrix product on XLA:CPU

Tensor = Any
Progress = Callable[[int, float], None]


class Batches(NamedTuple):
    """The rows of an epoch, laid out in updates, timesteps and lanes."""

    x: np.ndarray  # [S, T, R or 1, B, F]
    y: np.ndarray  # [S, T, R or 1, B, O]
    weight: np.ndarray  # [S, T, R or 1, B], of the row in the loss, 0 for a lane that rests
    reset: np.ndarray  # [S, T, B], True where the lane's state is zeroed before the step


class Watched(NamedTuple):
    """Rows forecast after every epoch from the zero state; every part has lanes of its own."""

    x: np.ndarray  # [S, R or 1, B, F]
    y: np.ndarray  # [S, R or 1, B, O]
    weight: np.ndarray  # [P, S, R or 1, B]; the sum of weight * error ** 2 is the part's mean squared error
    reset: np.ndarray  # [S, B]


class Trained(NamedTuple):
    """What training leaves behind."""

    weights: list[np.ndarray]  # Keras's order, each [R, ...]
    loss: np.ndarray  # [E, R], mean over the steps of an epoch
    rmse: np.ndarray  # [recorded epochs, P, R], of the watched parts; P is 0 without
    seconds: float  # training alone
    compile_seconds: float


def _product(x: Tensor, w: Tensor) -> Tensor:
    if w.shape[-1] <= 4 * FUSED_UNITS:
        return tf.reduce_sum(x[..., None] * w[:, None], axis=-2)
    return tf.matmul(x, w)


TENSORFLOW = Ops(tf.sigmoid, tf.tanh, tf.nn.softmax, _product)


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


class Trainer:
    """One compiled program; ``train`` may be called again with other weights of the same shapes."""

    def __init__(
        self,
        network: Network,
        batches: Batches,
        optimizer: Any,
        *,
        loss: str = "mse",
        watched: Watched | None = None,
        history_every: int = 1,
    ) -> None:
        """Take a Keras optimizer from ``statecast.training.optimizers`` and a name from ``LOSSES``.

        ``watched`` rows are forecast after each ``history_every`` epochs, and after the last.
        """
        self.network = network
        self.optimizer = optimizer
        self.history_every = history_every
        self._batches, self._watched = batches, watched
        self._loss = LOSSES[loss]
        self._parts = len(watched.weight) if watched else 0
        self._weights: list[tf.Variable] = []

    def train(
        self,
        initial: Sequence[np.ndarray],
        epochs: int,
        *,
        seeds: Sequence[int] = (),
        shuffle: Callable[[int], np.ndarray] | None = None,
        progress: Progress | None = None,
    ) -> Trained:
        """Train from ``initial`` (Keras's order, each [R, ...]) for ``epochs`` epochs.

        Args:
            initial: weights to start from.
            epochs: passes over all batches; states are zero at the start of each.
            seeds: names of the repeats in the message of an error.
            shuffle: gives the order of the updates [S] in an epoch, counted from 0; None: as they are.
            progress: is called with the epochs done and the mean loss now.

        Raises StatecastError when a loss is not finite any more: which repeat, which epoch.

        """
        started = time.perf_counter()
        self._start_from(initial)
        repeats, updates = len(initial[0]), len(self._batches.x)
        row_bytes = 4 * (repeats * (1 + self._parts) + updates)
        size = max(1, min(epochs, HISTORY_BYTES // row_bytes))
        run = self._program(repeats, size, shuffled=shuffle is not None)
        order = np.zeros((size, updates), np.int32)
        run(0, 0, epochs, order)
        compiled = time.perf_counter()
        losses, rmses, done, count = [], [], 0, 1
        while done < epochs:
            count = min(count, size, epochs - done)
            if shuffle is not None:
                order[:count] = [shuffle(epoch) for epoch in range(done, done + count)]
            call_started = time.perf_counter()
            loss, rmse = (part.numpy()[:count] for part in run(count, done, epochs, order))
            _check_finite(loss, done, seeds)
            losses.append(loss)
            rmses.append(rmse[self._is_recorded(np.arange(done, done + count), epochs)])
            done += count
            if progress is not None:
                progress(done, float(loss[-1].mean()))
            count = max(1, int(count * min(16.0, CALL_SECONDS / (time.perf_counter() - call_started))))
        weights = [variable.numpy() for variable in self._weights]
        seconds = time.perf_counter() - compiled
        return Trained(weights, np.concatenate(losses), np.concatenate(rmses), seconds, compiled - started)

    def recorded(self, epochs: int) -> np.ndarray:
        """Return the epochs, counted from 0, after which the watched rows are forecast."""
        every = np.arange(epochs)
        return every[self._is_recorded(every, epochs)]

    def _is_recorded(self, epoch: Any, epochs: Any) -> Any:
        return ((epoch + 1) % self.history_every == 0) | (epoch + 1 == epochs)

    def _start_from(self, initial: Sequence[np.ndarray]) -> None:
        if not self._weights:
            self._weights = [tf.Variable(array, dtype=tf.float32) for array in initial]
            self.optimizer.build(self._weights)
            self._fresh = [variable.numpy() for variable in self.optimizer.variables]
            self._compiled: dict[tuple[int, bool], Any] = {}
        for variable, array in zip(self._weights, initial, strict=True):
            variable.assign(array)
        for variable, value in zip(self.optimizer.variables, self._fresh, strict=True):
            variable.assign(value)

    def _program(self, repeats: int, size: int, *, shuffled: bool) -> Callable[..., tuple[Tensor, Tensor]]:
        if (size, shuffled) in self._compiled:
            return self._compiled[size, shuffled]
        batches = Batches(*(tf.constant(part, tf.float32) for part in self._batches))
        watched = self._watched and Watched(*(tf.constant(part, tf.float32) for part in self._watched))

        @tf.function(jit_compile=True, autograph=False)  # type: ignore[untyped-decorator]
        def run(count: Tensor, first: Tensor, epochs: Tensor, order: Tensor) -> tuple[Tensor, Tensor]:
            def epoch(done: Tensor, losses: Tensor, rmses: Tensor) -> tuple[Tensor, Tensor, Tensor]:
                loss = self._train_epoch(batches, repeats, order[done] if shuffled else None)
                losses = tf.tensor_scatter_nd_update(losses, [[done]], loss[None])
                if watched:
                    rmse = self._watch_sometimes(watched, repeats, first + done, epochs)
                    rmses = tf.tensor_scatter_nd_update(rmses, [[done]], rmse[None])
                return done + 1, losses, rmses

            empty = (0, tf.zeros((size, repeats)), tf.zeros((size, self._parts, repeats)))
            return tf.while_loop(lambda done, *_: done < count, epoch, empty)[1:]

        def call(count: int, first: int, epochs: int, order: np.ndarray) -> tuple[Tensor, Tensor]:
            numbers = (tf.constant(number, tf.int32) for number in (count, first, epochs))
            return run(*numbers, tf.constant(order, tf.int32))

        self._compiled[size, shuffled] = call
        return call

    def _train_epoch(self, batches: Batches, repeats: int, order: Tensor | None) -> Tensor:
        updates, _, _, lanes, _ = batches.x.shape

        def body(place: Tensor, state: State, total: Tensor) -> tuple[Tensor, State, Tensor]:
            s = place if order is None else order[place]
            with tf.GradientTape() as tape:
                loss, state = self._update_loss(Batches(*(part[s] for part in batches)), state, repeats)
                together = tf.reduce_sum(loss)  # the repeats share no weight: its gradient is each one's own
            self.optimizer.apply(tape.gradient(together, self._weights), self._weights)
            return place + 1, state, total + loss / updates

        start = (0, self._zeros(repeats, lanes), tf.zeros(repeats))
        return tf.while_loop(lambda s, *_: s < updates, body, start, maximum_iterations=updates)[2]

    def _update_loss(self, rows: Batches, state: State, repeats: int) -> tuple[Tensor, State]:
        """Return the loss [R] of the rows [T, ...] of one update, a mean over its rows, and the state after them."""
        timesteps, _, lanes, _ = rows.x.shape
        if (self._batches.weight == 1).all():
            share = tf.ones_like(rows.weight) / (timesteps * lanes)
        else:
            used = tf.reduce_sum(tf.cast(rows.weight > 0, tf.float32), axis=[0, 2], keepdims=True)
            share = rows.weight / tf.maximum(used, 1.0)

        def body(t: Tensor, state: State, loss: Tensor) -> tuple[Tensor, State, Tensor]:
            if self._batches.reset.any():
                state = _zeroed(state, rows.reset[t])
            z, state = step(TENSORFLOW, self.network, self._weights, rows.x[t], state)
            errors = self._loss(z, rows.y[t], self.network.head)  # [R, B]
            return t + 1, state, loss + tf.reduce_sum(errors * share[t], axis=-1)

        start = (0, state, tf.zeros(repeats))
        if timesteps == 1:
            _, state, loss = body(*start)
        else:
            loop = tf.while_loop(lambda t, *_: t < timesteps, body, start, maximum_iterations=timesteps)
            _, state, loss = loop
        return loss, state

    def _watch_sometimes(self, watched: Watched, repeats: int, epoch: Tensor, epochs: Tensor) -> Tensor:
        if self.history_every == 1:
            return self._watch(watched, repeats)
        nothing = tf.zeros((self._parts, repeats))
        return tf.cond(self._is_recorded(epoch, epochs), lambda: self._watch(watched, repeats), lambda: nothing)

    def _watch(self, watched: Watched, repeats: int) -> Tensor:
        steps, _, lanes, _ = watched.x.shape
        resets = self._watched is not None and self._watched.reset.any()

        def body(s: Tensor, state: State, total: Tensor) -> tuple[Tensor, State, Tensor]:
            if resets:
                state = _zeroed(state, watched.reset[s])
            z, after = step(TENSORFLOW, self.network, self._weights, watched.x[s], state)
            error = activate(TENSORFLOW, self.network.head, z) - watched.y[s]
            squares = tf.reduce_mean(tf.square(error), axis=-1)  # [R, B]
            total += tf.reduce_sum(watched.weight[:, s] * squares, axis=-1)  # [P, R]
            return s + 1, after, total

        start = (0, self._zeros(repeats, lanes), tf.zeros((self._parts, repeats)))
        return tf.sqrt(tf.while_loop(lambda s, *_: s < steps, body, start, maximum_iterations=steps)[2])

    def _zeros(self, repeats: int, lanes: int) -> State:
        return tuple(LayerState(*[tf.zeros((repeats, lanes, units))] * 2) for units in self.network.units)


def _zeroed(state: State, reset: Tensor) -> State:
    keep = 1 - reset[:, None]  # [B, 1]
    return tuple(LayerState(*(part * keep for part in layer)) for layer in state)


def _check_finite(loss: np.ndarray, done: int, seeds: Sequence[int]) -> None:
    bad = np.argwhere(~np.isfinite(loss))
    if len(bad):
        epoch, repeat = bad[0]
        name = f"repeat {repeat}" + (f" (seed {seeds[repeat]})" if len(seeds) else "")
        raise StatecastError(
            f"the training loss must stay finite, got {loss[epoch, repeat]} in {name}, epoch {done + epoch + 1}: "
            "lower params.yaml: train.learning_rate or scale the series"
        )
