"""What comes of a job.

Shape letters: D networks a seed (one for each series, or one for all together), R repeats, E
epochs, P watched parts.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Ints
from statecast.base.identity import PARTS
from statecast.network.ensemble import Ensemble, joined_ensemble
from statecast.network.network import Network
from statecast.training.job import Job
from statecast.training.padding import cropped_weights
from statecast.training.prepare import Prepared, lengths_of
from statecast.training.trainer import Progress, Trained, Trainer


class Result(NamedTuple):
    """Trained networks and their curves."""

    ensemble: Ensemble
    loss: np.ndarray  # [E, D, R]
    rmse: np.ndarray  # [recorded epochs, P, D, R], original scale; NaN: no rows of the part
    epochs: Ints  # the recorded epochs, counted from 0
    parts: list[str]  # names of the P parts
    best_epoch: Ints  # [D, R], counted from 1, the epoch that the weights are of
    seconds: float  # training alone
    compile_seconds: float

    def mean_rmse(self) -> np.ndarray:
        """Return the mean over the series [recorded epochs, P, R]."""
        return np.asarray(np.nanmean(self.rmse, axis=2))

    def rmse_of(self, parts: Sequence[str]) -> np.ndarray:
        """Return the RMSE of some parts [recorded epochs, parts, D, R]; NaN without rows."""
        epochs, _, *networks = self.rmse.shape
        rmse = np.full((epochs, len(parts), *networks), np.nan, self.rmse.dtype)
        for index, part in enumerate(parts):
            if part in self.parts:
                rmse[:, index] = self.rmse[:, self.parts.index(part)]
        return rmse

    def in_order(self, places: Sequence[int]) -> "Result":
        """Return the networks at some of the D places, in the order of these."""
        repeats = np.arange(self.best_epoch.shape[1])
        each = np.array(places)[:, None] * len(repeats) + repeats  # [D, R]
        return self._replace(
            ensemble=self.ensemble.take(each.ravel()),
            loss=self.loss[:, places],
            rmse=self.rmse[:, :, places],
            best_epoch=self.best_epoch[places],
        )

    def without_interval_folds(self, job: Job) -> "Result":
        """Return what a job without its folds for intervals would have left."""
        if not any(series.for_intervals for series in job.series):
            return self
        networks = job.by_network()
        kept = [not group[0].for_intervals for group in networks.values()]
        keys = {key for key, group in networks.items() if not group[0].for_intervals}
        series = [own for own in job.series if not own.for_intervals]
        rows = [sum(own.count(part) for own in series) for part in self.parts]
        watched = [count > 0 for count in rows]
        return self._replace(
            ensemble=self.ensemble.only(keys),
            loss=self.loss[:, kept],
            rmse=self.rmse[:, watched][:, :, kept],
            parts=[part for part, has_rows in zip(self.parts, watched, strict=True) if has_rows],
            best_epoch=self.best_epoch[kept],
        )


def joined(results: Sequence[Result]) -> Result:
    """Return the results of the networks of one job, trained one after the other, as one."""
    first = results[0]
    if len(results) == 1:
        return first
    parts = [part for part in PARTS if any(part in own.parts for own in results)]
    return first._replace(
        ensemble=joined_ensemble([own.ensemble for own in results]),
        loss=np.concatenate([own.loss for own in results], axis=1),
        rmse=np.concatenate([own.rmse_of(parts) for own in results], axis=2),
        parts=parts,
        best_epoch=np.concatenate([own.best_epoch for own in results]),
        seconds=sum(own.seconds for own in results),
        compile_seconds=sum(own.compile_seconds for own in results),
    )


def train_prepared(
    trainer: Trainer,
    job: Job,
    prepared: Prepared,
    stops: Sequence[int],
    progress: Progress | None = None,
    *,
    wider: Network | None = None,
) -> Iterator[Result]:
    """Train once and yield the result of each number of epochs.

    Args:
        trainer: compiled for the shapes of this job.
        job: what is trained.
        prepared: the same, laid out.
        stops: numbers of epochs, rising.
        progress: is called now and then.
        wider: the network that the job was padded to; None: it is laid out as it is.

    Raises:
        StatecastError: a loss is not finite any more.

    """
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
    for stop, left_behind in zip(stops, trained, strict=True):
        yield result_of(job, prepared, left_behind, trainer.recorded(stop), wider=wider)


def result_of(
    job: Job, prepared: Prepared, trained: Trained, epochs: Ints, *, wider: Network | None = None
) -> Result:
    """Return the result of a training.

    Args:
        job: what was trained.
        prepared: the same, laid out.
        trained: what the training left behind.
        epochs: those that are recorded.
        wider: as in ``train_prepared``.

    """
    if wider is not None:
        weights = cropped_weights(trained.weights, job.setting.network, wider)
        trained = trained._replace(weights=weights)
    seeds = job.setting.seeds
    keys = list(job.by_network())
    shape = (len(keys), len(seeds))  # D x R networks as D, R
    ensemble = Ensemble(
        job.setting.network,
        trained.weights,
        keys=[key for key in keys for _ in seeds],
        seed=np.tile(np.array(seeds), len(keys)),
    )
    return Result(
        ensemble=ensemble,
        loss=trained.loss.reshape(-1, *shape),
        rmse=_rmse(job, prepared, trained.rmse.reshape(len(epochs), -1, *shape)),
        epochs=epochs,
        parts=prepared.parts,
        best_epoch=trained.best_epoch.reshape(shape),
        seconds=trained.seconds,
        compile_seconds=trained.compile_seconds,
    )


def _rmse(job: Job, prepared: Prepared, rmse: np.ndarray) -> np.ndarray:
    """Return the RMSE [recorded epochs, P, D, R]; NaN if a network has no rows of a part."""
    known = rmse.copy()
    for index, part in enumerate(prepared.parts):
        has_none = [sum(lengths) == 0 for lengths in lengths_of(job, part)]
        known[:, index, has_none] = np.nan
    return known
