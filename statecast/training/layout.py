"""Lay the rows of one or more series out as the arrays that the engine takes.

Shape letters: D series, R repeats, S steps, T timesteps of an update, B lanes, N rows of the longest series, F inputs
O outputs, P watched parts. The engine's repeat axis holds D * R networks, all repeats of the first series first; it
is 1 where all networks see the same rows. Series of different lengths have grids of their own: the shorter rest at
the end.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from statecast.network.lanes import IDLE, Grid, Layout, training_grid
from statecast.training.epoch import Batches, Watched

Floats = npt.NDArray[np.float32]


class Rows(NamedTuple):
    """Inputs and targets of D series, zeros after the last row of a shorter one."""

    x: Floats  # [D, N, F]
    y: Floats  # [D, N, O]


class Part(NamedTuple):
    """Rows to be watched while training goes on."""

    rows: Rows
    grid: "Grid | Sequence[Grid]"  # one for all series, or one each
    scale: Floats  # [D, N], how much 1 on the original scale is on the scaled one


class Laid(NamedTuple):
    """Grids side by side."""

    rows: np.ndarray  # [S, D or 1, B]
    reset: np.ndarray  # [S, D or 1, B]
    active: np.ndarray  # [S, D or 1]


def training_batches(
    rows: Rows,
    grid: Grid | Sequence[Grid],
    repeats: int,
    *,
    timesteps: int = 1,
    row_weights: Floats | None = None,
) -> Batches:
    """Return the rows of training grids as batches for D * repeats networks.

    Args:
        rows: inputs and targets.
        grid: which row is where, for all series or for each; its number of steps is a multiple of ``timesteps``.
        repeats: networks of each series.
        timesteps: steps of an update.
        row_weights: of each row in the loss [D or 1, N], above 0; None: all 1.

    """
    weights = np.ones((1, rows.y.shape[1]), np.float32) if row_weights is None else row_weights
    laid = side_by_side(grid)
    x, y = _laid_out(rows, laid)
    weight = np.where(laid.rows == IDLE, 0, _taken(weights, laid.rows)).astype(np.float32)
    weight = np.broadcast_to(weight, (len(weight), max(weight.shape[1], y.shape[1]), weight.shape[2]))
    x, y, weight, reset = (
        part.reshape(-1, timesteps, *part.shape[1:])
        for part in (*(_for_repeats(part, repeats) for part in (x, y, weight)), _for_repeats(laid.reset, repeats))
    )
    return Batches(x, y, weight, reset, _for_repeats(laid.active, repeats)[::timesteps])


def side_by_side(grid: Grid | Sequence[Grid]) -> Laid:
    """Return grids as one, the shorter ones idle at the end."""
    grids = [grid] if isinstance(grid, Grid) else list(grid)
    steps = max(len(one.rows) for one in grids)
    active = np.stack([np.arange(steps) < len(one.rows) for one in grids], axis=1)
    rows = np.stack([_steps(one.rows, steps, IDLE) for one in grids], axis=1)
    return Laid(rows, np.stack([_steps(one.reset, steps) for one in grids], axis=1), active)


def later_grid(lengths: list[int], batch_size: int, layout: Layout, *, stateful: bool = True) -> Grid:
    """Return the grid of rows after the training rows, forecast from the zero state.

    Their lanes are those of ``training_walk``; from the zero state only which row goes on from which row matters.
    """
    lanes = {"interleaved": batch_size, "contiguous": 1, "sequences": len(lengths)}[layout]
    if sum(lengths) == 0:
        return Grid(np.full((0, lanes), IDLE), np.zeros((0, lanes), bool), 0)
    return training_grid(lengths, lanes, layout, remainder="pad", stateful=stateful)


def watched_rows(parts: list[Part], repeats: int) -> Watched:
    """Return the parts side by side: each has lanes of its own, and rests after its last step."""
    laid = [side_by_side(part.grid) for part in parts]
    steps = max(len(one.rows) for one in laid)
    arrays = [_laid_out(part.rows, one) for part, one in zip(parts, laid, strict=True)]
    x, y = (np.concatenate([_steps(pair[place], steps) for pair in arrays], axis=2) for place in range(2))
    apart = max(one.reset.shape[1] for one in laid)
    resets = [np.broadcast_to(one.reset, (len(one.reset), apart, one.reset.shape[2])) for one in laid]
    reset = np.concatenate([_steps(part, steps) for part in resets], axis=2)
    weight = np.zeros((len(parts), *y.shape[:3]), np.float32)
    first = 0
    for own, part, one in zip(weight, parts, laid, strict=True):
        last = first + one.rows.shape[2]
        own[: len(one.rows), :, first:last] = _shares(part, one)
        first = last
    return Watched(
        _for_repeats(x, repeats),
        _for_repeats(y, repeats),
        _for_repeats(weight, repeats, 2),
        _for_repeats(reset, repeats),
    )


def _shares(part: Part, laid: Laid) -> Floats:
    """Return the weight [S, D, B] of each squared error in the mean squared error on the original scale."""
    used = laid.rows != IDLE
    scale = np.where(used, _taken(part.scale, laid.rows), 1)
    count = used.sum(axis=(0, 2), keepdims=True)
    return np.asarray(used / (scale**2 * np.maximum(count, 1)), np.float32)


def _taken(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return values [D, N, ...] at rows [S, D or 1, B]: [S, D, B, ...]; anything where a lane rests."""
    return np.asarray(values[np.arange(len(values))[None, :, None], rows])


def _laid_out(rows: Rows, laid: Laid) -> tuple[Floats, Floats]:
    used = (laid.rows != IDLE)[..., None]
    x, y = (np.where(used, _taken(part, laid.rows), 0).astype(np.float32) for part in rows)
    return x, y


def _steps(part: np.ndarray, steps: int, rest: int = 0) -> np.ndarray:
    return np.concatenate([part, np.full((steps - len(part), *part.shape[1:]), rest, part.dtype)])


def _for_repeats(part: np.ndarray, repeats: int, axis: int = 1) -> np.ndarray:
    return part if part.shape[axis] == 1 else np.repeat(part, repeats, axis=axis)
