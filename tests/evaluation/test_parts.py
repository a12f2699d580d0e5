"""The forecasts of a part and their tables. Oracle: by hand."""

import numpy as np
from numpy.testing import assert_allclose

from statecast.base.identity import SeriesKey
from statecast.evaluation.parts import forecasts_table, interval_table, residuals_by_series
from statecast.forecasting.intervals import Interval
from tests.support.parts import part_forecasts

PART = part_forecasts(rows=2)._replace(
    y=np.array([10.0, 20]), forecast=np.array([[11.0, 21], [13, 25]])
)
OTHER = PART._replace(key=SeriesKey("b"))


def test_the_ensemble_is_the_averaged_forecast() -> None:
    assert PART.ensemble().tolist() == [12, 23]


def test_residuals_are_the_errors_of_the_ensemble() -> None:
    assert PART.residuals().tolist() == [2, 3]


def test_the_table_of_forecasts_goes_through_the_repeats() -> None:
    table = forecasts_table({"test": [PART]}, np.array([7, 8]))
    assert table["seed"].tolist() == [7, 7, 8, 8]
    assert table["ds"].tolist() == [0, 1, 0, 1]
    assert table["y"].tolist() == [10, 20, 10, 20]
    assert table["forecast"].tolist() == [11, 21, 13, 25]


def test_the_table_of_forecasts_has_one_series_after_the_other() -> None:
    table = forecasts_table({"test": [PART, OTHER]}, np.array([7, 8]))
    assert table["unique_id"].tolist() == ["a"] * 4 + ["b"] * 4


def test_the_table_of_forecasts_tells_parts_and_folds_apart() -> None:
    fold = PART._replace(key=SeriesKey("a", 1))
    by_part = {"validation": [fold, PART], "test": [PART]}
    table = forecasts_table(by_part, np.array([7, 8]))
    assert table["part"].tolist() == ["validation"] * 8 + ["test"] * 4
    assert table["fold"].tolist() == [1] * 4 + [0] * 8


def test_the_table_of_intervals_has_the_bounds() -> None:
    interval = Interval(np.array([1.0, 2]), np.array([3.0, 4]))
    table = interval_table([PART], {"repeats": [interval]})
    assert table["low"].tolist() == [1, 2]
    assert table["high"].tolist() == [3, 4]
    assert table["ensemble"].tolist() == [12, 23]


def test_an_interval_that_is_not_defined_has_no_rows() -> None:
    interval = Interval(np.zeros(2), np.ones(2))
    by_method = {"repeats": [interval, interval], "conformal": [interval, None]}
    table = interval_table([PART, OTHER], by_method)
    by_series = table.groupby("method")["unique_id"].unique().map(list)
    assert by_series.to_dict() == {"repeats": ["a", "b"], "conformal": ["a"]}


def test_residuals_of_the_folds_of_a_series_stand_together() -> None:
    folds = [
        PART._replace(key=SeriesKey("a", 1)),
        OTHER,
        PART._replace(key=SeriesKey("a", 2), y=np.array([0.0, 0])),
    ]
    residuals = residuals_by_series(folds)
    assert_allclose(residuals["a"], [2, 3, 12, 23])
    assert_allclose(residuals["b"], [2, 3])
