"""Mistakes in the section frame, and how many rows it takes. Oracle: rows counted by hand."""

import pytest

from statecast.base.errors import StatecastError
from statecast.base.section import validated
from statecast.params.frame import FrameParams

SIZES = {"lookback": 2, "validation_size": 3, "test_size": 5}


def section(**changes: object) -> FrameParams:
    return validated(FrameParams, SIZES | changes, "params.yaml")


@pytest.mark.parametrize(
    ("changes", "held_out"),
    [
        ({}, 8),
        ({"validation_size": 0}, 5),
        ({"validation_folds": 1}, 8),
        ({"validation_folds": 3}, 14),
        ({"validation_size": 0, "test": "sequences"}, 0),
    ],
)
def test_rows_held_out_by_hand(changes: dict[str, object], held_out: int) -> None:
    assert section(**changes).held_out() == held_out
    assert section(**changes).rows_before_training() == 2 + held_out


def test_rows_of_an_update_count_where_they_are_more_than_those_asked_for() -> None:
    assert section().rows_needed() == 2 + 8 + 1
    assert section(least_train=4).rows_needed(3) == 2 + 8 + 4
    assert section(least_train=4).rows_needed(6) == 2 + 8 + 6


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"test_size": 0}, r"frame\.test_size must be greater than or equal to 1 unless"),
        ({"test": "train"}, r"frame\.test_size must be 0 where frame\.test is train.*got 5"),
        (
            {"validation_size": 0, "validation_folds": 2},
            r"frame\.validation_size must be at least 1 for folds, got 0",
        ),
        (
            {"test": "train", "test_size": 0, "validation_folds": 2},
            r"frame\.validation_folds must be 0 where frame\.test is train, got 2",
        ),
        (
            {"test": "sequences"},
            r"frame\.validation_size must be 0 where frame\.test is sequences, got 3",
        ),
        (
            {"test": "sequences", "test_size": 0},
            r"frame\.test_size must be greater than or equal to 1 unless",
        ),
        ({"lookback": 0}, r"frame\.lookback must be greater than or equal to 1, got 0"),
        ({"as": "rows"}, r"frame\.as must be 'features' or 'timesteps', got 'rows'"),
        ({"a": 1}, r"frame\.a is not a key here.*as"),
        (
            {"calendar": ["year"]},
            r"frame\.calendar\.0 must be 'month', 'quarter', 'weekday' or 'hour', got 'year'",
        ),
        ({"calendar": ["month", "month"]}, r"frame\.calendar must name each only once"),
        ({"features": ["price", "price"]}, r"frame\.features must name each only once"),
        ({"lagged": ["heat", "heat"]}, r"frame\.lagged must name each only once"),
        (
            {"lagged": ["ds"]},
            r"frame\.lagged must not be '', unique_id, network, fold, ds, y or filled",
        ),
        (
            {"features": ["price", "heat"], "lagged": ["heat"]},
            r"frame\.lagged must be columns other than frame\.features, got \['heat'\]",
        ),
    ],
)
def test_mistake_is_one_line(changes: dict[str, object], message: str) -> None:
    with pytest.raises(StatecastError, match=rf"^params\.yaml: {message}") as error:
        section(**changes)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "name",
    ["", "unique_id", "network", "fold", "ds", "y", "filled", "price=low", "month_sin", "x_cos"],
)
def test_a_feature_may_not_be_called_like_another_column(name: str) -> None:
    message = r"frame\.features must not be '', unique_id, network, fold, ds, y or filled"
    with pytest.raises(StatecastError, match=message):
        section(features=[name])


@pytest.mark.parametrize("name", ["price", "folds", "lag_1", "ds_2", "price lag"])
def test_a_feature_may_have_any_other_name(name: str) -> None:
    assert section(features=[name]).features == [name]
