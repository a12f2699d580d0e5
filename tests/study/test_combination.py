"""The forecast of the best configurations and of baselines together.

Oracles: worked by hand, and statsforecast by itself.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from statecast.base.errors import StatecastError
from statecast.study.combination import (
    ForecastRows,
    MemberForecasts,
    Rule,
    baseline,
    best,
    of_rows,
    refitted,
    rows_of,
    together,
)
from statecast.study.configurations import Configuration
from tests.support.project import ROOT


def frame(*values: float) -> pd.DataFrame:
    """Return two repeats of forecasts for two days; their means are the values and 1."""
    rows = [("a", 0, day, seed, 10.0) for seed in (0, 1) for day in (1, 2)]
    table = pd.DataFrame(rows, columns=["unique_id", "fold", "ds", "seed", "y"])
    return table.assign(forecast=[*values, *(value + 2 for value in values)])


def test_rows_are_told_once_for_all_repeats() -> None:
    assert rows_of(frame(1, 2)).to_numpy().tolist() == [["a", 0, 1, 10], ["a", 0, 2, 10]]


def test_a_member_is_the_mean_over_repeats_in_the_order_of_the_rows() -> None:
    turned = frame(1, 2).iloc[::-1]
    assert of_rows(turned, rows_of(frame(0, 0))).tolist() == [2, 3]


def test_forecasts_of_other_rows_are_not_combined() -> None:
    other = frame(3, 4).replace({"ds": {2: 3}})
    for rows, forecasts in ((frame(1, 2), other), (frame(1, 2).query("ds == 1"), frame(1, 2))):
        with pytest.raises(StatecastError, match="forecast the same rows"):
            of_rows(forecasts, rows_of(rows))


def part(*names: str) -> pd.DataFrame:
    """Return a row of each series; its true value is 0."""
    days = range(1, len(names) + 1)
    return pd.DataFrame({"unique_id": names, "fold": 0, "ds": days, "y": 0.0})


ROWS = ForecastRows(validation=part("a", "b"), test=part("b", "a"))
MEMBERS = [  # their errors on the validation rows are their values, of the series a and b
    MemberForecasts("one", np.array([1.0, 8.0]), np.array([80.0, 10.0])),
    MemberForecasts("two", np.array([2.0, 4.0]), np.array([40.0, 20.0])),
]
PERSISTENCE = MemberForecasts("persistence", np.array([5.0, 5.0]), np.array([50.0, 50.0]))


def test_members_are_weighed_by_the_power_of_their_errors_in_each_series() -> None:
    made = together(MEMBERS, PERSISTENCE, ROWS, Rule("validation", 2, is_floored=False))
    # series are in the order of the test rows: b, a
    assert_allclose(made.weights, [[0.2, 0.8], [0.8, 0.2], [0, 0]])
    assert_allclose(made.test, [0.2 * 80 + 0.8 * 40, 0.8 * 10 + 0.2 * 20])
    assert_allclose(made.validation, [0.8 * 1 + 0.2 * 2, 0.2 * 8 + 0.8 * 4])


def test_a_member_worse_than_persistence_has_no_weight() -> None:
    made = together(MEMBERS, PERSISTENCE, ROWS, Rule("mean"))
    assert_allclose(made.weights, [[0, 0.5], [1, 0.5], [0, 0]])
    assert_allclose(made.test, [40, 15])


def test_persistence_stands_in_where_all_members_are_worse() -> None:
    better = PERSISTENCE._replace(validation=np.array([0.5, 5.0]))
    made = together(MEMBERS, better, ROWS, Rule())
    assert_allclose(made.test, [40, 50])


def test_the_median_is_that_of_the_members() -> None:
    third = MemberForecasts("three", np.array([3.0, 4.0]), np.array([60.0, 90.0]))
    made = together([*MEMBERS, third], PERSISTENCE, ROWS, Rule("median", is_floored=False))
    assert_allclose(made.test, [60, 20])


def test_a_member_without_test_forecasts_has_no_weight() -> None:
    missing = MemberForecasts("none", np.zeros(2), np.array([np.nan, 0.0]))
    made = together([*MEMBERS, missing], PERSISTENCE, ROWS, Rule())
    assert made.weights[2].tolist() == [0, 1]
    assert np.isfinite(made.test).all()


SHAMPOO = pd.read_csv(ROOT / "data" / "source" / "shampoo.csv")["sales"].to_numpy(float)
SERIES = pd.DataFrame({"unique_id": "s", "ds": range(36), "y": SHAMPOO})


def rows_from(fold: int, start: int, stop: int) -> pd.DataFrame:
    return SERIES[start:stop].assign(fold=fold)


@pytest.mark.parametrize("has_folds", [True, False])
def test_baselines_are_fitted_on_all_values_before_what_they_forecast(has_folds: bool) -> None:
    """As the networks are: of a fold on those before it, for the test on the validation rows too.

    The published RMSE of AutoARIMA fitted on all 24 months is 90.6.
    """
    from statsforecast import models

    folds = [(1, 16, 20), (2, 20, 24)] if has_folds else [(0, 16, 24)]
    validation = pd.concat([rows_from(*fold) for fold in folds])
    rows = ForecastRows(validation, rows_from(0, 24, 36))
    made = baseline("auto_arima", SERIES, rows, season_length=12)
    firsts = [made.validation[start - 16] for _, start, _ in folds]
    expected = [
        models.AutoARIMA(season_length=1).fit(SHAMPOO[:start]).predict(h=1)["mean"][0]
        for _, start, _ in folds
    ]
    assert_allclose(firsts, expected, rtol=1e-6)
    rmse = np.sqrt(np.mean((made.test - SHAMPOO[24:]) ** 2))
    assert rmse == pytest.approx(90.6, abs=0.1)


def metrics(test: float, validation: float) -> dict[str, Any]:
    return {"rmse": {"mean": test}, "validation": {"rmse": {"mean": validation}}}


def test_best_are_chosen_by_validation_never_by_test() -> None:
    results = {"a": metrics(1, 9), "b": metrics(2, 7), "c": metrics(3, 8)}
    assert best(results, 2) == ["b", "c"]


def test_metrics_without_validation_cannot_be_chosen_from() -> None:
    with pytest.raises(StatecastError, match=r"must have validation\.rmse\.mean"):
        best({"a": {"rmse": {"mean": 1}}}, 1)


def test_refitted_configuration_trains_on_the_validation_rows_too() -> None:
    overrides = {"frame.validation_size": 4, "train.epochs": 5}
    found = refitted(Configuration("s-5", overrides))
    assert found.name == "s-5-refit"
    expected = {"frame.validation_size": 0, "frame.validation_folds": 0, "train.epochs": 5}
    assert found.overrides == expected
