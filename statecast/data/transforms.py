"""Transforms that even out the variance of a series before it is differenced, and their inverses.

Box and Cox, An Analysis of Transformations (1964): ``(y ** power - 1) / power``, and the logarithm
for power 0. The inverse of a mean is the median of the forecast distribution, and not its mean.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from statecast.base.arrays import Floats
from statecast.base.errors import StatecastError, require

Transform = Literal["none", "log", "boxcox"]

POWERS = (-1.0, 2.0)  # outside, the transformed values are too close together to be told apart
LEAST_POWER = 1e-12  # nearer to 0, the division by it loses digits; the logarithm is the same
LOG_LARGEST = float(np.log(1e100))  # an inverse is at most 1e100, whose square is still finite


def estimate_power(y: Floats) -> float:
    """Return the power, from -1 to 2, that makes values most likely to be normal.

    Args:
        y: positive values [N] that are not all the same.

    """
    from scipy.optimize import minimize_scalar
    from scipy.stats import boxcox_llf

    def unlikelihood(power: float) -> float:
        return -float(boxcox_llf(power, y))

    return float(minimize_scalar(unlikelihood, bounds=POWERS, method="bounded").x)


def transform(y: Floats, kind: Transform, power: float = 0.0) -> Floats:
    """Return positive values transformed, in the shape of ``y``.

    ``log`` is a Box-Cox transform of power 0.
    """
    if kind == "none":
        return y
    if _is_logarithm(kind, power):
        return np.log(y)
    return np.asarray(np.expm1(power * np.log(y)) / power)


def untransform(transformed: Floats, kind: Transform, power: float = 0.0) -> Floats:
    """Return what ``transform`` was given, in the shape of ``transformed``.

    A forecast may be one that no value is transformed to: ``power * transformed + 1 <= 0``. It then
    becomes the nearest value that there is, which is 0 for a power above 0. For a power below 0 the
    nearest value is infinite. 1e100 stands for it, and for every other value that is larger.
    """
    if kind == "none":
        return transformed
    if _is_logarithm(kind, power):
        return _exponential(transformed)
    inside = np.maximum(power * transformed, -1)
    with np.errstate(divide="ignore"):  # at the edge the logarithm of 0 is meant
        logarithm = np.log1p(inside) / power
    return _exponential(logarithm)


def require_positive(
    y: Floats, kind: Transform, where: str, times: Sequence[object] | np.ndarray
) -> None:
    """Check that a transform has values above 0.

    Args:
        y: values [N].
        kind: which transform; ``none`` takes all values.
        where: the series, for the message of an error.
        times: of the values [N].

    Raises:
        StatecastError: a value is 0 or below.

    """
    bad = np.flatnonzero(y <= 0)
    if kind != "none" and len(bad):
        first = bad[0]
        value = f"{y[first]:g} at {times[first]} ({len(bad)} such rows)"
        must = f"have values above 0, {where} has {value}"
        raise StatecastError(f"`transform` {kind} must {must}")


def power_of(y: Floats, where: str) -> float:
    """Return the power that suits training values.

    Args:
        y: training values [N].
        where: the series, for the message of an error.

    Raises:
        StatecastError: all values are the same.

    """
    several = len(y) > 1 and bool(np.ptp(y) > 0)
    must = f"have training rows of more than one value in {where}"
    require(several, "`transform` boxcox", must, f"{len(y)} training rows")
    return estimate_power(y)


def _is_logarithm(kind: Transform, power: float) -> bool:
    return kind == "log" or abs(power) < LEAST_POWER


def _exponential(logarithm: Floats) -> Floats:
    return np.asarray(np.exp(np.minimum(logarithm, LOG_LARGEST)))
