"""Train several jobs as one: their networks side by side on the repeat axis, in full blocks.

A block of repeats costs as much half empty as full, and one job of a study seldom fills it.
Networks with few updates come first, so that their blocks end an epoch early.
Shape letters: R networks of a job, N networks of the stack, S updates of an epoch.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Ints
from statecast.training.blocks import Apart
from statecast.training.job import Job
from statecast.training.layout import Batches, Original, Watched
from statecast.training.prepare import Prepared
from statecast.training.trainer import Progress, Trained, Trainer

NETWORKS_OF_BATCHES = (2, 2, 2, 2, 1)  # the axis R of x, y, weight, reset and active
NETWORKS_OF_WATCHED = (1, 1, 2, 1)  # likewise; of what is original, 1
MOST_ROWS = 2000  # places of an epoch; the rows of each network are then a small part of the memory


class Stack(NamedTuple):
    """Several jobs of the same sizes as one."""

    prepared: Prepared
    apart: Apart
    places: list[Ints]  # of the networks of each job, among all


def can_stack(job: Job, prepared: Prepared) -> bool:
    """Return whether a job trains in a stack as it does alone.

    Random masks and orders hang on the training around a network; of a network for all series, and
    of many rows, one training fills the machine.
    """
    learning = prepared.learning
    draws = bool(learning.dropout or learning.recurrent_dropout) or prepared.shuffle is not None
    updates, rows_per_update, _, lanes, _ = prepared.batches.x.shape
    places = updates * rows_per_update * lanes
    return not draws and not job.setting.batching.is_shared and places <= MOST_ROWS


def stacked(jobs: Sequence[Prepared]) -> Stack:
    """Return jobs of the same sizes as one."""
    networks = [len(job.seeds) for job in jobs]
    order = _fewest_updates_first(jobs)  # [N]
    first = jobs[0]
    arrays = [[*job.batches, *job.watched.arrays()] for job in jobs]
    axes = [*NETWORKS_OF_BATCHES, *NETWORKS_OF_WATCHED]
    axes += [1] * (len(arrays[0]) - len(axes))  # of what is original
    joined = [_joined(own, networks, axis, order) for axis, *own in zip(axes, *arrays, strict=True)]
    seeds = np.concatenate([job.seeds for job in jobs])
    prepared = first._replace(
        batches=Batches(*joined[: len(Batches._fields)]),
        watched=_watched(joined[len(Batches._fields) :], first.watched),
        initial=[
            np.concatenate(weights)[order]
            for weights in zip(*(job.initial for job in jobs), strict=True)
        ],
        seeds=seeds[order].tolist(),
    )
    at = np.argsort(order)  # where the networks of the jobs, one after the other, have gone
    places = np.split(at, np.cumsum(networks)[:-1])
    return Stack(prepared, _apart(jobs, networks, order), places)


def train_stack(
    trainer: Trainer, stack: Stack, stops: Sequence[int], progress: Progress | None = None
) -> Iterator[Trained]:
    """Train once and yield what each number of epochs leaves behind of all jobs.

    Args:
        trainer: of a stack, compiled for these sizes.
        stack: what is trained.
        stops: numbers of epochs, rising.
        progress: is called now and then.

    Raises:
        StatecastError: a loss is not finite any more.

    """
    prepared = stack.prepared
    yield from trainer.train_up_to(
        prepared.batches,
        prepared.initial,
        stops,
        learning=prepared.learning,
        apart=stack.apart,
        watched=prepared.watched,
        seeds=prepared.seeds,
        progress=progress,
    )


def of_job(trained: Trained, places: Ints) -> Trained:
    """Return what a stack leaves behind of one of its jobs."""
    share = len(places) / len(trained.best_epoch)
    return Trained(
        weights=[weight[places] for weight in trained.weights],
        loss=trained.loss[:, places],
        rmse=trained.rmse[:, :, places],
        best_epoch=trained.best_epoch[places],
        seconds=trained.seconds * share,
        compile_seconds=trained.compile_seconds * share,
    )


def _fewest_updates_first(jobs: Sequence[Prepared]) -> Ints:
    """Return the order of all networks [N] by how many updates they take in an epoch."""
    updates = [
        np.broadcast_to((job.batches.active != 0).sum(axis=0), len(job.seeds)) for job in jobs
    ]
    return np.argsort(np.concatenate(updates), kind="stable")


def _apart(jobs: Sequence[Prepared], networks: Sequence[int], order: Ints) -> Apart:
    """Return what each network learns with."""
    rates = np.array([job.learning.learning_rate for job in jobs], np.float32)
    factors = np.array([job.learning.penalties for job in jobs], np.float32)  # [jobs, 2, 3]
    job_of = np.repeat(np.arange(len(jobs)), networks)[order]  # [N]
    return Apart(rates[job_of], np.moveaxis(factors[job_of], 0, -1))


def _joined(
    parts: Sequence[np.ndarray], networks: Sequence[int], axis: int, order: Ints
) -> np.ndarray:
    """Return arrays side by side; what all networks of a job share is there for each."""
    whole = []
    for part, count in zip(parts, networks, strict=True):
        shape = list(part.shape)
        shape[axis] = count
        whole.append(np.broadcast_to(part, shape))
    return np.concatenate(whole, axis=axis).take(order, axis=axis)


def _watched(arrays: Sequence[np.ndarray], like: Watched) -> Watched:
    x, y, weight, reset, *original = arrays
    return Watched(x, y, weight, reset, Original(*original) if original else None, like.series)
