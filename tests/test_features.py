"""What is known ahead, the calendar, and a lookback read as timesteps. Oracle: the rows written out by hand."""

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.base.files import read_json
from statecast.data.calendar import calendar_columns, calendar_frame
from statecast.data.inputs import Inputs, add_inputs
from statecast.network.rows import read_series
from tests.conftest import Project

ROWS = pd.DataFrame({"unique_id": "a", "ds": range(4), "y": [10, 11, 12, 13], "p": [0, 1, 2, 3], "c": [5, 6, 7, 8]})


def framed(inputs: Inputs) -> str:
    return add_inputs(ROWS, inputs).astype({"ds": int}).drop(columns=["unique_id"]).to_csv(index=False)


def test_features_reach_up_to_the_time_of_y() -> None:
    expected = "ds,lag_2,lag_1,p_lag_1,p_lag_0,c_lag_0,y\n2,10.0,11.0,1.0,2,7,12\n3,11.0,12.0,2.0,3,8,13\n"
    assert framed(Inputs(2, ["p"], ["c"])) == expected


def test_timesteps_are_step_major_the_oldest_first() -> None:
    inputs = Inputs(2, ["p"], ["c"], as_timesteps=True)
    header = "ds,lag_2,p_lag_1,c_lag_1,lag_1,p_lag_0,c_lag_0,y\n"
    assert framed(inputs) == header + "2,10.0,1.0,6.0,11.0,2,7,12\n3,11.0,2.0,7.0,12.0,3,8,13\n"
    assert inputs.steps == 2
    one = add_inputs(ROWS, inputs).iloc[0][[name for name, _, _ in inputs.columns()]].to_numpy(float)
    assert one.reshape(inputs.steps, -1).tolist() == [[10, 1, 6], [11, 2, 7]]


def test_without_features_the_columns_are_the_lags() -> None:
    for as_timesteps in (False, True):
        names = [name for name, _, _ in Inputs(3, as_timesteps=as_timesteps).columns()]
        assert names == ["lag_3", "lag_2", "lag_1"]


def test_what_a_row_is_names_the_lags_of_the_target() -> None:
    content = Inputs(2, ["p"], as_timesteps=True).as_json()
    assert content["inputs"] == ["lag_2", "p_lag_1", "lag_1", "p_lag_0"]
    assert content["target"] == {"column": "y", "lags": {"lag_2": 2, "lag_1": 1}}
    assert content["ahead"]["p_lag_1"] == {"column": "p", "lag": 1}
    assert (content["as"], content["steps"]) == ("timesteps", 2)


def test_calendar_by_hand() -> None:
    ds = pd.Series(["2024-01-01T00:00:00", "2024-04-07T06:00:00", "2024-07-05T18:00:00"])
    found = calendar_frame(ds, ["month", "quarter", "weekday", "hour"])
    assert list(found) == calendar_columns(["month", "quarter", "weekday", "hour"])
    assert found["month_sin"].tolist() == [0, 1, 0]
    assert found["month_cos"].tolist() == [1, 0, -1]
    assert found["quarter_sin"].tolist() == [0, 1, 0]
    np.testing.assert_allclose(found["weekday_cos"], np.cos(2 * np.pi * np.array([0, 6, 4]) / 7))
    assert found["hour_sin"].tolist() == [0, 1, -1]


@pytest.mark.parametrize("ds", [[1, 2], ["3", "4"]])
def test_calendar_needs_dates(ds: list[object]) -> None:
    with pytest.raises(StatecastError, match=r"frame\.calendar must be \[\] where times are no dates, got '[13]'"):
        calendar_frame(pd.Series(ds), ["month"])
    assert calendar_frame(pd.Series(ds), []).shape == (2, 0)


def sales(project: Project, **frame: object) -> Project:
    columns = {"time_column": "week", "value_column": "sales"}
    project.params["download"] |= {"source": "sales.csv", **columns}
    project.params["frame"] |= {"features": ["price"], **frame}
    project.write_params()
    return project


def test_features_pass_through_the_stages(project: Project) -> None:
    sales(project, lookback=3, calendar=["month"], validation_size=4, **{"as": "timesteps"})
    project.call("download", "difference", "frame", "scale")
    data = project.folder / "data"
    source = pd.read_csv(data / "source" / "sales.csv")
    train = pd.read_csv(data / "framed" / "train.csv")
    np.testing.assert_array_equal(train["price_lag_0"], source["price"][4 : 4 + len(train)])
    np.testing.assert_array_equal(train["price_lag_2"], source["price"][2 : 2 + len(train)])
    np.testing.assert_allclose(train["lag_1"], source["sales"].diff()[3 : 3 + len(train)])
    content = read_json(data / "scaled" / "frame.json")
    step = ["price", "month_sin", "month_cos"]
    expected = [name for k in (3, 2, 1) for name in (f"lag_{k}", *(f"{column}_lag_{k - 1}" for column in step))]
    assert content["inputs"] == expected
    assert content["steps"] == 3
    assert list(pd.read_csv(data / "scaled" / "test.csv")) == ["unique_id", "ds", *expected, "y"]
    scaled = pd.read_csv(data / "scaled" / "train.csv")
    np.testing.assert_allclose(scaled[["price_lag_0", "y"]].agg(["min", "max"]), [[-1, -1], [1, 1]])
    (series,) = read_series(data / "scaled")
    assert series.x.shape == (208 - 1 - 3, 12)
    assert series.y.shape == (204, 1)


def test_network_that_knows_the_price_is_nearer_than_any_that_does_not(project: Project) -> None:
    """Sales were made with 25 units less for each unit of price: who does not know it cannot be nearer than that."""
    project.params["train"] |= {"epochs": 150, "learning_rate": 0.01, "units": [3]}
    sales(project).run_all()
    price = pd.read_csv(project.folder / "data" / "source" / "sales.csv")["price"]
    found = read_json(project.folder / "metrics" / "evaluate.json")["rmse"]
    assert found["max"] < 25 * price[-12:].std(ddof=0)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"features": ["cost"]}, r"frame\.features must be a column: week, sales, price, got 'cost'"),
        ({"features": ["price", "price"]}, r"frame\.features must name each only once"),
        ({"features": ["ds"]}, r"frame\.features must not be '', unique_id, ds or y"),
        ({"calendar": ["year"]}, r"frame\.calendar\.0 must be 'month', 'quarter', 'weekday' or 'hour', got 'year'"),
        ({"as": "rows"}, r"frame\.as must be 'features' or 'timesteps', got 'rows'"),
        ({"a": 1}, r"frame\.a is not a key here.*as"),
        ({"features": ["week"]}, r"frame\.features must be columns other than the series, its times.*got \['week'\]"),
        ({"features": ["sales"]}, r"frame\.features must be columns other than the series, .*got \['sales'\]"),
    ],
)
def test_mistake_in_the_inputs_is_one_line(project: Project, keys: dict, message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        sales(project, **keys).call("download")


def test_symbols_have_no_features(project: Project, source) -> None:
    source("month,sales\n" + "".join(f"2024-01-{row:02d},x\n" for row in range(1, 32)))
    project.params["download"]["values"] = "symbols"
    project.params["difference"]["lags"] = []
    project.params["scale"]["method"] = "onehot"
    project.set("frame.calendar", ["weekday"])
    with pytest.raises(StatecastError, match=r"frame\.features and calendar must be \[\] for scale\.method onehot"):
        project.call("download", "difference", "frame", "scale")
