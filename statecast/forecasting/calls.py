"""Forecast rows in calls of any batch size; the states of the lanes are kept between calls.

Shape letters: R repeats, N rows, K calls, M places of a call, F inputs of a row, O outputs.
"""

from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Bools, Floats, Ints, Singles
from statecast.base.errors import StatecastError
from statecast.forecasting.bank import Bank
from statecast.network.activations import activate
from statecast.network.lanes import IDLE, Grid, Walk
from statecast.network.network import Network, Weights, lifted
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


def calls_of(walk: Walk, batch_size: int) -> Calls:
    """Cut a walk into calls of ``batch_size`` places, in the order of the rows.

    A call ends when it is full, or when the next row needs the state that a row of the call leaves
    behind. So the batch size does not change what is computed. Places that no call uses are left
    away: the arrays are as wide as the fullest call.
    """
    batches = _batches(walk, batch_size)
    places = max(map(len, batches), default=0)
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


def forecast(network: Network, weights: Weights, x: Floats, calls: Calls) -> Singles:
    """Return the forecast of each row that is in a call, NaN for the others.

    Args:
        network: what the weights belong to.
        weights: in Keras's order, each [R, ...].
        x: inputs of all rows [N, F].
        calls: which rows are forecast, and in which order. Every lane starts from zero.

    Returns:
        [R, N, O]

    Raises:
        StatecastError: a forecast is not finite.

    """
    repeats = len(weights[0])
    lanes = int(calls.lane.max(initial=0)) + 1
    bank = Bank(network, repeats, lanes)
    ready = lifted(weights)
    inputs = np.asarray(x, np.float32)
    y = np.full((repeats, len(x), network.outputs), np.nan, np.float32)
    for rows, lane, reset in zip(*calls, strict=True):
        used = rows != IDLE
        outputs = advance(network, ready, inputs[None, rows[used]], bank, lane[used], reset[used])
        require_finite(outputs, ": lower `learning_rate` or scale the series")
        y[:, rows[used]] = outputs
    return y


def require_finite(outputs: Singles, help_: str) -> None:
    """Check outputs of networks [R, ...].

    Raises:
        StatecastError: one of them is not finite; the message ends in what helps.

    """
    bad = np.argwhere(~np.isfinite(outputs))
    if len(bad):
        first = tuple(bad[0])
        got = f"{outputs[first]} in repeat {first[0]}"
        raise StatecastError(f"forecasts must stay finite, got {got}{help_}")


def advance(
    network: Network, weights: Weights, x: Singles, bank: Bank, lane: Ints, reset: Bools
) -> Singles:
    """Take one row of some lanes each, and keep the states after the rows in the bank.

    Args:
        network: what the weights belong to.
        weights: lifted, each [R, ...].
        x: inputs [R or 1, M, F].
        bank: the states of all lanes.
        lane: of each row [M], each lane once.
        reset: whether the lane is zeroed before the row [M].

    Returns:
        The outputs [R, M, O]; weights or inputs that are too large make some infinite, or NaN.

    """
    before = bank.take(lane, reset)
    with np.errstate(over="ignore", invalid="ignore"):  # who takes the outputs looks at them
        z, after = step(NUMPY, network, weights, x, before)
        outputs = np.asarray(activate(NUMPY, network.head, z))
    bank.put(lane, after)
    return outputs


def _batches(walk: Walk, batch_size: int) -> list[list[int]]:
    """Return the rows of each call."""
    batches: list[list[int]] = []
    busy: set[int] = set()  # lanes of the last call
    for row in np.flatnonzero(walk.lane != IDLE).tolist():
        lane = int(walk.lane[row])
        is_full = not batches or len(batches[-1]) == batch_size
        if is_full or lane in busy:
            batches.append([])
            busy = set()
        batches[-1].append(row)
        busy.add(lane)
    return batches
