"""The engine against the C++ kernel: the same training in turn, several times in one run.

Both have one core. Then: how many trainings a second the engine makes, on one core and on all.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks import kernel
from statecast.network.lanes import training_grid
from statecast.network.network import Network
from statecast.training.cores import cores
from statecast.training.initial import initial_weights
from statecast.training.job import Learning
from statecast.training.layout import Rows, training_batches
from statecast.training.optimizers import check_optimizer
from statecast.training.trainer import Trained, Trainer

BATCH_SIZE = 4
LEARNING_RATE = 0.001
TRIES = 7
DRAWN = 30  # repeats whose initial weights are drawn; further ones start from the same
ONE_TRAINING = 1000  # epochs, of 1 unit, that count as a training
MANY = 3000  # of them at once
WANTED_RATE = 8500  # trainings a second of one core


class Case(NamedTuple):
    """Sizes of a training."""

    units: int
    repeats: int
    epochs: int  # of a try: a whole training, or a second of one
    wanted: float  # times the kernel's time, at most


CASES = [
    Case(1, 30, 10_000, 2.0),
    Case(1, 300, 5_000, 1.3),
    Case(1, 3000, 1_000, 1.3),
    Case(10, 30, 5_000, 2.0),
    Case(10, 300, 1_000, 2.0),
    Case(10, 3000, 100, 2.2),
    Case(50, 30, 1_000, 1.3),
]


class Floor(NamedTuple):
    """Seconds for one epoch of all repeats, one of each try."""

    case: Case
    engine: np.ndarray
    kernel: np.ndarray


class Rate(NamedTuple):
    """Trainings a second."""

    one_core: float
    all_cores: float
    cores: int


def measure(train: Rows, tries: int = TRIES) -> list[Floor]:
    """Return both times for each case; nothing where the kernel cannot be compiled."""
    with tempfile.TemporaryDirectory() as folder, one_core():
        built = kernel.build(Path(folder))
        if built is None:
            return []
        return [_floor(built, train, case, tries) for case in CASES]


def measure_rate(train: Rows, repeats: int = MANY, tries: int = TRIES) -> Rate:
    """Return how many trainings a second the engine makes."""
    engine = _Engine(train, Case(1, repeats, ONE_TRAINING, 0))
    on_all = min(engine.train().seconds for _ in range(tries))
    with one_core():
        on_one = min(engine.train().seconds for _ in range(tries))
    return Rate(repeats / on_one, repeats / on_all, cores())


@contextmanager
def one_core() -> Iterator[None]:
    """Keep the blocks of a training on one core, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def lines(floors: list[Floor]) -> list[str]:
    """Return the table."""
    if not floors:
        return ["The C++ kernel was not measured: no C++ compiler on PATH that takes its flags."]
    head = "engine, fastest (median) | C++ kernel, fastest (median) | engine / kernel | wanted"
    return [
        f"| units | repeats | {head} |",
        "|" + "---:|" * 6,
        *(_line(floor) for floor in floors),
    ]


def lines_of_rate(rate: Rate) -> list[str]:
    """Return the table."""
    return [
        "| cores | LSTM trainings a second | wanted |",
        "|---:|---:|---:|",
        f"| 1 | {rate.one_core:,.0f} | {WANTED_RATE:,} |",
        f"| {rate.cores} | {rate.all_cores:,.0f} |  |",
    ]


class _Engine:
    """A training of a case that can be repeated."""

    def __init__(self, train: Rows, case: Case) -> None:
        network = Network(1, (case.units,))
        drawn = initial_weights(network, list(range(min(case.repeats, DRAWN))))
        self.initial = [np.resize(part, (case.repeats, *part.shape[1:])) for part in drawn]
        self._epochs = case.epochs
        self._trainer = Trainer(network, Learning(check_optimizer("adam"), LEARNING_RATE))
        grid = training_grid([train.y.shape[1]], BATCH_SIZE)
        self._batches = training_batches(train, [grid], case.repeats)

    def train(self) -> Trained:
        return self._trainer.train(self._batches, self.initial, self._epochs)


def _floor(built: kernel.Kernel, train: Rows, case: Case, tries: int) -> Floor:
    engine = _Engine(train, case)
    x = train.x.reshape(-1, BATCH_SIZE)
    y = train.y.reshape(-1, BATCH_SIZE)
    by_engine = np.zeros(tries)
    by_kernel = np.zeros(tries)
    for place in range(tries):
        plain = kernel.train(
            built, engine.initial, x, y, epochs=case.epochs, learning_rate=LEARNING_RATE
        )
        by_engine[place] = engine.train().seconds / case.epochs
        by_kernel[place] = plain.seconds / case.epochs
    return Floor(case, by_engine, by_kernel)


def _line(floor: Floor) -> str:
    fastest = floor.engine.min() / floor.kernel.min()
    median = np.median(floor.engine) / np.median(floor.kernel)
    cells = [
        f"{floor.case.units}",
        f"{floor.case.repeats}",
        _microseconds(floor.engine),
        _microseconds(floor.kernel),
        f"{fastest:.1f} ({median:.1f})",
        f"{floor.case.wanted:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def _microseconds(seconds: np.ndarray) -> str:
    fastest = seconds.min() * 1e6
    median = np.median(seconds) * 1e6
    return f"{fastest:,.1f} ({median:,.1f})"
