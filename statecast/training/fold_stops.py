"""Early stopping of networks that train on all rows: by the folds of their series.

The networks of the folds stop by their validation rows. A network without such rows then trains for
the mean of the best epochs of its folds with the same seed. Trainings that differ in epochs share
one, so that this costs no more than the longest of them. Shape letters: D networks a seed, R
repeats, E epochs, P watched parts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Ints
from statecast.base.identity import PARTS, SeriesKey
from statecast.network.ensemble import Ensemble, joined_ensemble
from statecast.training.job import Job
from statecast.training.result import Result

Outcome = tuple[int, Result | Exception]  # the position of a job, and what came of it
TrainAll = Callable[[Sequence[Job]], Iterator[Outcome]]


def stops_by_folds(job: Job) -> bool:
    """Return whether a job has networks that stop, and have no validation rows to stop by."""
    return job.setting.learning.patience is not None and bool(_without_validation(job))


def train_by_folds(jobs: Sequence[Job], train: TrainAll) -> Iterator[Outcome]:
    """Yield position and result of each job; those that stop by folds are trained in two passes.

    Args:
        jobs: what to train.
        train: trains jobs whose networks stop by rows of their own.

    """
    folds: dict[int, Result] = {}
    for position, result in train([_folds_alone(job) for job in jobs]):
        if isinstance(result, Exception) or not stops_by_folds(jobs[position]):
            yield position, result
        else:
            folds[position] = result
    if folds:
        yield from _train_on_all_rows(jobs, folds, train)


def mean_best_epochs(job: Job, folds: Result) -> dict[SeriesKey, Ints]:
    """Return how long each network without validation rows trains [R], by what it is called.

    Args:
        job: the whole job.
        folds: what came of its folds.

    """
    best = dict(zip(_folds_alone(job).by_network(), folds.best_epoch, strict=True))
    epochs = {}
    for key in _without_validation(job):
        own = [of_fold for fold, of_fold in best.items() if fold.unique_id == key.unique_id]
        epochs[key] = np.rint(np.mean(own, axis=0)).astype(np.int64)
    return epochs


def _train_on_all_rows(
    jobs: Sequence[Job], folds: dict[int, Result], train: TrainAll
) -> Iterator[Outcome]:
    """Yield the results of jobs whose folds are trained."""
    asked = [
        (position, job)
        for position, of_folds in folds.items()
        for job in _jobs_on_all_rows(jobs[position], of_folds)
    ]
    left = dict.fromkeys(folds, 0)
    for position, _ in asked:
        left[position] += 1
    results: dict[int, dict[int, Result]] = {position: {} for position in folds}
    for place, result in train([job for _, job in asked]):
        position, job = asked[place]
        if position not in left:
            continue
        if isinstance(result, Exception):
            del left[position]
            yield position, result
            continue
        results[position][job.setting.epochs] = result
        if len(results[position]) == left[position]:
            yield position, _together(jobs[position], folds[position], results.pop(position))


def _without_validation(job: Job) -> list[SeriesKey]:
    """Return the networks that have no validation rows."""
    return [
        key
        for key, group in job.by_network().items()
        if not any(series.count("validation") for series in group)
    ]


def _folds_alone(job: Job) -> Job:
    """Return a job without the series that stop by their folds; another job as it is."""
    if not stops_by_folds(job):
        return job
    return job._replace(series=[own for own in job.series if own.count("validation")])


def _jobs_on_all_rows(job: Job, folds: Result) -> list[Job]:
    """Return a job for each number of epochs that a network without validation rows trains for."""
    series = [own for own in job.series if not own.count("validation")]
    setting = job.setting._replace(learning=job.setting.learning._replace(patience=None))
    different = np.unique(list(mean_best_epochs(job, folds).values()))
    return [Job(series, setting._replace(epochs=int(epochs))) for epochs in different]


def _together(job: Job, folds: Result, by_epochs: dict[int, Result]) -> Result:
    """Return the result of a job: each network trained for its own number of epochs."""
    others = list(by_epochs.values())
    known = {*folds.parts, *others[0].parts}
    parts = [part for part in PARTS if part in known]
    best = mean_best_epochs(job, folds)
    networks: dict[SeriesKey, _OfNetwork] = {}
    for place, key in enumerate(_folds_alone(job).by_network()):
        networks[key] = _of_fold(folds, place, key, parts)
    for place, (key, epochs) in enumerate(best.items()):
        of_repeats = [by_epochs[own] for own in epochs.tolist()]
        networks[key] = _of_all_rows(of_repeats, place, key, parts, len(folds.loss))
    in_order = [networks[key] for key in job.by_network()]
    return folds._replace(
        ensemble=joined_ensemble([own.ensemble for own in in_order]),
        loss=np.stack([own.loss for own in in_order], axis=1),
        rmse=np.stack([own.rmse for own in in_order], axis=2),
        parts=parts,
        best_epoch=np.stack([own.best_epoch for own in in_order]),
        seconds=folds.seconds + max(own.seconds for own in others),
        compile_seconds=folds.compile_seconds + max(own.compile_seconds for own in others),
    )


class _OfNetwork(NamedTuple):
    """The part of a result that belongs to one network."""

    ensemble: Ensemble
    loss: np.ndarray  # [E, R]
    rmse: np.ndarray  # [E, P, R]
    best_epoch: Ints  # [R]


def _of_fold(folds: Result, place: int, key: SeriesKey, parts: Sequence[str]) -> _OfNetwork:
    return _OfNetwork(
        ensemble=folds.ensemble.only({key}),
        loss=folds.loss[:, place],
        rmse=folds.rmse_of(parts)[:, :, place],
        best_epoch=folds.best_epoch[place],
    )


def _of_all_rows(
    of_repeats: Sequence[Result], place: int, key: SeriesKey, parts: Sequence[str], longest: int
) -> _OfNetwork:
    """Return a network of which each repeat comes from a result of its own [R].

    Curves stay at their last value up to the longest number of epochs.
    """
    own = [result.ensemble.only({key}) for result in of_repeats]
    weights = [
        np.stack([by_repeat[repeat] for repeat, by_repeat in enumerate(of_weight)])
        for of_weight in zip(*(ensemble.weights for ensemble in own), strict=True)
    ]
    losses = [result.loss[:, place] for result in of_repeats]
    rmses = [result.rmse_of(parts)[:, :, place] for result in of_repeats]
    return _OfNetwork(
        ensemble=replace(own[0], weights=weights),
        loss=_own_curves(losses, longest),
        rmse=_own_curves(rmses, longest),
        best_epoch=np.array([result.best_epoch[place, 0] for result in of_repeats]),
    )


def _own_curves(curves: Sequence[np.ndarray], longest: int) -> np.ndarray:
    """Return of each of several curves [E, ..., R] that of its own repeat, all of one length."""
    epochs = [np.minimum(np.arange(longest), len(curve) - 1) for curve in curves]
    own = [
        curve[at, ..., repeat]
        for repeat, (curve, at) in enumerate(zip(curves, epochs, strict=True))
    ]
    return np.stack(own, axis=-1)
