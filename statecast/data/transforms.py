"""Transforms that even out the variance of a series before it is differenced, and their inverses.

Box and Cox, An Analysis of Transformations (1964): ``(y ** power - 1) / power``, the logarithm for power 0. The inverse
of a mean is the median of the forecast distribution, not its mean.
"""

from typing import Literal

import numpy as np

from statecast.base.errors import StatecastError, require
from statecast.data.differencing import Floats

Transform = Literal["none", "log", "boxcox"]

POWERS = (-1.0, 2.0)  # outside, the transformed values are too close together to be told apart
LEAST_POWER = 1e-12  # nearer to 0, the division by it loses digits, and the logarithm is the same
LOG_LARGEST = float(np.log(1e100))  # an inverse is at most 1e100, whose square is still finite


def estimate_power(y: Floats) -> float:
    """Return the power of largest likelihood under normality, -1 to 2, of positive values that are not all the same."""
    from scipy.optimize import minimize_scalar
    from scipy.stats import boxcox_llf

    def unlikelihood(power: float) -> float:
        return -float(boxcox_llf(power, y))

    return float(minimize_scalar(unlikelihood, bounds=POWERS, method="bounded").x)


def transform(y: Floats, kind: Transform, power: float = 0.0) -> Floats:
    """Return positive values transformed; ``log`` is a Box-Cox transform of power 0."""
    if kind == "none":
        return y
    if kind == "log" or abs(power) < LEAST_POWER:
        return np.log(y)
    return np.asarray(np.expm1(power * np.log(y)) / power)


def untransform(transformed: Floats, kind: Transform, power: float = 0.0) -> Floats:
    """Return what ``transform`` was given.

    A forecast may lie where no value is transformed to, ``power * transformed + 1 <= 0``. It is taken to the edge of
    what there is: 0 for a power above 0; for a power below 0, where the edge is infinite, and for whatever else grows
    beyond it, 1e100.
    """
    if kind == "none":
        return transformed
    if kind == "log" or abs(power) < LEAST_POWER:
        return np.asarray(np.exp(np.minimum(transformed, LOG_LARGEST)))
    with np.errstate(divide="ignore"):  # the logarithm of 0 is meant: the edge
        logarithm = np.log1p(np.maximum(power * transformed, -1)) / power
    return np.asarray(np.exp(np.minimum(logarithm, LOG_LARGEST)))


def require_positive(y: Floats, kind: Transform, where: str, times: list[str]) -> None:
    """Raise StatecastError, which names the first row, where a transform needs values above 0 and finds others."""
    bad = np.flatnonzero(y <= 0)
    if kind != "none" and len(bad):
        found = f"{y[bad[0]]:g} at {times[bad[0]]} ({len(bad)} such rows)"
        raise StatecastError(f"params.yaml: difference.transform {kind} must have values above 0, {where} has {found}")


def power_of(y: Floats, where: str) -> float:
    """Return the power that the training rows y ask for; raise StatecastError where they cannot."""
    several = len(y) > 1 and bool(np.ptp(y) > 0)
    what = f"have training rows of more than one value in {where}"
    require(several, "params.yaml: difference.transform boxcox", what, f"{len(y)} training rows")
    return estimate_power(y)
