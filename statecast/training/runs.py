"""Train networks for many series and repeats: equal lengths share a program."""

from collections.abc import Callable
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from statecast.model.dataset import PARTS, Series
from statecast.model.lanes import Grid, Layout
from statecast.model.network import Network
from statecast.model.trained import Model
from statecast.training.batches import Part, Rows, later_grid, training_batches, watched_rows
from statecast.training.engine import Progress, Trained, Trainer
from statecast.training.initial import initial_weights


class Setting(NamedTuple):
    """How networks are trained; the names are those of params.yaml."""

    network: Network
    seeds: list[int]
    epochs: int
    batch_size: int
    layout: Layout
    loss: str
    stateful: bool = True


class Run(NamedTuple):
    """Trained networks and their curves."""

    model: Model
    loss: np.ndarray  # [E, D, R]
    rmse: np.ndarray  # [E, P, D, R], original scale
    parts: list[str]  # names of the P parts
    seconds: float
    compile_seconds: float


def train_series(
    series: list[Series],
    grids: dict[str, Grid],
    scale: dict[str, float],
    setting: Setting,
    *,
    make_optimizer: Callable[[], Any],
    progress: Progress | None = None,
) -> Run:
    """Train one network for each series and seed.

    Args:
        series: scaled rows.
        grids: where each series' training rows go, by unique_id.
        scale: how much 1 on the original scale is on the scaled one, by unique_id.
        setting: what to train.
        make_optimizer: called once for each program.
        progress: is called with the epochs done, over all programs, and the mean loss now.

    """
    parts = [name for name in PARTS if any(len(one.y[one.part(name)]) for one in series)]
    by_shape = sorted(series, key=_shape)
    groups = [list(group) for _, group in groupby(by_shape, key=_shape)]
    runs: list[Trained] = []
    for group in groups:
        done = len(runs) * setting.epochs
        report = partial(_report_after, progress, done) if progress else None
        runs.append(_train_group(group, grids, scale, setting, parts, make_optimizer(), report))
    order = np.argsort([series.index(one) for group in groups for one in group])
    return _joined(runs, order, [one.unique_id for one in series], setting, parts)


def _report_after(progress: Progress, done: int, epochs: int, loss: float) -> None:
    progress(done + epochs, loss)


def _shape(one: Series) -> tuple[int, ...]:
    return one.sizes


def _train_group(
    group: list[Series],
    grids: dict[str, Grid],
    scale: dict[str, float],
    setting: Setting,
    parts: list[str],
    optimizer: Any,
    progress: Progress | None,
) -> Trained:
    repeats = len(setting.seeds)
    grid = grids[group[0].unique_id]
    scales = np.array([scale[one.unique_id] for one in group], np.float32)
    watched = []
    for name in parts:
        rows = _rows(group, name)
        later = grid if name == "train" else _later(rows, setting)
        watched.append(Part(rows, later, scales))
    trainer = Trainer(
        setting.network,
        training_batches(_rows(group, "train"), grid, repeats),
        optimizer,
        loss=setting.loss,
        watched=watched_rows(watched, repeats),
    )
    initial = initial_weights(setting.network, setting.seeds)
    initial = [np.tile(array, (len(group), *[1] * (array.ndim - 1))) for array in initial]
    return trainer.train(initial, setting.epochs, seeds=setting.seeds * len(group), progress=progress)


def _rows(group: list[Series], part: str) -> Rows:
    x = np.stack([one.x[one.part(part)] for one in group])
    return Rows(x.astype(np.float32), np.stack([one.y[one.part(part)] for one in group]).astype(np.float32))


def _later(rows: Rows, setting: Setting) -> Grid:
    return later_grid(rows.y.shape[1], setting.batch_size, setting.layout, stateful=setting.stateful)


def _joined(runs: list[Trained], order: np.ndarray, names: list[str], setting: Setting, parts: list[str]) -> Run:
    repeats = len(setting.seeds)

    def by_series(arrays: list[np.ndarray], axis: int) -> np.ndarray:
        apart = [a.reshape(*a.shape[:axis], -1, repeats, *a.shape[axis + 1 :]) for a in arrays]
        return np.concatenate(apart, axis=axis).take(order, axis=axis)

    weights = [by_series(list(arrays), 0) for arrays in zip(*(run.weights for run in runs), strict=True)]
    model = Model(
        setting.network,
        [array.reshape(-1, *array.shape[2:]) for array in weights],
        np.repeat(np.array(names), repeats),
        np.tile(np.array(setting.seeds), len(names)),
    )
    loss, rmse = by_series([run.loss for run in runs], 1), by_series([run.rmse for run in runs], 2)
    seconds, compile_seconds = (sum(getattr(run, name) for run in runs) for name in ("seconds", "compile_seconds"))
    return Run(model, loss, rmse, parts, seconds, compile_seconds)
