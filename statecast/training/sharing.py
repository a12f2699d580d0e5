"""Train many jobs with as few programs and trainings as they need.

Jobs that differ only in epochs share a training, because a shorter one is the beginning of a longer
one. Jobs of the same kind of learning share compiled programs: they are padded to the same sizes,
and train side by side. Learning rate, penalties, seeds and rows may differ.
"""

import hashlib
import json
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from threading import Event, Lock
from typing import NamedTuple

import numpy as np

from statecast.training.at_once import Stopped, at_once
from statecast.training.devices import Device, Devices
from statecast.training.fold_stops import stops_by_folds, train_by_folds
from statecast.training.job import Job
from statecast.training.padding import padded, padded_network
from statecast.training.prepare import Prepared, prepare
from statecast.training.programs import (
    MOST_PROGRAMS,
    SharedProgram,
    Work,
    shared_programs,
    work_of,
)
from statecast.training.result import Result, joined, result_of, train_prepared
from statecast.training.stacking import of_job, stacked, train_stack
from statecast.training.trainer import Progress, Trainer

MOST_STACKED = 320  # networks that train side by side: more would give their results late

Programs = OrderedDict[SharedProgram, Trainer]


class JobAsked(NamedTuple):
    """A job or a part of one, from ``Job.apart``, and how many epochs it asks for."""

    position: int  # among all jobs
    job: Job
    part: int = 0  # of the job
    parts: int = 1

    @property
    def epochs(self) -> int:
        """Return how many epochs the job asks for."""
        return self.job.setting.epochs


class SharedTraining(NamedTuple):
    """Jobs that one training serves."""

    prepared: Prepared
    asked: list[JobAsked]

    @property
    def stops(self) -> list[int]:
        """Return the numbers of epochs that are asked for, rising."""
        return sorted({one.epochs for one in self.asked})

    @property
    def work(self) -> Work:
        """Return what the training takes."""
        return work_of(self.asked[0].job, self.prepared, self.stops[-1])


class PartResults:
    """The results of jobs of several parts, until all of a job are there."""

    def __init__(self) -> None:
        self._results: dict[int, dict[int, Result]] = defaultdict(dict)  # by position and part
        self._failed: set[int] = set()

    def add(
        self, one: JobAsked, result: Result | Exception
    ) -> Iterator[tuple[int, Result | Exception]]:
        """Yield position and result of a whole job, when its last part comes or its first fails."""
        if one.position in self._failed:
            return
        if isinstance(result, Exception):
            self._failed.add(one.position)
            yield one.position, result
            return
        known = self._results[one.position]
        known[one.part] = result
        if len(known) == one.parts:
            del self._results[one.position]
            yield one.position, joined([known[part] for part in range(one.parts)])


class Tally:
    """The epochs of several trainings that go on at once."""

    def __init__(self, progress: Progress | None, stop: Event) -> None:
        self._progress = progress
        self._stop = stop
        self._done: dict[int, int] = {}  # by training
        self._lock = Lock()

    def report(self, trainings: Sequence[int], epochs: int, loss: float) -> None:
        """Take note of the epochs that some trainings have done.

        Raises:
            Stopped: nobody waits for the trainings any more.

        """
        if self._stop.is_set():
            raise Stopped
        with self._lock:
            self._done |= dict.fromkeys(trainings, epochs)
            if self._progress is not None:
                self._progress(sum(self._done.values()), loss)


def train_job(job: Job, progress: Progress | None = None) -> Result:
    """Train one job.

    Args:
        job: what to train.
        progress: is called with the epochs done and the mean loss now.

    Raises:
        StatecastError: the rows fill no batch, or a loss is not finite any more.

    """
    if stops_by_folds(job):
        ((_, outcome),) = train_by_folds([job], partial(train_jobs, progress=progress))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
    results = []
    for done, part in enumerate(job.apart()):
        report = partial(_report_after, progress, done * job.setting.epochs) if progress else None
        results.append(_trained_alone(part, report))
    return joined(results)


def _trained_alone(job: Job, progress: Progress | None) -> Result:
    setting = job.setting
    prepared = prepare(job)
    trainer = Trainer(setting.network, prepared.learning, history_every=setting.history_every)
    (result,) = train_prepared(trainer, job, prepared, [setting.epochs], progress)
    return result


