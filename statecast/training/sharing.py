"""Train many jobs with as few programs and trainings as they need.

Jobs that differ only in epochs share a training, because a shorter one is the beginning of a longer
one. Jobs of the same shapes and the same kind of learning share a compiled program; learning rate,
penalties, seeds and rows may differ.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from statecast.training.job import Job
from statecast.training.prepare import Prepared, prepare
from statecast.training.result import Result, train_prepared
from statecast.training.trainer import Progress, Trainer

PROGRAMS_KEPT = 8

Programs = OrderedDict[str, Trainer]


class SharingJob(NamedTuple):
    """A job, and with which others it can share."""

    position: int  # among all jobs
    job: Job
    prepared: Prepared
    program: str  # the same for jobs that one compiled program can train
    training: str  # the same for jobs that one training serves

    @property
    def epochs(self) -> int:
        """Return how many epochs the job asks for."""
        return self.job.setting.epochs


def train_job(job: Job, progress: Progress | None = None) -> Result:
    """Train one job.

    Args:
        job: what to train.
        progress: is called with the epochs done and the mean loss now.

    Raises:
        StatecastError: the rows fill no batch, or a loss is not finite any more.

    """
    _, result = next(train_jobs([job], progress))
    return result


def train_jobs(
    jobs: Sequence[Job], progress: Progress | None = None, *, programs: Programs | None = None
) -> Iterator[tuple[int, Result]]:
    """Yield position and result of each job; jobs that share a program follow each other.

    Args:
        jobs: what to train.
        progress: is called with the epochs done, over all trainings, and the mean loss now.
        programs: compiled for earlier jobs; those of these jobs are added.

    Raises:
        StatecastError: as ``train_job``.

    """
    kept: Programs = OrderedDict() if programs is None else programs
    done = 0
    every = [_sharing_job(position, job) for position, job in enumerate(jobs)]
    for group in _trainings(every):
        first = group[0]
        stops = sorted({asked.epochs for asked in group})
        trainer = _trainer(kept, first)
        report = partial(_report_after, progress, done) if progress else None
        results = train_prepared(trainer, first.job, first.prepared, stops, report)
        for stop, result in zip(stops, results, strict=True):
            yield from ((asked.position, result) for asked in group if asked.epochs == stop)
        done += stops[-1]


def total_epochs(jobs: Sequence[Job]) -> int:
    """Return the number of epochs that ``train_jobs`` trains, as its progress counts them."""
    longest: dict[str, int] = {}
    for position, job in enumerate(jobs):
        asked = _sharing_job(position, job)
        longest[asked.training] = max(longest.get(asked.training, 0), asked.epochs)
    return sum(longest.values())


def program_key(job: Job, prepared: Prepared) -> str:
    """Return text that is the same for jobs that one compiled program can train."""
    learning = prepared.learning
    kind = learning.as_json()
    kind["learning_rate"] = learning.learning_rate if learning.schedule else None
    kind["penalties"] = any(map(any, learning.penalties))
    described = {
        "network": job.setting.network.as_json(),
        "learning": kind,
        "history_every": job.setting.history_every,
        "repeats": len(prepared.seeds),  # the rows may have a repeat axis of 1
        "shapes": [array.shape for array in _arrays(prepared)],
        "some_rest": bool((prepared.batches.active == 0).any()),
    }
    return json.dumps(described, sort_keys=True)


def _sharing_job(position: int, job: Job) -> SharingJob:
    prepared = prepare(job)
    program = program_key(job, prepared)
    training = _training_key(job, prepared)
    return SharingJob(position, job, prepared, program, training)


def _training_key(job: Job, prepared: Prepared) -> str:
    """Return a digest that is the same for jobs that one training serves."""
    setting = job.setting._replace(epochs=0, learning=prepared.learning)
    digest = hashlib.sha256(json.dumps(setting.as_json(), sort_keys=True).encode())
    for array in _arrays(prepared):
        digest.update(array.tobytes())
    return digest.hexdigest()


def _arrays(prepared: Prepared) -> list[np.ndarray]:
    """Return all arrays of the rows."""
    return [*prepared.batches, *prepared.watched.arrays()]


def _trainings(every: Sequence[SharingJob]) -> list[list[SharingJob]]:
    """Return the jobs grouped by training; groups of one program follow each other."""
    by_program: dict[str, dict[str, list[SharingJob]]] = {}
    for asked in every:
        by_program.setdefault(asked.program, {}).setdefault(asked.training, []).append(asked)
    groups: list[list[SharingJob]] = []
    for trainings in by_program.values():
        groups.extend(trainings.values())
    return groups


def _trainer(kept: Programs, asked: SharingJob) -> Trainer:
    """Return the trainer of a job's program, a kept one if there is one."""
    if asked.program not in kept:
        setting = asked.job.setting
        kept[asked.program] = Trainer(
            setting.network, asked.prepared.learning, history_every=setting.history_every
        )
    kept.move_to_end(asked.program)
    while len(kept) > PROGRAMS_KEPT:
        kept.popitem(last=False)
    return kept[asked.program]


def _report_after(progress: Progress, done: int, epochs: int, loss: float) -> None:
    progress(done + epochs, loss)
