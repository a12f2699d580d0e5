"""Prediction intervals of the ensemble, and how many of the true values lie in them.

Shape letters: R repeats, N forecasts, K origins, H steps ahead, J of them with errors.
"""

import math
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats


class Interval(NamedTuple):
    """Bounds of each forecast."""

    low: Floats  # [N]
    high: Floats  # [N]

    def coverage(self, y: Floats) -> float:
        """Return the share of the values [N] that lie within, bounds included."""
        return float(np.mean((self.low <= y) & (y <= self.high)))

    def width(self) -> float:
        """Return the mean width."""
        return float(np.mean(self.high - self.low))


def of_repeats(forecast: Floats, level: float) -> Interval:
    """Return the central quantiles of the forecasts of all repeats [R, N].

    They show how trainings differ, and nothing of the noise of the series. Expect them to be too
    narrow.
    """
    tail = (1 - level) / 2
    low, high = np.quantile(forecast, [tail, 1 - tail], axis=0)
    return Interval(low, high)


def conformal(ensemble: Floats, residuals: Floats, level: float) -> Interval | None:
    """Return split conformal intervals: forecasts plus and minus a quantile of earlier errors.

    Lei, G'Sell, Rinaldo, Tibshirani and Wasserman (2018), Distribution-free predictive inference
    for regression, JASA 113.

    Args:
        ensemble: forecasts [N].
        residuals: of other forecasts [n], which were made in the same way. Their true values had no
            part in the training.
        level: the share that is to be held, above 0 and below 1.

    Returns:
        The interval; None if there are too few residuals.

    """
    half = half_width(residuals, level)
    if half is None:
        return None
    return Interval(ensemble - half, ensemble + half)


def half_width(residuals: Floats, level: float) -> float | None:
    """Return half the width of a conformal interval.

    That is the absolute residual of rank ceil((n + 1) * level). If the residuals are exchangeable,
    the interval holds at least the share ``level``.

    Args:
        residuals: of earlier forecasts [n].
        level: the share that is to be held, above 0 and below 1.

    Returns:
        Half the width; None if there are fewer residuals than the rank.

    """
    rank = _rank(len(residuals), level)
    if rank > len(residuals):
        return None
    rising = np.sort(np.abs(residuals))
    return float(rising[rank - 1])


def _rank(count: int, level: float) -> int:
    product = (count + 1) * level
    return max(1, math.ceil(round(product, 9)))  # an error of rounding must not raise the rank


def half_widths(residuals: Floats, level: float, horizon: int | None = None) -> Floats | None:
    """Return half the width of the conformal interval at each step ahead.

    They never shrink: what is farther ahead is no better known, and a smaller quantile is one of
    fewer residuals. A step with too few residuals of its own is at least as wide as the step before
    it; after the last step that has enough, it is wider than that one by the square root of their
    ratio, as errors of a random walk grow.

    Args:
        residuals: from each origin [K, J], NaN where there is none.
        level: the share that is to be held.
        horizon: H, J or more; None: J.

    Returns:
        [H]; None if the first step has too few residuals.

    """
    own = [half_width(step[np.isfinite(step)], level) for step in residuals.T]
    if own[0] is None:
        return None
    known = np.maximum.accumulate([0.0 if width is None else width for width in own])  # [J]
    last = max(step for step, width in enumerate(own, start=1) if width is not None)
    steps = np.arange(1, (horizon or len(own)) + 1)
    within = known[np.minimum(steps, last) - 1]
    return np.asarray(within * np.sqrt(np.maximum(steps, last) / last))


def never_narrowing(interval: Interval, center: Floats) -> Interval:
    """Return the interval of steps ahead, each bound as far from the center as at earlier steps.

    Args:
        interval: of the steps 1, 2 ... H.
        center: forecasts [H].

    """
    below = np.maximum.accumulate(center - interval.low)
    above = np.maximum.accumulate(interval.high - center)
    return Interval(center - below, center + above)
