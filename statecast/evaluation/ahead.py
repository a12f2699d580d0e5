"""What forecasts of several steps ahead are worth, step by step.

Shape letters: R repeats, K origins, H steps ahead.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.data.inputs import Inputs
from statecast.evaluation.measures import mean_and_std, mean_over_series, number, rmse_where_known
from statecast.evaluation.scores import Scores
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.paths import paths_in_turn
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.rollout import origins_of
from statecast.forecasting.undo import Undo

COLUMNS = ["step", "method", "rmse", "std"]


class Ahead(NamedTuple):
    """Forecasts of one series from every origin of its test rows, on the original scale."""

    forecast: Floats  # [R, K, H]
    y: Floats  # [K, H], NaN where the value was filled
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
    warm_up: bool = True,
) -> Iterator[Ahead]:
    """Yield the forecasts of the test rows of each series that has as many as the horizon.

    Args:
        networks: trained and rebatched.
        series: rows and true values of each.
        inputs: what a row is.
        undo: what brings forecasts to the original scale.
        horizon: H.
        season_length: rows in a season.
        warm_up: whether the state sees all rows before the test rows first; otherwise it is zero at
            the first of these.

    """
    origins = [origins_of(own.rows, "test", horizon) for own in series]
    long = [own for own, each in zip(series, origins, strict=True) if len(each)]
    origins = [each for each in origins if len(each)]
    forecasts = paths_in_turn(
        networks,
        long,
        inputs=inputs,
        undo=undo,
        origins=origins,
        horizon=horizon,
        starts=None if warm_up else [own.rows.part("test").start for own in long],
    )
    for own, each, forecast in zip(long, origins, forecasts, strict=True):
        yield _ahead(own, each, forecast, season_length)


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


def errors_ahead(by_series: Iterable[Ahead]) -> dict[str, Floats]:
    """Return the RMSE at each step by method, the mean over series.

    Args:
        by_series: taken one by one, so that forecasts of all need not be kept.

    Returns:
        ``network`` [R, H]; the other methods [H].

    """
    measured = [_errors_of(ahead) for ahead in by_series]
    return {name: mean_over_series([errors[name] for errors in measured]) for name in measured[0]}


def _errors_of(ahead: Ahead) -> dict[str, Floats]:
    """Return the RMSE of one series at each step by method."""
    return {
        "network": _by_step(ahead.forecast, ahead.y),
        "ensemble": _by_step(ahead.forecast.mean(axis=0), ahead.y),
        "persistence": _by_step(ahead.persistence, ahead.y),
        "seasonal_naive": _by_step(ahead.seasonal_naive, ahead.y),
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
        own = {name: number(values[step]) for name, values in others.items()}
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
    """Return the RMSE over the origins whose value is known: [..., K, H] and [K, H] to [..., H]."""
    steps = [rmse_where_known(forecast[..., step], y[:, step]) for step in range(y.shape[1])]
    return np.stack(steps, axis=-1)
