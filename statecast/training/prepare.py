"""Lay a job out for the engine.

Shape letters: D networks a seed (one for each series, or one for all together), R repeats, N rows
of the longest series.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats, Singles
from statecast.base.identity import PARTS
from statecast.network.lanes import Grid
from statecast.network.rows import SeriesRows
from statecast.training.blocks import Order
from statecast.training.initial import chrono_biases, drawn_by_gate, initial_weights
from statecast.training.job import Job, Learning, Setting
from statecast.training.layout import (
    Batches,
    Original,
    Rows,
    Watched,
    WatchedPart,
    later_grid,
    training_batches,
    watched_rows,
)
from statecast.training.optimizers import over_updates


class Prepared(NamedTuple):
    """A job as the engine takes it; its repeat axis holds D x R networks."""

    batches: Batches
    watched: Watched
    initial: list[np.ndarray]  # Keras's order, each [D x R, ...]
    seeds: list[int]  # [D x R]
    learning: Learning
    parts: list[str]  # names of the watched parts
    shuffle: Order | None


def prepare(job: Job) -> Prepared:
    """Lay a job out.

    Raises:
        StatecastError: the training rows fill no batch.

    """
    setting = job.setting
    batching = setting.batching
    repeats = len(setting.seeds)
    lengths = lengths_of(job, "train")
    grids = [batching.grid(of_network) for of_network in lengths]
    row_weights = [_row_weights(of_network, setting.last_weight) for of_network in lengths]
    batches = training_batches(
        _rows(job, "train"),
        _one_or_all(grids),
        repeats,
        rows_per_update=batching.rows_per_update,
        row_weights=_padded(row_weights, 1),
    )
    parts = [part for part in PARTS if any(series.count(part) for series in job.series)]
    watched = [_watched_part(job, part, grids) for part in parts]
    return Prepared(
        batches=batches,
        watched=watched_rows(watched, repeats),
        initial=_initial(job, len(grids)),
        seeds=setting.seeds * len(grids),
        learning=_learning(setting, parts, len(batches.x)),
        parts=parts,
        shuffle=_shuffle(grids[0], setting) if setting.shuffle else None,
    )


def lengths_of(job: Job, part: str) -> list[list[int]]:
    """Return, for each of the D networks, the numbers of rows of its series in a part.

    A series of a network for all of them that has no row there is left out.
    """
    lengths = [series.count(part) for series in job.series]
    if job.setting.batching.is_shared:
        return [[length for length in lengths if length]]
    return [[length] for length in lengths]


def _learning(setting: Setting, parts: list[str], updates: int) -> Learning:
    """Return the learning with the updates of its schedule, and the part to stop by."""
    learning = setting.learning
    schedule = over_updates(learning.schedule, updates * setting.epochs)
    stop_on = 0 if learning.patience is None else parts.index("validation")
    return learning._replace(schedule=schedule, stop_on=stop_on)


def _by_network(job: Job, arrays: list[np.ndarray]) -> list[np.ndarray]:
    """Return arrays of the networks from those of the series, which all series join."""
    if job.setting.batching.is_shared:
        return [np.concatenate(arrays)]
    return arrays


def _rows(job: Job, part: str) -> Rows:
    own = [series.part(part) for series in job.series]
    x = [series.x[rows] for series, rows in zip(job.series, own, strict=True)]
    y = [series.y[rows] for series, rows in zip(job.series, own, strict=True)]
    return Rows(
        x=_padded(_by_network(job, x), 0),
        y=_padded(_by_network(job, y), 0),
    )


def _padded(arrays: Sequence[np.ndarray], rest: float) -> Singles:
    """Return arrays as one [D, N, ...], the shorter ones filled with ``rest``."""
    longest = max(map(len, arrays))
    shape = (len(arrays), longest, *arrays[0].shape[1:])
    padded = np.full(shape, rest, np.float32)
    for own, array in zip(padded, arrays, strict=True):
        own[: len(array)] = array
    return padded


def _one_or_all(grids: list[Grid]) -> list[Grid]:
    """Return one grid if all are the same, so that the networks share its rows."""
    first = grids[0]
    same = all(np.array_equal(grid.rows, first.rows) for grid in grids)
    return [first] if same else grids


def _watched_part(job: Job, part: str, training_grids: list[Grid]) -> WatchedPart:
    is_test_on_training = part == "test" and job.series[0].test_is_train
    is_training = part == "train" or is_test_on_training
    is_shared = job.setting.batching.is_shared  # then each series has lanes of its own
    grids = training_grids if is_training and not is_shared else _later_grids(job, part)
    original = _original(job, part)
    scale = [_scale_of_rows(series, part) for series in job.series]
    return WatchedPart(
        rows=_rows(job, part),
        grids=_one_or_all(grids),
        scale=_padded(_by_network(job, scale), 1),
        original=original,
        series=len(lengths_of(job, part)[0]),
    )


def _scale_of_rows(series: SeriesRows, part: str) -> Floats:
    """Return the scale of each row of a part [N], of joint rows that of each output [N, O].

    Of transformed rows it is 1, because their errors are brought back one by one; of rows without
    their season it is divided by the factor of each. After the
    training rows that of an unjudged value is infinite, and those of the others are smaller, so
    that the mean over all rows is the mean over the judged ones.
    """
    scale = np.array(series.scale)
    if series.transformed is not None:
        scale = np.ones_like(scale)
    of_rows = np.full((series.count(part), *scale.shape), scale)
    if series.factors is not None:
        of_rows /= series.factors[series.part(part)].reshape(of_rows.shape)
    if series.unjudged is None or part == "train" or series.test_is_train or not len(of_rows):
        return of_rows
    is_unjudged = series.unjudged[series.part(part)].reshape(of_rows.shape)
    share = 1 - is_unjudged.mean(axis=0)  # of the judged
    return np.where(is_unjudged & (share > 0), np.inf, of_rows * np.sqrt(np.where(share, share, 1)))


def _original(job: Job, part: str) -> Original | None:
    """Return what brings errors of a part back through the transform; None if there is none."""
    values: list[Floats] = []
    slopes: list[Floats] = []
    powers: list[Floats] = []
    for series in job.series:
        if series.transformed is None:
            return None
        own = series.transformed.values[series.part(part)]  # [N, O]
        power = np.array(series.transformed.power)
        values.append(own)
        slopes.append(own**-power / np.array(series.scale))
        powers.append(np.broadcast_to(power, own.shape))
    every = [_padded(_by_network(job, arrays), 1) for arrays in (values, slopes, powers)]
    return Original(*every)


def _later_grids(job: Job, part: str) -> list[Grid]:
    batching = job.setting.batching
    return [
        later_grid(
            lengths,
            batching.batch_size,
            batching.layout,
            network=batching.network,
            stateful=batching.stateful,
            rows_per_update=batching.rows_per_update,
        )
        for lengths in lengths_of(job, part)
    ]


def _row_weights(lengths: Sequence[int], last_weight: float) -> Singles:
    """Return the weight of each row in the loss: 1, except for the last row of each series."""
    weights = np.ones(sum(lengths), np.float32)
    last = np.cumsum(lengths) - 1
    weights[last] = last_weight
    return weights


def _initial(job: Job, networks: int) -> list[np.ndarray]:
    """Return the initial weights, each [D x R, ...]; all D networks of a seed start alike."""
    setting = job.setting
    network = setting.network
    weights = initial_weights(network, setting.seeds)
    if setting.initialisation == "chrono":
        longest = max(max(lengths) for lengths in lengths_of(job, "train"))
        weights = chrono_biases(network, weights, setting.seeds, longest * network.steps)
    if setting.initialisation == "by_gate":
        weights = drawn_by_gate(network, weights, setting.seeds)
    return [np.concatenate([weight] * networks) for weight in weights]


def _shuffle(grid: Grid, setting: Setting) -> Order:
    """Return the order of the updates in an epoch, the same for all repeats.

    Batches of series change places; the updates of a batch stay together and in order.
    """
    rows_per_update = setting.batching.rows_per_update
    begins = np.any(grid.reset, axis=1)[::rows_per_update]
    updates = np.arange(len(begins))
    batches = np.split(updates, np.flatnonzero(begins)[1:])

    def order(epoch: int) -> np.ndarray:
        generator = np.random.default_rng([setting.seeds[0], epoch])
        shuffled = generator.permutation(len(batches))
        return np.concatenate([batches[index] for index in shuffled])

    return order
