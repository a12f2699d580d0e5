"""Prediction intervals of the ensemble, and how many of the true values they hold."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Interval(NamedTuple):
    """Bounds of each forecast."""

    low: Floats  # [N]
    high: Floats  # [N]

    def coverage(self, y: Floats) -> float:
        """Return the share of the values that lie within, bounds included."""
        return float(np.mean((self.low <= y) & (y <= self.high)))

    def width(self) -> float:
        """Return the mean width."""
        return float(np.mean(self.high - self.low))


def of_repeats(forecast: Floats, level: float) -> Interval:
    """Return the central quantiles of the repeats' forecasts [R, N].

    They hold what differs between trainings, and nothing of the noise of the series: expect them to be too narrow.
    """
    low, high = np.quantile(forecast, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Interval(low, high)


def conformal(ensemble: Floats, residuals: Floats, level: float) -> Interval | None:
    """Return the forecasts plus and minus a quantile of earlier absolute residuals (split conformal).

    The quantile is the residual of rank ceil((n + 1) * level), which makes the coverage at least ``level`` where
    residuals are exchangeable; None where n is too small for it. Lei, G'Sell, Rinaldo, Tibshirani and Wasserman (2018),
    Distribution-free predictive inference for regression, JASA 113.

    Args:
        ensemble: forecasts [N].
        residuals: of forecasts that were made in the same way and played no part in the training [n].
        level: the share that is to be held, above 0 and below 1.

    """
    rank = math.ceil(round((len(residuals) + 1) * level, 9))  # 10 * 0.9 is to be 9
    if rank > len(residuals):
        return None
    half = np.sort(np.abs(residuals))[rank - 1]
    return Interval(ensemble - half, ensemble + half)
