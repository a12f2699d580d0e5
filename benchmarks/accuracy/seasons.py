"""Seasons of a series as factors, and the forecasts that use nothing else.

The test and the factors are those of the competition's method naive 2: classical decomposition
by ratios to a moving average, where the autocorrelation at the season is significant. Makridakis,
Spiliotis and Assimakopoulos (2018), Statistical and machine learning forecasting methods, PLOS ONE
13. Shape letters: N values, M months of a season, H steps ahead.
"""

import numpy as np

from statecast.base.arrays import Floats

SIGNIFICANT = 1.645  # standard errors: 90 %, two-sided


def seasonal_naive(y: Floats, season: int, horizon: int) -> Floats:
    """Return the values a season before each step, of the last season again and again [H]."""
    return np.resize(y[-season:], horizon)


def naive2(y: Floats, season: int, horizon: int) -> Floats:
    """Return the last value without its season, with the season of each step [H]."""
    factors = seasonal_factors(y, season)
    last = y[-1] / factors[(len(y) - 1) % season]
    return np.asarray(last * factors_after(factors, len(y), horizon))


def seasonal_factors(y: Floats, season: int) -> Floats:
    """Return the factor of each month of a season [M], the first one that of ``y[0]``.

    The mean of the factors is 1. All are 1 where the season is not significant, or where a value
    is not above 0.

    Args:
        y: values [N].
        season: M, an even number.

    """
    if len(y) < 5 * season // 2 or (y <= 0).any() or not has_season(y, season):
        return np.ones(season)
    half = season // 2
    weights = np.array([0.5, *np.ones(season - 1), 0.5]) / season
    trend = np.convolve(y, weights, "valid")  # [N - M]
    ratio = y[half:-half] / trend
    month = np.arange(half, len(y) - half) % season
    means = np.bincount(month, ratio, season) / np.bincount(month, minlength=season)
    return np.asarray(means / means.mean())


def has_season(y: Floats, season: int) -> bool:
    """Return whether the autocorrelation at lag M is significant."""
    deviation = y - y.mean()
    variance = deviation @ deviation
    if variance == 0:
        return False
    lags = range(1, season + 1)
    correlation = np.array([deviation[lag:] @ deviation[:-lag] for lag in lags]) / variance
    error = np.sqrt((1 + 2 * (correlation[:-1] ** 2).sum()) / len(y))
    return bool(abs(correlation[-1]) > SIGNIFICANT * error)


def without_season(y: Floats, factors: Floats) -> Floats:
    """Return values [N] divided by the factors of their months."""
    return np.asarray(y / factors[np.arange(len(y)) % len(factors)])


def factors_after(factors: Floats, count: int, horizon: int) -> Floats:
    """Return the factors [H] of the steps after ``count`` values."""
    return np.asarray(factors[(count + np.arange(horizon)) % len(factors)])
