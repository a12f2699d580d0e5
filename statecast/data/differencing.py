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
    polynomial, start = _polynomial(lags), sum(lags)
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


def undifference_path(differenced: Floats, past: Floats, lags: Sequence[int]) -> Floats:
    """Return the values of consecutive steps, each from the steps before it and the true values before the first.

    Args:
        differenced: one value for each step, in the last axis [..., h].
        past: the true values before the first step, the last ``sum(lags)`` of which are used.
        lags: as in ``difference``.

    """
    polynomial, start = _polynomial(lags), sum(lags)
    known = np.broadcast_to(past[len(past) - start :], (*differenced.shape[:-1], start))
    values = np.concatenate([known, differenced], axis=-1)
    for step in range(start, values.shape[-1]):
        for offset in np.flatnonzero(polynomial[1:]) + 1:
            values[..., step] -= polynomial[offset] * values[..., step - offset]
    return values[..., start:]


def _polynomial(lags: Sequence[int]) -> Floats:
    """Return the coefficients of the product of (1 - B^lag) over the lags, B^0 first."""
    polynomial = np.ones(1)
    for lag in lags:
        factor = np.zeros(lag + 1)
        factor[0], factor[lag] = 1, -1
        polynomial = np.convolve(polynomial, factor)
    return polynomial
