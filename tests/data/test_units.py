"""Rows in words. Oracle: the calendar that the times were made from."""

import pandas as pd
import pytest

from statecast.data.units import counted


@pytest.mark.parametrize(
    ("alias", "words"),
    [
        ("YS", "12 years"),
        ("QS", "12 quarters"),
        ("MS", "12 months"),
        ("ME", "12 months"),
        ("W-MON", "12 weeks"),
        ("B", "12 working days"),
        ("D", "12 days"),
        ("h", "12 hours"),
        ("2D", "12 rows"),
    ],
)
def test_rows_have_the_unit_of_their_calendar(alias: str, words: str) -> None:
    ds = pd.date_range("2019-12-31", periods=40, freq=alias).strftime("%Y-%m-%d %H:%M:%S")
    assert counted(12, list(ds)) == words


def test_seven_days_are_a_week() -> None:
    ds = pd.date_range("2024-01-03", periods=9, freq="7D").strftime("%Y-%m-%d")
    assert counted(1, list(ds)) == "1 week"


def test_integers_are_rows() -> None:
    assert counted(1, [1, 2, 3]) == "1 row"


def test_times_off_every_grid_are_rows() -> None:
    assert counted(2, ["2024-01-01", "2024-01-02", "2024-03-09"]) == "2 rows"