def _report_after(progress: Progress, done: int, epochs: int, loss: float) -> None:
    progress(done + epochs, loss)


def train_jobs(
    jobs: Sequence[Job],
    progress: Progress | None = None,
    *,
    programs: Programs | None = None,
    threads: int = 1,
) -> Iterator[tuple[int, Result | Exception]]:
    """Yield position and result of each job, or what went wrong; the others go on.

    Jobs that share a program follow each other.

    Args:
        jobs: what to train.
        progress: is called with the epochs done, over all trainings, and the mean loss now.
        programs: compiled for earlier jobs; those of these jobs are added.
        threads: how many programs are compiled and train at once.

    Raises:
        StatecastError: the rows of a job fill no batch.

    """

    def train(given: Sequence[Job]) -> Iterator[tuple[int, Result | Exception]]:
        trainings = trainings_of(given)
        yield from train_all(trainings, progress, programs=programs, threads=threads)

    yield from train_by_folds(jobs, train)


def train_all(
    trainings: Sequence[SharedTraining],
    progress: Progress | None = None,
    *,
    programs: Programs | None = None,
    threads: int = 1,
) -> Iterator[tuple[int, Result | Exception]]:
    """Yield what ``train_jobs`` yields.

    Args:
        trainings: from ``trainings_of``.
        progress: as in ``train_jobs``.
        programs: as in ``train_jobs``.
        threads: as in ``train_jobs``.

    """
    kept: Programs = OrderedDict() if programs is None else programs
    works = [training.work for training in trainings]
    stop = Event()
    tally = Tally(progress, stop)
    lock = Lock()
    devices = Devices()
    planned = shared_programs(works, list(kept), threads)
    _forget(kept, [program for program, _ in planned])

    def train(
        program: SharedProgram, places: Sequence[int]
    ) -> Iterator[tuple[JobAsked, Result | Exception]]:
        known = kept.get(program)
        with devices.one(known.device if known else None) as device:
            with lock:
                trainer = _trainer(kept, program, trainings[places[0]], device)
            for group in _groups(program, trainings, places):
                report = partial(tally.report, group)
                yield from _results(trainer, program, [trainings[place] for place in group], report)
        with lock:
            if len(kept) > MOST_PROGRAMS:
                del kept[program]

    parts = PartResults()
    for one, result in at_once([partial(train, *own) for own in planned], threads, stop):
        yield from parts.add(one, result)


def total_epochs(trainings: Sequence[SharedTraining]) -> int:
    """Return the number of epochs of all trainings, as their progress counts them."""
    return sum(training.stops[-1] for training in trainings)


def _groups(
    program: SharedProgram, trainings: Sequence[SharedTraining], places: Sequence[int]
) -> list[list[int]]:
    """Return which of the trainings of a program go side by side, the longest updates first.

    They take the same number of epochs, and about as many updates.
    """
    if not program.stacked:
        return [[place] for place in places]

    def length(place: int) -> tuple[int, int]:
        return trainings[place].stops[-1], trainings[place].work.sizes.updates

    groups: list[list[int]] = []
    room = 0  # for networks, in the last group
    for place in sorted(places, key=length, reverse=True):
        networks = len(trainings[place].prepared.seeds)
        is_as_long = groups and length(groups[-1][0])[0] == length(place)[0]
        if not is_as_long or room < networks:
            groups.append([])
            room = MOST_STACKED
        groups[-1].append(place)
        room -= networks
    return groups


def _results(
    trainer: Trainer, program: SharedProgram, group: Sequence[SharedTraining], report: Progress
) -> Iterator[tuple[JobAsked, Result | Exception]]:
    """Yield the results of trainings; if one fails, each job that is left is trained alone."""
    left = [(training, one) for training in group for one in training.asked]
    is_alone = len({one.epochs for _, one in left}) == 1 and len(group) == 1
    train = _side_by_side if program.stacked else _by_itself
    try:
        for training, stop, result in train(trainer, program, group, report):
            for one in [one for own, one in left if own is training and one.epochs == stop]:
                left.remove((training, one))
                yield one, result
    except Stopped:
        raise
    except Exception as error:  # noqa: BLE001 (whatever a training raises, the others go on)
        if is_alone:
            yield from ((one, error) for _, one in left)
            return
        for training, one in left:
            yield from _results(trainer, program, [training._replace(asked=[one])], report)


