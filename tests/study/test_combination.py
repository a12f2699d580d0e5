"""Which configurations of a study are combined. Oracle: worked by hand."""

from typing import Any

import pytest

from statecast.base.errors import StatecastError
from statecast.study.combination import best, refitted
from statecast.study.configurations import Configuration


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
