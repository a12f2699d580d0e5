"""What is refused changes nothing. Oracle: the answer to the next observation, and the state."""

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.filling import filled
from statecast.data.inputs import Inputs
from statecast.online.online import Online
from tests.support.living import Case, Setting, case_of

OBSERVED = 6


@pytest.fixture(scope="module")
def case() -> Case:
    return case_of(Setting(transform="log"))


def next_row(case: Case) -> dict[str, Any]:
    return case.observed(OBSERVED)[0]


@pytest.mark.parametrize(
    ("ds", "y", "message"),
    [
        ("2008-02-01", 1.0, "must be 2008-03-01, got 2008-02-01 again"),
        ("2001-03-01", 1.0, "must be 2008-03-01, got 2001-03-01, which is late"),
        ("2008-04-01", 1.0, r"must be 2008-03-01, got 2008-04-01 \(no download.fill\)"),
        ("2008-03-02", 1.0, "must be 2008-03-01, got 2008-03-02"),
        ("01.03.2008", 1.0, "`ds` must be a date with the year first, got '01.03.2008'"),
        ("2008-13-01", 1.0, "`ds` must be a date of the calendar"),
        ("2008-03-01T00:00:00+01:00", 1.0, "`ds` must be a date"),
        (dt.datetime(2008, 3, 1, tzinfo=dt.UTC), 1.0, "date without a zone"),
        (200803, 1.0, "date without a zone"),
        (None, 1.0, "date without a zone"),
        (np.datetime64("NaT"), 1.0, "`ds` must be a date"),
        ("2008-03-01", math.nan, "y of 'a' must be a finite number of a usual size, got nan"),
        ("2008-03-01", math.inf, "must be a finite number"),
        ("2008-03-01", 1e31, "must be a finite number of a usual size"),
        ("2008-03-01", 10**400, "must be a finite number of a usual size"),
        ("2008-03-01", "12", "must be a finite number of a usual size, got '12'"),
        ("2008-03-01", True, "must be a finite number"),
        ("2008-03-01", None, "must be a finite number"),
        ("2008-03-01", 0.0, "must be above 0 for the transform, got 0.0"),
    ],
)
def test_a_refusal_says_what_must_hold_and_changes_nothing(
    case: Case, ds: Any, y: Any, message: str
) -> None:
    online = Online(case.cut(OBSERVED))
    with pytest.raises(StatecastError, match=message):
        online.observe("a", ds, y)
    row = next_row(case)
    expected = Online(case.cut(OBSERVED)).observe("a", row["ds"], row["y"])
    assert online.observe("a", row["ds"], row["y"]) == expected


@pytest.mark.parametrize("name", ["c", "", 5])
def test_a_series_that_is_not_known_is_refused(case: Case, name: Any) -> None:
    online = Online(case.cut(OBSERVED))
    for call in (online.last, online.health, online.next_value):
        with pytest.raises(StatecastError, match="the series must be known"):
            call(name)
    with pytest.raises(StatecastError, match="networks were trained on"):
        online.observe(name, "2008-03-01", 1.0)
    with pytest.raises(StatecastError, match="the series must be known"):
        online.forecast(name, 3)


def test_columns_that_are_no_inputs_are_refused(case: Case) -> None:
    online = Online(case.cut(OBSERVED))
    with pytest.raises(StatecastError, match="must be none for 'a', got p"):
        online.observe("a", "2008-03-01", 1.0, {"p": 1.0})


@pytest.mark.parametrize("columns", [[1.0], "p", 5])
def test_columns_without_names_are_refused(case: Case, columns: Any) -> None:
    online = Online(case.cut(OBSERVED))
    with pytest.raises(StatecastError, match="`features` must have values by the name"):
        online.observe("a", "2008-03-01", 1.0, columns)
    with pytest.raises(StatecastError, match="`features` must have values by the name"):
        online.forecast("a", 2, features=columns)


def test_a_value_whose_forecast_is_not_finite_is_taken_back() -> None:
    network = {"units": (2,), "highway": True}
    case = case_of(Setting(network=network, scale="none", lags=()))
    online = Online(case.cut(OBSERVED))
    before = online.state
    weights = online._series["a"].fixed.weights  # type: ignore[union-attr]
    weights[-1][:] = 1e30
    row = next_row(case)
    with pytest.raises(StatecastError, match="forecasts of 'a' must stay finite"):
        online.observe("a", row["ds"], 1e29)
    for name, array in online.state.arrays.items():
        np.testing.assert_array_equal(array, before.arrays[name])
    assert online.last("a")[0] < row["ds"]


