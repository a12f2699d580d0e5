"""Inputs beside each value. Oracle: the rows written out by hand."""

import json

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.inputs import Inputs, add_inputs, inputs_from_json, value_columns

ROWS = pd.DataFrame(
    {"unique_id": "a", "ds": range(4), "y": [10, 11, 12, 13], "p": [0, 1, 2, 3], "c": [5, 6, 7, 8]}
)
CHOSEN = Inputs(5, chosen=(2, 5))
STEPWISE = Inputs(2, ("p", "c"), as_timesteps=True)


def framed(inputs: Inputs) -> str:
    rows = add_inputs(ROWS, inputs).astype({"ds": int})
    return rows.drop(columns="unique_id").to_csv(index=False)


def names(inputs: Inputs) -> list[str]:
    return [column.name for column in inputs.columns()]


def test_lags_stay_within_a_series() -> None:
    rows = {"unique_id": list("aaaabbb"), "ds": [0, 1, 2, 3, 0, 1, 2], "y": range(1, 8)}
    assert add_inputs(pd.DataFrame(rows), Inputs(2)).to_csv(index=False) == (
        "unique_id,ds,lag_2,lag_1,y\na,2,1.0,2.0,3\na,3,2.0,3.0,4\nb,2,5.0,6.0,7\n"
    )


def test_features_reach_up_to_the_time_of_y() -> None:
    assert framed(Inputs(2, ("p",))) == (
        "ds,lag_2,lag_1,p_lag_1,p_lag_0,y\n2,10.0,11.0,1.0,2,12\n3,11.0,12.0,2.0,3,13\n"
    )


def test_the_calendar_is_that_of_the_time_of_y() -> None:
    rows = pd.DataFrame(
        {"unique_id": "a", "ds": ["2024-01-01", "2024-04-01", "2024-07-01"], "y": [1, 2, 3]}
    )
    assert add_inputs(rows, Inputs(1, calendar=("quarter",))).to_csv(index=False) == (
        "unique_id,ds,lag_1,quarter_sin_lag_0,quarter_cos_lag_0,y\n"
        "a,2024-04-01,1.0,1.0,0.0,2\n"
        "a,2024-07-01,2.0,0.0,-1.0,3\n"
    )


def test_features_stand_lag_by_lag_and_the_calendar_last() -> None:
    expected = [
        *("lag_2", "lag_1", "p_lag_1", "p_lag_0", "c_lag_1", "c_lag_0"),
        *("month_sin_lag_0", "month_cos_lag_0"),
    ]
    assert names(Inputs(2, ("p", "c"), ("month",))) == expected


def test_timesteps_are_step_major_the_oldest_first() -> None:
    header = "ds,lag_2,p_lag_1,c_lag_1,lag_1,p_lag_0,c_lag_0,y\n"
    expected = header + "2,10.0,1.0,6.0,11.0,2,7,12\n3,11.0,2.0,7.0,12.0,3,8,13\n"
    assert framed(STEPWISE) == expected


def test_a_row_of_timesteps_has_a_step_for_each_value() -> None:
    assert STEPWISE.steps == 2
    row = add_inputs(ROWS, STEPWISE).iloc[0][names(STEPWISE)].to_numpy(float)
    assert row.reshape(STEPWISE.steps, -1).tolist() == [[10, 1, 6], [11, 2, 7]]


@pytest.mark.parametrize("as_timesteps", [False, True])
def test_without_features_the_columns_are_the_lags(as_timesteps: bool) -> None:
    assert names(Inputs(3, as_timesteps=as_timesteps)) == ["lag_3", "lag_2", "lag_1"]


def test_lagged_columns_reach_up_to_the_time_before_y() -> None:
    expected = "ds,lag_2,lag_1,c_lag_2,c_lag_1,p_lag_1,p_lag_0,y\n"
    expected += "2,10.0,11.0,5.0,6.0,1.0,2,12\n3,11.0,12.0,6.0,7.0,2.0,3,13\n"
    assert framed(Inputs(2, ("p",), lagged=("c",))) == expected


