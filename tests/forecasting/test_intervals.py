"""Prediction intervals. Oracles: arithmetic by hand, and a coverage that theory promises."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from statecast.forecasting.intervals import (
    Interval,
    conformal,
    half_width,
    half_widths,
    never_narrowing,
    of_repeats,
)

RNG = np.random.default_rng(3)


def test_intervals_of_the_repeats_by_hand() -> None:
    interval = of_repeats(np.arange(11.0)[:, None] * [1, 10], 0.8)
    assert_allclose([interval.low, interval.high], [[1, 10], [9, 90]])


def test_coverage_counts_the_bounds() -> None:
    interval = Interval(np.array([1.0, 10]), np.array([9.0, 90]))
    assert interval.coverage(np.array([9.0, 91])) == 0.5


def test_width_is_the_mean_over_the_forecasts() -> None:
    assert Interval(np.array([1.0, 10]), np.array([9.0, 90])).width() == pytest.approx(44)


@pytest.mark.parametrize(
    ("count", "level", "rank"), [(9, 0.9, 9), (10, 0.9, 10), (19, 0.9, 18), (99, 0.9, 90)]
)
def test_conformal_takes_the_finite_sample_rank(count: int, level: float, rank: int) -> None:
    residuals = RNG.permutation(np.arange(1.0, count + 1)) * RNG.choice([-1, 1], count)
    interval = conformal(np.array([100.0]), residuals, level)
    assert interval is not None
    assert (interval.low[0], interval.high[0]) == (100 - rank, 100 + rank)


@pytest.mark.parametrize(("count", "level"), [(8, 0.9), (0, 0.5)])
def test_conformal_needs_enough_residuals(count: int, level: float) -> None:
    assert conformal(np.zeros(2), np.ones(count), level) is None


def test_conformal_covers_what_it_promises() -> None:
    draws = np.random.default_rng(4).standard_t(3, size=(4000, 20))
    coverages = []
    for draw in draws:
        interval = conformal(np.zeros(1), draw[:19], 0.8)
        assert interval is not None
        coverages.append(interval.coverage(draw[19:]))
    assert np.mean(coverages) == pytest.approx(0.8, abs=0.02)  # rank 16 of 19: exactly 16 / 20


def test_half_the_width_is_a_residual() -> None:
    assert half_width(np.array([3.0, -7, 1, 5]), 0.8) == 7  # rank 4 of 4
    assert half_width(np.array([3.0, -7, 1, 5]), 0.6) == 5  # rank 3


def test_each_step_has_the_residuals_of_its_own() -> None:
    residuals = np.array([[1.0, 10], [-2, -20], [3, 30]])
    assert half_widths(residuals, 0.75).tolist() == [3, 30]


def test_a_step_with_too_few_residuals_between_others_has_the_widest_before_it() -> None:
    residuals = np.array([[5.0, 1, 1], [-6, np.nan, 2], [7, np.nan, 3]])
    assert half_widths(residuals, 0.75).tolist() == [7, 7, 7]


def test_steps_beyond_the_residuals_widen_with_the_root_of_the_step() -> None:
    nan = np.nan
    residuals = np.array([[1.0, 6, 1, 1], [-2, 5, nan, nan], [3, 4, nan, nan]])
    assert_allclose(half_widths(residuals, 0.75), [3, 6, 6 * 1.5**0.5, 6 * 2**0.5])  # type: ignore[arg-type]
    assert_allclose(half_widths(residuals[:, :2], 0.75), [3, 6])  # type: ignore[arg-type]
    assert_allclose(half_widths(residuals[:, :2], 0.75, 4), half_widths(residuals, 0.75))  # type: ignore[arg-type]
    assert half_widths(residuals[:2], 0.75) is None


def test_intervals_of_a_random_walk_hold_their_share_beyond_the_residuals() -> None:
    """Of 40 walks, four steps of which are known and eight are not."""
    steps = RNG.normal(size=(40, 200, 12)).cumsum(axis=2)
    held = []
    for own in steps:
        known = np.where(np.arange(12) < 4, own[:40], np.nan)
        half = half_widths(known, 0.9)
        held.append(np.mean(np.abs(own[40:]) <= half))
    assert np.mean(held) == pytest.approx(0.9, abs=0.03)


def test_without_residuals_of_the_first_step_there_is_no_width() -> None:
    assert half_widths(np.empty((0, 3)), 0.5) is None
    assert half_widths(np.array([[np.nan, 1.0], [np.nan, 2.0]]), 0.5) is None


def test_the_least_level_takes_the_smallest_residual() -> None:
    assert half_width(np.array([3.0, -2, 5]), 1e-30) == 2


def test_an_interval_of_steps_ahead_never_narrows() -> None:
    interval = Interval(low=np.array([8.0, 19, 25]), high=np.array([11.0, 24, 33]))
    wide = never_narrowing(interval, center=np.array([10.0, 20, 30]))
    assert wide.low.tolist() == [8, 18, 25]
    assert wide.high.tolist() == [11, 24, 34]
