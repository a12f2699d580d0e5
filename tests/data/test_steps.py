"""The step from one time to the next. Oracle: the calendar, by hand."""

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.steps import grid, offset_of, step_of


def dates(*text: str) -> pd.Series:
    return pd.Series(pd.to_datetime(list(text)))


@pytest.mark.parametrize(
    ("times", "step"),
    [([1, 2, 3], 1), ([1, 3, 7], 2), ([10, 20, 30, 60], 10), ([5], 1), ([1, 2, 4, 6], None)],
)
def test_step_of_integers_is_the_commonest_difference(times: list[int], step: int | None) -> None:
    assert step_of(pd.Series(times)) == step


def test_a_named_frequency_is_the_step() -> None:
    assert step_of(dates("2024-01-01", "2024-02-01"), "MS") == pd.offsets.MonthBegin()


def test_one_date_has_no_step() -> None:
    assert step_of(dates("2024-01-01")) is None


def test_two_dates_a_month_apart_step_by_days_or_months() -> None:
    step = step_of(dates("2024-01-01", "2024-02-01"))
    assert grid(dates("2024-01-01", "2024-02-01"), step).tolist() == [
        pd.Timestamp("2024-01-01"),
        pd.Timestamp("2024-02-01"),
    ]


def test_grid_of_integers_by_hand() -> None:
    assert list(grid(pd.Series([1, 7]), 2)) == [1, 3, 5, 7]


def test_grid_of_dates_by_hand() -> None:
    times = grid(dates("2024-01-31", "2024-03-31"), pd.offsets.MonthEnd())
    assert times.strftime("%m-%d").tolist() == ["01-31", "02-29", "03-31"]


@pytest.mark.parametrize("frequency", ["monthly", "-1D", "0D"])
def test_no_alias_of_pandas_is_refused(frequency: str) -> None:
    with pytest.raises(StatecastError, match=f"`frequency` must be .*alias, got '{frequency}'"):
        offset_of(frequency)


@pytest.mark.promise("source")
def test_far_sparser_than_its_grid_is_a_mistake() -> None:
    with pytest.raises(StatecastError, match=r"must be apart by about 1, got 3 of 1000000 times"):
        grid(pd.Series([1, 2, 1_000_000]), 1)


@pytest.mark.parametrize(
    "frequency",
    ["99999999999999D", "99999999999W", "10000000YS", "999999999999999999999h", "x" * 5000],
)
def test_a_step_that_the_calendar_has_not_is_one_line(frequency: str) -> None:
    with pytest.raises(StatecastError, match="`frequency`") as error:
        grid(dates("2024-01-01", "2024-02-01"), offset_of(frequency))
    assert len(str(error.value)) < 300


@pytest.mark.parametrize("frequency", ["D", "B", "W", "MS", "ME", "QE", "h", "min", "2D", "DateO"])
def test_every_calendar_is_dense(frequency: str) -> None:
    step = pd.DateOffset(months=1) if frequency == "DateO" else offset_of(frequency)
    with pytest.raises(StatecastError, match="must be apart by about"):
        grid(dates("2024-01-01", "9999-12-29"), step)


def test_steps_may_be_shorter_than_a_second() -> None:
    half = dates("2024-01-01T00:00:00.0", "2024-01-01T00:00:00.5", "2024-01-01T00:00:01.5")
    step = step_of(half)
    assert step == pd.offsets.Milli(500)
    assert len(grid(half, step)) == 4
