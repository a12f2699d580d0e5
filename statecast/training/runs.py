"""Train networks for many series and repeats: series of equal lengths share a program."""

from collections.abc import Callable
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from statecast.model.dataset import PARTS, Series
from statecast.model.network import Network
from statecast.model.rebatching import Batching, grid_of
from statecast.model.trained import ALL_SERIES, Model
from statecast.training.batches import Part, Rows, later_grid, training_batches, watched_rows
from statecast.training.engine import Progress, Trained, Trainer
from statecast.training.initial import chrono_biases, initial_weights


class Setting(NamedTuple):
    """How networks are trained; the names are those of params.yaml."""

    network: Network
    trained: Batching
    seeds: list[int]
    epochs: int
    loss: str
    initialisation: str = "default"
    last_weight: float = 1.0
    shuffle: bool = False
    history_every: int = 1


class Run(NamedTuple):
    """Trained networks and their curves. D networks a repeat: one for each series, or one for all together."""

    model: Model
    loss: np.ndarray  # [E, D, R]
    rmse: np.ndarray  # [recorded epochs, P, D, R], original scale
    epochs: np.ndarray  # the recorded epochs, counted from 0
    parts: list[str]  # names of the P parts
    seconds: float
    compile_seconds: float


class Group(NamedTuple):
    """Series that one program trains: a network each, or one network for all in turn."""

    series: list[Series]
    together: bool

    def rows(self, part: str) -> Rows:
        """Return the rows of a part; series of one network stand one after the other."""
        join = np.concatenate if self.together else np.stack
        x, y = (join([getattr(one, name)[one.part(part)] for one in self.series]) for name in ("x", "y"))
        if self.together:
            x, y = x[None], y[None]
        return Rows(x.astype(np.float32), y.astype(np.float32))

    def lengths(self, part: str) -> list[int]:
        """Return the lengths of the sequences of one network."""
        lengths = [len(one.y[one.part(part)]) for one in self.series]
        return lengths if self.together else lengths[:1]

    def scale(self, part: str, scale: dict[str, float]) -> np.ndarray:
        """Return how much 1 on the original scale is on the scaled one, for each row [D, N]."""
        rows = [np.full(len(one.y[one.part(part)]), scale[one.unique_id], np.float32) for one in self.series]
        return np.concatenate(rows)[None] if self.together else np.stack(rows)


def train_series(
    series: list[Series],
    scale: dict[str, float],
    setting: Setting,
    *,
    make_optimizer: Callable[[], Any],
    progress: Progress | None = None,
) -> Run:
    """Train one network for each series and seed, or with the layout ``sequences`` one for all series and each seed.

    Args:
        series: scaled rows.
        scale: how much 1 on the original scale is on the scaled one, by unique_id.
        setting: what to train.
        make_optimizer: called once for each program.
        progress: is called with the epochs done, over all programs, and the mean loss now.

    """
    parts = [name for name in PARTS if any(len(one.y[one.part(name)]) for one in series)]
    groups = _groups(series, together=setting.trained.layout == "sequences")
    runs: list[Trained] = []
    for group in groups:
        report = partial(_report_after, progress, len(runs) * setting.epochs) if progress else None
        trainer = _trainer(group, scale, setting, parts, make_optimizer())
        runs.append(_train(trainer, group, setting, report))
    names = [ALL_SERIES] if groups[0].together else [one.unique_id for one in series]
    trained_order = names if groups[0].together else [one.unique_id for group in groups for one in group.series]
    order = np.argsort([names.index(name) for name in trained_order])
    return _joined(runs, order, names, setting, parts, trainer.recorded(setting.epochs))


def programs(series: list[Series], *, together: bool) -> int:
    """Return how many programs ``train_series`` runs one after the other."""
    return len(_groups(series, together=together))


def _groups(series: list[Series], *, together: bool) -> list[Group]:
    if together:
        return [Group(series, together=True)]
    by_shape = sorted(series, key=_shape)
    return [Group(list(group), together=False) for _, group in groupby(by_shape, key=_shape)]


def _shape(one: Series) -> tuple[int, ...]:
    return one.sizes


def _report_after(progress: Progress, done: int, epochs: int, loss: float) -> None:
    progress(done + epochs, loss)


def _trainer(group: Group, scale: dict[str, float], setting: Setting, parts: list[str], optimizer: Any) -> Trainer:
    repeats, trained = len(setting.seeds), setting.trained
    grid = grid_of(group.lengths("train"), trained)
    watched = []
    for name in parts:
        is_train = name == "train" or group.series[0].test_is_train
        later = later_grid(group.lengths(name), trained.batch_size, trained.layout, stateful=trained.stateful)
        watched.append(Part(group.rows(name), grid if is_train else later, group.scale(name, scale)))
    return Trainer(
        setting.network,
        training_batches(
            group.rows("train"),
            grid,
            repeats,
            timesteps=trained.timesteps,
            row_weights=_row_weights(group.lengths("train"), setting.last_weight),
        ),
        optimizer,
        loss=setting.loss,
        watched=watched_rows(watched, repeats),
        history_every=setting.history_every,
    )


def _row_weights(lengths: list[int], last_weight: float) -> np.ndarray:
    weights = np.ones(sum(lengths), np.float32)
    weights[np.cumsum(lengths) - 1] = last_weight
    return weights


def _train(trainer: Trainer, group: Group, setting: Setting, progress: Progress | None) -> Trained:
    initial = initial_weights(setting.network, setting.seeds)
    if setting.initialisation == "chrono":
        initial = chrono_biases(setting.network, initial, setting.seeds, max(group.lengths("train")))
    copies = 1 if group.together else len(group.series)
    initial = [np.tile(array, (copies, *[1] * (array.ndim - 1))) for array in initial]
    shuffle = _shuffle(group, setting) if setting.shuffle else None
    return trainer.train(initial, setting.epochs, seeds=setting.seeds * copies, shuffle=shuffle, progress=progress)


def _shuffle(group: Group, setting: Setting) -> Callable[[int], np.ndarray]:
    """Return the order of the updates in an epoch: batches of sequences change places, what is in one stays."""
    grid = grid_of(group.lengths("train"), setting.trained)
    starts = np.flatnonzero(np.any(grid.reset, axis=1)[:: setting.trained.timesteps])
    batches = np.split(np.arange(len(grid.rows) // setting.trained.timesteps), starts[1:])

    def order(epoch: int) -> np.ndarray:
        places = np.random.default_rng([setting.seeds[0], epoch]).permutation(len(batches))
        return np.concatenate([batches[place] for place in places])

    return order


def _joined(
    runs: list[Trained], order: np.ndarray, names: list[str], setting: Setting, parts: list[str], epochs: np.ndarray
) -> Run:
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
    return Run(model, loss, rmse, epochs, parts, seconds, compile_seconds)
