"""Differences of a series and their inverse.

A difference with lag l takes ``y[t] - y[t-l]``. Several lags, one after the other, are one linear
filter ``d[t] = y[t] - known[t]``, and ``known[t]`` depends on earlier values alone. So the inverse
of a forecast of ``d[t]`` is ``forecast + known[t]``. Hyndman and Athanasopoulos, Forecasting:
Principles and Practice (3rd ed.), section 9.1.
"""

from collections.abc import Sequence

import numpy as np

from statecast.base.arrays import Floats


def known_part(y: Floats, lags: Sequence[int]) -> Floats:
    """Return what the past says of each value, ``y - difference(y)``.

    Args:
        y: values in the order of time [N].
        lags: lags of the differences, taken one after the other; empty for none.

    Returns:
        [N - sum(lags)]; element t is made of ``y[:t + sum(lags)]``.

    """
    start = sum(lags)
    known = np.zeros(len(y) - start)
    for offset, coefficient in past_terms(lags):
        known -= coefficient * y[start - offset : len(y) - offset]
    return known


def difference(y: Floats, lags: Sequence[int]) -> Floats:
    """Return the differenced values [N - sum(lags)] of values y [N]."""
    start = sum(lags)
    differenced = y[start:] - known_part(y, lags)
    return np.asarray(differenced)


def undifference(differenced: Floats, y: Floats, lags: Sequence[int]) -> Floats:
    """Return the values whose differences are ``differenced``, each from the true values before it.

    Args:
        differenced: a value, a forecast say, for each of ``y[sum(lags):]``, [..., N - sum(lags)].
        y: the true values [N].
        lags: as in ``difference``.

    Returns:
        The shape of ``differenced``.

    """
    return np.asarray(differenced + known_part(y, lags))


def undifference_path(differenced: Floats, past: Floats, lags: Sequence[int]) -> Floats:
    """Return the values of consecutive steps, each from the steps before it.

    Args:
        differenced: a value for each step [..., H].
        past: the true values before the first step [N]; the last ``sum(lags)`` of them are used.
            With differenced values of K origins [..., K, H] those before each [K, N].
        lags: as in ``difference``.

    Returns:
        [..., H]

    """
    start = sum(lags)
    terms = past_terms(lags)
    last = past[..., past.shape[-1] - start :]
    known = np.broadcast_to(last, (*differenced.shape[:-1], start))
    values = np.concatenate([known, differenced], axis=-1)  # [..., start + H]
    for step in range(start, values.shape[-1]):
        for offset, coefficient in terms:
            values[..., step] -= coefficient * values[..., step - offset]
    return values[..., start:]


def past_terms(lags: Sequence[int]) -> list[tuple[int, float]]:
    """Return offset and coefficient of each past value in the product of all ``1 - B^lag``."""
    polynomial = np.ones(1)  # coefficients of B^0, B^1 ...
    for lag in lags:
        factor = np.zeros(lag + 1)
        factor[0] = 1
        factor[lag] = -1
        polynomial = np.convolve(polynomial, factor)
    offsets = np.flatnonzero(polynomial[1:]) + 1
    return [(int(offset), float(polynomial[offset])) for offset in offsets]
