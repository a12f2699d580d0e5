"""Times that read in one way only. Oracle: the calendar, written out by hand."""

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.times import as_text, times
from tests.support.frames import frame_of


@pytest.mark.parametrize(
    ("text", "ds"),
    [
        (["10", "9"], [9, 10]),
        (["2024Q2", "2024Q1"], ["2024-01-01", "2024-04-01"]),
        (["2024/02/01", "2024/01/31"], ["2024-01-31", "2024-02-01"]),
        (["2024-01-01T12:00", "2024-01-01 11:30"], ["2024-01-01T11:30:00", "2024-01-01T12:00:00"]),
        (
            ["2024-01-01T12:00+02:00", "2024-01-01T11:00+00:00"],
            ["2024-01-01T10:00:00", "2024-01-01T11:00:00"],
        ),
        (["2024-W06", "2024W05"], ["2024-01-29", "2024-02-05"]),
        (["2024-02", "2024-01"], ["2024-01-01", "2024-02-01"]),
    ],
)
def test_times_that_read_in_one_way_only(text: list[str], ds: list[object]) -> None:
    rows = "".join(f"{time},{row}\n" for row, time in enumerate(text))
    assert frame_of(f"t,v\n{rows}")["ds"].tolist() == ds


def test_other_dates_take_a_format() -> None:
    frame = frame_of("t,v\n02.01.2024,2\n01.02.2024,3\n", time_format="%d.%m.%Y")
    assert frame["ds"].tolist() == ["2024-01-02", "2024-02-01"]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("01/02/2024", r"an integer or a date with the year first.*`time_format`.*'01/02/2024'"),
        ("2024-13", r"an integer or a date"),
        ("2024-02-30", r"an integer or a date"),
        ("2024Q5", r"an integer or a date"),
        ("2024-W60", r"a week of the year"),
        ("", r"an integer or a date"),
    ],
)
def test_time_that_cannot_be_read_is_shown(cell: str, message: str) -> None:
    with pytest.raises(StatecastError, match=rf"^column 't', line 2 must be {message}"):
        times(pd.Series([cell], name="t"))


def test_time_of_another_form_than_the_one_given() -> None:
    message = r"^column 't', line 3 must have the form '%d\.%m\.%Y' \(`time_format`\), got '2024'"
    with pytest.raises(StatecastError, match=message):
        times(pd.Series(["01.02.2024", "2024"], name="t"), "%d.%m.%Y")


def test_mixed_kinds_are_refused() -> None:
    with pytest.raises(StatecastError, match="line 3 must be an integer or a date"):
        times(pd.Series(["2024-01-01", "2024Q1"], name="t"))


def test_text_has_a_clock_where_a_time_is_not_midnight() -> None:
    midnight = pd.Series(pd.to_datetime(["2024-01-01", "2024-01-02"]))
    noon = midnight + pd.Timedelta("12h")
    assert as_text(midnight).tolist() == ["2024-01-01", "2024-01-02"]
    assert as_text(noon).tolist() == ["2024-01-01T12:00:00", "2024-01-02T12:00:00"]


def test_integers_stay_integers() -> None:
    assert as_text(pd.Series([3, 4])).tolist() == [3, 4]
