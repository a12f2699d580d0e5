"""Where a date is in a cycle. Oracle: the unit circle, by hand."""

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.calendar import calendar_columns, calendar_frame
from tests.support.frames import frame_of

CYCLES = ["month", "quarter", "weekday", "hour"]
# Monday in January; Sunday in April; Friday in July
DS = pd.Series(["2024-01-01T00:00:00", "2024-04-07T06:00:00", "2024-07-05T18:00:00"])


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("month_sin", [0, 1, 0]),
        ("month_cos", [1, 0, -1]),
        ("quarter_sin", [0, 1, 0]),
        ("hour_sin", [0, 1, -1]),
    ],
)
def test_calendar_by_hand(column: str, expected: list[float]) -> None:
    assert calendar_frame(DS, CYCLES)[column].tolist() == expected


def test_a_week_begins_on_monday() -> None:
    waves = calendar_frame(DS, CYCLES)
    np.testing.assert_allclose(waves["weekday_cos"], np.cos(2 * np.pi * np.array([0, 6, 4]) / 7))


def test_columns_are_named_in_the_order_of_the_cycles() -> None:
    assert list(calendar_frame(DS, CYCLES)) == calendar_columns(CYCLES)
    assert calendar_columns(["hour", "month"]) == ["hour_sin", "hour_cos", "month_sin", "month_cos"]


@pytest.mark.parametrize("ds", [[1, 2], ["3", "4"]])
def test_calendar_needs_dates(ds: list[object]) -> None:
    message = r"^`calendar` must be \[\] where times are no dates, got '[13]'"
    with pytest.raises(StatecastError, match=message):
        calendar_frame(pd.Series(ds), ["month"])


@pytest.mark.parametrize("ds", [[1, 2], ["3", "4"]])
def test_no_calendar_takes_any_times(ds: list[object]) -> None:
    assert calendar_frame(pd.Series(ds), []).shape == (2, 0)


@pytest.mark.parametrize("offset", ["", "Z", "+01:00", "-08:00", "+13:45"])
@pytest.mark.promise("source")
def test_a_day_is_the_day_on_the_clock_of_its_place(offset: str) -> None:
    first_of_march = pd.date_range("2024-03-01", periods=3).strftime(f"%Y-%m-%dT00:00:00{offset}")
    rows = "".join(f"{time},1\n" for time in first_of_march)
    ds = frame_of(f"t,v\n{rows}")["ds"]
    expected = calendar_frame(pd.Series(["2024-03-01", "2024-03-02", "2024-03-03"]), CYCLES)
    pd.testing.assert_frame_equal(calendar_frame(ds, CYCLES), expected)
