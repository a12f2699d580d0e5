"""Which lane sees which row, and where a lane's state is reset: for training and for forecasting.

A lane is one row of a stateful batch and the state it owns. Training walks a ``Grid``: at step s, lane b sees row
``rows[s, b]``. Forecasting walks ``Calls``: rows in an order of their own, each with the lane whose state it goes on
from. Rows are counted from the oldest row that training is given, over all later rows too.
"""

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from statecast.base.errors import require

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Layout = Literal["interleaved", "contiguous", "sequences"]
Remainder = Literal["drop", "pad"]
State = Literal["lanes", "carry", "reset"]

IDLE = -1  # in place of a row: the lane rests at this step and keeps its state


class Grid(NamedTuple):
    """The rows of an epoch, by step and lane."""

    rows: Ints  # [S, B], IDLE where a lane rests
    reset: Bools  # [S, B], the lane's state is zeroed before the step
    dropped: int  # oldest rows that are left out


class Walk(NamedTuple):
    """The state that each row goes on from."""

    lane: Ints  # [N]
    reset: Bools  # [N], the lane's state is zeroed before the row


class Calls(NamedTuple):
    """A walk cut into calls of a network of batch size M."""

    rows: Ints  # [K, M], IDLE where a place of the batch is not used
    lane: Ints  # [K, M]
    reset: Bools  # [K, M]


