"""The engine against the C++ kernel: the same training in turn, several times in one run."""

import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks import kernel
from statecast.network.lanes import training_grid
from statecast.network.network import Network
from statecast.training.initial import initial_weights
from statecast.training.job import Learning
from statecast.training.layout import Rows, training_batches
from statecast.training.optimizers import check_optimizer
from statecast.training.trainer import Trainer

REPEATS = 30
BATCH_SIZE = 4
LEARNING_RATE = 0.001
TRIES = 7
EPOCHS_OF_UNITS = {1: 10_000, 10: 1_500}
WANTED = {1: 6.0, 10: 3.5}  # times the kernel's time, at most


class Floor(NamedTuple):
    """Seconds for one epoch of all repeats, one of each try."""

    units: int
    engine: np.ndarray
    kernel: np.ndarray


def measure(train: Rows, tries: int = TRIES) -> list[Floor]:
    """Return both times for each number of units; nothing where the kernel cannot be compiled."""
    with tempfile.TemporaryDirectory() as folder:
        built = kernel.build(Path(folder))
        if built is None:
            return []
        return [_floor(built, train, units, tries) for units in EPOCHS_OF_UNITS]


def lines(floors: list[Floor]) -> list[str]:
    """Return the table."""
    if not floors:
        return ["The C++ kernel was not measured: no C++ compiler on PATH that takes its flags."]
    head = "engine, fastest (median) | C++ kernel, fastest (median) | engine / kernel | wanted"
    return [
        f"| units | {head} |",
        "|---:|---:|---:|---:|---:|",
        *(_line(floor) for floor in floors),
    ]


def _floor(built: kernel.Kernel, train: Rows, units: int, tries: int) -> Floor:
    epochs = EPOCHS_OF_UNITS[units]
    network = Network(1, (units,))
    initial = initial_weights(network, list(range(REPEATS)))
    trainer = Trainer(network, Learning(check_optimizer("adam"), LEARNING_RATE))
    grid = training_grid([train.y.shape[1]], BATCH_SIZE)
    batches = training_batches(train, [grid], REPEATS)
    x = train.x.reshape(-1, BATCH_SIZE)
    y = train.y.reshape(-1, BATCH_SIZE)
    engine = np.zeros(tries)
    plain = np.zeros(tries)
    for place in range(tries):
        by_engine = trainer.train(batches, initial, epochs)
        by_kernel = kernel.train(built, initial, x, y, epochs=epochs, learning_rate=LEARNING_RATE)
        engine[place] = by_engine.seconds / epochs
        plain[place] = by_kernel.seconds / epochs
    return Floor(units, engine, plain)


def _line(floor: Floor) -> str:
    fastest = floor.engine.min() / floor.kernel.min()
    median = np.median(floor.engine) / np.median(floor.kernel)
    cells = [
        f"{floor.units}",
        _microseconds(floor.engine),
        _microseconds(floor.kernel),
        f"{fastest:.1f} ({median:.1f})",
        f"{WANTED[floor.units]:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def _microseconds(seconds: np.ndarray) -> str:
    fastest = seconds.min() * 1e6
    median = np.median(seconds) * 1e6
    return f"{fastest:,.1f} ({median:,.1f})"
