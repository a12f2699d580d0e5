"""Methods that forecast without a network, each fitted once on training values.

A fitted method is a function of the values before a time, so it cannot see ahead. The statistical
models are those of statsforecast; Hyndman and Athanasopoulos, Forecasting: Principles and Practice
(3rd ed.), chapters 5, 8 and 9. Shape letters: N values or rows, M times that are forecast, H steps
ahead.
"""

import logging
import warnings
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np

from statecast.base.arrays import Floats, Ints
from statecast.base.errors import one_line
from statecast.base.logs import log_each
from statecast.base.namespaces import hidden

# the values before a time and H to the forecasts of its value and the H - 1 after it [H]
Ahead = Callable[[Floats, int], Floats]


class Fitted(NamedTuple):
    """A method fitted on training values."""

    ahead: Ahead
    of_training: Floats  # its forecasts of the training values [N]; NaN where it has none


class Walked(NamedTuple):
    """Forecasts from some times on, and of the values that the method was fitted on."""

    forecast: Floats  # [M, H], from the values before each time
    of_training: Floats  # [N]; NaN where there is none


class Course(NamedTuple):
    """The values of a series, and those of them that are forecast."""

    name: str  # of the series, for the log
    y: Floats  # in the order of time [N]
    train: int  # how many of them, from the first, a method is fitted on
    times: Ints  # places in y [M], 1 or later
    horizon: int = 1  # H, steps that are forecast from each time on


Noted = tuple[Walked | None, list[str]]  # forecasts, and what is worth a line in the log
Fit = Callable[[Floats, int], Fitted]  # training values and season length to a fitted method
Method = Literal[  # all but ridge know the values of a series alone
    "persistence", "drift", "seasonal_naive", "auto_arima", "auto_ets", "auto_theta", "ridge"
]
METHODS: tuple[Method, ...] = get_args(Method)

UNUSED = ("dask",)  # by statsforecast, as far as we use it: half a second of import
SERIES_TO_SHARE = 12  # with so many, models are fitted in several processes
ARIMA = "AutoARIMA"
UNFINISHED = "possible convergence problem"  # a warning of AutoARIMA
LONG = 500  # training values; of more it compares orders by conditional sums of squares

log = logging.getLogger(__name__)


class NoForecastError(Exception):
    """Say why a method cannot forecast a series."""


def walk(method: str, courses: Sequence[Course], *, season_length: int) -> list[Walked | None]:
    """Return forecasts from the times of each series on, made of the values before each time.

    The models are fitted in several processes if there are many series.

    Args:
        method: one of METHODS but ridge.
        courses: the values of each series.
        season_length: rows in a season. A model that has fewer than two seasons to learn from uses
            none.

    Returns:
        Of each series the forecasts; None if the method cannot forecast it.

    """
    is_shared = method in MODELS and len(courses) >= SERIES_TO_SHARE
    walk_all = _walk_in_processes if is_shared else _walk_here
    walked = []
    lines = []
    for course, (own, notes) in zip(courses, walk_all(method, courses, season_length), strict=True):
        lines += [f"series {course.name!r}: {method} {note}" for note in notes]
        walked.append(own)
    in_all = f"{len(lines)} remarks on {method}, the first: {lines[0]}" if lines else ""
    log_each(log, logging.INFO, [f"baseline: {line}" for line in lines], f"baseline: {in_all}")
    return walked


def _walk_here(method: str, courses: Sequence[Course], season_length: int) -> list[Noted]:
    return [_walk(method, course, season_length) for course in courses]


def _walk_in_processes(method: str, courses: Sequence[Course], season_length: int) -> list[Noted]:
    """Walk a method as ``_walk_here`` does, on all cores."""
    from joblib import Parallel, delayed

    walk_one = delayed(_walk)
    return list(Parallel(n_jobs=-1)(walk_one(method, own, season_length) for own in courses))


