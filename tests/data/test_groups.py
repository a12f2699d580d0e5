"""The rows of series as offsets. Oracles: the rows by hand, and pandas' own groups."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from statecast.base.identity import SeriesKey
from statecast.data.groups import groups_of_keys, groups_of_series, keys_of

ROWS = [("b", 0), ("a", 0), ("b", 1), ("b", 0)]
FRAME = pd.DataFrame(ROWS, columns=["unique_id", "fold"])


def test_groups_stand_in_the_order_of_their_first_rows() -> None:
    groups = groups_of_keys(FRAME)
    assert groups.order.tolist() == [0, 3, 1, 2]
    assert groups.number.tolist() == [0, 0, 1, 2]
    assert groups.starts.tolist() == [0, 2, 3]
    assert groups.sizes.tolist() == [2, 1, 1]
    assert keys_of(FRAME, groups.first_rows) == [
        SeriesKey("b"),
        SeriesKey("a"),
        SeriesKey("b", 1),
    ]


def test_rows_are_counted_within_their_series() -> None:
    assert groups_of_series(FRAME).positions.tolist() == [0, 1, 2, 0]


def test_something_holds_for_a_series_if_it_holds_for_all_its_rows() -> None:
    groups = groups_of_series(FRAME)  # three rows of b and one of a
    assert groups.all_of(np.array([True, False, True, True])).tolist() == [False, True]


def test_no_rows_have_no_groups() -> None:
    groups = groups_of_keys(FRAME[:0])
    assert (len(groups.order), len(groups.starts)) == (0, 0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), min_size=1))
def test_groups_equal_those_of_pandas(rows: list[tuple[str, int]]) -> None:
    frame = pd.DataFrame(rows, columns=["unique_id", "fold"])
    groups = groups_of_keys(frame)
    own = [groups.order[series].tolist() for series in groups.slices()]
    by_key = frame.groupby(["unique_id", "fold"], sort=False)
    assert own == [rows.index.tolist() for _, rows in by_key]
