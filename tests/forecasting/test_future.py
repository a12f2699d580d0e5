"""Rows after the end of a series. Oracles: times and lags written out by hand."""

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.inputs import Inputs
from statecast.forecasting.future import future_rows, next_times, with_future
from tests.support.forecasts import example

INPUTS = Inputs(2, calendar=("month",))


def times(ds: list[str], unique_id: str = "a") -> pd.DataFrame:
    """Return the times of a series."""
    return pd.DataFrame({"unique_id": unique_id, "ds": ds})


def monthly() -> pd.DataFrame:
    """Return eight months of 2024 with the values 0 to 7."""
    months = pd.date_range("2024-01-01", periods=8, freq="MS").strftime("%Y-%m-%d")
    return pd.DataFrame({"unique_id": "a", "ds": months, "y": np.arange(8.0)})


@pytest.mark.parametrize(
    ("known", "frequency", "expected"),
    [
        (["2023-11-01", "2023-12-01", "2024-01-01"], None, ["2024-02-01", "2024-03-01"]),
        (["2024-01-31", "2024-02-29", "2024-03-31"], None, ["2024-04-30"]),
        (["3", "5", "7"], None, ["9", "11"]),
        (["2024-01-04", "2024-01-05", "2024-01-08"], "B", ["2024-01-09"]),
        (
            ["2024-01-01T00:00:00.000", "2024-01-01T00:00:00.500", "2024-01-01T00:00:01.000"],
            None,
            ["2024-01-01T00:00:01.500", "2024-01-01T00:00:02.000"],
        ),
        (["20240130", "20240131"], None, ["20240132"]),
    ],
    ids=["months", "ends of months", "integers", "business days", "half seconds", "no dates"],
)
def test_times_after_the_end_go_on_as_before(
    known: list[str], frequency: str | None, expected: list[str]
) -> None:
    assert next_times(times(known), len(expected), frequency)["ds"].tolist() == expected


def test_each_series_goes_on_after_its_own_end() -> None:
    days = times(["2024-01-01", "2024-01-02", "2024-01-03"], "days")
    months = times(["2024-01-01", "2024-02-01", "2024-03-01"], "months")
    later = next_times(pd.concat([days, months]), 2)
    assert later["unique_id"].tolist() == ["days", "days", "months", "months"]
    assert later["ds"].tolist() == ["2024-01-04", "2024-01-05", "2024-04-01", "2024-05-01"]


def test_a_single_time_does_not_say_which_comes_next() -> None:
    match = "must be regular to say which come next, got last 2024-01-01"
    with pytest.raises(StatecastError, match=match):
        next_times(times(["2024-01-01"]), 1)


def test_times_after_the_end_of_the_calendar_are_one_line() -> None:
    known = times(["9998-01-01", "9999-01-01"])
    with pytest.raises(
        StatecastError, match=r"^`horizon` must be within the calendar, got 3 steps"
    ):
        next_times(known, 3, "200000YS")


def test_times_have_four_digits_for_the_year() -> None:
    known = times(["9999-10-01", "9999-11-01"])
    assert next_times(known, 1, "MS")["ds"].tolist() == ["9999-12-01"]
    with pytest.raises(StatecastError, match="`horizon` must be within the calendar, got 2 steps"):
        next_times(known, 2, "MS")


def test_rows_after_the_end_stand_at_the_next_times() -> None:
    rows = future_rows(monthly(), 3, INPUTS)
    assert rows["ds"].tolist() == ["2024-09-01", "2024-10-01", "2024-11-01"]


def test_rows_after_the_end_have_the_lags_that_are_known() -> None:
    rows = future_rows(monthly(), 3, INPUTS)
    np.testing.assert_array_equal(rows[["lag_2", "lag_1"]], [[6, 7], [7, np.nan], [np.nan, np.nan]])


def test_rows_after_the_end_have_the_lagged_columns_that_are_known() -> None:
    rows = future_rows(monthly().assign(x=np.arange(8) * 10.0), 3, Inputs(2, lagged=("x",)))
    expected = [[60, 70], [70, np.nan], [np.nan, np.nan]]
    np.testing.assert_array_equal(rows[["x_lag_2", "x_lag_1"]], expected)


def test_rows_after_the_end_have_the_calendar() -> None:
    rows = future_rows(monthly(), 3, INPUTS)
    expected = np.sin(2 * np.pi * np.array([8, 9, 10]) / 12)
    np.testing.assert_allclose(rows["month_sin_lag_0"], expected, atol=1e-12)


def test_rows_after_the_end_have_no_value() -> None:
    assert future_rows(monthly(), 3, INPUTS)["y"].isna().all()


WALK = example()


def longer() -> tuple[pd.DataFrame, np.ndarray]:
    """Return two rows after the end of the example, and all its rows with these at their end."""
    rows = WALK.series.rows
    frame = pd.DataFrame({"unique_id": "a", "ds": np.arange(21).astype(str), "y": WALK.series.y})
    future = future_rows(frame, 2, WALK.inputs)
    both = with_future({rows.key: rows}, future, WALK.inputs, WALK.undo.scaler)
    return future, both[rows.key]


def test_rows_after_the_end_join_the_test_part() -> None:
    _, rows = longer()
    assert rows.sizes == (12, 0, 8)
    assert len(rows.x) == len(rows.y) == len(rows.ds) == 20


def test_rows_after_the_end_are_scaled_as_the_others() -> None:
    future, rows = longer()
    line = WALK.undo.scaler.line(rows.key, "lag_3")
    expected = future["lag_3"].to_numpy() * line.scale + line.offset
    np.testing.assert_allclose(rows.x[18:, 0], expected)


def test_the_rows_before_them_stay() -> None:
    _, rows = longer()
    np.testing.assert_array_equal(rows.x[:18], WALK.series.rows.x)
    np.testing.assert_array_equal(rows.y[:18], WALK.series.rows.y)


def test_features_after_the_end_are_inputs_up_to_the_time_of_a_row() -> None:
    """Row h has the feature at its own time, and at the times after its lags."""
    known = monthly().assign(price=np.arange(8) * 1.0)
    times = pd.to_datetime(future_rows(monthly(), 3, INPUTS)["ds"])
    features = pd.DataFrame({"ds": times, "price": [80.0, 90.0, 100.0]})
    rows = future_rows(known, 3, Inputs(2, ("price",)), features=features)
    assert rows["price_lag_0"].tolist() == [80, 90, 100]
    assert rows["price_lag_1"].tolist() == [7, 80, 90]


def test_targets_of_a_network_have_its_features() -> None:
    known = pd.concat(
        [monthly().assign(unique_id=name, network="n", price=1.0) for name in ("n/a", "n/b")]
    )
    times = pd.to_datetime(future_rows(monthly(), 2, INPUTS)["ds"])
    features = pd.DataFrame({"unique_id": "n", "ds": times, "price": [5.0, 6.0]})
    rows = future_rows(known, 2, Inputs(2, ("price",)), features=features)
    assert rows["unique_id"].tolist() == ["n/a", "n/a", "n/b", "n/b"]
    assert rows["price_lag_0"].tolist() == [5, 6, 5, 6]
