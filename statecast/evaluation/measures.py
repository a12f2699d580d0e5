"""Numbers that say how good forecasts are.

Hyndman and Koehler (2006), Another look at measures of forecast accuracy, International Journal of
Forecasting 22. Shape letters: N values; ``...`` any axes before, repeats say.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from statecast.base.arrays import Floats

Figures = dict[str, float | None]  # for a JSON file; None if a figure is not defined


def rmse(forecast: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    """Return the root of the mean squared error over the last axis: [..., N] and [N] to [...]."""
    squares = _errors(forecast, y) ** 2
    return np.asarray(np.sqrt(squares.mean(axis=-1)))


def rmse_where_known(forecast: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    """Return the root of the mean squared error over the values that are known.

    Args:
        forecast: of y [..., N].
        y: true values [N], NaN where one is not known.

    Returns:
        [...]; NaN if none is known.

    """
    forecast = np.asarray(forecast, float)
    y = np.asarray(y, float)
    is_known = np.isfinite(y)
    if is_known.all():
        return rmse(forecast, y)
    if not is_known.any():
        return np.full(forecast.shape[:-1], np.nan)
    return rmse(forecast[..., is_known], y[is_known])


def mae(forecast: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    """Return the mean absolute error over the last axis: [..., N] and [N] to [...]."""
    absolute = np.abs(_errors(forecast, y))
    return np.asarray(absolute.mean(axis=-1))


def seasonal_naive_error(train: Floats, season_length: int) -> float:
    """Return the mean absolute seasonal difference of the training values [N].

    MASE divides by it. A difference from or to a value that is not known, NaN, does not count. The
    mean is NaN if there are no values after the first season, or if they never differ from those of
    the season before.
    """
    differences = np.abs(train[season_length:] - train[:-season_length])
    known = differences[np.isfinite(differences)]
    if not known.any():
        return np.nan
    return float(known.mean())


def smape(forecast: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    """Return the symmetric relative error over the last axis, 0 to 2: [..., N] and [N] to [...].

    That is the mean of |y - forecast| / ((|y| + |forecast|) / 2), the sMAPE of the M4 competition
    without its factor of 100. If both values are 0, the error is 0.
    """
    absolute = np.abs(_errors(forecast, y))
    size_of_forecast = np.abs(np.asarray(forecast, float))
    size_of_y = np.abs(np.asarray(y, float))
    size = (size_of_forecast + size_of_y) / 2
    divisor = np.where(size == 0, 1, size)
    relative = absolute / divisor
    return np.asarray(relative.mean(axis=-1))


def direction(forecast: npt.ArrayLike, y: npt.ArrayLike, before: npt.ArrayLike) -> Floats:
    """Return the share of steps whose up or down is forecast right.

    Args:
        forecast: of y [..., N]. A forecast that equals the value before says neither up nor down,
            and is not right.
        y: true values [N]; steps without a change are not counted.
        before: the value before each [N].

    Returns:
        [...]; NaN if no step has a change.

    """
    rise = _errors(y, before)
    return _share_right(forecast, rise, before, weights=(rise != 0).astype(float))


def direction_by_size(forecast: npt.ArrayLike, y: npt.ArrayLike, before: npt.ArrayLike) -> Floats:
    """Return ``direction`` with each step rewarded by the size of its move.

    It is the share of the whole way up and down that is forecast in the right direction: whoever
    is right about one large move and wrong about many small ones may still have most of it.

    Args:
        forecast: as in ``direction``.
        y: true values [N].
        before: the value before each [N].

    Returns:
        [...]; NaN if no step has a change.

    """
    rise = _errors(y, before)
    return _share_right(forecast, rise, before, weights=np.abs(rise))


def _share_right(
    forecast: npt.ArrayLike, rise: Floats, before: npt.ArrayLike, weights: Floats
) -> Floats:
    """Return the share [...] of the weights [N] of steps whose direction is forecast right."""
    said = _errors(forecast, before)
    if not weights.any():
        return np.full(said.shape[:-1], np.nan)
    is_right = np.sign(said) == np.sign(rise)
    return np.asarray(np.average(is_right, axis=-1, weights=weights))


def flatness(forecast: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    """Return how much forecasts move beside the truth: [..., N] and [N] to [...].

    That is the standard deviation of the forecasts divided by that of the true values: 0 for a flat
    line, 1 for forecasts that move as much as the truth. It is NaN if the truth never changes.
    """
    moves = np.asarray(forecast, float).std(axis=-1)
    truth = np.asarray(y, float).std(axis=-1)
    if truth == 0:
        return np.full(moves.shape, np.nan)
    return np.asarray(moves / truth)


def spread(values: npt.ArrayLike) -> Figures:
    """Return mean, standard deviation, extremes and quartiles of values [n], as pandas' describe.

    The standard deviation divides by n - 1, and is None for one value.
    """
    sample = np.asarray(values, float)
    q25, median, q75 = np.quantile(sample, [0.25, 0.5, 0.75])
    return {
        **mean_and_std(sample),
        "min": number(sample.min()),
        "q25": number(q25),
        "median": number(median),
        "q75": number(q75),
        "max": number(sample.max()),
    }


def mean_and_std(values: Floats) -> Figures:
    """Return mean and standard deviation (over n - 1) of values [n]; one value has no deviation."""
    std = values.std(ddof=1) if len(values) > 1 else None
    return {"mean": number(values.mean()), "std": number(std)}


def number(value: npt.ArrayLike | None) -> float | None:
    """Return a figure for a JSON file; None if it is not defined."""
    if value is None:
        return None
    figure = float(np.asarray(value))
    return None if np.isnan(figure) else figure


def skill(error: float, reference: float) -> float | None:
    """Return 1 - error / reference; None if the reference makes no error."""
    return None if reference == 0 else 1 - error / reference


def mean_over_series(errors: Sequence[npt.ArrayLike]) -> Floats:
    """Return the mean over series of their errors, each [...], in the same shape."""
    by_series = np.asarray(errors, float)
    return np.asarray(by_series.mean(axis=0))


def _errors(forecast: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    return np.asarray(forecast, float) - np.asarray(y, float)
