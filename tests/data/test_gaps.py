"""Regular times, and what fills the gaps. Oracles: pandas' calendars, and frames by hand."""

import logging

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.gaps import Gaps
from statecast.data.series import long_frame
from statecast.data.table import Columns, read_table
from tests.support.frames import frame_of

ISO = "%Y-%m-%dT%H:%M:%S"
CALENDARS = [
    *("MS", "ME", "B", "D", "W-SUN", "W-WED", "h"),
    *("15min", "QS", "QE", "YS", "BME", "2MS", "3D"),
]


def frame_at(rows: dict[str, object], gaps: Gaps | None = None) -> pd.DataFrame:
    """Return the frame of values by their times."""
    lines = "".join(f"{time},{value}\n" for time, value in rows.items())
    return frame_of(f"t,v\n{lines}", gaps=gaps)


def times_on(alias: str) -> pd.DatetimeIndex:
    return pd.date_range("2023-03-01", periods=40, freq=alias)


def rows_with_gaps(times: pd.DatetimeIndex) -> dict[str, object]:
    """Return values that count the times, without the rows 20, 21 and 30."""
    text = times.strftime(ISO)
    return {text[row]: row for row in range(len(times)) if row not in (20, 21, 30)}


@pytest.mark.parametrize("alias", CALENDARS)
def test_complete_times_are_taken_on_every_calendar(alias: str) -> None:
    times = times_on(alias)
    assert len(frame_at({time: row for row, time in enumerate(times.strftime(ISO))})) == 40


@pytest.mark.parametrize("alias", CALENDARS)
def test_missing_time_is_found_on_every_calendar(alias: str) -> None:
    times = times_on(alias)
    first = str(times[20]).removesuffix(" 00:00:00")
    message = rf"'v' must have a row for every step, got none at {first} \(3 such"
    with pytest.raises(StatecastError, match=message):
        frame_at(rows_with_gaps(times))


@pytest.mark.parametrize("alias", CALENDARS)
def test_missing_rows_are_filled_on_every_calendar(alias: str) -> None:
    times = times_on(alias)
    back = frame_at(rows_with_gaps(times), Gaps("linear"))
    assert back["y"].tolist() == list(range(40))
    assert pd.to_datetime(back["ds"]).tolist() == times.tolist()


@pytest.mark.parametrize("alias", CALENDARS)
def test_a_named_calendar_is_the_one_that_is_inferred(alias: str) -> None:
    rows = rows_with_gaps(times_on(alias))
    named = frame_at(rows, Gaps("linear", alias))
    pd.testing.assert_frame_equal(named, frame_at(rows, Gaps("linear")))


def test_the_day_of_a_month_may_be_any() -> None:
    rows = {"2024-01-15": 1, "2024-02-15": 2, "2024-04-15": 4, "2024-05-15": 5}
    back = frame_at(rows, Gaps("linear"))
    assert back["ds"].tolist() == [f"2024-0{month}-15" for month in range(1, 6)]


PERIODS = [
    (["2024Q1", "2024Q2", "2024Q4"], "2024-07-01"),
    (["2024-01", "2024-02", "2024-04"], "2024-03-01"),
    (["2024-W05", "2024-W06", "2024-W08"], "2024-02-12"),
    (["1", "2", "4"], "3"),
    (["1950", "1960", "1970", "1990"], "1980"),
]


@pytest.mark.parametrize(("times", "missing"), PERIODS)
def test_gaps_of_periods_and_integers_are_found(times: list[str], missing: str) -> None:
    message = rf"none at {missing}.*\(1 such times; `fill` can"
    with pytest.raises(StatecastError, match=message):
        frame_at(dict.fromkeys(times, 1))


@pytest.mark.parametrize(("times", "missing"), PERIODS)
def test_gaps_of_periods_and_integers_are_filled(times: list[str], missing: str) -> None:
    back = frame_at(dict.fromkeys(times, 1), Gaps("previous"))
    assert missing in back["ds"].astype(str).tolist()


@pytest.mark.parametrize(
    "times",
    [
        ["1", "3", "5", "6"],
        ["2024-01-01", "2024-01-02T07:11", "2024-03-05"],
        ["1", "2", "3", "1000000"],
    ],
)
@pytest.mark.parametrize("fill", [None, "linear"])
def test_series_on_no_calendar_is_refused(times: list[str], fill: str | None) -> None:
    with pytest.raises(StatecastError, match="times of ") as error:
        frame_at(dict.fromkeys(times, 1), Gaps(fill))
    assert "\n" not in str(error.value)


SATURDAY = {"2024-01-01": 1, "2024-01-06": 2, "2024-01-08": 3}


