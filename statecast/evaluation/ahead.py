"""What forecasts of several steps ahead are worth, step by step.

Shape letters: R repeats, K origins, H steps ahead.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.data.inputs import Inputs
from statecast.evaluation.measures import mean_and_std, mean_over_series, rmse
from statecast.evaluation.scores import Scores
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.paths import paths
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.rollout import origins_of
from statecast.forecasting.undo import Undo

COLUMNS = ["step", "method", "rmse", "std"]


class Ahead(NamedTuple):
    """Forecasts of one series from every origin of its test rows, on the original scale."""

    forecast: Floats  # [R, K, H]
    y: Floats  # [K, H]
    persistence: Floats  # [K, H], the last value known
    seasonal_naive: Floats  # [K, H], the last value known of the same season


def forecasts_ahead(
    networks: Rebatched,
    series: Sequence[AlignedSeries],
    *,
    inputs: Inputs,
    undo: Undo,
    horizon: int,
    season_length: int,
) -> list[Ahead]:
    """Return the forecasts of the test rows of each series that has as many as the horizon.

    Args:
        networks: trained and rebatched.
        series: rows and true values of each.
        inputs: what a row is.
        undo: what brings forecasts to the original scale.
        horizon: H.
        season_length: rows in a season.

    """
    origins = [origins_of(own.rows, "test", horizon) for own in series]
    long = [own for own, each in zip(series, origins, strict=True) if len(each)]
    origins = [each for each in origins if len(each)]
    forecasts = paths(networks, long, inputs=inputs, undo=undo, origins=origins, horizon=horizon)
    return [
        _ahead(own, each, forecast, season_length)
        for own, each, forecast in zip(long, origins, forecasts, strict=True)
    ]


def _ahead(
    series: AlignedSeries, origins: Sequence[int], forecast: Floats, season_length: int
) -> Ahead:
    """Return the forecasts [R, K, H] of a series beside those that know no network."""
    horizon = forecast.shape[2]
    last = np.array([len(series.past(origin)) - 1 for origin in origins])[:, None]  # [K, 1]
    into_season = np.arange(horizon)[None] % season_length  # [1, H]
    same_season = last - (season_length - 1) + into_season  # [K, H], places in y
    return Ahead(
        forecast=forecast,
        y=series.ahead(origins, horizon),
        persistence=np.repeat(series.y[last], horizon, axis=1),
        seasonal_naive=series.y[np.maximum(same_season, 0)],
    )


def errors_ahead(by_series: Sequence[Ahead]) -> dict[str, Floats]:
    """Return the RMSE at each step by method, the mean over series.

    Returns:
        ``network`` [R, H]; the other methods [H].

    """

    def mean_error(name: str) -> Floats:
        return mean_over_series([_by_step(getattr(ahead, name), ahead.y) for ahead in by_series])

    ensemble = [_by_step(ahead.forecast.mean(axis=0), ahead.y) for ahead in by_series]
    return {
        "network": mean_error("forecast"),
        "ensemble": mean_over_series(ensemble),
        "persistence": mean_error("persistence"),
        "seasonal_naive": mean_error("seasonal_naive"),
    }


def ahead_scores(errors: Mapping[str, Floats]) -> Scores:
    """Return the RMSE of each step.

    Args:
        errors: from ``errors_ahead``.

    Returns:
        By step: of the network mean and standard deviation over the repeats; of each other method
        one figure.

    """
    others = {name: values for name, values in errors.items() if name != "network"}
    scores: Scores = {}
    for step, of_repeats in enumerate(errors["network"].T):
        own = {name: float(values[step]) for name, values in others.items()}
        scores[f"step_{step + 1}"] = {"rmse": mean_and_std(of_repeats), **own}
    return scores


def ahead_table(errors: Mapping[str, Floats]) -> pd.DataFrame:
    """Return ``step, method, rmse, std``; only the network has repeats, and so a std."""
    frames = []
    for method, values in errors.items():
        by_repeat = np.atleast_2d(values)  # [R or 1, H]
        repeats, horizon = by_repeat.shape
        std = by_repeat.std(axis=0, ddof=1) if repeats > 1 else np.full(horizon, np.nan)
        columns = {
            "step": np.arange(1, horizon + 1),
            "method": method,
            "rmse": by_repeat.mean(axis=0),
            "std": std,
        }
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames) if frames else pd.DataFrame(columns=COLUMNS)


def _by_step(forecast: Floats, y: Floats) -> Floats:
    """Return the RMSE over the origins: [..., K, H] and [K, H] to [..., H]."""
    return rmse(forecast.swapaxes(-1, -2), y.T)
