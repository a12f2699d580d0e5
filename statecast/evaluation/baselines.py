"""Forecasts that a network has to beat, each fitted once on the training rows and then walked forward.

A fitted method is a function of the values before a time, so it cannot see ahead. The statistical models are those of
statsforecast; Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), chapters 5, 8 and 9.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from statecast.network.rows import Series

Floats = npt.NDArray[np.float64]
Step = Callable[[Floats], float]  # the values before a time to the forecast of its value
Method = Literal["persistence", "drift", "seasonal_naive", "auto_arima", "auto_ets", "auto_theta", "ridge"]
METHODS: tuple[Method, ...] = get_args(Method)

log = logging.getLogger(__name__)


def walk(method: str, y: Floats, train: int, times: Sequence[int], *, season_length: int, name: str) -> Floats | None:
    """Return one-step forecasts of ``y[times]``, each made of the values before it; None where the method cannot.

    Args:
        method: one of METHODS but ridge.
        y: values in the order of time [N].
        train: how many of them, from the first, the method is fitted on.
        times: places in ``y``, 1 or later.
        season_length: rows in a season; where the training rows are too few for it, the models go without a season.
        name: of the series, for the log.

    """
    season = _usable_season(method, train, season_length, name)
    for tried in dict.fromkeys((season, 1)) if method in MODELS else (season,):
        found, reason = _try(method, y, train, times, tried)
        if found is not None:
            return found
    log.info("baseline: series %r: %s left out (%s)", name, method, reason)
    return None


def ridge(one: Series, alpha: float) -> Floats:
    """Return scaled forecasts [N] of all rows by a ridge regression on the network's own inputs.

    Fitted on the training rows; ``alpha`` is the penalty on the squared weights, 0 or more.
    """
    from sklearn.linear_model import Ridge

    rows = one.part("train")
    x = one.x.reshape(len(one.x), -1)
    fitted = Ridge(alpha=alpha).fit(x[rows], one.y[rows, 0])
    return np.asarray(fitted.predict(x), np.float64)


def _usable_season(method: str, train: int, season_length: int, name: str) -> int:
    if method not in MODELS or season_length == 1 or train >= 2 * season_length:
        return season_length
    seasons = f"{train} training values are less than two seasons of {season_length}"
    log.info("baseline: series %r: %s without a season (%s)", name, method, seasons)
    return 1


def _try(method: str, y: Floats, train: int, times: Sequence[int], season: int) -> tuple[Floats | None, str]:
    try:
        # candidate models without degrees of freedom divide by zero on short series, and are then not chosen
        with np.errstate(all="ignore"):
            step = FITS[method](y[:train], season)
            found = np.array([step(y[:time]) for time in times], np.float64)
    except Exception as error:  # noqa: BLE001 (the models raise bare Exception, NotImplementedError, KeyError and others)
        return None, " ".join(f"{type(error).__name__}: {error}".split())
    return (found, "") if np.isfinite(found).all() else (None, "its forecasts are not finite")


def _persistence(train: Floats, season_length: int) -> Step:  # noqa: ARG001 (all fits are called alike)
    return lambda past: past[-1]


def _drift(train: Floats, season_length: int) -> Step:  # noqa: ARG001 (all fits are called alike)
    slope = (train[-1] - train[0]) / (len(train) - 1) if len(train) > 1 else np.nan
    return lambda past: past[-1] + slope


def _seasonal_naive(train: Floats, season_length: int) -> Step:  # noqa: ARG001 (all fits are called alike)
    return lambda past: past[-season_length]


def _model(name: str) -> Callable[[Floats, int], Step]:
    def fit(train: Floats, season_length: int) -> Step:
        from statsforecast import models

        fitted = getattr(models, name)(season_length=season_length).fit(train)
        # h=1 from the past alone: with fitted=True the models look ahead of the rows that they are given
        return lambda past: fitted.forward(y=past, h=1)["mean"][0]

    return fit


MODELS = {"auto_arima": _model("AutoARIMA"), "auto_ets": _model("AutoETS"), "auto_theta": _model("AutoTheta")}
FITS = {"persistence": _persistence, "drift": _drift, "seasonal_naive": _seasonal_naive, **MODELS}