@pytest.mark.parametrize(
    ("rows", "gaps", "message"),
    [
        (SATURDAY, Gaps("linear", "B"), r"on the grid of B.*`frequency`.*got 2024-01-06"),
        (
            SATURDAY,
            Gaps("linear", "monthly"),
            r"`frequency` must be a pandas offset alias, got 'monthly'",
        ),
        (
            {"1": 1, "2": 2},
            Gaps(frequency="MS"),
            r"`frequency` must be null where times are no dates, got MS",
        ),
    ],
)
def test_named_calendar_must_hold_the_times(
    rows: dict[str, object], gaps: Gaps, message: str
) -> None:
    with pytest.raises(StatecastError, match=message):
        frame_at(rows, gaps)


def test_a_gap_is_filled_within_its_own_series() -> None:
    text = "t,id,v,p\n1,a,1,9\n3,a,3,\n5,b,10,2\n6,b,,3\n7,b,30,4\n"
    frame = frame_of(text, unique_id="id", features=("p",), gaps=Gaps("linear"))
    expected = (
        "unique_id,ds,y,p,filled\na,1,1.0,9.0,0\na,3,3.0,9.0,0\n"
        "b,5,10.0,2.0,0\nb,6,20.0,3.0,1\nb,7,30.0,4.0,0\n"
    )
    assert frame.to_csv(index=False) == expected


def test_log_says_how_many_and_where(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    frame_at({"2024-01": 1, "2024-02": "", "2024-04": 2}, Gaps("previous"))
    assert "v: 2 times and values filled (previous): 2024-02-01, 2024-03-01" in caplog.text


def test_many_series_with_gaps_are_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rows = "".join(f"{time},s{name},1\n" for name in range(11) for time in (1, 2, 4))
    frame_of(f"t,id,v\n{rows}", unique_id="id", gaps=Gaps("linear"))
    lines = [line for line in caplog.messages if "filled" in line]
    first = "s0: 1 times and values filled (linear): 3"
    assert lines == [f"download: times and values of 11 series filled (linear), the first: {first}"]


def test_log_shows_five_times_of_many(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    frame_at({"1": 1, "2": 2, "9": 2}, Gaps("previous"))
    assert "v: 6 times and values filled (previous): 3, 4, 5, 6, 7 ..." in caplog.text


def test_missing_values_of_rows_without_times_are_filled() -> None:
    frame = frame_of("v\n1\nNA\n3\n", time=None, gaps=Gaps("linear"))
    assert frame["y"].tolist() == [1, 2, 3]


def test_missing_values_are_an_error_where_nothing_fills_them() -> None:
    message = r"line 3 must be a finite number, got a missing.*`fill` can"
    with pytest.raises(StatecastError, match=message):
        frame_of("v\n1\nNA\n3\n", time=None)


def test_a_column_without_a_value_cannot_be_filled() -> None:
    message = r"column 'p' of 'v' must have a value to fill from, got none"
    with pytest.raises(StatecastError, match=message):
        frame_of("t,v,p\n1,1,\n2,2,\n", features=("p",), gaps=Gaps("linear"))


@pytest.mark.parametrize("bad", ["two", "inf"])
def test_only_what_is_missing_is_filled(bad: str) -> None:
    with pytest.raises(StatecastError, match=rf"line 4 must be a finite number, got '{bad}'"):
        frame_at({"1": 1, "2": "", "3": bad}, Gaps("linear"))


@pytest.mark.parametrize("fill", [None, "linear", "previous", "seasonal"])
@pytest.mark.parametrize(
    ("form", "count"), [("%Y%m%d", 70), ("%Y%m", 30), ("%Y%m%d%H", 60), ("%Y-%m-%d", 70)]
)
def test_no_time_is_invented_where_a_month_ends(form: str, count: int, fill: str | None) -> None:
    alias = {"%Y%m": "MS", "%Y%m%d%H": "h"}.get(form, "D")
    times = pd.date_range("1990-01-30", periods=count, freq=alias)
    rows = {time: row for row, time in enumerate(times.strftime(form))}
    frame = frame_at(rows, Gaps(fill))
    assert pd.to_datetime(frame["ds"]).tolist() == times.tolist()
    assert frame["y"].tolist() == list(range(count))


def test_a_last_time_far_away_is_no_gap_to_fill() -> None:
    times = ["2024-01-01", "2024-02-01", "2024-03-01", "9999-12-01"]
    with pytest.raises(StatecastError, match=r"^the times of "):
        frame_at(dict.fromkeys(times, 1), Gaps("previous"))


def test_rows_whose_value_was_filled_are_marked() -> None:
    table = "id,t,v,x\na,1,5,1\na,2,,1\na,4,8,1\nb,1,5,1\nb,2,6,\n"
    columns = Columns("v", "t", "id", ("x",))
    frame = long_frame(read_table(table.encode(), source="s"), columns, gaps=Gaps("linear"))
    assert frame["filled"].tolist() == [0, 1, 1, 0, 0, 0]  # a filled feature is no filled value


def test_without_a_filled_value_nothing_is_marked() -> None:
    assert "filled" not in frame_at({"1": 5, "2": 6}, Gaps("linear"))