def _walk(method: str, course: Course, season_length: int) -> Noted:
    """Return the forecasts of one series, and what is worth a line in the log."""
    notes = []
    season = season_length
    if method in MODELS and 2 * season_length > course.train and season_length != 1:
        few = f"{course.train} training values are less than two seasons of {season_length}"
        notes.append(f"without a season ({few})")
        season = 1
    seasons = [season]
    if method in MODELS and season != 1:
        seasons.append(1)
    for tried in seasons:
        try:
            return _walked(method, course, tried), notes
        except NoForecastError as error:
            reason = error
    return None, [*notes, f"left out ({reason})"]


def _walked(method: str, course: Course, season: int) -> Walked:
    """Fit a method and walk it forward.

    Raises:
        NoForecastError: it cannot be fitted, or a forecast is not finite.

    """
    try:
        # Candidate models without degrees of freedom divide by zero, and are then not chosen.
        with np.errstate(all="ignore"):
            fitted = FITS[method](course.y[: course.train], season)
            forecasts = [fitted.ahead(course.y[:time], course.horizon) for time in course.times]
    except NoForecastError:
        raise
    except Exception as error:  # noqa: BLE001 (the models raise bare Exception, KeyError and others)
        reason = one_line(f"{type(error).__name__}: {error}")
        raise NoForecastError(reason) from None
    if not np.isfinite(forecasts).all():
        raise NoForecastError("its forecasts are not finite")
    shape = (len(course.times), course.horizon)
    return Walked(np.array(forecasts, np.float64).reshape(shape), fitted.of_training)


def _persistence(train: Floats, season_length: int) -> Fitted:  # noqa: ARG001 (all fits are called alike)
    return _of_the_past(lambda past, horizon: np.repeat(past[-1], horizon), train, 1)


def _drift(train: Floats, season_length: int) -> Fitted:  # noqa: ARG001 (all fits are called alike)
    steps = len(train) - 1
    slope = (train[-1] - train[0]) / steps if steps else np.nan
    return _of_the_past(lambda past, horizon: past[-1] + slope * _steps(horizon), train, 1)


def _seasonal_naive(train: Floats, season_length: int) -> Fitted:
    def ahead(past: Floats, horizon: int) -> Floats:
        last_season = past[-season_length:]
        if len(last_season) < season_length:
            raise NoForecastError(f"fewer than {season_length} values before")
        return np.resize(last_season, horizon)

    return _of_the_past(ahead, train, season_length)


def _steps(horizon: int) -> Ints:
    """Return 1, 2 ... H."""
    return np.arange(1, horizon + 1)


def _of_the_past(ahead: Ahead, train: Floats, first: int) -> Fitted:
    """Return a method that needs ``first`` values, with its forecasts of the later ones."""
    of_training = np.full(len(train), np.nan)
    for time in range(first, len(train)):
        of_training[time] = ahead(train[:time], 1)[0]
    return Fitted(ahead, of_training)


def _model(name: str) -> Fit:
    """Return the fit of one of statsforecast's models."""

    def fit(train: Floats, season_length: int) -> Fitted:
        with hidden(UNUSED):
            from statsforecast import models

        searched = {"approximation": True} if name == ARIMA and len(train) > LONG else {}
        model = getattr(models, name)(season_length=season_length, **searched)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", UNFINISHED)  # of orders that are compared
            fitted = model.fit(train)
        of_training = np.asarray(fitted.predict_in_sample()["fitted"], np.float64)

        def ahead(past: Floats, horizon: int) -> Floats:
            # from the past alone: with fitted=True the models look ahead of the rows given
            return np.asarray(fitted.forward(y=past, h=horizon)["mean"])

        return Fitted(ahead, of_training)

    return fit


MODELS: dict[str, Fit] = {
    "auto_arima": _model(ARIMA),
    "auto_ets": _model("AutoETS"),
    "auto_theta": _model("AutoTheta"),
}
FITS: dict[str, Fit] = {
    "persistence": _persistence,
    "drift": _drift,
    "seasonal_naive": _seasonal_naive,
    **MODELS,
}
