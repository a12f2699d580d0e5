"""Train every repeat at once in one XLA program.

Shape letters: R repeats (or 1 where all share it), S steps, B lanes, F features, O outputs, P watched parts, E epochs.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from statecast.base.errors import StatecastError
from statecast.model.network import LayerState, Network, Ops, State, step
from statecast.training.runtime import tf

HISTORY_BYTES = 256 * 1024  # of one call; more would push the loop over XLA's small-loop threshold
CALL_SECONDS = 0.25  # aimed at for one call, so that a progress bar moves and Ctrl-C works
FUSED_UNITS = 20  # up to here multiply and reduce_sum beat a batched matrix product on XLA:CPU

Tensor = Any
Progress = Callable[[int, float], None]


class Batches(NamedTuple):
    """The rows of an epoch, laid out in steps and lanes."""

    x: np.ndarray  # [S, R or 1, B, F]
    y: np.ndarray  # [S, R or 1, B, O]
    weight: np.ndarray  # [S, R or 1, B], 0 for a lane that rests
    reset: np.ndarray  # [S, B], True where the lane's state is zeroed before the step


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
    rmse: np.ndarray  # [E, P, R], of the watched parts; P is 0 without
    seconds: float  # training alone
    compile_seconds: float


def _product(x: Tensor, w: Tensor) -> Tensor:
    if w.shape[-1] <= 4 * FUSED_UNITS:
        return tf.reduce_sum(x[..., None] * w[:, None], axis=-2)
    return tf.matmul(x, w)


TENSORFLOW = Ops(tf.sigmoid, tf.tanh, _product)

LOSSES: dict[str, Callable[[Tensor], Tensor]] = {  # of error = forecast - y, element by element; Keras's definitions
    "mse": tf.square,
    "mae": tf.abs,
    "huber": lambda error: tf.where(tf.abs(error) <= 1, 0.5 * error**2, tf.abs(error) - 0.5),
    "log_cosh": lambda error: error + tf.math.softplus(-2.0 * error) - float(np.log(2)),
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
    ) -> None:
        """Take a Keras optimizer from ``statecast.training.optimizers`` and a name from ``LOSSES``."""
        self.network = network
        self.optimizer = optimizer
        self._batches, self._watched = batches, watched
        self._loss = LOSSES[loss]
        self._parts = len(watched.weight) if watched else 0
        self._weights: list[tf.Variable] = []

    def train(
        self, initial: Sequence[np.ndarray], epochs: int, *, seeds: Sequence[int] = (), progress: Progress | None = None
    ) -> Trained:
        """Train from ``initial`` (Keras's order, each [R, ...]) for ``epochs`` epochs.

        Args:
            initial: weights to start from.
            epochs: passes over all batches; states are zero at the start of each.
            seeds: names of the repeats in the message of an error.
            progress: is called with the epochs done and the mean loss now.

        Raises StatecastError when a loss is not finite any more: which repeat, which epoch.

        """
        started = time.perf_counter()
        self._start_from(initial)
        repeats = len(initial[0])
        size = max(1, min(epochs, HISTORY_BYTES // (4 * repeats * (1 + self._parts))))
        run = self._program(repeats, size)
        run(0)
        compiled = time.perf_counter()
        losses, rmses, done, count = [], [], 0, 1
        while done < epochs:
            count = min(count, size, epochs - done)
            call_started = time.perf_counter()
            loss, rmse = (part.numpy()[:count] for part in run(count))
            _check_finite(loss, done, seeds)
            losses.append(loss)
            rmses.append(rmse)
            done += count
            if progress is not None:
                progress(done, float(loss[-1].mean()))
            count = max(1, int(count * min(16.0, CALL_SECONDS / (time.perf_counter() - call_started))))
        weights = [variable.numpy() for variable in self._weights]
        seconds = time.perf_counter() - compiled
        return Trained(weights, np.concatenate(losses), np.concatenate(rmses), seconds, compiled - started)

    def _start_from(self, initial: Sequence[np.ndarray]) -> None:
        if not self._weights:
            self._weights = [tf.Variable(array, dtype=tf.float32) for array in initial]
            self.optimizer.build(self._weights)
            self._fresh = [variable.numpy() for variable in self.optimizer.variables]
            self._compiled: dict[int, Any] = {}
        for variable, array in zip(self._weights, initial, strict=True):
            variable.assign(array)
        for variable, value in zip(self.optimizer.variables, self._fresh, strict=True):
            variable.assign(value)

    def _program(self, repeats: int, size: int) -> Callable[[int], tuple[Tensor, Tensor]]:
        if size not in self._compiled:
            batches = Batches(*(tf.constant(part, tf.float32) for part in self._batches))
            watched = self._watched and Watched(*(tf.constant(part, tf.float32) for part in self._watched))

            @tf.function(jit_compile=True, autograph=False, input_signature=[tf.TensorSpec([], tf.int32)])  # type: ignore[untyped-decorator]
            def run(count: Tensor) -> tuple[Tensor, Tensor]:
                def epoch(done: Tensor, losses: Tensor, rmses: Tensor) -> tuple[Tensor, Tensor, Tensor]:
                    losses = tf.tensor_scatter_nd_update(losses, [[done]], self._train_epoch(batches, repeats)[None])
                    if watched:
                        rmse = self._watch(watched, repeats)
                        rmses = tf.tensor_scatter_nd_update(rmses, [[done]], rmse[None])
                    return done + 1, losses, rmses

                empty = (0, tf.zeros((size, repeats)), tf.zeros((size, self._parts, repeats)))
                return tf.while_loop(lambda done, *_: done < count, epoch, empty)[1:]

            self._compiled[size] = lambda count: run(tf.constant(count))
        return self._compiled[size]

    def _train_epoch(self, batches: Batches, repeats: int) -> Tensor:
        steps, _, lanes, _ = batches.x.shape
        resets = self._batches.reset.any()
        full = bool(self._batches.weight.all())

        def body(s: Tensor, state: State, total: Tensor) -> tuple[Tensor, State, Tensor]:
            if resets:
                state = _zeroed(state, batches.reset[s])
            with tf.GradientTape() as tape:
                outputs, after = step(TENSORFLOW, self._weights, batches.x[s], state)
                error = tf.reduce_mean(self._loss(outputs - batches.y[s]), axis=-1)  # [R, B]
                weight = batches.weight[s]
                share = 1 / lanes if full else weight / tf.reduce_sum(weight, axis=-1, keepdims=True)
                loss = tf.reduce_sum(error * share, axis=-1)  # [R]
                together = tf.reduce_sum(loss)  # the repeats share no weight: its gradient is each one's own
            self.optimizer.apply(tape.gradient(together, self._weights), self._weights)
            return s + 1, after, total + loss / steps

        start = (0, self._zeros(repeats, lanes), tf.zeros(repeats))
        return tf.while_loop(lambda s, *_: s < steps, body, start, maximum_iterations=steps)[2]

    def _watch(self, watched: Watched, repeats: int) -> Tensor:
        steps, _, lanes, _ = watched.x.shape
        resets = self._watched is not None and self._watched.reset.any()

        def body(s: Tensor, state: State, total: Tensor) -> tuple[Tensor, State, Tensor]:
            if resets:
                state = _zeroed(state, watched.reset[s])
            outputs, after = step(TENSORFLOW, self._weights, watched.x[s], state)
            squares = tf.reduce_mean(tf.square(outputs - watched.y[s]), axis=-1)  # [R, B]
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
