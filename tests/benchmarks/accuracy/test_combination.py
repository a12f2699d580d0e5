"""Forecasts together. Oracle: by hand."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.accuracy.combination import (
    POWER,
    averaged,
    best_by_earlier,
    combinations,
    errors_by_step,
    weighted_by_step,
)
from benchmarks.accuracy.competition import HORIZON, Competition
from benchmarks.accuracy.results import Entry

HISTORY = np.linspace(0.0, 118.0, 60, dtype=np.float64)  # its last 18 values are forecast earlier
ASKED = Competition(["a", "b"], [HISTORY, HISTORY], np.zeros((2, HORIZON)))
TRUTH = ASKED.before().future


def entry(kind: str, forecast: float, errors: tuple[float, float]) -> Entry:
    """Return an entry with these errors on the earlier months of both series."""
    earlier = TRUTH + np.array(errors)[:, None]
    return Entry(f"{kind} {forecast}", kind, np.full((2, HORIZON), forecast), earlier, 1.5)


A = entry("network", 1, (1, 4))
B = entry("network", 5, (2, 2))
C = entry("method", 6, (2, 2))


def test_the_best_one_before_is_taken_of_each_series() -> None:
    best = best_by_earlier("best", [A, B], ASKED)
    assert best.forecast[:, 0].tolist() == [1, 5]
    np.testing.assert_allclose(best.earlier - TRUTH, [[1] * HORIZON, [2] * HORIZON])


def test_errors_by_step_are_means_over_the_series() -> None:
    """In units of the seasonal naive error, which is 24 for a line that rises by 2 a month."""
    ahead = np.arange(HORIZON)
    earlier = TRUTH + np.stack([ahead, -3 * ahead])
    [errors] = errors_by_step([replace(A, earlier=earlier)], ASKED)
    np.testing.assert_allclose(errors, 2 * ahead / 24)


def test_at_each_step_the_better_member_counts_more() -> None:
    """One has errors of 1 and then of 2, the other of 2 and then of 1; they forecast 1 and 5."""
    is_near = np.arange(HORIZON) < 9
    near = replace(A, earlier=TRUTH + np.where(is_near, 1, 2))
    far = replace(B, earlier=TRUTH + np.where(is_near, 2, 1))
    together = weighted_by_step("all", [near, far], ASKED)
    worse = 1 / (1 + 2**POWER)
    of_far = np.where(is_near, worse, 1 - worse)
    for forecast in together.forecast:
        np.testing.assert_allclose(forecast, 1 + 4 * of_far)


def test_an_average_counts_all_alike_and_takes_the_seconds_of_all() -> None:
    together = averaged("all", [A, B])
    np.testing.assert_allclose(together.forecast, 3)
    assert together.seconds == pytest.approx(3)


def test_networks_count_as_much_as_all_methods() -> None:
    """Of networks the mean is 3; the methods forecast 6 and 10, and were equally good before."""
    other = entry("method", 10, (2, 2))
    _, networks, methods, everything = combinations([A, B, C, other], ASKED)
    np.testing.assert_allclose(networks.forecast, 3)
    np.testing.assert_allclose(methods.forecast, 8)
    np.testing.assert_allclose(everything.forecast, 5.5)
