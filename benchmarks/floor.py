"""The engine against the C++ kernel: the same training, one after the other, several times in one run."""

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

REPEATS, BATCH_SIZE, RATE, TRIES = 30, 4, 0.001, 7
EPOCHS_OF_UNITS = {1: 10_000, 10: 1_500}
WANTED = {1: 6.0, 10: 3.5}  # times the kernel's time, at most


class Floor(NamedTuple):
    """Seconds for one epoch of all repeats, one of each try."""

    units: int
    engine: np.ndarray
    kernel: np.ndarray


def measure(train: Rows) -> list[Floor]:
    """Return both times for each number of units; nothing where the kernel cannot be compiled."""
    with tempfile.TemporaryDirectory() as folder:
        built = kernel.build(Path(folder))
        return [_floor(built, train, units) for units in EPOCHS_OF_UNITS] if built else []


def lines(floors: list[Floor]) -> list[str]:
    """Return the table."""
    if not floors:
        return ["The C++ kernel was not measured: no C++ compiler on PATH that takes its flags."]
    head = "engine, fastest (median) | C++ kernel, fastest (median) | engine / kernel | wanted"
    return [f"| units | {head} |", "|---:|---:|---:|---:|---:|", *(_line(floor) for floor in floors)]


def _floor(built: kernel.Kernel, train: Rows, units: int) -> Floor:
    network, epochs, grid = Network(1, (units,)), EPOCHS_OF_UNITS[units], training_grid([train.y.shape[1]], BATCH_SIZE)
    batches = training_batches(train, grid, REPEATS)
    trainer = Trainer(network, Learning(check_optimizer("adam"), RATE))
    initial = initial_weights(network, list(range(REPEATS)))
    x, y = (part.reshape(-1, BATCH_SIZE) for part in (train.x[0], train.y[0]))
    times = [
        (
            trainer.train(batches, initial, epochs).seconds,
            kernel.train(built, initial, x, y, epochs=epochs, learning_rate=RATE).seconds,
        )
        for _ in range(TRIES)
    ]
    engine, plain = np.array(times).T / epochs
    return Floor(units, engine, plain)


def _line(floor: Floor) -> str:
    engine, plain = floor.engine * 1e6, floor.kernel * 1e6
    ratios = f"{engine.min() / plain.min():.1f} ({np.median(engine) / np.median(plain):.1f})"
    times = " | ".join(f"{part.min():,.1f} ({np.median(part):,.1f})" for part in (engine, plain))
    return f"| {floor.units} | {times} | {ratios} | {WANTED[floor.units]:.1f} |"
