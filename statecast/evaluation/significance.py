"""Whether one forecast is better than another by more than chance."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from statecast.base.arrays import Floats
from statecast.base.namespaces import load_when_used

ROUNDING = 1e-12  # relative; differentials that vary by less are taken as constant


class Significance(NamedTuple):
    """A statistic, negative where the first forecast is better, and its two-sided p-value."""

    statistic: float
    p: float


def diebold_mariano(
    first: npt.ArrayLike, second: npt.ArrayLike, horizon: int = 1
) -> Significance | None:
    """Compare the squared errors of two forecasts of the same values.

    Diebold and Mariano (1995), Journal of Business and Economic Statistics 13. The factor for small
    samples and Student's t with N - 1 degrees of freedom: Harvey, Leybourne and Newbold (1997),
    International Journal of Forecasting 13.

    Args:
        first: errors of one forecast in the order of time [N].
        second: errors of the other [N].
        horizon: how many steps ahead both were made, H. The differentials are then correlated over
            H - 1 steps.

    Returns:
        The test; None if the statistic is not defined. That is so for H values or fewer, for
        differentials that never vary, such as those of equal forecasts, and beyond one step also
        for a variance that is not above zero.

    """
    loss = np.asarray(first, float) ** 2 - np.asarray(second, float) ** 2
    count = len(loss)
    if count <= horizon or np.ptp(loss) <= ROUNDING * np.abs(loss).max():
        return None
    variance = _variance_of_mean(loss, horizon)
    if variance <= 0:
        return None
    small = (count + 1 - 2 * horizon + horizon * (horizon - 1) / count) / count
    statistic = float(np.sqrt(small) * loss.mean() / np.sqrt(variance))
    p = 2 * _student_t(count - 1, -abs(statistic))
    return Significance(statistic, p)


def _variance_of_mean(loss: Floats, horizon: int) -> float:
    """Return the variance of the mean of values [N], correlated over ``horizon - 1`` steps."""
    count = len(loss)
    centred = loss - loss.mean()
    covariances = [float(centred[lag:] @ centred[: count - lag]) / count for lag in range(horizon)]
    variance, *others = covariances
    return (variance + 2 * sum(others)) / count


def _student_t(degrees: int, value: float) -> float:
    """Return the distribution function of Student's t, SciPy's own.

    Its module alone is imported: ``scipy.special`` takes 0.15 s, a sixth of the stage evaluate.
    """
    load_when_used("scipy.special")
    from scipy.special._ufuncs import stdtr

    return float(stdtr(degrees, value))
