"""Forecasts that a network has to beat.

Each method is fitted once on the training rows and then walked forward. A fitted method is a
function of the values before a time, so it cannot see ahead. The statistical models are those of
statsforecast; Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), chapters
5, 8 and 9. Shape letters: N values or rows, M times that are forecast.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.base.errors import one_line
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.undo import Undo
from statecast.network.rows import SeriesRows

OneStep = Callable[[Floats], float]  # the values before a time to the forecast of its value
Fit = Callable[[Floats, int], OneStep]  # training values and season length to a fitted method
Method = Literal[
    "persistence", "drift", "seasonal_naive", "auto_arima", "auto_ets", "auto_theta", "ridge"
]
METHODS: tuple[Method, ...] = get_args(Method)
COLUMNS = ["unique_id", "fold", "ds", "part", "method", "y", "forecast"]

log = logging.getLogger(__name__)


class NoForecastError(Exception):
    """Say why a method cannot forecast a series."""


def baseline_forecasts(
    series: AlignedSeries,
    methods: Sequence[Method],
    *,
    undo: Undo,
    season_length: int,
    ridge_alpha: float,
) -> pd.DataFrame:
    """Return the forecasts of the validation and test rows by every method that can make them.

    Args:
        series: rows and true values.
        methods: which ones.
        undo: what brings the forecasts of ridge to the original scale.
        season_length: rows in a season.
        ridge_alpha: penalty of ridge on the squared weights, 0 or more.

    Returns:
        ``unique_id, fold, ds, part, method, y, forecast``

    """
    parts = [part for part in ("validation", "test") if series.rows.count(part)]
    frames = []
    for method in methods:
        forecasts: Floats | None
        if method == "ridge":
            forecasts = _ridge_parts(series, parts, ridge_alpha, undo)
        else:
            forecasts = _walked(method, series, parts, season_length)
        if forecasts is not None:
            frames.append(_table(series, parts, method, forecasts))
    return pd.concat(frames) if frames else pd.DataFrame(columns=COLUMNS)


def walk(
    method: str,
    y: Floats,
    train: int,
    times: Sequence[int],
    *,
    season_length: int,
    name: object,
) -> Floats | None:
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
        [M]; None if the method cannot forecast the series.

    """
    season = _usable_season(method, train, season_length, name)
    seasons = [season]
    if method in MODELS and season != 1:
        seasons.append(1)
    for tried in seasons:
        try:
            return _forecasts(method, y, train, times, tried)
        except NoForecastError as error:
            reason = error
    log.info("baseline: series %r: %s left out (%s)", str(name), method, reason)
    return None


def ridge(series: SeriesRows, alpha: float) -> Floats:
    """Return scaled forecasts [N] of all rows by a ridge regression on the network's own inputs.

    Args:
        series: the scaled rows; the training rows are fitted.
        alpha: penalty on the squared weights, 0 or more.

    """
    from sklearn.linear_model import Ridge

    train = series.part("train")
    fitted = Ridge(alpha=alpha).fit(series.x[train], series.y[train, 0])
    return np.asarray(fitted.predict(series.x), np.float64)


def _ridge_parts(series: AlignedSeries, parts: Sequence[str], alpha: float, undo: Undo) -> Floats:
    """Return the forecasts of ridge on the original scale, part after part."""
    scaled = ridge(series.rows, alpha)[None]  # [1, N], as of one repeat
    by_part = []
    for part in parts:
        forecasts = undo.one_step(scaled[:, series.rows.part(part)], series, part)
        by_part.append(forecasts[0])
    return np.concatenate(by_part)


def _walked(
    method: str, series: AlignedSeries, parts: Sequence[str], season_length: int
) -> Floats | None:
    """Return the forecasts of a method, part after part; None if it cannot make them."""
    all_times = np.arange(len(series.y))
    times = np.concatenate([all_times[series.places(part)] for part in parts])
    train = len(series.training_values())
    name = series.rows.key
    return walk(method, series.y, train, times.tolist(), season_length=season_length, name=name)


def _table(
    series: AlignedSeries, parts: Sequence[str], method: str, forecasts: Floats
) -> pd.DataFrame:
    """Return the forecasts of one method, part after part, as ``baseline_forecasts`` has them."""
    counts = [series.rows.count(part) for part in parts]
    ds = np.concatenate([series.rows.ds[series.rows.part(part)] for part in parts])
    y = np.concatenate([series.values(part) for part in parts])
    key = series.rows.key
    columns = {
        "unique_id": key.unique_id,
        "fold": key.fold,
        "ds": ds,
        "part": np.repeat(parts, counts),
        "method": method,
        "y": y,
        "forecast": forecasts,
    }
    return pd.DataFrame(columns)


def _usable_season(method: str, train: int, season_length: int, name: object) -> int:
    """Return the season length, or 1 if a model has fewer than two seasons to learn from."""
    if method not in MODELS or season_length == 1 or train >= 2 * season_length:
        return season_length
    few = f"{train} training values are less than two seasons of {season_length}"
    log.info("baseline: series %r: %s without a season (%s)", str(name), method, few)
    return 1


def _forecasts(method: str, y: Floats, train: int, times: Sequence[int], season: int) -> Floats:
    """Fit a method and walk it forward.

    Raises:
        NoForecastError: it cannot be fitted, or a forecast is not finite.

    """
    try:
        # Candidate models without degrees of freedom divide by zero, and are then not chosen.
        with np.errstate(all="ignore"):
            one_step = FITS[method](y[:train], season)
            forecasts = np.array([one_step(y[:time]) for time in times], np.float64)
    except Exception as error:  # noqa: BLE001 (the models raise bare Exception, KeyError and others)
        reason = one_line(f"{type(error).__name__}: {error}")
        raise NoForecastError(reason) from None
    if not np.isfinite(forecasts).all():
        raise NoForecastError("its forecasts are not finite")
    return forecasts


def _persistence(train: Floats, season_length: int) -> OneStep:  # noqa: ARG001 (all fits are called alike)
    return lambda past: past[-1]


def _drift(train: Floats, season_length: int) -> OneStep:  # noqa: ARG001 (all fits are called alike)
    steps = len(train) - 1
    slope = (train[-1] - train[0]) / steps if steps else np.nan
    return lambda past: past[-1] + slope


def _seasonal_naive(train: Floats, season_length: int) -> OneStep:  # noqa: ARG001 (all fits are called alike)
    return lambda past: past[-season_length]


def _model(name: str) -> Fit:
    """Return the fit of one of statsforecast's models."""

    def fit(train: Floats, season_length: int) -> OneStep:
        from statsforecast import models

        fitted = getattr(models, name)(season_length=season_length).fit(train)
        # h=1 from the past alone: with fitted=True the models look ahead of the rows given
        return lambda past: fitted.forward(y=past, h=1)["mean"][0]

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
