"""The forecast of the best configurations together. Oracle: worked by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.study.combination import best, combined, refitted, rmse_of
from statecast.study.configurations import Configuration


def frame(*values: float) -> pd.DataFrame:
    """Return two repeats of forecasts for two days; their means are the values and 1."""
    rows = [("a", day, seed, 10.0) for seed in (0, 1) for day in (1, 2)]
    table = pd.DataFrame(rows, columns=["unique_id", "ds", "seed", "y"])
    return table.assign(forecast=[*values, *(value + 2 for value in values)])


PARTS = [frame(1, 2), frame(3, 4), frame(11, 12)]  # means over the repeats: 2, 3; 4, 5; 12, 13


def test_combined_forecast_is_the_mean_of_means_over_repeats() -> None:
    assert combined(PARTS, "mean")["forecast"].tolist() == [6, 7]


def test_combined_forecast_is_the_median_of_means_over_repeats() -> None:
    assert combined(PARTS, "median")["forecast"].tolist() == [4, 5]


def test_combined_forecast_has_no_seed() -> None:
    columns = combined(PARTS, "mean").columns
    assert columns.tolist() == ["unique_id", "ds", "y", "forecast"]


def test_rmse_of_a_forecast() -> None:
    assert rmse_of(combined(PARTS, "mean")) == pytest.approx(np.sqrt((4**2 + 3**2) / 2))


def test_rmse_is_the_mean_over_series() -> None:
    columns = {"unique_id": ["a", "a", "b"], "y": [0, 0, 0], "forecast": [1, 1, 3]}
    assert rmse_of(pd.DataFrame(columns)) == 2


def test_forecasts_of_other_rows_are_not_combined() -> None:
    other = frame(3, 4).replace({"ds": {2: 3}})
    with pytest.raises(StatecastError, match="forecast the same rows"):
        combined([frame(1, 2), other], "mean")


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
