"""Numbers that say how good forecasts are.

Hyndman and Koehler (2006), Another look at measures of forecast accuracy, International Journal of Forecasting 22.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def rmse(forecast: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    """Return the root of the mean squared error over the last axis: [..., N] and [N] to [...]."""
    return np.asarray(np.sqrt(np.mean((np.asarray(forecast, float) - np.asarray(y, float)) ** 2, axis=-1)))


def mae(forecast: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    """Return the mean absolute error over the last axis: [..., N] and [N] to [...]."""
    return np.asarray(np.mean(np.abs(np.asarray(forecast, float) - np.asarray(y, float)), axis=-1))


def seasonal_naive_error(train: Floats, season_length: int) -> float:
    """Return the mean absolute seasonal difference of the training values, by which MASE divides.

    NaN where the values are no more than one season, or never differ from the season before.
    """
    differences = np.abs(train[season_length:] - train[:-season_length])
    error = float(differences.mean()) if len(differences) else 0.0
    return error or np.nan


def smape(forecast: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    """Return the mean of |y - forecast| / ((|y| + |forecast|) / 2), 0 to 2: [..., N] and [N] to [...].

    That of the M4 competition, without its factor of 100. Where both are 0 the error is 0.
    """
    forecast, y = np.asarray(forecast, float), np.asarray(y, float)
    size = (np.abs(forecast) + np.abs(y)) / 2
    return np.asarray(np.mean(np.abs(y - forecast) / np.where(size == 0, 1, size), axis=-1))


def direction(forecast: npt.ArrayLike, y: npt.ArrayLike, before: npt.ArrayLike) -> Floats:
    """Return the share of steps whose up or down is forecast right: [..., N], [N] and [N] to [...].

    Args:
        forecast: forecasts of y; one that equals the value before says neither, and is not right.
        y: true values; steps without a change are not counted, and NaN is returned where there are no others.
        before: the value before each.

    """
    rise = np.asarray(y, float) - np.asarray(before, float)
    moved = rise != 0
    said = np.asarray(forecast, float) - np.asarray(before, float)
    right = np.sign(said[..., moved]) == np.sign(rise[moved])
    return np.asarray(right.mean(axis=-1) if moved.any() else np.full(said.shape[:-1], np.nan))


def summary(values: npt.ArrayLike) -> dict[str, float | None]:
    """Return mean, standard deviation (n - 1; null for one value), extremes and quartiles: what ``describe`` shows."""
    sample = np.asarray(values, float)
    q25, median, q75 = np.quantile(sample, [0.25, 0.5, 0.75])
    figures = {"mean": sample.mean(), "std": sample.std(ddof=1) if len(sample) > 1 else None, "min": sample.min()}
    figures |= {"q25": q25, "median": median, "q75": q75, "max": sample.max()}
    return {name: number(figure) for name, figure in figures.items()}


def number(value: npt.ArrayLike | None) -> float | None:
    """Return a figure for a JSON file: null where it is not defined."""
    return None if value is None or np.isnan(float(np.asarray(value))) else float(np.asarray(value))


def skill(error: float, reference: float) -> float | None:
    """Return 1 - error / reference; null where the reference makes no error."""
    return None if reference == 0 else 1 - error / reference


def mean_over_series(errors: Sequence[npt.ArrayLike]) -> Floats:
    """Return the mean over series of their errors: D of [R] to [R]."""
    return np.asarray(np.mean(np.asarray(errors, float), axis=0))
