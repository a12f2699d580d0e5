"""Regular times of many series at once. Oracles: pandas' calendars, and a row taken out."""

import numpy as np
import pandas as pd
import pytest

from statecast.data.groups import groups_of_series
from statecast.data.regular import are_regular

USUAL = ["MS", "ME", "B", "D", "W-SUN", "h", "15min", "QS", "QE", "YS", "2MS", "3D"]
STARTS = ["2023-03-01", "2020-02-28", "1999-12-27"]


def series(name: str, times: pd.DatetimeIndex) -> pd.DataFrame:
    return pd.DataFrame({"unique_id": name, "ds": times, "y": np.arange(float(len(times)))})


def calendars(alias: str) -> list[pd.DataFrame]:
    """Return a series from each start."""
    return [series(start, pd.date_range(start, periods=30, freq=alias)) for start in STARTS]


def regular(parts: list[pd.DataFrame]) -> list[bool]:
    frame = pd.concat(parts, ignore_index=True)
    return are_regular(frame["ds"].to_numpy(), groups_of_series(frame)).tolist()


@pytest.mark.parametrize("alias", USUAL)
def test_usual_calendars_are_seen_at_once(alias: str) -> None:
    assert regular(calendars(alias)) == [True] * len(STARTS)


@pytest.mark.parametrize("alias", USUAL)
def test_a_missing_row_is_one_of_its_own_series_alone(alias: str) -> None:
    first, second, third = calendars(alias)
    assert regular([first, second.drop(index=20), third]) == [True, False, True]


def test_a_day_of_the_month_counts_up_to_the_shortest_month() -> None:
    first = pd.date_range("2024-01-01", periods=20, freq="MS")
    assert regular([series("a", first + pd.Timedelta("14D"))]) == [True]
    other = pd.DatetimeIndex([*first[:5], first[5] + pd.Timedelta("1D"), *first[6:]])
    assert regular([series("a", other)]) == [False]


def test_friday_to_monday_is_a_step_of_business_days_and_two_days_are_not() -> None:
    days = pd.date_range("2024-01-01", periods=30, freq="B")
    assert regular([series("a", days[::2])]) == [False]


def test_integers_are_a_step_apart() -> None:
    frame = pd.DataFrame({"unique_id": list("aaabbbc"), "ds": [1, 3, 5, 1, 2, 4, 9]})
    assert are_regular(frame["ds"].to_numpy(), groups_of_series(frame)).tolist() == [
        True,
        False,
        True,
    ]
