"""Methods that forecast one step ahead without a network, each fitted once on training values.

A fitted method is a function of the values before a time, so it cannot see ahead. The statistical
models are those of statsforecast; Hyndman and Athanasopoulos, Forecasting: Principles and Practice
(3rd ed.), chapters 5, 8 and 9. Shape letters: N values or rows, M times that are forecast.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np

from statecast.base.arrays import Floats
from statecast.base.errors import one_line
from statecast.network.rows import SeriesRows

OneStep = Callable[[Floats], float]  # the values before a time to the forecast of its value


class Fitted(NamedTuple):
    """A method fitted on training values."""

    one_step: OneStep
    of_training: Floats  # its forecasts of the training values [N]; NaN where it has none


class Walked(NamedTuple):
    """One-step forecasts of some values, and of the values that the method was fitted on."""

    forecast: Floats  # [M]
    of_training: Floats  # [N]; NaN where there is none


Fit = Callable[[Floats, int], Fitted]  # training values and season length to a fitted method
Method = Literal[
    "persistence", "drift", "seasonal_naive", "auto_arima", "auto_ets", "auto_theta", "ridge"
]
METHODS: tuple[Method, ...] = get_args(Method)

log = logging.getLogger(__name__)


class NoForecastError(Exception):
    """Say why a method cannot forecast a series."""


def walk(
    method: str,
    y: Floats,
    train: int,
    times: Sequence[int],
    *,
    season_length: int,
    name: object,
) -> Walked | None:
    """Return one-step forecasts of ``y[times]``, each made of the values before its time.

    Args:
        method: one of METHODS but ridge.
        y: values in the order of time [N].
        train: how many of them, from the first, the method is fitted on.
        times: places in ``y`` [M], 1 or later.
        season_length: rows in a season. A model that has fewer than two seasons to learn from uses
            none.
        name: of the series, for the log.

    Returns:
        The forecasts; None if the method cannot forecast the series.

    """
    season = _usable_season(method, train, season_length, name)
    seasons = [season]
    if method in MODELS and season != 1:
        seasons.append(1)
    for tried in seasons:
        try:
            return _walked(method, y, train, times, tried)
        except NoForecastError as error:
            reason = error
    log.info("baseline: series %r: %s left out (%s)", str(name), method, reason)
    return None


def ridge(series: SeriesRows, alpha: float, output: int = 0) -> Floats:
    """Return scaled forecasts [N] of all rows by a ridge regression on the network's own inputs.

    Args:
        series: the scaled rows; the training rows are fitted.
        alpha: penalty on the squared weights, 0 or more.
        output: which one of the rows is forecast.

    """
    from sklearn.linear_model import Ridge

    train = series.part("train")
    fitted = Ridge(alpha=alpha).fit(series.x[train], series.y[train, output])
    return np.asarray(fitted.predict(series.x), np.float64)


def _usable_season(method: str, train: int, season_length: int, name: object) -> int:
    """Return the season length, or 1 if a model has fewer than two seasons to learn from."""
    if method not in MODELS or season_length == 1 or train >= 2 * season_length:
        return season_length
    few = f"{train} training values are less than two seasons of {season_length}"
    log.info("baseline: series %r: %s without a season (%s)", str(name), method, few)
    return 1


def _walked(method: str, y: Floats, train: int, times: Sequence[int], season: int) -> Walked:
    """Fit a method and walk it forward.

    Raises:
        NoForecastError: it cannot be fitted, or a forecast is not finite.

    """
    try:
        # Candidate models without degrees of freedom divide by zero, and are then not chosen.
        with np.errstate(all="ignore"):
            fitted = FITS[method](y[:train], season)
            forecasts = np.array([fitted.one_step(y[:time]) for time in times], np.float64)
    except Exception as error:  # noqa: BLE001 (the models raise bare Exception, KeyError and others)
        reason = one_line(f"{type(error).__name__}: {error}")
        raise NoForecastError(reason) from None
    if not np.isfinite(forecasts).all():
        raise NoForecastError("its forecasts are not finite")
    return Walked(forecasts, fitted.of_training)


def _persistence(train: Floats, season_length: int) -> Fitted:  # noqa: ARG001 (all fits are called alike)
    return _of_the_past(lambda past: past[-1], train, 1)


def _drift(train: Floats, season_length: int) -> Fitted:  # noqa: ARG001 (all fits are called alike)
    steps = len(train) - 1
    slope = (train[-1] - train[0]) / steps if steps else np.nan
    return _of_the_past(lambda past: past[-1] + slope, train, 1)


def _seasonal_naive(train: Floats, season_length: int) -> Fitted:
    return _of_the_past(lambda past: past[-season_length], train, season_length)


def _of_the_past(one_step: OneStep, train: Floats, first: int) -> Fitted:
    """Return a method that needs ``first`` values, with its forecasts of the later ones."""
    of_training = np.full(len(train), np.nan)
    for time in range(first, len(train)):
        of_training[time] = one_step(train[:time])
    return Fitted(one_step, of_training)


def _model(name: str) -> Fit:
    """Return the fit of one of statsforecast's models."""

    def fit(train: Floats, season_length: int) -> Fitted:
        from statsforecast import models

        fitted = getattr(models, name)(season_length=season_length).fit(train)
        of_training = np.asarray(fitted.predict_in_sample()["fitted"], np.float64)
        # h=1 from the past alone: with fitted=True the models look ahead of the rows given
        return Fitted(lambda past: fitted.forward(y=past, h=1)["mean"][0], of_training)

    return fit


MODELS: dict[str, Fit] = {
    "auto_arima": _model("AutoARIMA"),
    "auto_ets": _model("AutoETS"),
    "auto_theta": _model("AutoTheta"),
}
FITS: dict[str, Fit] = {
    "persistence": _persistence,
    "drift": _drift,
    "seasonal_naive": _seasonal_naive,
    **MODELS,
}
