"""Prediction intervals of the test rows. Oracle: the figures of each series taken by hand."""

import numpy as np
import pytest

from statecast.base.identity import shared_key
from statecast.evaluation.coverage import interval_scores, intervals_of, residuals_of_folds
from statecast.forecasting.rebatched import Rebatched
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble
from statecast.network.lanes import Sharing
from tests.support.forecasts import example, linear_ensemble
from tests.support.parts import part_forecasts

A = part_forecasts("a")
B = part_forecasts("b", rows=5)
C = part_forecasts("c", rows=6)


def test_intervals_of_a_series_without_residuals_are_not_defined() -> None:
    intervals = intervals_of([A, B], {"a": np.arange(12.0)}, 0.9)
    assert intervals["conformal"][0] is not None
    assert intervals["conformal"][1] is None


def test_figures_of_intervals_are_null_where_one_series_has_none() -> None:
    intervals = intervals_of([A, B], {"a": np.arange(12.0)}, 0.9)
    figures = interval_scores([A, B], intervals, 0.9)["conformal"]
    none = {"coverage": None, "width": None}
    assert figures == {**none, "median_over_series": none}


def test_figures_of_intervals_are_means_over_series() -> None:
    intervals = intervals_of([A, B], {}, 0.9)
    pairs = list(zip(intervals["repeats"], (A, B), strict=True))
    scores = interval_scores([A, B], intervals, 0.9)
    coverage = np.mean([interval.coverage(part.y) for interval, part in pairs])
    width = np.mean([interval.width() for interval, _ in pairs])
    assert scores["level"] == 0.9
    assert scores["repeats"]["coverage"] == pytest.approx(coverage)
    assert scores["repeats"]["width"] == pytest.approx(width)


def test_figures_of_intervals_of_several_series_have_medians() -> None:
    parts = [A, B, C]
    intervals = intervals_of(parts, {}, 0.9)
    widths = [interval.width() for interval in intervals["repeats"] if interval is not None]
    medians = interval_scores(parts, intervals, 0.9)["repeats"]["median_over_series"]
    assert medians["width"] == pytest.approx(sorted(widths)[1])


def test_one_series_has_no_median() -> None:
    figures = interval_scores([A], intervals_of([A], {}, 0.9), 0.9)["repeats"]
    assert list(figures) == ["coverage", "width"]


@pytest.mark.parametrize("network", ["each", "all"])
def test_residuals_of_folds_are_those_of_the_newer_half_of_the_training_rows(
    network: Sharing,
) -> None:
    """Networks that say the value before err by each move, whatever they were trained on."""
    walk = example(train=12)
    y = walk.undo.scaler.line(walk.series.rows.key, "y")
    lag = walk.undo.scaler.line(walk.series.rows.key, "lag_1")
    ratio = y.scale / lag.scale
    one = linear_ensemble([0, 0, ratio], y.offset - lag.offset * ratio)
    keys = [fold.key for fold in walk.series.rows.interval_folds(2)]
    if network == "all":
        keys = [shared_key(key) for key in keys]
    weights = [np.concatenate([weight, weight]) for weight in one.weights]
    folds = Ensemble(one.network, weights, keys, np.ones(2, int))
    networks = Rebatched(folds, Batching(1, network=network), 1, "lanes")
    residuals = residuals_of_folds(networks, [walk.series], walk.undo)
    known = walk.series.training_values()
    np.testing.assert_allclose(residuals["a"], -np.diff(known)[-6:], rtol=1e-4)
