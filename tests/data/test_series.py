"""The door: a table becomes a long frame. Oracle: what was written by hand into the source."""

import logging

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.gaps import Gaps
from statecast.data.sequences import sequence_frame
from statecast.data.series import long_frame, require_rows, without_short
from statecast.data.table import Columns, read_table
from tests.support.frames import frame_of


def test_rows_are_sorted_by_time_within_each_series() -> None:
    frame = frame_of("id,t,v\nb,2024-02,2\na,2024-03,5\nb,2024-01,1\n", unique_id="id")
    expected = "unique_id,ds,y\nb,2024-01-01,1.0\nb,2024-02-01,2.0\na,2024-03-01,5.0\n"
    assert frame.to_csv(index=False) == expected


def test_rows_without_times_are_counted() -> None:
    frame = frame_of("v\n3\n1\n", time=None)
    assert frame.to_csv(index=False) == "unique_id,ds,y\nv,1,3.0\nv,2,1.0\n"


def test_rows_without_times_are_counted_within_each_series() -> None:
    frame = frame_of("id,v\na,3\nb,1\na,4\n", time=None, unique_id="id")
    assert frame.to_csv(index=False) == "unique_id,ds,y\na,1,3.0\na,2,4.0\nb,1,1.0\n"


def test_one_series_has_the_name_of_its_column() -> None:
    assert frame_of("t,v\n1,2\n")["unique_id"].tolist() == ["v"]


def test_times_that_come_twice_are_refused() -> None:
    message = r"^the times of a series must differ, got 1 more than once in 'v' \(lines 2, 3\)$"
    with pytest.raises(StatecastError, match=message):
        frame_of("t,v\n1,2\n1,3\n")


def test_two_series_may_have_the_same_times() -> None:
    assert len(frame_of("id,t,v\na,1,2\nb,1,3\n", unique_id="id")) == 2


def test_a_series_may_be_named_like_a_fold() -> None:
    frame = frame_of("id,v\nb,1\nb fold 2,2\n", time=None, unique_id="id")
    assert frame["unique_id"].tolist() == ["b", "b fold 2"]


def test_features_stand_beside_the_series() -> None:
    frame = frame_of("t,v,p\n2,1,9\n1,2,8\n", features=("p",))
    assert frame.to_csv(index=False) == "unique_id,ds,y,p\nv,1,2.0,8.0\nv,2,1.0,9.0\n"


def test_symbols_stay_as_they_are_written() -> None:
    csv = sequence_frame([["3", "03"], ["a", "3.0"]]).to_csv(index=False)
    table = read_table(csv.encode(), source="t.csv")
    frame = long_frame(table, Columns("y", "ds", "unique_id"), values="symbols")
    assert frame["y"].tolist() == ["3", "03", "a", "3.0"]


def test_a_missing_symbol_is_refused() -> None:
    with pytest.raises(StatecastError, match="line 2 must be a symbol, got a missing value"):
        frame_of("t,v\n1, \n", values="symbols")


def test_symbols_are_not_filled() -> None:
    with pytest.raises(StatecastError, match=r"^`fill` must be null for symbols, got previous"):
        frame_of("v\na\n\n", time=None, values="symbols", gaps=Gaps("previous"))


def test_rows_of_each_series_are_counted() -> None:
    frame = pd.DataFrame({"unique_id": ["a", "a", "a", "b", "b"]})
    require_rows(frame, 2, "words")
    with pytest.raises(
        StatecastError, match=r"^series 'b' must have at least 3 rows \(words\), got 2$"
    ):
        require_rows(frame, 3, "words")


def test_short_series_are_named_up_to_five(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    frame = pd.DataFrame({"unique_id": list("abcdaefg"), "y": range(8)})
    assert without_short(frame, 2, "words")["y"].tolist() == [0, 4]
    message = (
        "difference: 6 of 7 series left out, with fewer than 2 rows: 'b', 'c', 'd', 'e', 'f' ..."
    )
    assert caplog.messages == [message]


def test_nothing_is_said_where_no_series_is_short(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    frame = pd.DataFrame({"unique_id": list("abab"), "y": range(4)})
    pd.testing.assert_frame_equal(without_short(frame, 2, "words"), frame)
    assert caplog.messages == []
