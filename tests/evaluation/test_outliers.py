"""What one series does to a mean. Oracles: figures made up, and medians taken by hand."""

import numpy as np
import pytest

from statecast.base.identity import SeriesKey
from statecast.evaluation.measures import mae, rmse
from statecast.evaluation.outliers import FAR_AWAY, is_far_away, medians, scores_of
from statecast.evaluation.parts import PartForecasts
from statecast.evaluation.scores import PartErrors, part_errors, part_scores
from tests.support.parts import part_forecasts

A, B, C = (part_forecasts(name, baselines=("ridge", "drift")) for name in "abc")


def measured(parts: list[PartForecasts]) -> list[PartErrors]:
    return [part_errors(part) for part in parts]


def gone(part: PartForecasts) -> PartForecasts:
    """Return a part on which drift is a thousand too high, and known to be far away."""
    baselines = {**part.baselines, "drift": part.baselines["drift"] + 1000}
    return part._replace(baselines=baselines, far_away=frozenset({"drift"}))


@pytest.mark.parametrize(
    ("error", "in_training", "persistence", "is_far"),
    [
        (41, 10, 10, True),
        (40, 10, 10, False),  # not beyond
        (41, 11, 10, False),  # as bad where it was fitted
        (41, 10, 11, False),  # rows that are as hard for persistence
        (41, 0, 0, True),
        (0, 0, 0, False),
        (41, np.nan, 10, False),  # nothing is known of its fit
    ],
)
def test_far_away_is_beyond_four_times_both(
    error: float, in_training: float, persistence: float, is_far: bool
) -> None:
    assert FAR_AWAY == 4
    assert is_far_away(error, in_training=in_training, persistence=persistence) == is_far


@pytest.mark.promise("forecast")
def test_the_median_stands_against_one_forecast_gone_wrong() -> None:
    parts = [A, gone(B), C]
    by_series = sorted(float(rmse(part.baselines["drift"], part.y)) for part in parts)
    assert medians(measured(parts))["baselines"]["drift"]["rmse"] == pytest.approx(by_series[1])
    assert part_scores(measured(parts))["baselines"]["drift"]["rmse"] > 300


def test_medians_of_network_ensemble_and_persistence_by_hand() -> None:
    parts = [A, B, C]
    found = medians(measured(parts))
    network = sorted(float(mae(part.forecast, part.y).mean()) for part in parts)
    ensemble = sorted(float(rmse(part.ensemble(), part.y)) for part in parts)
    persistence = sorted(float(rmse(part.before, part.y)) for part in parts)
    assert found["network"]["mae"] == pytest.approx(network[1])
    assert found["ensemble"]["rmse"] == pytest.approx(ensemble[1])
    assert found["persistence"]["rmse"] == pytest.approx(persistence[1])


def test_a_figure_that_a_series_lacks_has_no_median() -> None:
    parts = [A, B, C._replace(naive_error=np.nan)]
    assert medians(measured(parts))["network"]["mase"] is None


@pytest.mark.promise("forecast")
def test_the_scores_name_the_series_in_which_a_baseline_is_far_away() -> None:
    fold = gone(B)._replace(key=SeriesKey("b", 2))
    parts = [A, gone(B), fold]
    scores = scores_of(parts)
    assert scores["baselines"]["drift"]["far_away"] == ["b", "b (fold 2)"]
    assert "far_away" not in scores["baselines"]["ridge"]


def test_the_figures_of_one_series_stay_as_they_are() -> None:
    scores = part_scores(measured([A]))
    assert scores_of([A]) == scores


def test_folds_of_one_series_are_not_several_series() -> None:
    folds = [A._replace(key=SeriesKey("a", number)) for number in (1, 2, 3)]
    assert "median_over_series" not in scores_of(folds)


def test_the_figures_of_several_series_stay_with_medians_beside() -> None:
    scores = part_scores(measured([A, B]))
    beside = scores_of([A, B])
    assert beside.pop("median_over_series") == medians(measured([A, B]))
    assert beside == scores
