"""Blocks of repeats that train side by side, and the rows of each as tensors.

Shape letters: R repeats, E epochs; S, T, B, F, O and P as in ``statecast.training.layout``.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from statecast.training.cores import cores
from statecast.training.devices import Device, on_device
from statecast.training.epoch import Data, Learned
from statecast.training.formula import Blocks, Formula
from statecast.training.job import Penalties
from statecast.training.layout import Batches, Original, Watched
from statecast.training.runtime import tf
from statecast.training.stopping import Stops, all_rest

Tensor = Any
Order = Callable[[int], np.ndarray]  # epoch, counted from 0, to the order of its updates [S]
Curves = tuple[np.ndarray, np.ndarray]  # losses [E, R] and RMSE [E, P, R]

REPEATS_OF_A_BATCH = (2, 2, 2, 2, 1)  # the axis R of x, y, weight, reset and active
REPEATS_OF_WATCHED = (1, 1, 2, 1)  # likewise; of what is original, 1


class Apart(NamedTuple):
    """What each repeat learns with, where the repeats are those of several jobs."""

    learning_rates: np.ndarray  # [R], without a schedule
    factors: np.ndarray  # of the penalties [2, 3, R]


class Program(NamedTuple):
    """The compiled program."""

    run: Any  # from Learner.trace
    most: int  # epochs of a call
    shuffled: bool  # whether it takes an order of the updates
    device: Device = None  # that it runs on


class Training:
    """All blocks of a training."""

    def __init__(
        self,
        program: Program,
        formula: Formula,
        blocks: Blocks,
        data: Iterable[Data],
        starts: Sequence[Learned],
        shuffle: Order | None,
    ) -> None:
        """Take note of the blocks.

        Args:
            program: that trains a block.
            formula: of the weights.
            blocks: how the repeats are split.
            data: of each block.
            starts: what each block starts from.
            shuffle: the order of the updates in an epoch; None: as they are.

        """
        self._program = program
        self._formula = formula
        self._blocks = blocks
        self._data = list(data)
        self._learned = list(starts)
        self._shuffle = shuffle
        self._side_by_side = min(blocks.count, cores())
        self._run: Any = None  # until it is compiled
        self._pool = ThreadPoolExecutor(self._side_by_side)

    @property
    def most(self) -> int:
        """Return how many epochs a round may have."""
        return self._program.most

    @property
    def calls(self) -> int:
        """Return how many calls of a round follow each other."""
        return -(-self._blocks.count // self._side_by_side)

    def compile(self) -> None:
        """Compile the program; all blocks have the same shapes."""
        orders = self._orders(0, 0)
        arguments = (self._data[0], self._learned[0], *_as_tensors((0, 0, 0)), orders)
        self._run = _unchecked(self._program.run.get_concrete_function(*arguments))
        self._call(0, (0, 0, 0), orders, self._empty_curves(0))

    def take(self, count: int, first: int, stop: int) -> Curves:
        """Train all blocks for some epochs and return their curves.

        Args:
            count: epochs to train now.
            first: the number of the first of them, counted from 0.
            stop: epochs of the training.

        """
        orders = self._orders(count, first)
        curves = self._empty_curves(count)

        def call(block: int) -> None:
            self._call(block, (count, first, stop), orders, curves)

        every = range(self._blocks.count)
        deque(map(call, every) if len(every) == 1 else self._pool.map(call, every), maxlen=0)
        losses, rmses = curves
        repeats = self._blocks.repeats
        return losses[..., :repeats], rmses[..., :repeats]

    def all_rest(self) -> bool:
        """Return whether every repeat has stopped."""
        return all(bool(all_rest(learned.stops).numpy()) for learned in self._learned)

    def weights_after(self, epochs: int) -> tuple[list[np.ndarray], np.ndarray]:
        """Return the weights, each [R, ...], and the epochs [R] that they belong to."""
        weights = [self._formula.unpacked(_numbers(_kept(one))) for one in self._learned]
        by_weight = [self._blocks.joined(parts, axis=0) for parts in zip(*weights, strict=True)]
        first, *_ = self._learned
        if not isinstance(first.stops, Stops):
            return by_weight, np.full(self._blocks.repeats, epochs)
        best = [one.stops.epoch.numpy() for one in self._learned if isinstance(one.stops, Stops)]
        return by_weight, self._blocks.joined(best)

    def _empty_curves(self, count: int) -> Curves:
        """Return room for the curves of some epochs, with what fills the last block."""
        watched = self._data[0].watched
        parts = 0 if watched is None else watched.weight.shape[0]
        repeats = self._blocks.count * self._blocks.size
        return np.empty((count, repeats), np.float32), np.empty((count, parts, repeats), np.float32)

    def _call(
        self, block: int, numbers: tuple[int, int, int], orders: Tensor, curves: Curves
    ) -> None:
        """Train a block and write its curves; epochs that it leaves out are like its last."""
        learned = self._learned[block]
        arguments = (self._data[block], learned, *_as_tensors(numbers), orders)
        with on_device(self._program.device):
            self._learned[block], losses, rmses, done = self._run(*arguments)
        taken = int(done)
        start = block * self._blocks.size
        own = slice(start, start + self._blocks.size)
        for curve, of_call in zip(curves, (losses.numpy(), rmses.numpy()), strict=True):
            curve[:taken, ..., own] = of_call[:taken]
            curve[taken:, ..., own] = of_call[taken - 1]

    def _orders(self, count: int, first: int) -> Tensor:
        """Return the order of the updates in each epoch of a call [E, S]."""
        if self._shuffle is None:
            return tf.zeros((0, 0), tf.int32)
        orders = [self._shuffle(first + index) for index in range(max(count, 1))]
        left = self.most - len(orders)
        return tf.constant(np.pad(np.stack(orders), ((0, left), (0, 0))), tf.int32)


def _as_tensors(numbers: Sequence[int]) -> list[Tensor]:
    return [tf.constant(number, tf.int32) for number in numbers]


def _unchecked(program: Any) -> Callable[..., Any]:
    """Return a compiled program that checks no argument: a call costs a quarter."""
    captured = program.captured_inputs

    def run(*arguments: Any) -> Any:
        tensors = [tensor for tensor in tf.nest.flatten(arguments) if tensor is not None]
        return program.inference_fn.call_preflattened([*tensors, *captured])

    return run


def _kept(learned: Learned) -> list[Tensor]:
    """Return the weights that a training keeps: with early stopping the best ones."""
    return learned.stops.weights if isinstance(learned.stops, Stops) else learned.weights


def _numbers(tensors: Sequence[Tensor]) -> list[np.ndarray]:
    return [tensor.numpy() for tensor in tensors]


def data_of_blocks(
    formula: Formula,
    blocks: Blocks,
    batches: Batches,
    watched: Watched | None,
    seeds: Sequence[int],
    penalties: Penalties | Apart,
) -> Iterator[Data]:
    """Yield the data of each block; what all repeats share is one tensor for all blocks.

    Args:
        formula: that takes the data.
        blocks: how the repeats are split.
        batches: of all repeats, or shared by them.
        watched: likewise.
        seeds: of all repeats [R].
        penalties: of all repeats; or what each learns with, and then a block ends its epochs where
            all its own repeats rest.

    """
    rows = [
        _parts(blocks, array, axis, formula.inputs if name == "x" else None)
        for name, array, axis in zip(Batches._fields, batches, REPEATS_OF_A_BATCH, strict=True)
    ]
    looked_at = [] if watched is None else _parts_of_watched(formula, blocks, watched)
    in_32_bits = np.array(seeds, np.int64) % 2**32
    rests = _Rests(batches, watched)
    for block in range(blocks.count):
        members = blocks.members(block)
        if isinstance(penalties, Apart):
            factors = penalties.factors[..., members]
            updates, steps = rests.taken_by(members)
        else:
            factors = np.array(penalties)
            updates, steps = rests.taken
        yield Data(
            Batches(*(part(block) for part in rows)),
            _watched([part(block) for part in looked_at]),
            tf.constant(in_32_bits[members], tf.uint32),
            tf.constant(factors, tf.float32),
            tf.constant(updates, tf.int32),
            tf.constant(steps, tf.int32),
        )


class _Rests:
    """After which update and which watched step nothing is left."""

    def __init__(self, batches: Batches, watched: Watched | None) -> None:
        self._batches = batches
        self._watched = watched
        self.taken = (batches.taken, 0 if watched is None else watched.taken)

    def taken_by(self, members: np.ndarray) -> tuple[int, int]:
        """Return it for some repeats."""
        updates, steps = self.taken
        active = self._batches.active  # [S, R or 1]
        if active.shape[1] > 1:
            updates = self._batches._replace(active=active[:, members]).taken
        if self._watched is not None and self._watched.weight.shape[2] > 1:
            weight = self._watched.weight[:, :, members]  # [P, S, R, B]
            steps = self._watched._replace(weight=weight).taken
        return updates, steps


def _parts_of_watched(formula: Formula, blocks: Blocks, watched: Watched) -> list[Any]:
    arrays = watched.arrays()
    originals = len(arrays) - len(REPEATS_OF_WATCHED)
    axes = (*REPEATS_OF_WATCHED, *[1] * originals)
    first, *others = zip(arrays, axes, strict=True)
    return [
        _parts(blocks, *first, formula.inputs),
        *(_parts(blocks, array, axis) for array, axis in others),
    ]


def _watched(parts: list[Tensor]) -> Watched | None:
    if not parts:
        return None
    x, y, weight, reset, *original = parts
    return Watched(x, y, weight, reset, Original(*original) if original else None)


def _parts(
    blocks: Blocks,
    array: np.ndarray,
    axis: int,
    arranged: Callable[[np.ndarray], np.ndarray] | None = None,
) -> Callable[[int], Tensor]:
    """Return a function of the block that returns its part, the axis R last."""
    last = np.moveaxis(array, axis, -1)

    def tensor(part: np.ndarray) -> Tensor:
        return tf.constant(part if arranged is None else arranged(part), tf.float32)

    if last.shape[-1] == 1:
        shared = tensor(last)
        return lambda _: shared
    return lambda block: tensor(last[..., blocks.members(block)])
