"""Seasonal factors, which are taken out of a series before it is transformed, and their inverse.

Each place in a season has one factor, fitted on training values alone: the mean ratio to a centred
moving average, or the mean difference from it. Hyndman and Athanasopoulos, Forecasting: Principles
and Practice (3rd ed.), section 3.4. Shape letters: N values, M rows of a season.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from statecast.base.arrays import Floats
from statecast.base.errors import require

Seasonal = Literal["none", "additive", "multiplicative"]

SEASONS = 2  # of training values, so that each place in a season has a value with an average


def seasonal_factors(y: Floats, season: int, kind: Seasonal, where: str) -> list[float]:
    """Return the factor of each place in a season [M], the first one that of ``y[0]``.

    The mean of multiplicative factors is 1, that of additive ones 0.

    Args:
        y: training values [N], from the first value of the series on.
        season: M, 2 or more.
        kind: additive or multiplicative.
        where: the series, for the message of an error.

    Raises:
        StatecastError: there are too few values, or one is 0 or below and would be divided by.

    """
    must = f"have {SEASONS * season} training rows in {where}, two seasons"
    require(len(y) >= SEASONS * season, "`seasonal`", must, len(y))
    is_ratio = kind == "multiplicative"
    lowest = float(y.min())
    must = f"have training values above 0 in {where}"
    require(not is_ratio or lowest > 0, "`seasonal` multiplicative", must, f"{lowest:g}")
    half = season // 2
    trend = _moving_average(y, season)
    inner = y[half : len(y) - half]
    apart = inner / trend if is_ratio else inner - trend
    place = np.arange(half, len(y) - half) % season
    means = np.bincount(place, apart, season) / np.bincount(place, minlength=season)
    centred = means / means.mean() if is_ratio else means - means.mean()
    return [float(factor) for factor in centred]


def without_season(
    y: Floats, factors: Sequence[float], kind: Seasonal, start: npt.ArrayLike = 0
) -> Floats:
    """Return values [..., N] without their season.

    Args:
        y: values one after the other along the last axis.
        factors: of each place in a season [M].
        kind: how they are taken out; ``none`` leaves the values as they are.
        start: the place of the first value in its series, or of each of several stretches [...].

    """
    if kind == "none":
        return y
    own = _factors_at(factors, start, y.shape[-1])
    return np.asarray(y / own if kind == "multiplicative" else y - own)


def with_season(
    y: Floats, factors: Sequence[float], kind: Seasonal, start: npt.ArrayLike = 0
) -> Floats:
    """Return what ``without_season`` was given; the arguments are the same."""
    if kind == "none":
        return y
    own = _factors_at(factors, start, y.shape[-1])
    return np.asarray(y * own if kind == "multiplicative" else y + own)


def _factors_at(factors: Sequence[float], start: npt.ArrayLike, count: int) -> Floats:
    places = np.asarray(start)[..., None] + np.arange(count)
    return np.asarray(factors)[places % len(factors)]


def _moving_average(y: Floats, season: int) -> Floats:
    """Return the centred moving average over a season [N - M], or of an odd season [N - M + 1]."""
    weights = np.ones(season)
    if season % 2 == 0:
        weights = np.array([0.5, *np.ones(season - 1), 0.5])
    return np.convolve(y, weights / season, "valid")
