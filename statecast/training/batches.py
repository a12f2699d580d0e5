"""Lay the rows of one or more series out as the arrays that the engine takes.

Shape letters: D series of one length, R repeats, S steps, T timesteps of an update, B lanes, N rows, F features, O
outputs, P watched parts. The engine's repeat axis holds D * R networks, all repeats of the first series first; it is 1
where all networks see the same rows.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from statecast.model.lanes import IDLE, Grid, Layout, training_grid
from statecast.training.engine import Batches, Watched

Floats = npt.NDArray[np.float32]


class Rows(NamedTuple):
    """Inputs and targets of D series."""

    x: Floats  # [D, N, F]
    y: Floats  # [D, N, O]


class Part(NamedTuple):
    """Rows to be watched while training goes on."""

    rows: Rows
    grid: Grid
    scale: Floats  # [D, N], how much 1 on the original scale is on the scaled one


def training_batches(
    rows: Rows, grid: Grid, repeats: int, *, timesteps: int = 1, row_weights: Floats | None = None
) -> Batches:
    """Return the rows of a training grid as batches for D * repeats networks.

    Args:
        rows: inputs and targets.
        grid: which row is where; its number of steps is a multiple of ``timesteps``.
        repeats: networks of each series.
        timesteps: steps of an update.
        row_weights: of each row in the loss [N], above 0; None: all 1.

    """
    weights = np.ones(rows.y.shape[1], np.float32) if row_weights is None else row_weights
    x, y = _laid_out(rows, grid)
    weight = np.where(grid.rows == IDLE, 0, weights[grid.rows])[:, None]  # [S, 1, B]
    weight = np.broadcast_to(weight, y.shape[:3]).astype(np.float32)
    parts = [_for_repeats(part, repeats) for part in (x, y, weight)]
    return Batches(*(part.reshape(-1, timesteps, *part.shape[1:]) for part in [*parts, grid.reset]))


def later_grid(lengths: list[int], batch_size: int, layout: Layout, *, stateful: bool = True) -> Grid:
    """Return the grid of rows after the training rows, forecast from the zero state.

    Their lanes are those of ``training_walk``; from the zero state only which row goes on from which row matters.
    """
    lanes = {"interleaved": batch_size, "contiguous": 1, "sequences": len(lengths)}[layout]
    return training_grid(lengths, lanes, layout, remainder="pad", stateful=stateful)


def watched_rows(parts: list[Part], repeats: int) -> Watched:
    """Return the parts side by side: each has lanes of its own, and rests after its last step."""
    steps = max(len(part.grid.rows) for part in parts)
    laid_out = [_laid_out(part.rows, part.grid) for part in parts]
    x = np.concatenate([_steps(x, steps) for x, _ in laid_out], axis=2)
    y = np.concatenate([_steps(y, steps) for _, y in laid_out], axis=2)
    reset = np.concatenate([_steps(part.grid.reset, steps) for part in parts], axis=1)
    weight = np.zeros((len(parts), *y.shape[:3]), np.float32)
    first = 0
    for own, part in zip(weight, parts, strict=True):
        used = _steps(part.grid.rows != IDLE, steps)
        scale = _steps(part.scale[:, part.grid.rows].swapaxes(0, 1), steps)  # [S, D, B]
        last = first + used.shape[1]
        own[:, :, first:last] = used[:, None] / (np.where(used[:, None], scale, 1) ** 2 * used.sum())
        first = last
    return Watched(_for_repeats(x, repeats), _for_repeats(y, repeats), _for_repeats(weight, repeats, axis=2), reset)


def _laid_out(rows: Rows, grid: Grid) -> tuple[Floats, Floats]:
    x = rows.x[:, grid.rows].swapaxes(0, 1)  # [S, D, B, F]
    y = rows.y[:, grid.rows].swapaxes(0, 1)  # [S, D, B, O]
    used = (grid.rows != IDLE)[:, None, :, None]
    return np.where(used, x, 0).astype(np.float32), np.where(used, y, 0).astype(np.float32)


def _steps(part: np.ndarray, steps: int) -> np.ndarray:
    return np.concatenate([part, np.zeros((steps - len(part), *part.shape[1:]), part.dtype)])


def _for_repeats(part: np.ndarray, repeats: int, axis: int = 1) -> np.ndarray:
    return part if part.shape[axis] == 1 else np.repeat(part, repeats, axis=axis)
