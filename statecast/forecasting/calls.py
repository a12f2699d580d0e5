"""Calls of networks at any batch size; the states of the lanes are kept between calls.

Shape letters: P networks, K calls, M places of a call, F inputs of a row, O outputs.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Bools, Ints, Singles
from statecast.base.errors import StatecastError
from statecast.forecasting.bank import Bank
from statecast.network.activations import activate
from statecast.network.lanes import IDLE, Grid, Walk
from statecast.network.network import Network, Weights
from statecast.network.numpy_ops import NUMPY
from statecast.network.step import step


class Calls(NamedTuple):
    """A walk cut into calls of M places, at most the batch size."""

    rows: Ints  # [K, M], IDLE where a place of the batch is not used
    lane: Ints  # [K, M], any value where the place is not used
    reset: Bools  # [K, M], the lane's state is zeroed before the row

    def then(self, later: "Calls") -> "Calls":
        """Return these calls and later ones; the narrower of them get places that are not used."""
        places = max(self.rows.shape[1], later.rows.shape[1])
        pairs = zip(self._widened(places), later._widened(places), strict=True)
        return Calls(*(np.concatenate(pair) for pair in pairs))

    def _widened(self, places: int) -> "Calls":
        """Return the same calls with so many places, the further ones not used."""
        further = ((0, 0), (0, places - self.rows.shape[1]))
        return Calls(
            np.pad(self.rows, further, constant_values=IDLE),
            np.pad(self.lane, further),
            np.pad(self.reset, further),
        )


def calls_of(walk: Walk, batch_size: int, *, starts: Sequence[int] = ()) -> Calls:
    """Cut a walk into calls of ``batch_size`` places, in the order of the rows.

    A call ends when it is full, or when the next row needs the state that a row of the call leaves
    behind. So the batch size does not change what is computed. Places that no call uses are left
    away: the arrays are as wide as the fullest call.

    Args:
        walk: of one series.
        batch_size: places of a call, at most.
        starts: rows, rising, over which no call reaches, because the states before them are wanted.

    """
    if batch_size == 1:
        rows = np.flatnonzero(walk.lane != IDLE)[:, None]
        return Calls(rows, walk.lane[rows], walk.reset[rows])
    batches = _batches(walk, batch_size, starts)
    places = max(map(len, batches), default=1)
    rows = np.full((len(batches), places), IDLE)
    for call, batch in enumerate(batches):
        rows[call, : len(batch)] = batch
    used = rows != IDLE
    return Calls(rows, walk.lane[rows], walk.reset[rows] & used)


def grid_calls(grid: Grid) -> Calls:
    """Return the steps of a training grid as calls of its batch size: place m takes lane m."""
    batch_size = grid.rows.shape[1]
    lane = np.broadcast_to(np.arange(batch_size), grid.rows.shape)
    return Calls(grid.rows, lane, grid.reset)


def require_finite(outputs: Singles, repeats: int, help_: str) -> None:
    """Check outputs of networks [P, ...], those of the repeats of one series after the other.

    Raises:
        StatecastError: one of them is not finite; the message ends in what helps.

    """
    if np.isfinite(outputs).all():
        return
    first = tuple(np.argwhere(~np.isfinite(outputs))[0])
    got = f"{outputs[first]} in repeat {first[0] % repeats}"
    raise StatecastError(f"forecasts must stay finite, got {got}{help_}")


def advance(
    network: Network, weights: Weights, x: Singles, bank: Bank, lane: Ints, reset: Bools
) -> Singles:
    """Take one row of some lanes each, and keep the states after the rows in the bank.

    Args:
        network: what the weights belong to.
        weights: lifted, each [P, ...].
        x: inputs [P or 1, M, F].
        bank: the states of all lanes.
        lane: of each row, of all networks [M] or of each [P, M], each lane once.
        reset: whether the lane is zeroed before the row, in the same shape.

    Returns:
        The outputs [P, M, O]; weights or inputs that are too large make some infinite, or NaN.

    """
    before = bank.take(lane, reset)
    with np.errstate(over="ignore", invalid="ignore"):  # who takes the outputs looks at them
        z, after = step(NUMPY, network, weights, x, before)
        outputs = np.asarray(activate(NUMPY, network.head, z))
    bank.put(lane, after)
    return outputs


def _batches(walk: Walk, batch_size: int, starts: Sequence[int]) -> list[list[int]]:
    """Return the rows of each call."""
    batches: list[list[int]] = []
    busy: set[int] = set()  # lanes of the last call
    rows = np.flatnonzero(walk.lane != IDLE)
    stretches = np.searchsorted(np.asarray(starts, int), rows, side="right")
    last = IDLE  # stretch between two starts
    for row, stretch in zip(rows.tolist(), stretches.tolist(), strict=True):
        lane = int(walk.lane[row])
        is_full = not batches or len(batches[-1]) == batch_size
        if is_full or lane in busy or stretch != last:
            batches.append([])
            busy = set()
            last = stretch
        batches[-1].append(row)
        busy.add(lane)
    return batches
