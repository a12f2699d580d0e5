"""One epoch of a block of repeats as a TensorFlow program that XLA compiles.

Shape letters: R repeats of the block, or 1 where all share it; S updates of an epoch, T rows of a
lane in an update, B lanes, F inputs of a row, O outputs, P watched parts, E epochs of a call.
Arrays have the repeat axis last, but for what the formula lays out in its own way.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from statecast.network.cells import Masks
from statecast.network.network import LayerState, Network, State, lifted
from statecast.network.step import step
from statecast.training.clipping import clipped
from statecast.training.dropout import masks
from statecast.training.formula import Formula
from statecast.training.job import Learning
from statecast.training.layout import Batches, SeriesOfPart, Watched
from statecast.training.losses import LOSSES, factors_of_weights, penalty
from statecast.training.optimizers import (
    build_optimizer,
    clip_of,
    count_updates_apart,
    learn_apart,
)
from statecast.training.runtime import keras, tf
from statecast.training.stopping import Stops, after_epoch, all_rest, no_stops
from statecast.training.watch import watch

Tensor = Any


class Data(NamedTuple):
    """The rows of a block as tensors."""

    batches: Batches
    watched: Watched | None
    seeds: Tensor  # [R], uint32
    factors: Any  # of the penalties [2, 3] or [2, 3, R]; in the program those of each weight
    updates: Tensor  # of an epoch, those that are taken
    steps: Tensor  # of the watched rows, those that are taken


class Form(NamedTuple):
    """What must be known when a program is traced, besides the shapes of its data."""

    size: int  # E, at most
    shuffled: bool
    plain: bool  # all rows weigh 1
    resets: bool  # some lane is zeroed within an epoch
    all_active: bool  # no repeat rests
    watch_resets: bool
    ends_early: bool  # the last updates and watched steps are filling, and not taken
    watch_series: tuple[SeriesOfPart, ...]


class NextUpdate(NamedTuple):
    """What an update takes."""

    rows: Batches
    drawn: list[Tensor]  # of the dropout, from ``_draw``


class Learned(NamedTuple):
    """What a training goes on from."""

    weights: list[Tensor]  # packed
    optimizer: list[Tensor]  # what it keeps
    stops: Stops | tuple[()]  # nothing without early stopping


def form_of(
    batches: Batches, watched: Watched | None, size: int, *, shuffled: bool, may_rest: bool
) -> Form:
    """Return the form of the program for these rows, or for others with which repeats may rest."""
    return Form(
        size=size,
        shuffled=shuffled,
        plain=bool((batches.weight == 1).all()),
        resets=bool(batches.reset.any()),
        all_active=not may_rest and bool(batches.active[: batches.taken].all()),
        watch_resets=watched is not None and bool(watched.reset.any()),
        ends_early=batches.taken < len(batches.x),
        watch_series=() if watched is None else watched.series,
    )


class Learner:
    """How a block is trained, and its epoch as tensors."""

    def __init__(
        self,
        network: Network,
        learning: Learning,
        formula: Formula,
        size: int,
        *,
        history_every: int = 1,
    ) -> None:
        """Make the optimizer.

        Args:
            network: what is trained.
            learning: how.
            formula: how it is computed.
            size: repeats of a block.
            history_every: epochs between two looks at the watched rows.

        Raises:
            StatecastError: Keras does not take the arguments of the optimizer or the schedule.

        """
        self.network = network
        self.learning = learning
        self.formula = formula
        self.size = size
        self.history_every = history_every
        self.optimizer = build_optimizer(
            learning.optimizer, learning.learning_rate, learning.schedule, stateless=True
        )
        self._clip = clip_of(learning.optimizer)

    def start(
        self,
        initial: Sequence[np.ndarray],
        learning: Learning,
        *,
        rests: bool,
        rates: np.ndarray | None = None,
    ) -> Learned:
        """Return what a training starts from.

        Args:
            initial: weights in Keras's order, each [R, ...].
            learning: other learning rate than that of the constructor.
            rests: whether some repeat rests while others train.
            rates: the learning rate of each repeat [R]; None: all have that of ``learning``.

        """
        weights = [tf.constant(part) for part in self.formula.packed(lifted(initial))]
        if not self.optimizer.built:
            self.optimizer.build([keras.Variable(weight, dtype="float32") for weight in weights])
            shape = tuple(self.formula.beside(tf.zeros(self.size)).shape)
            if rests:
                count_updates_apart(self.optimizer, shape)
            if rates is not None and learning.schedule is None:
                learn_apart(self.optimizer, shape)
        if learning.schedule is None:
            rate = learning.learning_rate if rates is None else self.formula.beside(rates)
            self.optimizer.learning_rate.assign(rate)
        fresh = [tf.identity(variable.value) for variable in self.optimizer.variables]
        stops = () if learning.patience is None else no_stops(weights, self.size)
        return Learned(weights, fresh, stops)

    def trace(self, form: Form) -> Any:
        """Return the program that trains up to ``form.size`` epochs.

        It takes the data, what is learned so far, the number of epochs to run now, the first of
        them, the number of epochs of the training, and the order of the updates in each epoch [E,
        S]. It returns what is learned then, losses [E, R], RMSE [E, P, R], and the number of epochs
        that it took: once all repeats rest, one more, which all that are left are like.
        """

        @tf.function(jit_compile=True, autograph=False)  # type: ignore[untyped-decorator]
        def run(
            data: Data,
            learned: Learned,
            count: Tensor,
            first: Tensor,
            epochs: Tensor,
            order: Tensor,
        ) -> tuple[Learned, Tensor, Tensor, Tensor]:
            parts = data.watched.weight.shape[0] if data.watched else 0
            if np.any(self.learning.penalties):
                factors = factors_of_weights(self.formula, self.network, data.factors)
                data = data._replace(factors=factors)

            def take_epoch(
                done: Tensor, _: Tensor, learned: Learned, losses: Tensor, rmses: Tensor
            ) -> tuple[Tensor, Tensor, Learned, Tensor, Tensor]:
                rests = all_rest(learned.stops)
                own_order = order[done] if form.shuffled else None
                learned, loss = self._train_epoch(form, data, learned, own_order, first + done)
                losses = losses.write(done, loss)
                if parts:
                    learned, rmse = self._watch_epoch(form, data, learned, first + done, epochs)
                    rmses = rmses.write(done, rmse)
                return done + 1, rests, learned, losses, rmses

            def is_left(done: Tensor, rests: Tensor, *_: Any) -> Tensor:
                if self.learning.patience is None:
                    return done < count
                return tf.logical_and(done < count, tf.logical_not(rests))

            losses = _rows_of_a_call(form.size, (self.size,))
            rmses = _rows_of_a_call(form.size, (parts, self.size))
            start = (0, tf.constant(False), learned, losses, rmses)
            done, _, learned, losses, rmses = tf.while_loop(is_left, take_epoch, start)
            return learned, losses.stack(), rmses.stack(), done

        return run

    def _watch_epoch(
        self, form: Form, data: Data, learned: Learned, epoch: Tensor, epochs: Tensor
    ) -> tuple[Learned, Tensor]:
        """Return the RMSE [P, R] after an epoch; 0 if the epoch is not recorded."""
        watched: Any = data.watched

        def look() -> Tensor:
            return watch(
                self.formula,
                self.network,
                learned.weights,
                watched,
                repeats=self.size,
                resets=form.watch_resets,
                taken=data.steps if form.ends_early else None,
                series=form.watch_series,
            )

        if self.history_every > 1:
            nothing = tf.zeros((watched.weight.shape[0], self.size))
            return learned, tf.cond(
                is_recorded(epoch, epochs, self.history_every), look, lambda: nothing
            )
        rmse = look()
        if not isinstance(learned.stops, Stops) or self.learning.patience is None:
            return learned, rmse
        stops, weights = after_epoch(
            self.formula,
            learned.stops,
            learned.weights,
            rmse[self.learning.stop_on],
            epoch + 1,
            patience=self.learning.patience,
        )
        return learned._replace(stops=stops, weights=weights), rmse

    def _train_epoch(
        self, form: Form, data: Data, learned: Learned, order: Tensor | None, epoch: Tensor
    ) -> tuple[Learned, Tensor]:
        """Take all updates of an epoch and return the mean loss [R] over them."""
        every_update, _, lanes, _ = data.batches.weight.shape
        updates = data.updates if form.ends_early else every_update
        first = epoch * updates
        batches = data.batches
        if order is not None:  # all at once: XLA looks an order up anew at every use in a loop
            batches = Batches(*(tf.gather(part, order) for part in batches))

        # Rows are taken and masks are drawn one update ahead, because XLA keeps what a loop carries
        # and makes everything else anew at every use. It can vectorise no loop that looks rows up.
        def prepare(update: Tensor, state: State) -> NextUpdate:
            rows = Batches(*(part[update] for part in batches))
            if form.resets:
                state = self.formula.zeroed(state, rows.reset[0])
            drawn = self._draw(data.seeds, lanes, first + update, rows, state)
            return NextUpdate(rows, drawn)

        def take_update(
            done: Tensor, learned: Learned, state: State, ahead: NextUpdate, total: Tensor
        ) -> tuple[Tensor, Learned, State, NextUpdate, Tensor]:
            dropped = self._as_masks(ahead)
            learned, loss, state = self._update(form, data, learned, ahead.rows, state, dropped)
            return done + 1, learned, state, prepare(done + 1, state), total + loss

        def is_left(done: Tensor, *_: Any) -> Tensor:
            return done < updates

        state = self.formula.zeros(self.network, lanes, self.size)
        start = (0, learned, state, prepare(0, state), tf.zeros(self.size))
        _, learned, _, _, total = tf.while_loop(
            is_left, take_update, start, maximum_iterations=every_update
        )
        if form.all_active:
            return learned, total / tf.cast(updates, tf.float32)
        return learned, total / tf.reduce_sum(data.batches.active, axis=0)

    def _update(
        self,
        form: Form,
        data: Data,
        learned: Learned,
        rows: Batches,
        state: State,
        dropped: list[Masks],
    ) -> tuple[Learned, Tensor, State]:
        """Learn from the rows [T, ...] of one update.

        Returns what is learned then, the loss [R] before it, and the state after the rows.
        """
        with tf.GradientTape() as tape:
            tape.watch(learned.weights)
            loss, state = self._loss(form, data, learned.weights, rows, state, dropped)
            together = tf.reduce_sum(loss)  # repeats share no weight, so each has its own gradient
        gradients = tape.gradient(together, learned.weights)
        gradients = clipped(self.formula, gradients, self._clip)
        learned = self._apply(gradients, learned, self._going(form, learned, rows.active))
        if not form.all_active:
            loss *= rows.active
        return learned, loss, state

    def _loss(
        self,
        form: Form,
        data: Data,
        weights: list[Tensor],
        rows: Batches,
        state: State,
        dropped: list[Masks],
    ) -> tuple[Tensor, State]:
        """Return the mean loss [R] of the rows [T, ...] of one update, and the state after them."""
        rows_per_update = rows.x.shape[0]
        share = _shares(form, rows)
        loss_of = LOSSES[self.learning.loss]
        formula = self.formula
        each = formula.each(weights)

        def take_row(t: Tensor, state: State, total: Tensor) -> tuple[Tensor, State, Tensor]:
            if form.resets:
                state = formula.zeroed(state, rows.reset[t])
            z, state = step(formula.ops, self.network, each, rows.x[t], state, dropped)
            losses = loss_of(formula.outputs(z), rows.y[t], self.network.head)  # [B, R]
            loss = tf.reduce_sum(losses * share[t], axis=0)  # [R]
            return t + 1, state, total + loss

        def is_left(t: Tensor, *_: Any) -> Tensor:
            return t < rows_per_update

        start = (0, state, tf.zeros(self.size))
        if rows_per_update == 1:
            _, state, loss = take_row(*start)
        else:
            _, state, loss = tf.while_loop(
                is_left, take_row, start, maximum_iterations=rows_per_update
            )
        if np.any(self.learning.penalties):
            loss += penalty(formula, weights, data.factors)
        return loss, state

    def _going(self, form: Form, learned: Learned, active: Tensor) -> Tensor | None:
        """Return which repeats learn now, in a shape that broadcasts with weights; None: all do.

        A repeat learns if it has rows left and has not stopped.
        """
        going = None if form.all_active else active > 0
        if isinstance(learned.stops, Stops):
            running = tf.logical_not(learned.stops.stopped)
            going = running if going is None else tf.logical_and(going, running)
        return None if going is None else self.formula.beside(going)

    def _apply(self, gradients: list[Tensor], learned: Learned, going: Tensor | None) -> Learned:
        """Update the weights; a repeat that rests keeps its weights and its optimizer's state."""
        kept = learned.optimizer
        weights, optimizer = self.optimizer.stateless_apply(kept, gradients, learned.weights)
        if going is not None:
            pairs = zip(weights, learned.weights, strict=True)
            weights = [tf.where(going, new, old) for new, old in pairs]
            optimizer = [  # what has no axis belongs to all repeats
                tf.where(going, new, old) if len(old.shape) else new
                for new, old in zip(optimizer, kept, strict=True)
            ]
        return learned._replace(weights=weights, optimizer=optimizer)

    def _draw(
        self, seeds: Tensor, lanes: int, update: Tensor, rows: Batches, state: State
    ) -> list[Tensor]:
        """Return what the masks of an update come to, layer after layer; see ``_drawn``.

        Args:
            seeds: of the repeats [R].
            lanes: B.
            update: its number since the start of training.
            rows: of the update.
            state: before them.

        """
        names = self._drawn(rows)
        if not names:
            return []
        layers = masks(
            self.network,
            lanes,
            seeds,
            update,
            dropout=self.learning.dropout,
            recurrent_dropout=self.learning.recurrent_dropout,
        )
        pairs = zip(layers, state, strict=True)
        ready = [self._through(layer, before) for layer, before in pairs]
        return [getattr(layer, name) for layer in ready for name in names]

    def _through(self, layer: Masks, before: LayerState) -> Masks:
        """Return the masks of a layer as the step takes them, and the state through its own."""
        laid = [None if mask is None else self.formula.mask(mask) for mask in layer]
        inputs, recurrent, _ = laid
        if recurrent is None:
            return Masks(inputs)
        return Masks(inputs, recurrent, self.formula.ops.masked(before.hidden, recurrent))

    def _as_masks(self, ahead: NextUpdate) -> list[Masks]:
        """Return the masks of each layer from what ``_draw`` returned."""
        names = self._drawn(ahead.rows)
        left = iter(ahead.drawn)
        layers = zip(*[left] * len(names), strict=True)
        return [Masks(**dict(zip(names, layer, strict=True))) for layer in layers]

    def _drawn(self, rows: Batches) -> list[str]:
        """Return which fields of ``Masks`` an update needs.

        Where it is a single step, the state before it is known, and goes through the masks once;
        XLA would multiply anew for every unit that reads the state.
        """
        is_a_step = rows.x.shape[0] == 1 and self.network.steps == 1
        of_state = "hidden" if is_a_step else "recurrent"
        needed = {
            "inputs": self.learning.dropout,
            of_state: self.learning.recurrent_dropout,
        }
        return [name for name, rate in needed.items() if rate]


def _rows_of_a_call(size: int, shape: tuple[int, ...]) -> Any:
    return tf.TensorArray(
        tf.float32, size, element_shape=shape, clear_after_read=False, infer_shape=True
    )


def is_recorded(epoch: Any, epochs: Any, every: int) -> Any:
    """Return whether the watched rows are forecast after an epoch.

    Args:
        epoch: counted from 0; a number, an array or a tensor.
        epochs: how many the training has; the last one is always recorded.
        every: epochs between two looks.

    """
    done = epoch + 1
    return (done % every == 0) | (done == epochs)


def _shares(form: Form, rows: Batches) -> Tensor:
    """Return the weight [T, B, R or 1] of each row in the loss of an update."""
    if form.plain:
        rows_per_update, lanes, _ = rows.weight.shape
        return tf.ones_like(rows.weight) / (rows_per_update * lanes)
    is_used = tf.cast(rows.weight > 0, tf.float32)
    used = tf.reduce_sum(is_used, axis=[0, 1], keepdims=True)
    return rows.weight / tf.maximum(used, 1.0)
