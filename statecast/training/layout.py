"""Lay the rows of one or more series out as the arrays that the engine takes. No TensorFlow.

Shape letters: D series, R repeats, S steps, T rows of a lane in an update, B lanes, N rows of the
longest series, F inputs of a row, O outputs, P watched parts. The repeat axis of the engine holds D
x R networks, all repeats of the first series first; it is 1 where all networks see the same rows.
Series of different lengths have grids of their own: the shorter ones rest at the end.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from statecast.base.arrays import Bools, Ints, Singles
from statecast.network.lanes import IDLE, Grid, Layout, Sharing, dealt


class Batches(NamedTuple):
    """The rows of an epoch, laid out in updates, rows of an update, and lanes. R may be 1."""

    x: np.ndarray  # [S / T, T, R, B, F]
    y: np.ndarray  # [S / T, T, R, B, O]
    weight: np.ndarray  # [S / T, T, R, B], of the row in the loss, 0 for a lane that rests
    reset: np.ndarray  # [S / T, T, R, B], whether the lane's state is zeroed before the row
    active: np.ndarray  # [S / T, R], False where a repeat has no rows left and rests

    @property
    def taken(self) -> int:
        """Return how many updates an epoch takes: after them all repeats rest."""
        return _end_of((self.active != 0).any(axis=1))


class Original(NamedTuple):
    """What brings errors of transformed values back to the original scale. R may be 1.

    A forecast that is ``error`` too high on the scaled scale is too high by
    ``values * ((1 + power * slope * error) ** (1 / power) - 1)``, for power 0 by ``values *
    (exp(slope * error) - 1)``.
    """

    values: np.ndarray  # [S, R, B, O], the true ones
    slope: np.ndarray  # [S, R, B, O]
    power: np.ndarray  # [S, R, B, O], of Box-Cox


class SeriesOfPart(NamedTuple):
    """The lanes of a part where one network forecasts many series, one series after the other."""

    number: int  # of the series
    lanes: int  # of each


class Watched(NamedTuple):
    """Rows that are forecast after an epoch, each part in lanes of its own. R may be 1."""

    x: np.ndarray  # [S, R, B, F]
    y: np.ndarray  # [S, R, B, O]
    # sums of weight x error^2 are mean squared errors, of each series: over the outputs
    # [P, S, R, B], or of each output apart [P, S, R, B, O]
    weight: np.ndarray
    reset: np.ndarray  # [S, R, B]
    original: Original | None = None  # None: the series are not transformed
    series: tuple[SeriesOfPart, ...] = ()  # of each part; empty: every network has one series

    @property
    def taken(self) -> int:
        """Return how many steps are forecast: the later ones weigh nothing."""
        weighs = np.moveaxis(self.weight != 0, 1, 0)  # [S, P, ...]
        return _end_of(weighs.reshape(len(weighs), -1).any(axis=1))

    def arrays(self) -> list[np.ndarray]:
        """Return all arrays."""
        further = self.original or ()
        return [self.x, self.y, self.weight, self.reset, *further]


class Rows(NamedTuple):
    """Inputs and targets of D series, zeros after the last row of a shorter one."""

    x: Singles  # [D, N, F]
    y: Singles  # [D, N, O]


class WatchedPart(NamedTuple):
    """Rows of a part that are watched while training goes on."""

    rows: Rows
    grids: Sequence[Grid]  # one for all series, or one each
    # how much 1 on the original scale is on the scaled one: [D, N], or of each output [D, N, O]
    scale: Singles
    original: Original | None = None  # each [D, N, O]; then ``scale`` is 1
    series: int = 1  # of a network, each in as many lanes


class SideBySide(NamedTuple):
    """Grids of several series side by side. D is 1 where all have the same grid."""

    rows: Ints  # [S, D, B], IDLE where a lane rests
    reset: Bools  # [S, D, B]
    active: Bools  # [S, D], False after the last step of a series

    @property
    def lanes(self) -> int:
        """Return B, the lanes of the grids."""
        return self.rows.shape[2]


class PlaceOfPart(NamedTuple):
    """Where a part begins among the watched rows."""

    steps: Ints  # of each network [D], or of all [1]
    lane: int


def _end_of(used: Any) -> int:
    """Return the index after the last one that is used."""
    return int(np.flatnonzero(used)[-1]) + 1


def training_batches(
    rows: Rows,
    grids: Sequence[Grid],
    repeats: int,
    *,
    rows_per_update: int = 1,
    row_weights: Singles | None = None,
) -> Batches:
    """Return the rows of training grids as batches for D x R networks.

    Args:
        rows: inputs and targets.
        grids: which row is where, one for all series or one each; S is a multiple of
            ``rows_per_update``.
        repeats: networks of each series, R.
        rows_per_update: T.
        row_weights: of each row in the loss [D or 1, N], above 0. None: all 1.

    """
    side = side_by_side(grids)
    if row_weights is None:
        longest = rows.y.shape[1]
        row_weights = np.ones((1, longest), np.float32)
    y = _laid_out(rows.y, side.rows)
    weight = _laid_out(row_weights, side.rows)
    networks = max(weight.shape[1], y.shape[1])

    def in_updates(part: np.ndarray) -> np.ndarray:
        repeated = _for_repeats(part, repeats)
        return repeated.reshape(-1, rows_per_update, *repeated.shape[1:])

    return Batches(
        x=in_updates(_laid_out(rows.x, side.rows)),
        y=in_updates(y),
        weight=in_updates(_for_networks(weight, networks)),
        reset=in_updates(side.reset),
        active=_for_repeats(side.active, repeats)[::rows_per_update],
    )


def side_by_side(grids: Sequence[Grid]) -> SideBySide:
    """Return grids as one; the shorter ones are idle at the end."""
    longest = max(len(grid.rows) for grid in grids)
    step = np.arange(longest)
    return SideBySide(
        rows=np.stack([_lengthened(grid.rows, longest, IDLE) for grid in grids], axis=1),
        reset=np.stack([_lengthened(grid.reset, longest, False) for grid in grids], axis=1),
        active=np.stack([step < len(grid.rows) for grid in grids], axis=1),
    )


def later_grid(
    lengths: Sequence[int],
    batch_size: int,
    layout: Layout,
    *,
    network: Sharing = "each",
    stateful: bool = True,
    rows_per_update: int = 1,
) -> Grid:
    """Return the grid of rows after the training rows, forecast from the zero state.

    A row goes on from the same row as in ``training_walk``; lanes rest at the end.

    Args:
        lengths: number of rows of each series; one where ``network`` is ``each``.
        batch_size: lanes of the training.
        layout: of the training.
        network: of the training.
        stateful: False zeroes a lane at every update.
        rows_per_update: rows of a lane in an update.

    """
    if layout == "sequences":
        rows = _a_lane_each(lengths)
    elif network == "all":
        rows = _dealt_side_by_side(lengths, batch_size)
    else:
        (total,) = lengths
        rows = dealt(total, batch_size if layout == "interleaved" else 1)
    reset = np.zeros(rows.shape, bool)
    if not stateful:
        reset[::rows_per_update] = True
    return Grid(rows, reset, left_out=0)


def watched_rows(parts: Sequence[WatchedPart], repeats: int) -> Watched:
    """Return the parts as one, each from the zero state.

    They follow each other in the same lanes, or have lanes of their own where that takes less room.
    """
    sides = [side_by_side(part.grids) for part in parts]
    pairs = list(zip(parts, sides, strict=True))
    is_shared = any(part.series > 1 for part in parts)
    places = _side_by_side(sides) if is_shared else _in_least_room(sides)
    series = [SeriesOfPart(part.series, side.lanes // part.series) for part, side in pairs]

    def joined(arrays: Sequence[np.ndarray]) -> np.ndarray:
        return _for_repeats(_joined(arrays, sides, places), repeats)

    shares = [_shares(part, side) for part, side in pairs]
    return Watched(
        x=joined([_laid_out(part.rows.x, side.rows) for part, side in pairs]),
        y=joined([_laid_out(part.rows.y, side.rows) for part, side in pairs]),
        weight=np.stack([joined(_only(shares, index)) for index in range(len(parts))]),
        reset=joined(
            [_from_zero(side.reset, place) for side, place in zip(sides, places, strict=True)]
        ),
        original=_original(pairs, joined),
        series=tuple(series) if is_shared else (),
    )


def _side_by_side(sides: Sequence[SideBySide]) -> list[PlaceOfPart]:
    """Return where parts stand that have lanes of their own."""
    lanes = [side.lanes for side in sides]
    return [PlaceOfPart(np.zeros(1, int), lane) for lane in np.cumsum([0, *lanes[:-1]]).tolist()]


def _in_least_room(sides: Sequence[SideBySide]) -> list[PlaceOfPart]:
    """Return where parts stand, of each network one after the other if that takes less room."""
    lanes = [side.lanes for side in sides]
    counts = np.broadcast_arrays(*(side.active.sum(axis=0) for side in sides))  # steps, each [D]
    ends = np.cumsum(counts, axis=0)  # [P, D]
    longest = max(len(side.rows) for side in sides)
    if longest * sum(lanes) <= ends[-1].max() * max(lanes):
        return _side_by_side(sides)
    return [PlaceOfPart(begin, 0) for begin in ends - counts]


def _joined(
    parts: Sequence[np.ndarray], sides: Sequence[SideBySide], places: Sequence[PlaceOfPart]
) -> np.ndarray:
    """Return parts [S, D, B, ...] at their places; zeros where nothing stands."""
    of_steps = [
        place.steps + side.active.sum(axis=0) for side, place in zip(sides, places, strict=True)
    ]
    of_lanes = [place.lane + side.lanes for side, place in zip(sides, places, strict=True)]
    networks = max(part.shape[1] for part in parts)
    shape = (max(end.max() for end in of_steps), networks, max(of_lanes), *parts[0].shape[3:])
    whole = np.zeros(shape, parts[0].dtype)
    for part, side, place in zip(parts, sides, places, strict=True):
        steps, network = np.nonzero(np.broadcast_to(side.active, (len(part), networks)))
        first = np.broadcast_to(place.steps, networks)[network]
        every = np.broadcast_to(part, (len(part), networks, *part.shape[2:]))
        lanes = slice(place.lane, place.lane + side.lanes)
        whole[first + steps, network, lanes] = every[steps, network]
    return whole


def _only(parts: Sequence[np.ndarray], index: int) -> list[np.ndarray]:
    """Return parts of which all but one are zero."""
    return [part if place == index else np.zeros_like(part) for place, part in enumerate(parts)]


def _from_zero(reset: Bools, place: PlaceOfPart) -> Bools:
    """Return the resets of a part with one before its first step, if another stands before it."""
    begins = np.zeros_like(reset)
    begins[:1] = place.steps.any()
    return reset | begins


def _original(
    pairs: Sequence[tuple[WatchedPart, SideBySide]],
    joined: Callable[[Sequence[np.ndarray]], np.ndarray],
) -> Original | None:
    """Return what brings the errors of all parts back; None if nothing is needed."""
    known = [(part.original, side) for part, side in pairs if part.original is not None]
    if not known:
        return None
    return Original(
        *(
            joined([_laid_out(getattr(part, name), side.rows) for part, side in known])
            for name in Original._fields
        )
    )


def _a_lane_each(lengths: Sequence[int]) -> Ints:
    """Return the rows [S, B] of series, one a lane; the shorter ones rest at the end."""
    rows = np.full((max(lengths), len(lengths)), IDLE)
    first = np.cumsum([0, *lengths])  # row at which each series begins
    for lane, length in enumerate(lengths):
        rows[:length, lane] = first[lane] + np.arange(length)
    return rows


def _dealt_side_by_side(lengths: Sequence[int], batch_size: int) -> Ints:
    """Return the rows [S, B x series] of series, each dealt to lanes of its own."""
    steps = -(-max(lengths) // batch_size)  # rounded up
    first = np.cumsum([0, *lengths])  # row at which each series begins
    sides = []
    for start, length in zip(first.tolist(), lengths, strict=False):
        own = _lengthened(dealt(length, batch_size), steps, IDLE)
        sides.append(np.where(own == IDLE, IDLE, start + own))
    return np.concatenate(sides, axis=1)


def _shares(part: WatchedPart, side: SideBySide) -> Singles:
    """Return the weight of each squared error in the mean of its series on the original scale.

    Returns:
        [S, D, B], or of each output [S, D, B, O].

    """
    taken = _taken(part.scale, side.rows)
    used = _used(side.rows, taken.ndim)
    scale = np.where(used, taken, 1)
    steps, networks, lanes, *_ = used.shape
    by_series = used.reshape(steps, networks, part.series, lanes // part.series)
    count = by_series.sum(axis=(0, 3))  # rows of each series
    of_lanes = np.repeat(count, lanes // part.series, axis=1)  # [D, B]
    of_lanes = of_lanes.reshape(1, networks, lanes, *[1] * (taken.ndim - 3))
    divisor = scale**2 * np.maximum(of_lanes, 1)
    return np.asarray(used / divisor, np.float32)


def _taken(values: np.ndarray, rows: Ints) -> np.ndarray:
    """Return values [D, N, ...] at rows [S, D or 1, B]: [S, D, B, ...]; a resting lane has any."""
    series = np.arange(len(values))[None, :, None]  # [1, D, 1]
    return np.asarray(values[series, rows])


def _laid_out(values: np.ndarray, rows: Ints) -> Singles:
    """Return values [D, N, ...] at rows [S, D or 1, B]: [S, D, B, ...]; a resting lane has 0."""
    taken = _taken(values, rows)
    return np.where(_used(rows, taken.ndim), taken, 0).astype(np.float32)


def _used(rows: Ints, axes: int) -> Bools:
    """Return where lanes do not rest, with axes of 1 after those of the rows [S, D, B, ...]."""
    further_axes = [1] * (axes - rows.ndim)
    return (rows != IDLE).reshape(*rows.shape, *further_axes)


def _lengthened(part: np.ndarray, steps: int, rest: int) -> np.ndarray:
    """Return a part with this number of steps; the further ones are filled with ``rest``."""
    shape = (steps - len(part), *part.shape[1:])
    further = np.full(shape, rest, part.dtype)
    return np.concatenate([part, further])


def _for_networks(part: np.ndarray, networks: int) -> np.ndarray:
    """Return [S, 1 or D, B] as [S, networks, B]."""
    steps, _, lanes = part.shape
    return np.broadcast_to(part, (steps, networks, lanes))


def _for_repeats(part: np.ndarray, repeats: int, axis: int = 1) -> np.ndarray:
    """Return a part whose axis of D series has D x R networks; an axis of 1 stays."""
    if part.shape[axis] == 1:
        return part
    return np.repeat(part, repeats, axis=axis)
