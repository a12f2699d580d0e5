"""Differences of a series and their inverse.

A difference with lag l takes y[t] - y[t-l]. Several lags, one after the other, are one linear filter
``d[t] = y[t] - known[t]``, whose ``known[t]`` depends on earlier values alone; so the inverse of a forecast of d[t] is
``forecast + known[t]``. Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), section 9.1.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def known_part(y: Floats, lags: Sequence[int]) -> Floats:
    """Return what the past says of each value: ``y - difference(y)``, without the first ``sum(lags)`` values.

    Args:
        y: values in the order of time [N].
        lags: lags of the differences, taken one after the other; empty for none.

    Returns:
        [N - sum(lags)]; element t is made of ``y[:t + sum(lags)]``.

    """
    polynomial = np.ones(1)  # coefficients of the product of (1 - B^lag)
    for lag in lags:
        factor = np.zeros(lag + 1)
        factor[0], factor[lag] = 1, -1
        polynomial = np.convolve(polynomial, factor)
    start = sum(lags)
    known = np.zeros(len(y) - start)
    for offset in np.flatnonzero(polynomial[1:]) + 1:
        known -= polynomial[offset] * y[start - offset : len(y) - offset]
    return known


def difference(y: Floats, lags: Sequence[int]) -> Floats:
    """Return the differenced values [N - sum(lags)]."""
    return np.asarray(y[sum(lags) :] - known_part(y, lags))


def undifference(differenced: Floats, y: Floats, lags: Sequence[int]) -> Floats:
    """Return the values whose differences are ``differenced``, each from the true values before it.

    Args:
        differenced: one value, a forecast say, for each of ``y[sum(lags):]``, in its last axis [..., N - sum(lags)].
        y: the true values [N].
        lags: as in ``difference``.

    """
    return np.asarray(differenced + known_part(y, lags))
