"""Frames of callers at the door. Oracle: frames worked by hand."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.gaps import Gaps
from statecast.library.door import history_of

DAYS = pd.date_range("2024-01-01", periods=4)


def frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"unique_id": "a", "ds": DAYS, "y": [1.0, 2.0, 3.0, 4.0], **columns})


def history(df: pd.DataFrame, fill: str | None = None) -> pd.DataFrame:
    return history_of(df, [], Gaps(fill))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "ds",
    [
        DAYS,
        DAYS.strftime("%Y-%m-%d"),
        DAYS.strftime("%Y%m%d"),
        [dt.date(2024, 1, day) for day in range(1, 5)],
    ],
    ids=["dates", "text", "without hyphens", "date objects"],
)
def test_dates_are_read_in_every_form(ds: object) -> None:
    assert history(frame(ds=ds))["ds"].tolist() == [f"2024-01-0{day}" for day in range(1, 5)]


def test_whole_numbers_stay_numbers_of_rows() -> None:
    assert history(frame(ds=[3, 5, 7, 9]))["ds"].tolist() == ["3", "5", "7", "9"]


def test_a_gap_is_filled_or_refused() -> None:
    with_gap = frame().drop(index=1)
    with pytest.raises(StatecastError, match="got none at 2024-01-02"):
        history(with_gap)
    assert history(with_gap, "linear")["y"].tolist() == [1, 2, 3, 4]
    missing = frame(y=[1.0, np.nan, 3.0, 4.0])
    assert history(missing, "previous")["y"].tolist() == [1, 1, 3, 4]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"y": ["1", "2", "3", "4"]}, "column 'y' must be numbers"),
        ({"y": [1, np.inf, 3, 4]}, "row 1 has inf"),
        ({"y": [1, 2, np.nan, 4]}, "row 2 has nan"),
        ({"y": [True, False, True, True]}, "column 'y' must be numbers, got bool"),
        ({"ds": DAYS.tz_localize("UTC")}, "ds must have no zone"),
        ({"y": [1j, 2, 3, 4]}, "column 'y' must be numbers, got complex128"),
        ({"ds": pd.array([1, 2, None, 4], "Int64")}, "ds must have a time in every row"),
        ({"ds": np.array([1, 2, 3, 2**63], "uint64")}, "ds must be at most"),
        ({"unique_id": ["a", None, "a", "a"]}, "unique_id must have an id in every row"),
        ({"ds": [DAYS[0]] * 4}, "2024-01-01 00:00:00 more than once"),
        ({"ds": [*DAYS[:3], None]}, "ds must"),
        ({"ds": [1.5, 2.5, 3.5, 4.5]}, "ds must be dates or integers"),
        ({"ds": ["x", "y", "z", "q"]}, "must be an integer or a date"),
        ({"unique_id": ["", "a", "a", "a"]}, "must be the id of a series"),
        ({"unique_id": ["a\nb"] * 4}, "control character"),
        ({"unique_id": [["a"]] * 4}, "unique_id must be text or numbers, got cells such as a list"),
        (
            {"unique_id": pd.array(["1", 1, 1, "1"], object)},
            "unique_id must have ids that differ as text, got '1' and 1$",
        ),
        ({"network": [1, "1", 1, 1]}, "network must have ids that differ as text, got 1 and '1'$"),
        ({"ds": DAYS.to_period("D")}, r"got period\[D\]"),
        ({"network": ["n", None, "n", "n"]}, "network must have an id in every row"),
        ({"network": ["n", "m", "n", "n"]}, "be the same in all rows of a series, got several of"),
    ],
)
def test_what_is_no_series_is_refused_in_one_line(columns: dict, message: str) -> None:
    with pytest.raises(StatecastError, match=message) as caught:
        history(frame(**columns))
    assert "\n" not in str(caught.value)


def test_missing_columns_and_other_types_are_named() -> None:
    with pytest.raises(StatecastError, match=r"df must have the columns .* got no ds, y"):
        history(frame()[["unique_id"]])
    with pytest.raises(StatecastError, match="df must be a pandas DataFrame, got list"):
        history([1, 2])  # type: ignore[arg-type]
    others = type("DataFrame", (), {"to_pandas": None, "__module__": "polars"})()
    message = r"be a pandas DataFrame: df\.to_pandas\(\) makes one, got polars\.DataFrame"
    with pytest.raises(StatecastError, match=message):
        history(others)  # type: ignore[arg-type]
    with pytest.raises(StatecastError, match="df must have each column once, got y twice"):
        history(pd.concat([frame(), frame()[["y"]]], axis=1))
    with pytest.raises(StatecastError, match="df must have rows"):
        history(frame().head(0))
