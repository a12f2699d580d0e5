"""Which lane sees which row, and where a lane's state is reset.

A lane is one row of a stateful batch and the state it owns. Training walks a ``Grid``: at step s,
lane b sees row ``rows[s, b]``. Forecasting follows a ``Walk``: each row goes on from the state of
its lane. Rows are counted from the oldest row that training is given, over all later rows too.

Shape letters: S steps, B lanes, N rows.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from statecast.base.arrays import Bools, Ints
from statecast.base.errors import require

Layout = Literal["interleaved", "contiguous", "sequences"]
Sharing = Literal["each", "all"]  # one network a series, or one for all series
Remainder = Literal["drop", "pad"]
StatePolicy = Literal["lanes", "carry", "reset"]

# In place of a row it says that the lane rests at this step and keeps its state. In place of a lane
# it says that the row is left out.
IDLE = -1


class Grid(NamedTuple):
    """The rows of an epoch, by step and lane."""

    rows: Ints  # [S, B], IDLE where a lane rests
    reset: Bools  # [S, B], the lane's state is zeroed before the step
    left_out: int  # the oldest rows, which do not fill the grid


class Walk(NamedTuple):
    """The state that each row goes on from."""

    lane: Ints  # [N], IDLE for a row that is left out
    reset: Bools  # [N], the lane's state is zeroed before the row

    def without(self, rows: Bools) -> "Walk":
        """Return the walk that leaves out some more rows [N]."""
        return self._replace(lane=np.where(rows, IDLE, self.lane))


def training_grid(
    lengths: Sequence[int],
    batch_size: int,
    layout: Layout = "interleaved",
    *,
    network: Sharing = "each",
    remainder: Remainder = "drop",
    stateful: bool = True,
    rows_per_update: int = 1,
) -> Grid:
    """Lay the rows of one network's training series out in steps and lanes.

    Args:
        lengths: number of rows of each series, in order; one where ``network`` is ``each``.
        batch_size: number of lanes B.
        layout: ``interleaved`` (row i in lane i mod B, what Keras does; of all series one after
            the other, all lanes reset where one ends: what Keras does in a fit for each series),
            ``contiguous`` (lane b holds the b-th stretch of the rows of one series) or
            ``sequences`` (a lane holds a series, is reset where it ends, and takes the next).
        network: ``each`` (one network a series) or ``all`` (one for all series).
        remainder: what becomes of rows that do not fill the grid. ``drop`` leaves out the oldest.
            ``pad`` lets lanes rest at the start; a lane is zeroed before its first row.
            A network for all series always pads, at the end of each.
        stateful: False resets the state at every update.
        rows_per_update: steps of an update, through which the gradient runs; S is a multiple of it.

    Raises:
        StatecastError: the rows fill no batch, or the layout does not suit the network.

    """
    require_layout_for(network, layout)
    if layout == "sequences":
        grid = _sequence_grid(lengths, batch_size, rows_per_update)
    elif network == "all":
        grid = _one_after_the_other(lengths, batch_size, rows_per_update)
    else:
        count = len(lengths)
        require(count == 1, "`network` each", "have one series", f"{count} series")
        grid = _series_grid(lengths[0], batch_size, rows_per_update, layout, remainder)
    if not stateful:
        grid.reset[::rows_per_update] = True
    return grid


def require_layout_for(network: Sharing, layout: Layout) -> None:
    """Check that a layout can hold the series of a network.

    Raises:
        StatecastError: it cannot.

    """
    fits = network == "all" or layout != "sequences"
    require(fits, "`network`", "be all for `layout` sequences", network)
    fits = network == "each" or layout != "contiguous"
    require(fits, "`layout`", "be interleaved or sequences for `network` all", layout)


def _series_grid(
    total: int, batch_size: int, rows_per_update: int, layout: Layout, remainder: Remainder
) -> Grid:
    """Lay ``total`` rows of one series out, the newest row at the end."""
    update = batch_size * rows_per_update
    left_out = total % update if remainder == "drop" else 0
    arguments = "`batch_size`" if rows_per_update == 1 else "`batch_size` x `rows_per_update`"
    require(total > left_out, arguments, f"be at most the {total} training rows", update)
    updates = -(-(total - left_out) // update)  # rounded up
    steps = updates * rows_per_update
    rows: Ints = np.arange(total - steps * batch_size, total)
    rows[rows < left_out] = IDLE  # left out, or before the first row
    if layout == "contiguous":
        rows = np.ascontiguousarray(rows.reshape(batch_size, steps).T)  # [S, B]
    else:
        rows = rows.reshape(steps, batch_size)
    return Grid(rows, _after_rest(rows), left_out)


def _after_rest(rows: Ints) -> Bools:
    """Return where lanes begin after a rest [S, B]; their state is then that of no row."""
    reset = np.zeros(rows.shape, bool)
    reset[1:] = (rows[:-1] == IDLE) & (rows[1:] != IDLE)
    return reset


def _sequence_grid(lengths: Sequence[int], batch_size: int, rows_per_update: int) -> Grid:
    """Lay sequences out side by side; the next ones begin when the longest of these has ended."""
    first = np.cumsum([0, *lengths])  # row at which each sequence begins
    groups: list[Ints] = []
    resets: list[Bools] = []
    for start in range(0, len(lengths), batch_size):
        together = lengths[start : start + batch_size]
        updates = -(-max(together) // rows_per_update)  # rounded up
        steps = updates * rows_per_update
        rows = np.full((steps, batch_size), IDLE)
        for lane, length in enumerate(together):
            rows[:length, lane] = first[start + lane] + np.arange(length)
        reset = np.zeros((steps, batch_size), bool)
        reset[0] = True
        groups.append(rows)
        resets.append(reset)
    return Grid(np.concatenate(groups), np.concatenate(resets), left_out=0)


def _one_after_the_other(lengths: Sequence[int], batch_size: int, rows_per_update: int) -> Grid:
    """Lay sequences out one after the other, each dealt to all lanes."""
    first = np.cumsum([0, *lengths])  # row at which each sequence begins
    groups = []
    resets = []
    for start, length in zip(first.tolist(), lengths, strict=False):
        own = dealt(length, batch_size, rows_per_update)
        groups.append(np.where(own == IDLE, IDLE, start + own))
        reset = np.zeros(own.shape, bool)
        reset[0] = True
        resets.append(reset)
    return Grid(np.concatenate(groups), np.concatenate(resets), left_out=0)


def dealt(total: int, lanes: int, rows_per_update: int = 1) -> Ints:
    """Return rows [S, lanes] dealt to lanes in turn; lanes rest at the end, to whole updates."""
    update = lanes * rows_per_update
    updates = -(-total // update)  # rounded up
    numbers = np.arange(updates * update)
    return np.where(numbers < total, numbers, IDLE).reshape(-1, lanes)


def training_walk(
    grid: Grid,
    later: int,
    layout: Layout = "interleaved",
    *,
    stateful: bool = True,
    rows_per_update: int = 1,
) -> Walk:
    """Return the lane of every training row, and of the rows after them: the walk that is exact.

    After the training rows ``interleaved`` goes on with lane i mod B, ``contiguous`` with the last
    lane. For a network of all series see ``sequence_walk`` and ``dealt_walk``.

    Args:
        grid: of the training rows.
        later: how many rows come after them.
        layout: of the grid.
        stateful: as in ``training_grid``.
        rows_per_update: as in ``training_grid``.

    """
    batch_size = grid.rows.shape[1]
    trained = int(grid.rows.max()) + 1
    lane = np.full(trained + later, IDLE)
    reset = np.zeros(trained + later, bool)

    used = grid.rows != IDLE
    lanes = np.broadcast_to(np.arange(batch_size), grid.rows.shape)  # [S, B]
    lane[grid.rows[used]] = lanes[used]
    reset[grid.rows[used]] = grid.reset[used]

    after_training = np.arange(later)
    if layout == "contiguous":
        lane[trained:] = batch_size - 1
        step_of_lane = after_training
    else:
        lane[trained:] = after_training % batch_size
        step_of_lane = after_training // batch_size
    if not stateful:
        reset[trained:] = step_of_lane % rows_per_update == 0
    return Walk(lane, reset)


def sequence_walk(
    lengths: Sequence[int], *, stateful: bool = True, rows_per_update: int = 1
) -> Walk:
    """Return a lane for each sequence, zeroed at its first row.

    That is what ``sequences`` trains, at any batch size.

    Args:
        lengths: number of rows of each sequence.
        stateful: as in ``training_grid``.
        rows_per_update: as in ``training_grid``.

    """
    lane = np.repeat(np.arange(len(lengths)), lengths)
    row = np.concatenate([np.arange(length) for length in lengths])  # within its sequence
    reset = row == 0 if stateful else row % rows_per_update == 0
    return Walk(lane, reset)


def dealt_walk(
    total: int, batch_size: int, *, stateful: bool = True, rows_per_update: int = 1
) -> Walk:
    """Return the lanes of one series that is interleaved by itself.

    That is what ``interleaved`` trains where one network has all series.

    Args:
        total: number of its rows.
        batch_size: as in ``training_grid``.
        stateful: as in ``training_grid``.
        rows_per_update: as in ``training_grid``.

    """
    step, lane = np.divmod(np.arange(total), batch_size)
    reset = step == 0 if stateful else step % rows_per_update == 0
    return Walk(lane, reset)


def with_policy(exact: Walk, policy: StatePolicy) -> Walk:
    """Return the walk of one series under a state policy.

    Args:
        exact: the walk of the training, which ``lanes`` keeps.
        policy: ``lanes``, ``carry`` (one state, handed from row to row) or ``reset`` (zero at each
            row).

    """
    if policy == "lanes":
        return exact
    lane = np.where(exact.lane == IDLE, IDLE, 0)
    reset = np.full(len(lane), policy == "reset")
    return Walk(lane, reset)


def predecessors(walk: Walk) -> Ints:
    """Return the row [N] whose state each row goes on from, IDLE for none.

    Two walks with the same predecessors compute the same function. A row that a walk leaves out has
    itself as its predecessor, and no other row has that.
    """
    newest: dict[int, int] = {}  # row of each lane
    before = np.full(len(walk.lane), IDLE)
    for row, (lane, reset) in enumerate(zip(walk.lane.tolist(), walk.reset.tolist(), strict=True)):
        if lane == IDLE:
            before[row] = row
            continue
        if not reset:
            before[row] = newest.get(lane, IDLE)
        newest[lane] = row
    return before