def _by_itself(
    trainer: Trainer, program: SharedProgram, group: Sequence[SharedTraining], report: Progress
) -> Iterator[tuple[SharedTraining, int, Result]]:
    """Train one training, and yield it with each number of epochs and what came of them."""
    (training,) = group
    job = training.asked[0].job
    network = job.setting.network
    laid_out = padded(training.prepared, network, program.sizes)
    wider = padded_network(network, program.sizes)
    stops = training.stops
    results = train_prepared(trainer, job, laid_out, stops, report, wider=wider)
    for stop, result in zip(stops, results, strict=True):
        yield training, stop, result


def _side_by_side(
    trainer: Trainer, program: SharedProgram, group: Sequence[SharedTraining], report: Progress
) -> Iterator[tuple[SharedTraining, int, Result]]:
    """Train several trainings as one, and yield each as ``_by_itself`` does."""
    jobs = [training.asked[0].job for training in group]
    networks = [job.setting.network for job in jobs]
    laid_out = [
        padded(training.prepared, network, program.sizes)
        for training, network in zip(group, networks, strict=True)
    ]
    stack = stacked(laid_out)
    stops = sorted({stop for training in group for stop in training.stops})
    wider = padded_network(networks[0], program.sizes)
    every = train_stack(trainer, stack, stops, report)
    for stop, trained in zip(stops, every, strict=True):
        epochs = trainer.recorded(stop)
        for training, job, places in zip(group, jobs, stack.places, strict=True):
            if stop in training.stops:
                own = of_job(trained, places)
                yield training, stop, result_of(job, training.prepared, own, epochs, wider=wider)


def trainings_of(jobs: Sequence[Job]) -> list[SharedTraining]:
    """Return the trainings that serve all jobs.

    Raises:
        StatecastError: the rows of a job fill no batch.

    """
    trainings: dict[str, SharedTraining] = {}
    for one in _parts_of(jobs):
        prepared = prepare(one.job)
        key = _training_key(one.job, prepared)
        training = trainings.setdefault(key, SharedTraining(prepared, []))
        training.asked.append(one)
    return list(trainings.values())


def _parts_of(jobs: Sequence[Job]) -> Iterator[JobAsked]:
    """Yield the parts of all jobs that are trained by themselves."""
    for position, job in enumerate(jobs):
        parts = job.apart()
        for part, own in enumerate(parts):
            yield JobAsked(position, own, part, len(parts))


def _training_key(job: Job, prepared: Prepared) -> str:
    """Return a digest that is the same for jobs that one training serves."""
    setting = job.setting._replace(epochs=0, learning=prepared.learning)
    names = [*job.by_network(), *prepared.parts]  # which the result has
    content = [setting.as_json(), names]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode())
    for array in _arrays(prepared):
        digest.update(array.tobytes())
    return digest.hexdigest()


def _arrays(prepared: Prepared) -> list[np.ndarray]:
    """Return all arrays of the rows."""
    return [*prepared.batches, *prepared.watched.arrays()]


def _trainer(
    kept: Programs, program: SharedProgram, training: SharedTraining, device: Device
) -> Trainer:
    """Return the trainer of a program, a kept one if there is one."""
    if program not in kept:
        setting = training.asked[0].job.setting
        kept[program] = Trainer(
            padded_network(setting.network, program.sizes),
            training.prepared.learning,
            history_every=setting.history_every,
            stacked=program.stacked or None,
            device=device,
        )
    kept.move_to_end(program)
    return kept[program]


def _forget(kept: Programs, wanted: Sequence[SharedProgram]) -> None:
    """Give the oldest programs up, so that there is room for those that are wanted now."""
    new = [program for program in wanted if program not in kept]
    oldest_first = [program for program in kept if program not in wanted]
    too_many = len(kept) + len(new) - MOST_PROGRAMS
    for program in oldest_first[: max(too_many, 0)]:
        del kept[program]
