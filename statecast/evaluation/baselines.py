"""Forecasts that a network has to beat.

Each method is fitted once on the training rows and then walked forward. Shape letters: N rows, M
rows of all parts that are forecast.
"""

import logging
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.base.identity import SeriesKey
from statecast.base.logs import first_of, log_each
from statecast.evaluation.known_walks import walk_once
from statecast.evaluation.measures import rmse_where_known
from statecast.evaluation.methods import Course, Method, Walked
from statecast.evaluation.outliers import is_far_away
from statecast.evaluation.ridge import ridge
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.undo import Undo

COLUMNS = ["unique_id", "fold", "ds", "part", "method", "y", "forecast", "far_away"]

log = logging.getLogger(__name__)


class PartOfMethod(NamedTuple):
    """The forecasts of one part of a series by one method, as rows of the table."""

    key: SeriesKey
    part: str
    method: str
    ds: np.ndarray  # [N]
    y: Floats  # [N]
    forecast: Floats  # [N]
    far_away: str  # in words how far; empty: it is not


def baseline_forecasts(
    series: Sequence[AlignedSeries],
    methods: Sequence[Method],
    *,
    undo: Undo,
    season_length: int,
    ridge_alpha: float,
) -> pd.DataFrame:
    """Return the forecasts of the validation and test rows by every method that can make them.

    Args:
        series: rows and true values of each.
        methods: which ones.
        undo: what brings the forecasts of ridge to the original scale.
        season_length: rows in a season.
        ridge_alpha: penalty of ridge on the squared weights, 0 or more.

    Returns:
        ``unique_id, fold, ds, part, method, y, forecast, far_away``, series by series; the last is
        1 in all rows of a part on which a method ``is_far_away``.

    """
    courses = [_course(own) for own in series]
    by_method: list[Sequence[Walked | None]] = []
    for method in methods:
        if method == "ridge":
            by_method.append([_ridge_parts(own, ridge_alpha, undo) for own in series])
        else:
            by_method.append(walk_once(method, courses, season_length=season_length))
    parts: list[PartOfMethod] = []
    for place, own in enumerate(series):
        for method, of_method in zip(methods, by_method, strict=True):
            walked = of_method[place]
            if walked is not None:
                parts += _parts_of_method(own, method, walked)
    _log_far_away([part for part in parts if part.far_away])
    return _table(parts)


def _log_far_away(parts: Sequence[PartOfMethod]) -> None:
    """Log a line for each part on which a method is far away; of many, how many of each method."""
    lines = [f"baseline: {part.far_away}" for part in parts]
    of_method = [f"{part.method} ({part.key})" for part in parts]
    in_all = f"baseline: {len(parts)} forecasts are far away: {first_of(of_method)}"
    log_each(log, logging.WARNING, lines, in_all)


def _parts(series: AlignedSeries) -> list[str]:
    """Return the parts of a series that are forecast."""
    return [part for part in ("validation", "test") if series.rows.count(part)]


def _course(series: AlignedSeries) -> Course:
    """Return the values of a series, and the times of all parts that are forecast."""
    all_times = np.arange(len(series.y))
    times = [all_times[series.places(part)] for part in _parts(series)]
    train = len(series.training_values())
    return Course(str(series.key), series.y, train, np.concatenate([all_times[:0], *times]))


def _ridge_parts(series: AlignedSeries, alpha: float, undo: Undo) -> Walked:
    """Return the forecasts of ridge on the original scale, part after part."""
    scaled = ridge(series.rows, alpha, series.output)[None]  # [1, N], as of one repeat

    def of_part(part: str) -> Floats:
        return undo.one_step(scaled[:, series.rows.part(part)], series, part)[0]

    forecasts = [of_part(part) for part in _parts(series)]
    first = np.full(series.first, np.nan)  # values before the first row
    forecast = np.concatenate([first[:0], *forecasts])
    return Walked(forecast[:, None], np.concatenate([first, of_part("train")]))


def _parts_of_method(series: AlignedSeries, method: str, walked: Walked) -> list[PartOfMethod]:
    """Return the forecasts of one method for each part."""
    in_training = _rmse_of_training(walked.of_training, series.known_training_values())
    parts = []
    start = 0
    for part in _parts(series):
        stop = start + series.rows.count(part)
        forecast = walked.forecast[start:stop, 0]
        start = stop
        ds = series.rows.ds[series.rows.part(part)]
        far_away = _far_away(series, part, method, forecast, in_training)
        y = series.values(part)
        parts.append(PartOfMethod(series.key, part, method, ds, y, forecast, far_away))
    return parts


def _table(parts: Sequence[PartOfMethod]) -> pd.DataFrame:
    """Return the rows of all parts as ``baseline_forecasts`` has them."""
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    of_part = pd.DataFrame(
        {
            "unique_id": [own.key.unique_id for own in parts],
            "fold": [own.key.fold for own in parts],
            "part": [own.part for own in parts],
            "method": [own.method for own in parts],
            "far_away": [int(bool(own.far_away)) for own in parts],
        }
    )
    table = of_part.loc[of_part.index.repeat([len(own.y) for own in parts])]
    values = {
        "ds": np.concatenate([own.ds for own in parts]),
        "y": np.concatenate([own.y for own in parts]),
        "forecast": np.concatenate([own.forecast for own in parts]),
    }
    return table.reset_index(drop=True).assign(**values)[COLUMNS]


def _far_away(
    series: AlignedSeries, part: str, method: str, forecast: Floats, in_training: float
) -> str:
    """Return in words how far away the forecasts of a part are; nothing if they are not."""
    y = series.judged_values(part)
    error = float(rmse_where_known(forecast, y))
    persistence = float(rmse_where_known(series.values_before(part), y))
    if not is_far_away(error, in_training=in_training, persistence=persistence):
        return ""
    where = f"series {str(series.key)!r}: {method} is far away on the {part} rows"
    errors = f"RMSE {error:.4g}, {in_training:.4g} on those it was fitted on"
    return f"{where} ({errors}, {persistence:.4g} of persistence)"


def _rmse_of_training(forecast: Floats, y: Floats) -> float:
    """Return the RMSE of the forecasts that there are of known values; NaN if there are none."""
    is_made = np.isfinite(forecast)
    return float(rmse_where_known(forecast[is_made], y[is_made]))
