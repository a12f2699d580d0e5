"""Regular times, and what fills the gaps. Oracles: pandas' own interpolation, calendars, and filling by hand."""

import logging

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecast.base.errors import StatecastError
from statecast.data.gaps import Gaps, filled
from statecast.data.series import Columns, long_frame, read_table

NAN = np.nan


def frame_of(rows: dict[str, object], gaps: Gaps | None = None) -> pd.DataFrame:
    text = "t,v\n" + "".join(f"{time},{value}\n" for time, value in rows.items())
    return long_frame(read_table(text.encode(), source="t.csv"), Columns("v", "t"), gaps=gaps)


CALENDARS = ["MS", "ME", "B", "D", "W-SUN", "W-WED", "h", "15min", "QS", "QE", "YS", "BME", "2MS", "3D"]


@pytest.mark.parametrize("alias", CALENDARS)
def test_missing_time_is_found_on_every_calendar(alias: str) -> None:
    times = pd.date_range("2023-03-01", periods=40, freq=alias)
    form = "%Y-%m-%dT%H:%M:%S"
    complete = {time.strftime(form): place for place, time in enumerate(times)}
    assert len(frame_of(complete)) == 40
    gone = {times[20].strftime(form), times[21].strftime(form), times[30].strftime(form)}
    with_gaps = {time: place for time, place in complete.items() if time not in gone}
    with pytest.raises(
        StatecastError,
        match=rf"'v' must have a row for every step, got none at {str(times[20]).removesuffix(' 00:00:00')} \(3 such",
    ):
        frame_of(with_gaps)
    back = frame_of(with_gaps, Gaps("linear"))
    assert back["y"].tolist() == list(range(40))
    assert pd.to_datetime(back["ds"]).tolist() == times.tolist()
    named = frame_of(with_gaps, Gaps("linear", "2MS" if alias == "2MS" else alias))
    pd.testing.assert_frame_equal(named, back)


def test_the_day_of_a_month_may_be_any() -> None:
    back = frame_of({"2024-01-15": 1, "2024-02-15": 2, "2024-04-15": 4, "2024-05-15": 5}, Gaps("linear"))
    assert back["ds"].tolist() == [f"2024-0{month}-15" for month in range(1, 6)]


@pytest.mark.parametrize(
    ("times", "missing"),
    [
        (["2024Q1", "2024Q2", "2024Q4"], "2024-07-01"),
        (["2024-01", "2024-02", "2024-04"], "2024-03-01"),
        (["2024-W05", "2024-W06", "2024-W08"], "2024-02-12"),
        (["1", "2", "4"], "3"),
        (["1950", "1960", "1970", "1990"], "1980"),
    ],
)
def test_periods_and_integers_have_gaps_too(times: list[str], missing: str) -> None:
    rows = dict.fromkeys(times, 1)
    with pytest.raises(StatecastError, match=rf"none at {missing}.*\(1 such times; params.yaml: download.fill"):
        frame_of(rows)
    assert missing in frame_of(rows, Gaps("previous"))["ds"].astype(str).tolist()


@pytest.mark.parametrize(
    "times", [["1", "3", "5", "6"], ["2024-01-01", "2024-01-02T07:11", "2024-03-05"], ["1", "2", "3", "1000000"]]
)
@pytest.mark.parametrize("fill", [None, "linear"])
def test_series_on_no_calendar_is_refused(times: list[str], fill: str | None) -> None:
    with pytest.raises(StatecastError, match="times of ") as error:
        frame_of(dict.fromkeys(times, 1), Gaps(fill))
    assert "\n" not in str(error.value)


def test_named_calendar_must_hold_the_times() -> None:
    rows = {"2024-01-01": 1, "2024-01-06": 2, "2024-01-08": 3}
    with pytest.raises(StatecastError, match=r"on the grid of B.*got 2024-01-06"):
        frame_of(rows, Gaps("linear", "B"))
    with pytest.raises(StatecastError, match=r"download\.frequency must be a pandas offset alias, got 'monthly'"):
        frame_of(rows, Gaps("linear", "monthly"))
    with pytest.raises(StatecastError, match=r"download\.frequency must be null where times are no dates, got MS"):
        frame_of({"1": 1, "2": 2}, Gaps(frequency="MS"))


