"""Numbers that say how good forecasts are."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def rmse(forecast: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    """Return the root of the mean squared error over the last axis: [..., N] and [N] to [...]."""
    return np.asarray(np.sqrt(np.mean((np.asarray(forecast, float) - np.asarray(y, float)) ** 2, axis=-1)))


def summary(values: npt.ArrayLike) -> dict[str, float | None]:
    """Return mean, standard deviation (n - 1; null for one value), extremes and quartiles: what ``describe`` shows."""
    sample = np.asarray(values, float)
    q25, median, q75 = np.quantile(sample, [0.25, 0.5, 0.75])
    figures = {"mean": sample.mean(), "std": sample.std(ddof=1) if len(sample) > 1 else None, "min": sample.min()}
    figures |= {"q25": q25, "median": median, "q75": q75, "max": sample.max()}
    return {name: None if figure is None else float(figure) for name, figure in figures.items()}


def skill(error: float, reference: float) -> float | None:
    """Return 1 - error / reference; null where the reference makes no error."""
    return None if reference == 0 else 1 - error / reference


def mean_over_series(errors: Sequence[npt.ArrayLike]) -> Floats:
    """Return the mean over series of their errors: D of [R] to [R]."""
    return np.asarray(np.mean(np.asarray(errors, float), axis=0))
