"""Members together. Oracle: arithmetic by hand."""

import numpy as np
import pytest

from statecast.base.identity import SeriesKey
from statecast.best.members import Member, rmse_of
from statecast.best.together import (
    Combination,
    combination_of,
    figures_of,
    interval_after,
    interval_held_out,
)
from statecast.evaluation.part_ahead import PartAhead
from statecast.study.combination import Rule

TRUTH = np.array([[10.0, 20.0], [20.0, np.nan]])  # two origins, two steps ahead


def part(off: float, *, fold: int = 0, truth: np.ndarray = TRUTH) -> PartAhead:
    return PartAhead(SeriesKey("s", fold), truth + off, truth)


def member(name: str, off: float) -> Member:
    return Member(name, [part(off, fold=1), part(-off, fold=2)], part(off))


@pytest.fixture
def together() -> Combination:
    """Members 1 and 2 off, and one that is worse than persistence, which is 4 off."""
    members = [member("near", 1.0), member("far", -2.0), member("worst", 5.0)]
    return combination_of(members, member("persistence", 4.0), Rule())


def test_weights_are_the_errors_to_the_power_of_minus_four(together: Combination) -> None:
    np.testing.assert_allclose(together.weights, [16 / 17, 1 / 17, 0, 0])
    np.testing.assert_allclose(together.weights_ahead, [16 / 17, 1 / 17, 0, 0])


def test_forecast_is_the_weighted_mean(together: Combination) -> None:
    off = 16 / 17 * 1 + 1 / 17 * -2
    np.testing.assert_allclose(together.test_forecast(), [10 + off, 20 + off])
    assert np.isnan(together.test.forecast[1, 1])
    assert figures_of(together)["together"] == pytest.approx(off)
    assert figures_of(together)["worst"] == pytest.approx(5)


def test_persistence_stands_in_where_all_are_worse() -> None:
    together = combination_of([member("bad", 9.0)], member("persistence", 4.0), Rule())
    np.testing.assert_allclose(together.weights, [0, 1])


def test_what_comes_next_goes_without_a_member_that_has_no_forecast(together: Combination) -> None:
    after = together.after([None, np.array([3.0, 4.0]), np.array([9.0, 9.0]), np.array([7.0, 7.0])])
    np.testing.assert_allclose(after, [3, 4])
    alone = together.after([None, None, np.array([9.0, 9.0]), np.array([7.0, 7.0])])
    np.testing.assert_allclose(alone, [7, 7])


def test_interval_held_out_knows_validation_errors_alone(together: Combination) -> None:
    interval = interval_held_out(together, 0.5)
    assert interval is not None
    off = 14 / 17
    np.testing.assert_allclose(interval.high - together.test_forecast(), [off, off])
    assert interval_held_out(together, 0.9) is None  # of 4 rows


def test_interval_after_never_narrows(together: Combination) -> None:
    interval = interval_after(together, np.array([1.0, 1.0]), 0.5)
    assert interval is not None
    width = interval.high - interval.low
    assert width[1] >= width[0] > 0


def test_error_over_all_steps_leaves_out_what_lies_after_the_part() -> None:
    forecast = np.array([[11.0, 22.0], [23.0, np.nan]])  # off by 1, 2 and 3
    ahead = PartAhead(SeriesKey("s", 1), forecast, TRUTH)
    assert rmse_of([ahead]) == pytest.approx(np.sqrt(14 / 3))
    assert rmse_of([ahead], step=0) == pytest.approx(np.sqrt(5))


def test_median_counts_each_member_that_is_good_enough_once() -> None:
    members = [member("a", 1.0), member("b", -2.0), member("c", 3.0), member("worst", 5.0)]
    together = combination_of(members, member("persistence", 4.0), Rule("median"))
    np.testing.assert_allclose(together.test_forecast(), [11, 21])


def test_without_a_floor_the_worst_counts_too() -> None:
    members = [member("near", 1.0), member("worst", 5.0)]
    together = combination_of(members, member("persistence", 4.0), Rule("mean", 4, False))
    np.testing.assert_allclose(together.weights, [0.5, 0.5, 0])


def test_member_that_cannot_forecast_the_test_rows_has_no_weight() -> None:
    without = member("without", 1.0)
    missing = np.full_like(TRUTH, np.nan)
    without = without._replace(test=without.test._replace(forecast=missing))
    together = combination_of([without, member("far", -2.0)], member("persistence", 4.0), Rule())
    np.testing.assert_allclose(together.weights, [0, 1, 0])
    np.testing.assert_allclose(together.test_forecast(), [8, 18])
