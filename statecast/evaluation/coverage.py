"""Prediction intervals of the test rows, and how many of the true values they hold."""

from collections.abc import Mapping, Sequence

import numpy as np

from statecast.base.arrays import Floats
from statecast.evaluation.measures import number
from statecast.evaluation.parts import PartForecasts
from statecast.evaluation.scores import Scores
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.intervals import Interval, conformal, of_repeats
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo
from statecast.forecasting.walk_forward import walk_forward


def intervals_of(
    test: Sequence[PartForecasts], residuals: Mapping[str, Floats], level: float
) -> dict[str, list[Interval | None]]:
    """Return the prediction intervals of each test series, by method.

    Args:
        test: the forecasts.
        residuals: of the ensemble on rows that it was not trained on, by series; a series may be
            missing.
        level: the share of the values that is to be held.

    """
    none = np.zeros(0)
    return {
        "repeats": [of_repeats(part.forecast, level) for part in test],
        "conformal": [
            conformal(part.ensemble(), residuals.get(part.key.unique_id, none), level)
            for part in test
        ],
    }


def residuals_of_folds(
    networks: Rebatched,
    series: Sequence[AlignedSeries],
    undo: Undo,
    *,
    warm_up: bool = True,
) -> dict[str, Floats]:
    """Return the errors of networks on rows after those that they were trained on, by series.

    Args:
        networks: of the folds for intervals.
        series: the series that the folds are of.
        undo: what brings forecasts to the original scale. A fold is scaled as its series is.
        warm_up: whether the state has seen the rows before.

    Returns:
        Forecast minus truth of each row whose value is known, the mean over repeats, the oldest
        fold first.

    """
    count = len({key.fold for key in networks.ensemble.keys})
    folds = [fold for own in series for fold in own.rows.interval_folds(count)]
    walked = walk_forward(networks, folds, "validation", warm_up=warm_up)
    by_series: dict[str, list[Floats]] = {own.rows.key.unique_id: [] for own in series}
    whole = {own.rows.key.unique_id: own for own in series}
    for fold, scaled in zip(folds, walked, strict=True):
        own = whole[fold.key.unique_id]
        rows = fold._replace(key=own.rows.key)
        known = own._replace(rows=rows, y=own.y[: own.first + len(rows.y)])
        forecast = undo.one_step(scaled[..., 0], known, "validation")
        truth = known.judged_values("validation")
        by_series[fold.key.unique_id].append(forecast.mean(axis=0) - truth)
    joined = {name: np.concatenate(residuals) for name, residuals in by_series.items()}
    return {name: residuals[np.isfinite(residuals)] for name, residuals in joined.items()}


def interval_scores(
    test: Sequence[PartForecasts],
    intervals: Mapping[str, Sequence[Interval | None]],
    level: float,
) -> Scores:
    """Return the level, and the mean coverage and width of each method.

    Both are None if a series has no interval. Of several series there are their medians too.
    """
    scores: Scores = {"level": level}
    for method, by_part in intervals.items():
        coverages = []
        widths = []
        for part, interval in zip(test, by_part, strict=True):
            coverages.append(np.nan if interval is None else interval.coverage(part.y))
            widths.append(np.nan if interval is None else interval.width())
        scores[method] = {
            "coverage": number(np.mean(coverages)),
            "width": number(np.mean(widths)),
        }
        if len(test) > 1:
            scores[method]["median_over_series"] = {
                "coverage": number(np.median(coverages)),
                "width": number(np.median(widths)),
            }
    return scores
