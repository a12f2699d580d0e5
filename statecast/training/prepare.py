"""What is trained, laid out for the engine, and what comes of it.

Shape letters: D networks a seed (one for each series, or one for all together), R repeats, E epochs, P watched parts.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from statecast.network.batching import grid_of
from statecast.network.ensemble import ALL_SERIES, Model
from statecast.network.lanes import Grid
from statecast.network.rows import PARTS
from statecast.training.epoch import Batches, Watched
from statecast.training.initial import chrono_biases, drawn_by_gate, initial_weights
from statecast.training.job import Learning, Request, Setting
from statecast.training.layout import Part, Rows, later_grid, training_batches, watched_rows
from statecast.training.optimizers import with_steps
from statecast.training.trainer import Progress, Trained, Trainer


class Run(NamedTuple):
    """Trained networks and their curves."""

    model: Model
    loss: np.ndarray  # [E, D, R]
    rmse: np.ndarray  # [recorded epochs, P, D, R], original scale; NaN where a series has no rows of the part
    epochs: np.ndarray  # the recorded epochs, counted from 0
    parts: list[str]  # names of the P parts
    best_epoch: np.ndarray  # [D, R], whose weights these are, counted from 1
    seconds: float
    compile_seconds: float


class Prepared(NamedTuple):
    """A request as the engine takes it; the repeat axis holds D * R networks."""

    batches: Batches
    watched: Watched
    initial: list[np.ndarray]
    seeds: list[int]  # [D * R]
    learning: Learning
    parts: list[str]
    shuffle: Callable[[int], np.ndarray] | None


def prepare(request: Request) -> Prepared:
    """Lay a request out."""
    series, setting = request.series, request.setting
    repeats, trained = len(setting.seeds), setting.trained
    grids = [grid_of(lengths, trained) for lengths in _lengths(request, "train")]
    weights = _padded([_row_weights(lengths, setting.last_weight) for lengths in _lengths(request, "train")], 1)
    batches = training_batches(
        _rows(request, "train"), _one_or_all(grids), repeats, timesteps=trained.timesteps, row_weights=weights
    )
    parts = [name for name in PARTS if any(len(one.y[one.part(name)]) for one in series)]
    watched = [_watched_part(request, name, grids) for name in parts]
    stop_on = parts.index("validation") if setting.learning.patience is not None else 0
    updates = len(batches.x) * setting.epochs
    learning = setting.learning._replace(schedule=with_steps(setting.learning.schedule, updates), stop_on=stop_on)
    return Prepared(
        batches,
        watched_rows(watched, repeats),
        _initial(request, len(grids)),
        setting.seeds * len(grids),
        learning,
        parts,
        _shuffle(grids[0], setting) if setting.shuffle else None,
    )


def run_up_to(
    trainer: Trainer, request: Request, prepared: Prepared, stops: Sequence[int], progress: Progress | None = None
) -> Iterator[Run]:
    """Train once and yield the run of each number of epochs."""
    trained = trainer.train_up_to(
        prepared.batches,
        prepared.initial,
        stops,
        learning=prepared.learning,
        watched=prepared.watched,
        seeds=prepared.seeds,
        shuffle=prepared.shuffle,
        progress=progress,
    )
    for stop, one in zip(stops, trained, strict=True):
        yield _run(request, prepared, one, trainer.recorded(stop))


def _together(request: Request) -> bool:
    return request.setting.trained.layout == "sequences"


def _lengths(request: Request, part: str) -> list[list[int]]:
    """Return for each network the lengths of its sequences."""
    lengths = [len(one.y[one.part(part)]) for one in request.series]
    return [lengths] if _together(request) else [[length] for length in lengths]


def _rows(request: Request, part: str) -> Rows:
    """Return the rows of a part; sequences of one network stand one after the other."""
    arrays = []
    for name in ("x", "y"):
        own = [getattr(one, name)[one.part(part)] for one in request.series]
        arrays.append(_padded([np.concatenate(own)] if _together(request) else own, 0))
    return Rows(*arrays)


def _padded(arrays: list[np.ndarray], rest: float) -> np.ndarray:
    longest = max(map(len, arrays))
    padded = np.full((len(arrays), longest, *arrays[0].shape[1:]), rest, np.float32)
    for own, array in zip(padded, arrays, strict=True):
        own[: len(array)] = array
    return padded


def _one_or_all(grids: list[Grid]) -> Grid | list[Grid]:
    """Return one grid where all are the same: then the networks share what the engine reads of it."""
    same = all(np.array_equal(one.rows, grids[0].rows) for one in grids)
    return grids[0] if same else grids


def _watched_part(request: Request, name: str, grids: list[Grid]) -> Part:
    trained = request.setting.trained
    if name != "train" and not (name == "test" and request.series[0].test_is_train):
        lengths = _lengths(request, name)
        grids = [later_grid(own, trained.batch_size, trained.layout, stateful=trained.stateful) for own in lengths]
    scale = [np.full(len(one.y[one.part(name)]), request.scale[one.unique_id]) for one in request.series]
    scales = _padded([np.concatenate(scale)] if _together(request) else scale, 1)
    return Part(_rows(request, name), _one_or_all(grids), scales)


def _row_weights(lengths: list[int], last_weight: float) -> np.ndarray:
    weights = np.ones(sum(lengths), np.float32)
    weights[np.cumsum(lengths) - 1] = last_weight
    return weights


def _initial(request: Request, networks: int) -> list[np.ndarray]:
    setting = request.setting
    initial = initial_weights(setting.network, setting.seeds)
    if setting.initialisation == "chrono":
        longest = max(max(lengths) for lengths in _lengths(request, "train"))
        initial = chrono_biases(setting.network, initial, setting.seeds, longest * setting.network.steps)
    if setting.initialisation == "by_gate":
        initial = drawn_by_gate(setting.network, initial, setting.seeds)
    return [np.tile(array, (networks, *[1] * (array.ndim - 1))) for array in initial]


def _shuffle(grid: Grid, setting: Setting) -> Callable[[int], np.ndarray]:
    """Return the order of the updates in an epoch: batches of sequences change places, what is in one stays."""
    starts = np.flatnonzero(np.any(grid.reset, axis=1)[:: setting.trained.timesteps])
    batches = np.split(np.arange(len(grid.rows) // setting.trained.timesteps), starts[1:])

    def order(epoch: int) -> np.ndarray:
        places = np.random.default_rng([setting.seeds[0], epoch]).permutation(len(batches))
        return np.concatenate([batches[place] for place in places])

    return order


def _run(request: Request, prepared: Prepared, trained: Trained, epochs: np.ndarray) -> Run:
    setting = request.setting
    repeats = len(setting.seeds)
    names = [ALL_SERIES] if _together(request) else [one.unique_id for one in request.series]
    model = Model(
        setting.network,
        trained.weights,
        np.repeat(np.array(names), repeats),
        np.tile(np.array(setting.seeds), len(names)),
    )
    loss = trained.loss.reshape(-1, len(names), repeats)
    rmse = trained.rmse.reshape(len(epochs), len(prepared.parts), len(names), repeats).copy()
    for place, part in enumerate(prepared.parts):
        missing = [sum(lengths) == 0 for lengths in _lengths(request, part)]
        rmse[:, place, missing] = np.nan
    best = trained.best_epoch.reshape(len(names), repeats)
    return Run(model, loss, rmse, epochs, prepared.parts, best, trained.seconds, trained.compile_seconds)
