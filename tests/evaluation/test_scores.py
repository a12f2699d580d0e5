"""All figures of an evaluation. Oracles: the measures taken by hand, and figures made up."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from statecast.base.identity import SeriesKey
from statecast.base.keys import flat
from statecast.evaluation.coverage import interval_scores, intervals_of
from statecast.evaluation.measures import mae, rmse
from statecast.evaluation.outliers import scores_of
from statecast.evaluation.scores import (
    best_baseline,
    common_methods,
    headline,
    over_series,
    part_errors,
    series_table,
    share_all_right,
    significance,
)
from tests.support.parts import NAIVE_ERROR, REPEATS, part_forecasts

A = part_forecasts("a", baselines=("ridge",))
B = part_forecasts("b", rows=5, baselines=("ridge",))
NOISE = np.random.default_rng(6)


def test_measures_are_means_over_series() -> None:
    by_series = [rmse(part.forecast, part.y) for part in (A, B)]
    assert scores_of([A, B])["rmse"]["mean"] == pytest.approx(np.mean(by_series))


def test_the_deviation_is_that_of_repeats_after_the_mean_over_series() -> None:
    by_series = [mae(part.forecast, part.y) for part in (A, B)]
    expected = np.mean(by_series, axis=0).std(ddof=1)
    assert scores_of([A, B])["mae"]["std"] == pytest.approx(expected)


def test_mase_divides_by_the_naive_error_of_each_series() -> None:
    scaled = [mae(part.ensemble(), part.y) / NAIVE_ERROR for part in (A, B)]
    assert scores_of([A, B])["ensemble"]["mase"] == pytest.approx(np.mean(scaled))


def test_ensemble_is_the_averaged_forecast() -> None:
    expected = rmse(A.forecast.mean(axis=0), A.y)
    assert scores_of([A])["ensemble"]["rmse"] == pytest.approx(expected)


def test_skill_is_that_over_persistence() -> None:
    scores = scores_of([A])
    persistence = float(rmse(A.before, A.y))
    assert scores["persistence"]["rmse"] == pytest.approx(persistence)
    assert scores["skill"] == pytest.approx(1 - rmse(A.forecast, A.y).mean() / persistence)


def test_flatness_is_told_of_repeats_ensemble_and_baselines() -> None:
    scores = scores_of([A])
    truth = A.y.std()
    assert scores["flatness"]["mean"] == pytest.approx((A.forecast.std(axis=1) / truth).mean())
    assert scores["ensemble"]["flatness"] == pytest.approx(A.forecast.mean(axis=0).std() / truth)
    of_ridge = scores["baselines"]["ridge"]["flatness"]
    assert of_ridge == pytest.approx(A.baselines["ridge"].std() / truth)


def test_a_scale_that_is_not_defined_gives_null() -> None:
    scores = scores_of([A, B._replace(naive_error=np.nan)])
    assert scores["mase"] == {"mean": None, "std": None}
    assert scores["mae"]["mean"] is not None


def test_a_baseline_that_misses_a_series_is_not_averaged() -> None:
    parts = [part_forecasts("a", baselines=("drift", "ridge")), B]
    assert common_methods([part_errors(part) for part in parts]) == ["ridge"]
    assert list(scores_of(parts)["baselines"]) == ["ridge"]


def test_the_figures_of_a_baseline_are_those_of_its_forecasts() -> None:
    expected = np.mean([rmse(part.baselines["ridge"], part.y) for part in (A, B)])
    assert scores_of([A, B])["baselines"]["ridge"]["rmse"] == pytest.approx(expected)


def with_baselines(**rmse_of: float) -> dict[str, Any]:
    return {"baselines": {method: {"rmse": value} for method, value in rmse_of.items()}}


def test_best_baseline_is_chosen_on_the_validation_rows() -> None:
    validation = with_baselines(a=4.0, b=3.0, c=1.0)  # c is not known on the test rows
    assert best_baseline(with_baselines(a=1.0, b=2.0), validation) == {
        "best_baseline": "b",
        "best_baseline_chosen_by": "validation",
    }


def test_best_baseline_is_chosen_on_the_test_rows_where_there_are_no_others() -> None:
    assert best_baseline(with_baselines(a=1.0, b=2.0), None) == {
        "best_baseline": "a",
        "best_baseline_chosen_by": "test",
    }


def test_without_baselines_there_is_no_best_one() -> None:
    assert best_baseline({"baselines": {}}, None) == {
        "best_baseline": None,
        "best_baseline_chosen_by": None,
    }


def accurate(name: str, error: float) -> Any:
    """Return thirty forecasts that are off by an error and a little noise."""
    part = part_forecasts(name, rows=30)
    noise = 0.01 * NOISE.normal(size=(REPEATS, 30))
    return part._replace(forecast=part.y + error + noise)


def test_significance_of_many_series_is_counted() -> None:
    tests = significance([accurate("a", 0.0), accurate("b", 9.0)], None)
    assert tests["persistence"] == {"series": 2, "better": 1, "worse": 1}


def test_significance_of_one_series_is_its_test() -> None:
    tests = significance([accurate("a", 0.0)], None)
    assert tests["persistence"]["statistic"] < 0
    assert tests["persistence"]["p"] < 0.05


def test_without_a_best_baseline_there_is_no_test_against_it() -> None:
    tests = significance([accurate("a", 0.0)], None)
    assert tests["best_baseline"] == {"statistic": None, "p": None}


def test_the_table_has_a_row_a_series() -> None:
    table = series_table([A, B], "ridge")
    assert table["unique_id"].tolist() == ["a", "b"]
    expected = [rmse(part.forecast, part.y).mean() for part in (A, B)]
    assert table["rmse_mean"].tolist() == pytest.approx(expected)


def test_the_table_has_the_best_baseline() -> None:
    expected = [float(rmse(part.baselines["ridge"], part.y)) for part in (A, B)]
    table = series_table([A, B], "ridge")
    assert table["rmse_best_baseline"].tolist() == pytest.approx(expected)


def test_without_a_best_baseline_its_column_is_empty() -> None:
    assert series_table([A], None)["rmse_best_baseline"].isna().all()


def test_figures_over_series_by_hand() -> None:
    table = pd.DataFrame(
        {"rmse_mean": [1.0, 3.0], "rmse_persistence": [2.0, 2.0], "skill": [0.5, None]}
    )
    scores = over_series(table)
    assert scores["count"] == 2
    assert scores["rmse"]["mean"] == 2
    assert scores["skill"]["mean"] == 0.5
    assert scores["share_better_than_persistence"] == 0.5


def test_the_share_of_repeats_that_are_all_right_by_hand() -> None:
    """Four repeats of two series: right, wrong in the one, wrong in the other, right to 0.04."""
    of_a = A._replace(y=np.array([0.1, 0.2]), forecast=np.tile([0.1, 0.2], (4, 1)))
    of_b = A._replace(key=SeriesKey("b"), y=np.array([0.3]), forecast=np.full((4, 1), 0.3))
    of_a.forecast[1, 0] = 0.16
    of_b.forecast[2, 0] = 0.24
    of_b.forecast[3, 0] = 0.34
    assert share_all_right([of_a, of_b], 1) == 0.5


def full_scores() -> dict[str, Any]:
    """Return scores with every group that an evaluation may have."""
    parts = [part_forecasts(name, baselines=("drift", "ridge")) for name in "ab"]
    scores = scores_of(parts)
    validation = scores_of(parts)
    scores |= best_baseline(scores, validation)
    scores["share_all_right"] = 0.25
    scores["validation"] = validation
    scores["series"] = over_series(series_table(parts, "ridge"))
    scores["diebold_mariano"] = significance(parts, "ridge")
    scores["interval"] = interval_scores(parts, intervals_of(parts, {}, 0.9), 0.9)
    scores["ahead"] = {"step_1": {"persistence": 1.0}}
    return scores


def test_the_headline_is_ten_figures_at_most() -> None:
    assert len(flat(headline(full_scores()))) <= 10


@pytest.mark.parametrize(
    "key", ["rmse.mean", "rmse.std", "persistence.rmse", "skill", "ensemble.rmse"]
)
def test_the_headline_keeps_the_names_that_people_sort_by(key: str) -> None:
    scores = scores_of([A])
    scores |= best_baseline(scores, None)
    assert flat(headline(scores))[key] == flat(scores)[key]


def test_the_headline_has_the_validation_rows_where_there_are_some() -> None:
    scores = full_scores()
    figures = flat(headline(scores))
    assert figures["validation.rmse.mean"] == scores["validation"]["rmse"]["mean"]


def test_the_headline_of_a_pipeline_without_validation_says_nothing_of_it() -> None:
    scores = scores_of([A])
    scores |= best_baseline(scores, None)
    assert not [key for key in flat(headline(scores)) if key.startswith("validation")]


def test_the_headline_names_the_best_baseline() -> None:
    scores = full_scores()
    figures = flat(headline(scores))
    best = scores["best_baseline"]
    assert figures["best_baseline.method"] == best
    assert figures["best_baseline.rmse"] == scores["baselines"][best]["rmse"]


def test_the_headline_of_a_pipeline_without_baselines_is_null_there() -> None:
    scores = scores_of([part_forecasts()])
    scores |= best_baseline(scores, None)
    assert headline(scores)["best_baseline"] == {"method": None, "rmse": None}


def test_the_headline_has_the_share_that_is_all_right_where_it_is_asked_for() -> None:
    assert headline(full_scores())["share_all_right"] == 0.25
