"""Early stopping of networks that train on all rows: by the folds of their series.

The networks of the folds stop by their validation rows. A network without such rows then trains for
the mean of the best epochs of its folds with the same seed. Trainings that differ in epochs share
one, so that this costs no more than the longest of them. Shape letters: D networks a seed, R
repeats, E epochs, P watched parts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from statecast.base.arrays import Ints
from statecast.base.identity import SeriesKey
from statecast.training.job import Job
from statecast.training.result import Result, joined

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
    best: dict[str, list[Ints]] = defaultdict(list)
    for fold, of_fold in zip(_folds_alone(job).by_network(), folds.best_epoch, strict=True):
        best[fold.unique_id].append(of_fold)
    epochs = {}
    for key in _without_validation(job):
        mean = np.mean(best[key.unique_id], axis=0)
        epochs[key] = np.rint(mean).astype(np.int64)
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


def _together(job: Job, folds: Result, by_epochs: Mapping[int, Result]) -> Result:
    """Return the result of a job: each network trained for its own number of epochs."""
    best = mean_best_epochs(job, folds)
    stops = np.stack(list(best.values()))  # [D, R]
    every = joined([folds, _for_own_epochs(by_epochs, stops, len(folds.loss))])
    keys = [*_folds_alone(job).by_network(), *best]
    places = {key: place for place, key in enumerate(keys)}
    return every.in_order([places[key] for key in job.by_network()])


def _for_own_epochs(by_epochs: Mapping[int, Result], stops: Ints, longest: int) -> Result:
    """Return networks of which each comes from the training of its own number of epochs.

    Curves stay at their last value up to the longest number of epochs.

    Args:
        by_epochs: trainings of the same networks.
        stops: the number of epochs of each [D, R].
        longest: E.

    """
    results = list(by_epochs.values())
    first = results[0]
    repeats = stops.shape[1]
    weights = [np.empty_like(weight) for weight in first.ensemble.weights]
    loss = np.empty((longest, *stops.shape), first.loss.dtype)
    rmse = np.empty((longest, len(first.parts), *stops.shape), first.rmse.dtype)
    for epochs, own in by_epochs.items():
        network, repeat = np.nonzero(stops == epochs)
        places = network * repeats + repeat
        at = np.minimum(np.arange(longest), epochs - 1)  # [E]
        for weight, new in zip(weights, own.ensemble.weights, strict=True):
            weight[places] = new[places]
        loss[:, network, repeat] = own.loss[:, network, repeat][at]
        rmse[:, :, network, repeat] = own.rmse[:, :, network, repeat][at]
    return first._replace(
        ensemble=replace(first.ensemble, weights=weights),
        loss=loss,
        rmse=rmse,
        best_epoch=stops,
        seconds=max(own.seconds for own in results),
        compile_seconds=max(own.compile_seconds for own in results),
    )
