"""What one series can do to a mean over series: baselines gone far away, and medians beside means.

Shape letter: R repeats.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from statecast.base.arrays import Floats
from statecast.evaluation.measures import Figures, number
from statecast.evaluation.parts import PartForecasts
from statecast.evaluation.scores import (
    MEASURES,
    PartErrors,
    Scores,
    common_methods,
    part_errors,
    part_scores,
)

FAR_AWAY = 4.0  # times the RMSE that training and persistence let expect


def is_far_away(error: float, *, in_training: float, persistence: float) -> bool:
    """Return whether the forecasts of a fitted method are far beyond what it was fitted to.

    Its RMSE is more than ``FAR_AWAY`` times both others. More than the first: this is not the model
    that was fitted, which happens where the fit is degenerate (a moving average of -1, which never
    forgets an error). More than the second: the rows have not become that hard to forecast.

    Args:
        error: RMSE of the method on the rows of a part.
        in_training: RMSE of its one-step forecasts of the training values; NaN: it has none.
        persistence: RMSE of the last value on the same rows as ``error``.

    """
    return error > FAR_AWAY * in_training and error > FAR_AWAY * persistence


def scores_of(parts: Sequence[PartForecasts]) -> Scores:
    """Return ``part_scores``, with what shows whether one series makes their means.

    Args:
        parts: of each series.

    Returns:
        The same figures. A baseline that is far away has the names of these series under
        ``far_away``; of several series there is ``median_over_series``.

    """
    measured = [part_errors(part) for part in parts]
    scores = part_scores(measured)
    baselines = {}
    for method, figures in scores["baselines"].items():
        names = [str(part.key) for part in parts if method in part.far_away]
        baselines[method] = {**figures, "far_away": names} if names else figures
    scores = {**scores, "baselines": baselines}
    if len({part.key.unique_id for part in parts}) > 1:  # folds of one series are not several
        scores["median_over_series"] = medians(measured)
    return scores


def medians(measured: Sequence[PartErrors]) -> Scores:
    """Return the medians over series of what ``part_scores`` has the means of.

    Returns:
        ``network`` (of a series the mean over repeats), ``ensemble``, ``persistence`` and
        ``baselines``, each with its measures.

    """
    baselines = {}
    for method in common_methods(measured):
        baselines[method] = _medians([own.baselines[method] for own in measured])
    persistence = _medians([own.persistence for own in measured])
    return {
        "network": _medians([own.network for own in measured]),
        "ensemble": _medians([own.ensemble for own in measured]),
        "persistence": {"rmse": persistence["rmse"]},
        "baselines": baselines,
    }


def _medians(by_series: Sequence[Mapping[str, Floats]]) -> Figures:
    """Return the median over series of each measure, a number or one a repeat [R]."""
    figures: Figures = {}
    for name in MEASURES:
        of_series = [float(np.mean(measured[name])) for measured in by_series]
        figures[name] = number(np.median(of_series))
    return figures
