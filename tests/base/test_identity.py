"""Which series or fold a row belongs to."""

import pytest

from statecast.base.identity import SeriesKey


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
