"""One forecast of several: the weights of members, and what they forecast together.

``half_widths`` of ``statecast.forecasting.intervals`` gives its conformal interval, from the
residuals of the combined validation forecasts. Shape letters: J members, D series, N rows.
"""

from typing import Literal

import numpy as np

from statecast.base.arrays import Floats
from statecast.base.errors import require

Weights = Literal["mean", "median", "validation"]


def member_weights(
    validation_rmse: Floats, by: Weights = "validation", *, power: float = 4
) -> Floats:
    """Return how much each member counts, by its errors on validation rows.

    Args:
        validation_rmse: [J, ...], for instance of J members on D series [J, D]. A member without a
            forecast has NaN or infinity there, and weight 0.
        by: ``validation`` weighs in proportion to the RMSE to the power ``-power``; ``mean`` and
            ``median`` give equal weights.
        power: 0 or more; the more, the more the best one counts.

    Returns:
        [J, ...], the sum over members is 1; NaN where no member has a forecast.

    """
    finite = np.isfinite(validation_rmse)
    if by != "validation":
        return _shares(finite.astype(np.float64))
    errors = np.where(finite, validation_rmse, np.inf)
    least = errors.min(axis=0)
    # errors beside the least one: their powers neither overflow nor vanish
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(least > 0, least / errors, errors == 0)
    return _shares(np.where(finite, relative, 0.0) ** power * finite)


def weights_above_persistence(
    validation_rmse: Floats,
    persistence_rmse: Floats | float,
    by: Weights = "validation",
    *,
    power: float = 4,
) -> Floats:
    """Return the weights of members and of persistence, which stands in where all are worse.

    Args:
        validation_rmse: [J, ...], as ``member_weights`` takes it.
        persistence_rmse: [...], on the same rows.
        by: as ``member_weights`` takes it.
        power: as ``member_weights`` takes it.

    Returns:
        [J + 1, ...], the last of persistence. A member that is worse than persistence has weight 0.
        Persistence has weight 1 if they all are, and otherwise 0.

    """
    persistence = np.asarray(persistence_rmse, np.float64)
    good_enough = validation_rmse <= persistence
    floored = np.where(good_enough, validation_rmse, np.inf)
    none = ~np.any(good_enough, axis=0, keepdims=True)  # [1, ...]
    weights = np.where(none, 0.0, member_weights(floored, by, power=power))
    return np.concatenate([weights, none.astype(np.float64)])


def combined(forecasts: Floats, weights: Floats, by: Weights = "validation") -> Floats:
    """Return the forecast of the members together.

    Args:
        forecasts: [J, ...], for instance [J, N] or [J, D, N]. Those of weight 0 may be NaN.
        weights: [J] or [J, D], the sum over members 1.
        by: ``median`` is that of the members with a weight above 0; the others are weighted means.

    Returns:
        [...]

    Raises:
        StatecastError: the weights do not sum to 1.

    """
    sums = weights.sum(axis=0)
    require(np.allclose(sums, 1), "weights", "sum to 1 over the members", sums)
    missing_axes = forecasts.ndim - weights.ndim
    own = weights.reshape(weights.shape + (1,) * missing_axes)
    if by == "median":
        return np.asarray(np.nanmedian(np.where(own > 0, forecasts, np.nan), axis=0))
    return np.asarray((own * np.where(own > 0, forecasts, 0.0)).sum(axis=0))


def _shares(amounts: Floats) -> Floats:
    """Return the amounts [J, ...] divided by their sum over members."""
    with np.errstate(invalid="ignore"):
        return np.asarray(amounts / amounts.sum(axis=0))