def test_timesteps_have_the_lagged_columns_beside_y() -> None:
    expected = "ds,lag_2,c_lag_2,p_lag_1,lag_1,c_lag_1,p_lag_0,y\n"
    expected += "2,10.0,5.0,1.0,11.0,6.0,2,12\n3,11.0,6.0,2.0,12.0,7.0,3,13\n"
    assert framed(STEPWISE._replace(features=("p",), lagged=("c",))) == expected


@pytest.mark.parametrize("as_timesteps", [False, True])
def test_lagged_columns_of_many_series_are_pandas_shifts(as_timesteps: bool) -> None:
    both = pd.concat([ROWS, (ROWS * 3).assign(unique_id="b", ds=ROWS["ds"])], ignore_index=True)
    rows = add_inputs(both, Inputs(2, as_timesteps=as_timesteps, lagged=("p", "c")))
    for name, own in both.groupby("unique_id"):
        found = rows[rows["unique_id"] == name]
        for column in ("p", "c"):
            for lag in (1, 2):
                shifted = own[column].shift(lag).iloc[2:]
                assert found[f"{column}_lag_{lag}"].tolist() == shifted.tolist()


def test_a_row_of_features_is_one_step() -> None:
    assert Inputs(3).steps == 1


def test_what_a_row_is_names_the_inputs() -> None:
    content = Inputs(2, ("p",), as_timesteps=True).as_json()
    assert content["names"] == ["lag_2", "p_lag_1", "lag_1", "p_lag_0"]
    assert content["as"] == "timesteps"


def test_lags_of_the_series_are_told_from_those_of_a_feature() -> None:
    inputs = Inputs(2, ("p",), as_timesteps=True)
    assert [(column.name, column.lag) for column in inputs.lags()] == [("lag_2", 2), ("lag_1", 1)]
    assert inputs.columns()[1] == ("p_lag_1", "p", 1)


@pytest.mark.parametrize(
    "inputs",
    [Inputs(1), Inputs(3, ("p",), ("month", "hour"), True, ("c", "d")), STEPWISE, CHOSEN],
)
def test_inputs_come_back_from_json(inputs: Inputs) -> None:
    assert inputs_from_json(json.loads(json.dumps(inputs.as_json()))) == inputs


def test_value_columns_are_the_inputs_and_y() -> None:
    columns = ["unique_id", "fold", "ds", "lag_1", "p_lag_0", "y"]
    assert value_columns(pd.DataFrame(columns=columns)) == ["lag_1", "p_lag_0", "y"]


def test_calendar_needs_dates() -> None:
    message = r"^`calendar` must be \[\] where times are no dates, got '0'"
    with pytest.raises(StatecastError, match=message):
        add_inputs(ROWS, Inputs(1, calendar=("month",)))


def test_chosen_lags_are_the_only_ones() -> None:
    frame = pd.DataFrame({"unique_id": "a", "ds": range(6), "y": np.arange(6.0) * 10})
    rows = add_inputs(frame, Inputs(4, chosen=(1, 4)))
    assert list(rows) == ["unique_id", "ds", "lag_4", "lag_1", "y"]
    assert rows[["lag_4", "lag_1", "y"]].to_numpy().tolist() == [[0, 30, 40], [10, 40, 50]]


def test_features_stand_at_the_times_after_chosen_lags_and_at_that_of_y() -> None:
    names = [column.name for column in Inputs(4, features=("x",), chosen=(2, 4)).columns()]
    assert names == ["lag_4", "lag_2", "x_lag_3", "x_lag_1", "x_lag_0"]


def test_chosen_lags_are_steps_of_a_row() -> None:
    inputs = Inputs(12, as_timesteps=True, lagged=("x",), chosen=(1, 12))
    assert inputs.steps == 2
    names = [column.name for column in inputs.columns()]
    assert names == ["lag_12", "x_lag_12", "lag_1", "x_lag_1"]
