"""Train a block of jobs in this process."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from statecast.training.job import Job

if TYPE_CHECKING:
    from statecast.training.result import Result
    from statecast.training.trainer import Progress

Trained = tuple[int, "Result | Exception"]  # the index of a job, and what came of it
ProgressBar = Callable[[int, str], AbstractContextManager["Progress"]]
Train = Callable[[Sequence[Job]], Iterator[Trained]]


def train_here(show: ProgressBar | None = None) -> Train:
    """Return a function that trains in this process.

    What it compiles for one block serves the next. Programs are shared and padded, jobs that differ
    in epochs alone share a training, and as many programs train at once as there are cores.

    Args:
        show: opens a progress bar over so many epochs, with a label; None: one of its own.

    """
    programs: OrderedDict[Any, Any] = OrderedDict()

    def train(jobs: Sequence[Job]) -> Iterator[Trained]:
        from statecast.training.cores import cores
        from statecast.training.fold_stops import train_by_folds
        from statecast.training.progress import progress_bar
        from statecast.training.sharing import total_epochs, train_all, trainings_of

        def train_together(given: Sequence[Job]) -> Iterator[Trained]:
            trainings = trainings_of(given)
            label = f"train {len(given)} configurations"
            with (show or progress_bar)(total_epochs(trainings), label) as progress:
                yield from train_all(trainings, progress, programs=programs, threads=cores())

        yield from train_by_folds(jobs, train_together)

    return train
