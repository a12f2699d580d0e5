"""How well the latest forecasts did, beside those that were made before the series was alive."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from statecast.base.arrays import Floats

WINDOW = 64  # of the latest forecasts


@dataclass(frozen=True)
class Health:
    """The errors of the latest forecasts of a series, at most WINDOW of them."""

    rmse: float  # NaN: none was observed yet
    validation_rmse: float  # of forecasts of rows not trained on; NaN: there are none
    ratio: float  # rmse / validation_rmse; far above 1 the series has changed
    coverage: float  # share of the values that lay in the interval of their forecast
    count: int  # of forecasts in the window
    observed: int  # of forecasts in all


class Errors:
    """The latest errors of a series, in a window of a fixed size."""

    def __init__(self) -> None:
        """Start without any."""
        self.errors: list[float] = []  # the oldest is overwritten
        self.inside: list[bool] = []
        self.observed = 0

    def add(self, error: float, *, is_inside: bool) -> None:
        """Add the error of a forecast, and whether the value lay in its interval."""
        if self.observed < WINDOW:
            self.errors.append(error)
            self.inside.append(is_inside)
        else:
            place = self.observed % WINDOW
            self.errors[place] = error
            self.inside[place] = is_inside
        self.observed += 1

    def health(self, validation_rmse: float) -> Health:
        """Return the figures of the window, beside that of the rows not trained on."""
        count = len(self.errors)
        rmse = root_mean_square(self.errors)
        coverage = sum(self.inside) / count if count else math.nan
        ratio = rmse / validation_rmse if validation_rmse > 0 else math.nan
        return Health(rmse, validation_rmse, ratio, coverage, count, self.observed)


def root_mean_square(errors: Sequence[float] | Floats) -> float:
    """Return the RMSE of errors; NaN if there are none."""
    if not len(errors):
        return math.nan
    return float(np.sqrt(np.mean(np.square(errors))))
