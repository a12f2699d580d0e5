"""Rows of results. Oracle: by hand."""

import numpy as np
import pytest

from benchmarks.accuracy.competition import HORIZON, Competition
from benchmarks.accuracy.results import Entry, by_step, half_interval, over_all, tables

D = 19  # series: rank ceil(20 x 0.9) = 18 of 19 errors
HISTORY = [size * np.arange(60.0) for size in range(1, D + 1)]  # seasonal naive errors 12 x size
SCALES = 12.0 * np.arange(1, D + 1)[:, None]
ASKED = Competition([f"s{place}" for place in range(D)], HISTORY, np.full((D, HORIZON), 50.0))


def with_errors(scaled: np.ndarray, last: float = 0.0) -> Entry:
    """Return an entry with these errors before, [D], and one error on the test part."""
    earlier = ASKED.before().future + scaled[:, None] * SCALES
    return Entry("e", "network", ASKED.future + last * SCALES, earlier, 2.0)


ENTRY = with_errors(np.arange(1.0, D + 1), last=0.5)


def test_an_interval_is_the_error_of_its_rank_in_units_of_each_series() -> None:
    np.testing.assert_allclose(half_interval(ENTRY, ASKED), 18 * np.tile(SCALES, HORIZON))


def test_figures_of_a_step_are_means_over_the_series() -> None:
    first = by_step(ENTRY, ASKED).iloc[0]
    assert (first["step"], first["mase"], first["coverage"]) == (1, 0.5, 1)
    assert first["half_width"] == pytest.approx(18)


def test_values_outside_the_interval_are_not_held() -> None:
    assert by_step(with_errors(np.ones(D), last=1.01), ASKED)["coverage"].eq(0).all()


def test_a_row_says_how_it_was_made() -> None:
    row = over_all(ENTRY, ASKED)
    assert (row["mase_1"], row["mase_1_6"], row["mase_1_18"], row["coverage"]) == (0.5, 0.5, 0.5, 1)
    assert row["data_sha256"] == ASKED.digest()
    assert row["seconds"] == pytest.approx(2)
    assert {"date", "commit", "machine"} <= set(row)


def test_each_row_of_a_step_says_how_it_was_made_too() -> None:
    together, steps = tables([ENTRY], ASKED)
    shared = ["seconds", "data_sha256", "date", "commit", "machine"]
    assert len(steps) == HORIZON
    [own] = together[shared].to_numpy().tolist()
    assert steps[shared].drop_duplicates().to_numpy().tolist() == [own]
