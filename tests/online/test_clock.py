"""Times that come next. Oracle: pandas' own calendar, as the stage forecast uses it."""

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.calendar import calendar_frame
from statecast.forecasting.future import next_times
from statecast.online.clock import AHEAD, clocks_of

COUNT = 3 * AHEAD + 5
FREQUENCIES = ["MS", "2MS", "ME", "QS", "YE", "B", "D", "3D", "W-SUN", "h", "36h", "15min", "500ms"]


def texts_of(frequency: str, unit: str) -> pd.Series:
    dates = pd.date_range("2020-01-31", periods=30, freq=frequency).to_numpy()
    return pd.Series([str(date) for date in dates.astype(f"M8[{unit}]")], dtype="str")


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("frequency", FREQUENCIES)
def test_the_next_times_are_those_of_the_stage_forecast(frequency: str, given: bool) -> None:
    unit = {"h": "s", "36h": "s", "15min": "s", "500ms": "ms"}.get(frequency, "D")
    text = texts_of(frequency, unit)
    alias = frequency if given else None
    [clock] = clocks_of([text], ["month", "hour"], alias)
    later = clock.later(clock.number_of(text.iloc[-1]), COUNT)
    known = pd.DataFrame({"unique_id": "a", "ds": text})
    expected = next_times(known, COUNT, alias)["ds"]
    assert list(later.text) == expected.tolist()
    assert [clock.number_of(time) for time in later.text] == list(later.number)
    waves = calendar_frame(expected, ["month", "hour"]).to_numpy()
    assert (pd.DataFrame(list(later.waves)).to_numpy() == waves).all()


@pytest.mark.parametrize("times", [[1, 2, 3], [10, 20, 30], [-3, -1, 1], [7]])
def test_integers_go_on_by_their_step(times: list[int]) -> None:
    [clock] = clocks_of([pd.Series(times).astype(str)], [], None)
    known = pd.DataFrame({"unique_id": "a", "ds": map(str, times)})
    later = clock.later(times[-1], COUNT)
    assert list(later.text) == next_times(known, COUNT)["ds"].tolist()


def test_times_on_no_grid_are_refused() -> None:
    text = pd.Series(["2020-01-01", "2020-01-02", "2020-03-17"])
    with pytest.raises(StatecastError, match="must be regular to say which come next"):
        clocks_of([text], [], None)


def test_times_that_are_none_are_refused() -> None:
    with pytest.raises(StatecastError, match=r"must be integers or dates as in series\.csv"):
        clocks_of([pd.Series(["2020-01-01", "soon"])], [], None)


def test_times_end_with_the_calendar() -> None:
    [clock] = clocks_of([pd.Series(["9999-10-01", "9999-11-01"])], [], "MS")
    number = clock.number_of("9999-11-01")
    assert clock.ahead(number).text == ("9999-12-01",)
    with pytest.raises(StatecastError, match="within the calendar"):
        clock.later(number, 2)


def test_a_fraction_of_a_second_that_a_series_does_not_have_is_refused() -> None:
    [clock] = clocks_of([texts_of("D", "D")], [], None)
    with pytest.raises(StatecastError, match="must be a date"):
        clock.number_of("2020-01-01 00:00:00.000000001")
