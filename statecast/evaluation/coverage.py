"""Prediction intervals of the test rows, and how many of the true values they hold."""

from collections.abc import Mapping, Sequence

import numpy as np

from statecast.base.arrays import Floats
from statecast.evaluation.measures import number
from statecast.evaluation.parts import PartForecasts
from statecast.evaluation.scores import Scores
from statecast.forecasting.intervals import Interval, conformal, of_repeats


def intervals_of(
    test: Sequence[PartForecasts], residuals: Mapping[str, Floats], level: float
) -> dict[str, list[Interval | None]]:
    """Return the prediction intervals of each test series, by method.

    Args:
        test: the forecasts.
        residuals: of the ensemble on the validation rows, by series; a series may be missing.
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
