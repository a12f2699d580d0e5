"""Rows to train on, and trainings of two seeds, the last of which Keras trains too."""

from typing import Any

import numpy as np

from statecast.network.lanes import training_grid
from statecast.network.network import Network
from statecast.training.formula import TableRow
from statecast.training.initial import initial_weights
from statecast.training.job import Learning
from statecast.training.layout import Batches, Rows, Watched, training_batches
from statecast.training.optimizers import KerasObject, check_optimizer
from statecast.training.trainer import Trained, Trainer

SEEDS = [3, 4]
EPOCHS = 30
ADAM = check_optimizer("adam")


LAST = (
    "statecast.training.formula.TABLE",
    [TableRow(widest=10**9, fewest=1, last=32, of_many=32, first=16, stacked=32)],
)
"""What a test sets so that two repeats take the formula that many repeats take."""


def wave_rows(count: int, features: int = 1) -> Rows:
    """Return rows of a noisy wave, one series."""
    rng = np.random.default_rng(7)
    times = np.arange(count + features)
    wave = np.sin(times / 2) + rng.normal(0, 0.3, len(times))
    x = np.stack([wave[row : row + features] for row in range(count)])
    y = wave[features:, None]
    return Rows(x[None].astype(np.float32), y[None].astype(np.float32))


def batches_of(rows: Rows, batch_size: int, repeats: int = len(SEEDS)) -> Batches:
    """Return the batches of one series, laid out as Keras does."""
    grid = training_grid([rows.y.shape[1]], batch_size)
    return training_batches(rows, [grid], repeats)


def learning_by(
    optimizer: KerasObject = ADAM, learning_rate: float = 0.01, **others: Any
) -> Learning:
    """Return how to learn."""
    return Learning(optimizer, learning_rate, **others)


def train(
    network: Network,
    batches: Batches,
    epochs: int = EPOCHS,
    learning: Learning | None = None,
    *,
    watched: Watched | None = None,
    seeds: list[int] | None = None,
    history_every: int = 1,
) -> Trained:
    """Train a repeat for each seed, from Keras's initial weights."""
    used = seeds or SEEDS
    trainer = Trainer(network, learning or learning_by(), history_every=history_every)
    initial = initial_weights(network, used)
    return trainer.train(batches, initial, epochs, watched=watched, seeds=used)


def of_last(weights: list[np.ndarray]) -> list[np.ndarray]:
    """Return the weights of the last repeat."""
    return [weight[-1] for weight in weights]


def largest_difference(mine: list[np.ndarray], others: list[np.ndarray]) -> float:
    """Return the largest absolute difference between weights."""
    pairs = zip(mine, others, strict=True)
    return max(float(np.abs(own - other).max()) for own, other in pairs)
