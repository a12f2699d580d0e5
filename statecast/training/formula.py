"""Which formula trains a network, and in blocks of how many repeats: the only place that knows.

A formula says where the repeat axis stands, and how a product is taken. Blocks are independent
trainings, small enough that their weights stay in the cache. Both follow from the sizes alone,
never from the number of cores, so that a training gives the same weights on every number of them.
Shape letters: R repeats of a block, B lanes, F inputs, O outputs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from statecast.network.network import GATES, Network, State, weight_shapes
from statecast.network.numpy_ops import Ops
from statecast.training.operations import softmax_of
from statecast.training.repeats_first import RepeatsFirst
from statecast.training.repeats_last import RepeatsLast

Tensor = Any


class Formula(Protocol):
    """How arrays with a repeat axis are laid out for the step, and the operations on them.

    Weights are packed as the optimizer takes them; everything but weights, inputs, masks and states
    has the repeat axis last, whatever the formula.
    """

    ops: Ops

    def packed(self, weights: list[np.ndarray]) -> list[np.ndarray]:
        """Return lifted weights, each [R, ...], as the optimizer takes them."""

    def unpacked(self, packed: list[np.ndarray]) -> list[np.ndarray]:
        """Undo ``packed``."""

    def each(self, packed: list[Tensor]) -> list[Tensor]:
        """Return each weight as the step takes it."""

    def joined(self, weights: list[Tensor]) -> list[Tensor]:
        """Undo ``each``."""

    def beside(self, of_repeats: Tensor) -> Tensor:
        """Return [R] in a shape that broadcasts with packed and with each weight."""

    def spread(self, numbers: Tensor) -> list[Tensor]:
        """Return a number of each weight, [n] or [n, R], as what broadcasts with packed weights."""

    def total(self, weight: Tensor) -> Tensor:
        """Return the sum [R] over the entries of a weight, packed or not."""

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """Return inputs [..., B, F, R or 1] as the step takes them."""

    def outputs(self, z: Tensor) -> Tensor:
        """Return outputs of the step as [B, O, R]."""

    def mask(self, drawn: Tensor) -> Tensor:
        """Return a mask [B, F, gates, R] as the step takes it."""

    def zeros(self, network: Network, lanes: int, repeats: int) -> State:
        """Return the zero state."""

    def zeroed(self, state: State, reset: Tensor) -> State:
        """Return the state with the lanes zeroed where reset [B, R or 1] is 1."""


# of outputs [B, O, R]
ON_OUTPUTS = RepeatsLast.ops._replace(softmax=softmax_of(axis=-2))


class TableRow(NamedTuple):
    """What is fastest up to a size of networks."""

    widest: int  # columns of the widest kernel, up to which the row holds
    fewest: int | None  # repeats, from which on the repeat axis is last; None: it is first
    last: int  # most repeats of a block with the axis last, a multiple of VECTOR,
    of_many: int  # and of a block of MANY repeats, for fewer calls
    first: int  # most repeats of a block with the axis first
    stacked: int | None  # networks of a block of several jobs, the axis last; None: it is first


FEWEST_STACKED = 16  # networks, from which on those of several jobs have the axis last
MANY = 1000  # repeats, which fill all cores with larger blocks too
VECTOR = 32  # repeats that XLA:CPU takes at once; fewer cost as much, other numbers more
TABLE = [
    TableRow(widest=8, fewest=16, last=64, of_many=128, first=16, stacked=64),
    # A block of 32 costs two thirds of two blocks with the axis first.
    TableRow(widest=40, fewest=24, last=64, of_many=64, first=16, stacked=32),
    # Fewer repeats would fill one block with the axis last, which leaves a second core idle.
    TableRow(widest=112, fewest=96, last=64, of_many=64, first=16, stacked=32),
    TableRow(widest=10**9, fewest=None, last=64, of_many=64, first=16, stacked=None),
]


class Plan(NamedTuple):
    """How the networks of a training are computed."""

    formula: Formula
    block: int  # repeats of a block; the last block is filled up with copies of its last network


def plan(network: Network, repeats: int, *, stacked: bool = False) -> Plan:
    """Return the formula for so many repeats of a network, and the size of its blocks.

    Args:
        network: what is trained.
        repeats: of it.
        stacked: whether they are those of several jobs, of which others train beside them.

    """
    widest = GATES[network.cell] * max(network.units)
    row = next(row for row in TABLE if widest <= row.widest)
    if stacked and row.stacked is not None and repeats >= FEWEST_STACKED:
        each = min(repeats, row.stacked)
        return Plan(RepeatsLast(lifted_shapes(network)), VECTOR * math.ceil(each / VECTOR))
    if row.fewest is not None and repeats >= row.fewest:
        most = row.of_many if repeats >= MANY else row.last
        each = math.ceil(repeats / math.ceil(repeats / most))
        return Plan(RepeatsLast(lifted_shapes(network)), VECTOR * math.ceil(each / VECTOR))
    return Plan(RepeatsFirst(), math.ceil(repeats / math.ceil(repeats / row.first)))


def lifted_shapes(network: Network) -> list[tuple[int, ...]]:
    """Return the shapes of the weights of a repeat as ``step`` takes them."""
    shapes = [shape for _, shape in weight_shapes(network)]
    return [shape if len(shape) == 2 else (1, *shape) for shape in shapes]


@dataclass(frozen=True)
class Blocks:
    """Repeats, split into blocks of one size."""

    repeats: int
    size: int

    @property
    def count(self) -> int:
        """Return the number of blocks."""
        return math.ceil(self.repeats / self.size)

    def members(self, block: int) -> np.ndarray:
        """Return which repeats a block trains; the last one fills the last block."""
        first = block * self.size
        return np.minimum(np.arange(first, first + self.size), self.repeats - 1)

    def joined(self, parts: Sequence[np.ndarray], axis: int = -1) -> np.ndarray:
        """Return the arrays of all blocks as one, without what fills the last block."""
        whole = np.concatenate(parts, axis=axis)
        return whole.take(np.arange(self.repeats), axis=axis)
