"""Which series or fold a row belongs to."""

import pandas as pd
import pytest

from statecast.base.identity import SeriesKey, rows_by_key


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (SeriesKey("a"), "a"),
        (SeriesKey("a", 2), "a (fold 2)"),
        (SeriesKey("a fold 2"), "a fold 2"),
    ],
)
def test_a_key_reads_as_text(key: SeriesKey, text: str) -> None:
    assert str(key) == text


def test_fold_0_is_the_series_itself() -> None:
    assert SeriesKey("a").is_whole
    assert not SeriesKey("a", 1).is_whole


def test_a_series_named_like_a_fold_is_no_fold() -> None:
    assert SeriesKey("a fold 1") != SeriesKey("a", 1)
    assert SeriesKey("a fold 1").is_whole


def test_rows_by_key_stay_in_their_order() -> None:
    rows = [("b", 0, 1), ("a", 0, 2), ("b", 1, 3), ("b", 0, 4)]
    frame = pd.DataFrame(rows, columns=["unique_id", "fold", "y"])
    by_key = {key: part["y"].tolist() for key, part in rows_by_key(frame).items()}
    assert list(by_key.items()) == [
        (SeriesKey("b"), [1, 4]),
        (SeriesKey("a"), [2]),
        (SeriesKey("b", 1), [3]),
    ]
