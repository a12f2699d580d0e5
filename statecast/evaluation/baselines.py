"""Forecasts that a network has to beat.

Each method is fitted once on the training rows and then walked forward. Shape letters: N rows, M
rows of all parts that are forecast.
"""

import logging
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.evaluation.measures import rmse
from statecast.evaluation.methods import Method, Walked, ridge, walk
from statecast.evaluation.outliers import is_far_away
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.undo import Undo

COLUMNS = ["unique_id", "fold", "ds", "part", "method", "y", "forecast", "far_away"]

log = logging.getLogger(__name__)


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
        ``unique_id, fold, ds, part, method, y, forecast, far_away``; the last is 1 in all rows of a
        part on which a method ``is_far_away``.

    """
    parts = [part for part in ("validation", "test") if series.rows.count(part)]
    frames: list[pd.DataFrame] = []
    for method in methods:
        walked: Walked | None
        if method == "ridge":
            walked = _ridge_parts(series, parts, ridge_alpha, undo)
        else:
            walked = _walked(method, series, parts, season_length)
        if walked is not None:
            frames += _tables(series, parts, method, walked)
    return pd.concat(frames) if frames else pd.DataFrame(columns=COLUMNS)


def _ridge_parts(series: AlignedSeries, parts: Sequence[str], alpha: float, undo: Undo) -> Walked:
    """Return the forecasts of ridge on the original scale, part after part."""
    scaled = ridge(series.rows, alpha, series.output)[None]  # [1, N], as of one repeat

    def of_part(part: str) -> Floats:
        return undo.one_step(scaled[:, series.rows.part(part)], series, part)[0]

    forecasts = np.concatenate([of_part(part) for part in parts])
    first = np.full(series.first, np.nan)  # values before the first row
    return Walked(forecasts, np.concatenate([first, of_part("train")]))


def _walked(
    method: str, series: AlignedSeries, parts: Sequence[str], season_length: int
) -> Walked | None:
    """Return the forecasts of a method, part after part; None if it cannot make them."""
    all_times = np.arange(len(series.y))
    times = np.concatenate([all_times[series.places(part)] for part in parts])
    train = len(series.training_values())
    name = series.key
    return walk(method, series.y, train, times.tolist(), season_length=season_length, name=name)


def _tables(
    series: AlignedSeries, parts: Sequence[str], method: str, walked: Walked
) -> Iterator[pd.DataFrame]:
    """Yield the forecasts of one method for each part, as ``baseline_forecasts`` has them."""
    key = series.key
    in_training = _rmse_where_known(walked.of_training, series.training_values())
    start = 0
    for part in parts:
        stop = start + series.rows.count(part)
        forecast = walked.forecast[start:stop]
        start = stop
        columns = {
            "unique_id": key.unique_id,
            "fold": key.fold,
            "ds": series.rows.ds[series.rows.part(part)],
            "part": part,
            "method": method,
            "y": series.values(part),
            "forecast": forecast,
            "far_away": int(_is_far_away(series, part, method, forecast, in_training)),
        }
        yield pd.DataFrame(columns)


def _is_far_away(
    series: AlignedSeries, part: str, method: str, forecast: Floats, in_training: float
) -> bool:
    """Return whether forecasts of a part are far away, with a line in the log if they are."""
    y = series.values(part)
    error = float(rmse(forecast, y))
    persistence = float(rmse(series.values_before(part), y))
    if not is_far_away(error, in_training=in_training, persistence=persistence):
        return False
    where = f"series {str(series.key)!r}: {method} is far away on the {part} rows"
    errors = f"RMSE {error:.4g}, {in_training:.4g} on those it was fitted on"
    log.warning("baseline: %s (%s, %.4g of persistence)", where, errors, persistence)
    return True


def _rmse_where_known(forecast: Floats, y: Floats) -> float:
    """Return the RMSE of the forecasts that there are; NaN if there are none."""
    known = np.isfinite(forecast)
    return float(rmse(forecast[known], y[known])) if known.any() else np.nan
