"""Transforms that even out the variance of a series before it is differenced, and their inverses.

Box and Cox, An Analysis of Transformations (1964): ``(y ** power - 1) / power``, and the logarithm
for power 0. The inverse of a mean is the median of the forecast distribution, and not its mean.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from statecast.base.arrays import Bools, Floats, Ints
from statecast.base.errors import StatecastError, require

Transform = Literal["none", "log", "boxcox"]

POWERS = (-1.0, 2.0)  # outside, the transformed values are too close together to be told apart
HALVINGS = 25  # of these 3, to 1e-7
LEAST_POWER = 1e-12  # nearer to 0, the division by it loses digits; the logarithm is the same
LOG_LARGEST = float(np.log(1e100))  # an inverse is at most 1e100, whose square is still finite


def estimate_power(y: Floats) -> float:
    """Return the power, from -1 to 2, that makes values most likely to be normal, to 1e-7.

    Args:
        y: positive values [N] that are not all the same.

    """
    return float(estimate_powers(y, np.zeros(1, np.int64))[0])


def estimate_powers(y: Floats, starts: Ints) -> Floats:
    """Return the power of ``estimate_power`` for each of many series [G].

    The likelihood of a power falls with the variance of values that are divided by their geometric
    mean and transformed (Box and Cox, section 3). That variance is a mean of squared differences of
    two values. Each such square is a log-convex function of the power, and so is their mean: it has
    one minimum, and halving an interval by the sign of the slope finds it.

    Args:
        y: positive values [N], series by series; those of a series are not all the same.
        starts: where each series starts among them [G].

    """
    logs = np.log(y)
    sizes = np.diff(starts, append=len(y))
    mean = np.add.reduceat(logs, starts) / sizes
    centred = _Centred(logs - np.repeat(mean, sizes), starts, sizes)
    low, high = (np.full(len(starts), bound) for bound in POWERS)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        rises = centred.variance_rises(middle)
        low = np.where(rises, low, middle)
        high = np.where(rises, middle, high)
    return np.asarray((low + high) / 2)


class _Centred(NamedTuple):
    """Logarithms of the values of many series, each without the mean of its own series."""

    logs: Floats  # [N]
    starts: Ints  # [G]
    sizes: Ints  # [G]

    def variance_rises(self, power: Floats) -> Bools:
        """Return of each series whether a larger power has a larger variance [G].

        Args:
            power: of each series, not 0 [G].

        """
        largest = np.maximum.reduceat(self.logs, self.starts)
        smallest = np.minimum.reduceat(self.logs, self.starts)
        unit = np.where(power > 0, largest, smallest)  # taken out, so that nothing overflows
        own_power = np.repeat(power, self.sizes)
        logs = self.logs - np.repeat(unit, self.sizes)
        transformed = np.expm1(own_power * logs) / own_power
        slope = (logs + transformed * (own_power * logs - 1)) / own_power
        apart = transformed - self._means(transformed)
        covariance = self._sums(apart * slope)
        return covariance + unit * self._sums(apart**2) > 0

    def _sums(self, values: Floats) -> Floats:
        return np.asarray(np.add.reduceat(values, self.starts))

    def _means(self, values: Floats) -> Floats:
        return np.repeat(self._sums(values) / self.sizes, self.sizes)


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


def require_several(y: Floats, where: str) -> None:
    """Check that training values can have a power.

    Args:
        y: training values [N].
        where: the series, for the message of an error.

    Raises:
        StatecastError: all values are the same.

    """
    several = len(y) > 1 and bool(np.ptp(y) > 0)
    must = f"have training rows of more than one value in {where}"
    require(several, "`transform` boxcox", must, f"{len(y)} training rows")


def _is_logarithm(kind: Transform, power: float) -> bool:
    return kind == "log" or abs(power) < LEAST_POWER


def _exponential(logarithm: Floats) -> Floats:
    return np.asarray(np.exp(np.minimum(logarithm, LOG_LARGEST)))
