"""What is read off learning curves. Shape letters: E epochs, R repeats."""

from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats
from studies.reproduction.figures import Figures, of_variant

OVERFIT = 1.05  # times the lowest test RMSE of a run


class Runs(NamedTuple):
    """The learning curves of the repeats of one configuration."""

    epochs: Floats  # [E]
    train: Floats  # RMSE [E, R]
    test: Floats  # RMSE [E, R]

    def up_to(self, epoch: int) -> "Runs":
        """Return the curves up to an epoch."""
        kept = self.epochs <= epoch
        return Runs(self.epochs[kept], self.train[kept], self.test[kept])


def turns(runs: Runs) -> Floats:
    """Return the epoch [R] of the lowest test RMSE."""
    return np.asarray(runs.epochs[runs.test.argmin(axis=0)])


def bends(runs: Runs) -> Floats:
    """Return the epoch [R] at which two straight lines meet that fit the test RMSE best."""
    candidates = runs.epochs[2:-2]  # each line has three points at the least
    errors = np.array([_error_of_lines(runs, epoch) for epoch in candidates])  # [candidates, R]
    return np.asarray(candidates[errors.argmin(axis=0)])


def overfits(runs: Runs) -> np.ndarray:
    """Return whether each run [R] ends above its lowest test RMSE while its training RMSE fell."""
    lowest = runs.test.argmin(axis=0)
    columns = np.arange(runs.test.shape[1])
    has_risen = runs.test[-1] > OVERFIT * runs.test[lowest, columns]
    has_learned = runs.train[-1] < runs.train[lowest, columns]
    return np.asarray(has_risen & has_learned)


def runs_of(figures: Figures, version: str, epochs: int, units: int) -> Runs:
    """Return the curves of a version of Keras with batch size 4."""
    curves = of_variant(figures.remarks, version)
    chosen = curves[(curves["epochs"] == epochs) & (curves["units"] == units)]
    train = chosen.pivot_table("train_rmse", "epoch", "seed")
    test = chosen.pivot_table("test_rmse", "epoch", "seed")
    return Runs(test.index.to_numpy(np.float64), train.to_numpy(), test.to_numpy())


def _error_of_lines(runs: Runs, epoch: float) -> Floats:
    """Return the sum of squares [R] that two lines leave that meet at an epoch."""
    after = np.maximum(runs.epochs - epoch, 0)
    lines = np.stack([np.ones_like(after), runs.epochs, after], axis=1)  # [E, 3]
    coefficients = np.linalg.lstsq(lines, runs.test, rcond=None)[0]
    return np.asarray(((runs.test - lines @ coefficients) ** 2).sum(axis=0))