def training_grid(
    lengths: list[int],
    batch_size: int,
    layout: Layout = "interleaved",
    *,
    remainder: Remainder = "drop",
    stateful: bool = True,
    timesteps: int = 1,
) -> Grid:
    """Lay the rows of one network's training series out in steps and lanes.

    Args:
        lengths: number of rows of each sequence, the first one's rows first; layouts but ``sequences`` take one.
        batch_size: number of lanes B.
        layout: ``interleaved`` (row i in lane i mod B, what Keras does), ``contiguous`` (lane b holds the b-th stretch
            of the rows) or ``sequences`` (a lane holds a sequence, is reset where it ends, and takes the next).
        remainder: rows that do not fill the grid: ``drop`` leaves out the oldest, ``pad`` lets lanes rest at the
            start, to be zeroed before their first row. ``sequences`` always pads.
        stateful: False resets the state at every update.
        timesteps: steps of an update, through which the gradient runs; the number of steps is a multiple of it.

    """
    if layout == "sequences":
        rows, reset, dropped = *_sequence_rows(lengths, batch_size, timesteps), 0
    else:
        require(len(lengths) == 1, f"train.layout {layout}", "have one series a network", f"{len(lengths)} series")
        total, update = lengths[0], batch_size * timesteps
        dropped = total % update if remainder == "drop" else 0
        keys = "params.yaml: train.batch_size" + (" x timesteps" if timesteps > 1 else "")
        require(total - dropped > 0, keys, f"be at most the {total} training rows", update)
        steps = -(-(total - dropped) // update) * timesteps
        slots = np.arange(total - steps * batch_size, total)
        slots = np.where(slots < dropped, IDLE, slots)
        rows = slots.reshape(batch_size, steps).T if layout == "contiguous" else slots.reshape(steps, batch_size)
        reset = _after_rest(rows)
    if not stateful:
        reset[::timesteps] = True
    return Grid(np.ascontiguousarray(rows), reset, dropped)


def _after_rest(rows: Ints) -> Bools:
    """Zero a lane where its rows begin: while it rested, its state was that of no row."""
    reset = np.zeros(rows.shape, bool)
    reset[1:] = (rows[:-1] == IDLE) & (rows[1:] != IDLE)
    return reset


def _sequence_rows(lengths: list[int], batch_size: int, timesteps: int) -> tuple[Ints, Bools]:
    first = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    groups, resets = [], []
    for start in range(0, len(lengths), batch_size):
        steps = -(-max(lengths[start : start + batch_size]) // timesteps) * timesteps
        rows = np.full((steps, batch_size), IDLE)
        for lane, sequence in enumerate(range(start, min(start + batch_size, len(lengths)))):
            rows[: lengths[sequence], lane] = first[sequence] + np.arange(lengths[sequence])
        groups.append(rows)
        resets.append(np.arange(steps)[:, None] == np.zeros((1, batch_size), int))
    return np.concatenate(groups), np.concatenate(resets)


def training_walk(
    grid: Grid, later: int, layout: Layout = "interleaved", *, stateful: bool = True, timesteps: int = 1
) -> Walk:
    """Return the lane of every row in training, and of ``later`` rows after them: the walk that is exact.

    After the training rows ``interleaved`` goes on with lane i mod B, ``contiguous`` with the last lane. A dropped row
    has lane IDLE. For ``sequences`` see ``sequence_walk``.
    """
    batch_size = grid.rows.shape[1]
    seen = grid.rows != IDLE
    lane = np.full(int(grid.rows.max()) + 1 + later, IDLE)
    reset = np.zeros(len(lane), bool)
    lane[grid.rows[seen]] = np.nonzero(seen)[1]
    reset[grid.rows[seen]] = grid.reset[seen]
    after = np.arange(later)
    lane[len(lane) - later :] = batch_size - 1 if layout == "contiguous" else after % batch_size
    step_of_lane = after if layout == "contiguous" else after // batch_size
    reset[len(lane) - later :] = (step_of_lane % timesteps == 0) & (not stateful)
    return Walk(lane, reset)


def sequence_walk(lengths: list[int], *, stateful: bool = True, timesteps: int = 1) -> Walk:
    """Return a lane for each sequence, zeroed at its first row: what ``sequences`` trains, at any batch size."""
    lane = np.repeat(np.arange(len(lengths)), lengths)
    place = np.concatenate([np.arange(length) for length in lengths])
    return Walk(lane, place == 0 if stateful else place % timesteps == 0)


def with_state(exact: Walk, state: State) -> Walk:
    """Return the walk of one series under a state policy.

    Args:
        exact: the walk of the training, which ``lanes`` keeps.
        state: ``lanes``, ``carry`` (one state, handed from row to row) or ``reset`` (zero at each row).

    """
    if state == "lanes":
        return exact
    lane = np.where(exact.lane == IDLE, IDLE, 0)
    return Walk(lane, np.full(len(lane), state == "reset"))


def predecessors(walk: Walk) -> Ints:
    """Return for each row the row whose state it goes on from, IDLE for none: two walks with the same are one function.

    Rows that a walk leaves out go on from themselves, which no other row does.
    """
    last: dict[int, int] = {}
    found = np.full(len(walk.lane), IDLE)
    for row, (lane, reset) in enumerate(zip(walk.lane.tolist(), walk.reset.tolist(), strict=True)):
        if lane == IDLE:
            found[row] = row
            continue
        found[row] = IDLE if reset else last.get(lane, IDLE)
        last[lane] = row
    return found


def calls(walk: Walk, batch_size: int) -> Calls:
    """Cut a walk into calls of ``batch_size`` places, in the order of the rows.

    A call ends where it is full or where a row needs the state that an earlier row of the same call leaves behind, so
    the batch size changes nothing of what is computed.
    """
    batches: list[list[int]] = []
    busy: set[int] = set()
    for row in np.flatnonzero(walk.lane != IDLE).tolist():
        lane = int(walk.lane[row])
        if not batches or len(batches[-1]) == batch_size or lane in busy:
            batches.append([])
            busy = set()
        batches[-1].append(row)
        busy.add(lane)
    rows = np.full((len(batches), batch_size), IDLE)
    for batch, members in zip(rows, batches, strict=True):
        batch[: len(members)] = members
    used = rows != IDLE
    return Calls(rows, np.where(used, walk.lane[rows], IDLE), np.where(used, walk.reset[rows], False))


def grid_calls(grid: Grid) -> Calls:
    """Return the steps of a training grid as calls of its own batch size, lane by lane."""
    lane = np.broadcast_to(np.arange(grid.rows.shape[1]), grid.rows.shape)
    return Calls(grid.rows, np.where(grid.rows == IDLE, IDLE, lane), grid.reset)