@pytest.mark.parametrize(
    "ds",
    [
        "2008-03-01",
        "2008-03",
        "2008/03/01",
        "2008-03-01T00:00:00",
        "2008-03-01 00:00",
        dt.date(2008, 3, 1),
        dt.datetime(2008, 3, 1),  # noqa: DTZ001 (series have no zone)
        pd.Timestamp("2008-03-01"),
        np.datetime64("2008-03"),
    ],
)
def test_a_time_may_be_given_in_many_ways(case: Case, ds: Any) -> None:
    online = Online(case.cut(OBSERVED))
    row = next_row(case)
    assert online.observe("a", ds, row["y"]).ds == "2008-04-01"


@pytest.mark.parametrize("ds", [171, "171", np.int64(171)])
def test_a_time_may_be_an_integer(ds: Any) -> None:
    case = case_of(Setting(frequency=""))
    online = Online(case.cut(OBSERVED))
    assert online.observe("a", ds, 50.0).ds == "173"
    for wrong in (172, 174, 1.5, "2024-01-01", True, 10**40):
        with pytest.raises(StatecastError, match="must"):
            online.observe("a", wrong, 50.0)


@pytest.mark.parametrize("fill", ["linear", "previous", "seasonal"])
def test_skipped_times_are_filled_as_the_stage_download_fills_them(fill: str) -> None:
    case = case_of(Setting(fill=fill, inputs=Inputs(2)))
    rows = [row for row in case.observed(OBSERVED) if row["unique_id"] == "a"]
    online = Online(case.cut(OBSERVED))
    answer = online.observe("a", rows[3]["ds"], rows[3]["y"])
    known = [*case.stretch("a", "y", OBSERVED + 24)[:24], *[math.nan] * 3, rows[3]["y"]]
    by_hand = filled(np.array(known), fill, 12)[24:]  # type: ignore[arg-type]
    one_by_one = Online(case.cut(OBSERVED))
    for row, y in zip(rows, by_hand.tolist(), strict=False):
        expected = one_by_one.observe("a", row["ds"], y)
    assert answer == expected
    assert online.health("a").observed == 1  # what was filled in is no observation


def test_a_gap_is_refused_where_it_is_too_long_or_off_the_grid() -> None:
    online = Online(case_of(Setting(fill="linear")).cut(OBSERVED))
    for ds, message in (("2208-03-01", "at most 1000 steps"), ("2009-03-15", "whole number")):
        with pytest.raises(StatecastError, match=message):
            online.observe("a", ds, 50.0)


def test_gaps_are_refused_where_columns_are_inputs() -> None:
    setting = Setting(fill="linear", inputs=Inputs(2, lagged=("q",)))
    online = Online(case_of(setting).cut(OBSERVED))
    with pytest.raises(StatecastError, match="must follow where frame"):
        online.observe("a", "2008-05-01", 50.0, {"q": 1.0})


def test_features_that_are_not_known_are_asked_for() -> None:
    setting = Setting(inputs=Inputs(2, features=("p",)))
    case = case_of(setting)
    online = Online(case.cut(OBSERVED))
    assert math.isnan(online.next_value("a").forecast)
    row = next_row(case)
    must = r"features \(p\) of 'a' must be given for 2008-03-01 first: expect"
    with pytest.raises(StatecastError, match=must):
        online.observe("a", row["ds"], row["y"], {"p": 1.0})
    online.expect("a", {"p": row["p"]})
    with pytest.raises(StatecastError, match="be given once"):
        online.expect("a", {"p": row["p"]})
    waiting = online.observe("a", row["ds"], row["y"])
    assert math.isnan(waiting.forecast)
    assert not math.isnan(online.expect("a", {"p": 0.0}).forecast)
    with pytest.raises(StatecastError, match="p of 'a' must be a finite number"):
        online.observe("a", "2008-04-01", row["y"], {"p": math.nan})


@pytest.mark.parametrize("unique_id", [["a"], {}, None, 1.5, True, ("a",)])
def test_what_is_no_id_is_refused(unique_id: Any) -> None:
    online = Online(case_of(Setting()).cut(5))
    calls = (online.next_value, online.last, online.health)
    with_more = (online.forecast, online.prepare)
    for call in calls:
        with pytest.raises(StatecastError, match="`unique_id` must be text or a whole number"):
            call(unique_id)
    for ahead in with_more:
        with pytest.raises(StatecastError, match="`unique_id` must be text or a whole number"):
            ahead(unique_id, 3)
    with pytest.raises(StatecastError, match="`unique_id` must be text or a whole number"):
        online.observe(unique_id, "2010-01-01", 1.0)


def test_what_is_no_state_is_refused() -> None:
    online = Online(case_of(Setting()).cut(5))
    with pytest.raises(StatecastError, match="`state` must be one of read_state"):
        online.restore(None)  # type: ignore[arg-type]