def test_a_gap_is_filled_within_its_own_series() -> None:
    table = read_table(b"t,id,v,p\n1,a,1,9\n3,a,3,\n5,b,10,2\n6,b,,3\n7,b,30,4\n", source="t")
    frame = long_frame(table, Columns("v", "t", "id", ("p",)), gaps=Gaps("linear"))
    expected = "unique_id,ds,y,p\na,1,1.0,9.0\na,3,3.0,9.0\nb,5,10.0,2.0\nb,6,20.0,3.0\nb,7,30.0,4.0\n"
    assert frame.to_csv(index=False) == expected


def test_log_says_how_many_and_where(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    frame_of({"2024-01": 1, "2024-02": "", "2024-04": 2}, Gaps("previous"))
    assert "v: 2 times and values filled (previous): 2024-02-01, 2024-03-01" in caplog.text


def test_rows_without_times_have_no_gaps_but_may_have_missing_values() -> None:
    table = read_table(b"v\n1\nNA\n3\n", source="t")
    assert long_frame(table, Columns("v"), gaps=Gaps("linear"))["y"].tolist() == [1, 2, 3]
    with pytest.raises(StatecastError, match=r"line 3 must be a finite number, got a missing.*download\.fill can"):
        long_frame(table, Columns("v"))


@pytest.mark.parametrize("bad", ["two", "inf"])
def test_only_what_is_missing_is_filled(bad: str) -> None:
    with pytest.raises(StatecastError, match=rf"line 4 must be a finite number, got '{bad}'"):
        frame_of({"1": 1, "2": "", "3": bad}, Gaps("linear"))


def test_symbols_are_not_filled() -> None:
    with pytest.raises(StatecastError, match=r"download\.fill must be null for symbols"):
        long_frame(read_table(b"v\na\n\n", source="t"), Columns("v"), symbols=True, gaps=Gaps("previous"))


gappy = st.lists(st.one_of(st.floats(-1e3, 1e3), st.just(NAN)), min_size=1, max_size=30).filter(
    lambda values: not np.isnan(values).all()
)


@given(gappy)
def test_filling_equals_pandas(values: list[float]) -> None:
    series = pd.Series(values)
    both = series.interpolate(limit_direction="both")
    np.testing.assert_allclose(filled(series.to_numpy(), "linear"), both, atol=1e-9)
    np.testing.assert_array_equal(filled(series.to_numpy(), "previous"), series.ffill().bfill())


@pytest.mark.parametrize(
    ("values", "season", "expected"),
    [
        ([1, 2, 3, NAN, 5, NAN], 3, [1, 2, 3, 1, 5, 3]),  # a season earlier
        ([NAN, 2, 3, 4, 5, 6], 3, [4, 2, 3, 4, 5, 6]),  # a season later
        ([NAN, 2, NAN, 4, 7, 6], 2, [7, 2, 7, 4, 7, 6]),  # two seasons later
        ([1, 2, NAN, NAN, NAN, 6], 2, [1, 2, 1, 2, 1, 6]),  # from what was filled before
        ([1, NAN, 3], 12, [1, 2, 3]),  # no season at all: the line
        ([1, NAN, 3], 1, [1, 1, 3]),
    ],
)
def test_seasonal_filling_by_hand(values: list[float], season: int, expected: list[float]) -> None:
    assert filled(np.array(values, float), "seasonal", season).tolist() == expected


@given(gappy, st.sampled_from(["linear", "previous", "seasonal"]), st.integers(1, 12))
def test_filling_leaves_what_is_there(values: list[float], fill: str, season: int) -> None:
    known = ~np.isnan(values)
    after = filled(np.array(values), fill, season)
    assert not np.isnan(after).any()
    np.testing.assert_array_equal(after[known], np.array(values)[known])
