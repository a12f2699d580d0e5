"""Members together. Oracle: arithmetic by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from statecast.base.errors import StatecastError
from statecast.base.identity import SeriesKey
from statecast.evaluation.part_ahead import PartAhead
from statecast.study.members import Member
from statecast.study.together import (
    Combination,
    Rule,
    combination_of,
    halves_after,
    halves_held_out,
)

TRUTH = np.array([[10.0, 20.0], [20.0, np.nan]])  # two origins, two steps ahead


def part(off: float, *, fold: int = 0, name: str = "s") -> PartAhead:
    return PartAhead(SeriesKey(name, fold), TRUTH + off, TRUTH)


def member(name: str, off: float, *names: str) -> Member:
    """Return a member that is so far off on the rows of all series."""
    series = names or ("s",)
    folds = [
        part(sign * off, fold=fold, name=own) for own in series for fold, sign in ((1, 1), (2, -1))
    ]
    return Member(name, folds, [part(off, name=own) for own in series])


@pytest.fixture
def together() -> Combination:
    """Members 1 and 2 off, and one that is worse than persistence, which is 4 off."""
    members = [member("near", 1.0), member("far", -2.0), member("worst", 5.0)]
    return combination_of(members, member("persistence", 4.0), Rule())


def one_step(together: Combination) -> np.ndarray:
    return together.test[0].forecast[:, 0]


def test_weights_are_the_errors_to_the_power_of_minus_four(together: Combination) -> None:
    assert_allclose(together.weights[:, 0], [16 / 17, 1 / 17, 0, 0])
    assert_allclose(together.weights_ahead[:, 0], [16 / 17, 1 / 17, 0, 0])


def test_forecast_is_the_weighted_mean(together: Combination) -> None:
    off = 16 / 17 * 1 + 1 / 17 * -2
    assert_allclose(one_step(together), [10 + off, 20 + off])
    assert np.isnan(together.test[0].forecast[1, 1])


def test_persistence_stands_in_where_all_are_worse() -> None:
    together = combination_of([member("bad", 9.0)], member("persistence", 4.0), Rule())
    assert_allclose(together.weights[:, 0], [0, 1])


def test_each_series_has_weights_of_its_own() -> None:
    first = member("first", 1.0, "a", "b")
    second = member("second", 2.0, "a", "b")
    folds = [*first.validation[:2], *second.validation[2:]]
    others = [*second.validation[:2], *first.validation[2:]]
    members = [first._replace(validation=folds), second._replace(validation=others)]
    made = combination_of(members, member("persistence", 9.0, "a", "b"), Rule(power=2))
    assert_allclose(made.weights, [[0.8, 0.2], [0.2, 0.8], [0, 0]])
    assert_allclose(made.test[0].forecast[:, 0], TRUTH[:, 0] + 0.8 * 1 + 0.2 * 2)
    assert_allclose(made.test[1].forecast[:, 0], TRUTH[:, 0] + 0.2 * 1 + 0.8 * 2)


@pytest.mark.parametrize("ids", [("1", "01", "1.0"), ("NA", "nan", "null"), ("", "None", " ")])
@pytest.mark.promise("studies")
def test_a_combination_keeps_series_apart_whatever_their_names_look_like(
    ids: tuple[str, ...],
) -> None:
    made = combination_of([member("n", 1.0, *ids)], member("persistence", 2.0, *ids), Rule())
    assert made.names == list(ids)
    assert set(halves_held_out(made, 0.5)) == set(ids)


def test_what_comes_next_goes_without_a_member_that_has_no_forecast(together: Combination) -> None:
    nine, seven = np.array([9.0, 9.0]), np.array([7.0, 7.0])
    [after] = together.after([[None], [np.array([3.0, 4.0])], [nine], [seven]])
    assert_allclose(after, [3, 4])
    [alone] = together.after([[None], [None], [nine], [seven]])
    assert_allclose(alone, [7, 7])


def test_interval_held_out_knows_validation_errors_alone(together: Combination) -> None:
    half = halves_held_out(together, 0.5)["s"]
    assert_allclose(half, [14 / 17, 14 / 17])  # type: ignore[arg-type]
    assert halves_held_out(together, 0.9)["s"] is None  # of 4 rows


def test_interval_after_the_end_knows_the_test_errors_too(together: Combination) -> None:
    far = together.test[0]._replace(forecast=TRUTH + 8)
    others = together._replace(test=[far])
    half = halves_after(others, 0.8)["s"]  # of 6 errors the greatest, where 4 are 14 / 17
    assert_allclose(half, [8, 8 * 2**0.5])  # type: ignore[arg-type]


def test_median_counts_each_member_that_is_good_enough_once() -> None:
    members = [member("a", 1.0), member("b", -2.0), member("c", 3.0), member("worst", 5.0)]
    together = combination_of(members, member("persistence", 4.0), Rule("median"))
    assert_allclose(one_step(together), [11, 21])


def test_without_a_floor_the_worst_counts_too() -> None:
    members = [member("near", 1.0), member("worst", 5.0)]
    together = combination_of(members, member("persistence", 4.0), Rule("mean", 4, False))
    assert_allclose(together.weights[:, 0], [0.5, 0.5, 0])


def without_test_forecasts() -> Member:
    own = member("without", 1.0)
    missing = own.test[0]._replace(forecast=np.full_like(TRUTH, np.nan))
    return own._replace(test=[missing])


def test_member_that_cannot_forecast_the_test_rows_has_no_weight() -> None:
    members = [without_test_forecasts(), member("far", -2.0)]
    together = combination_of(members, member("persistence", 4.0), Rule())
    assert_allclose(together.weights[:, 0], [0, 1, 0])
    assert_allclose(one_step(together), [8, 18])


def test_persistence_stands_in_where_no_member_has_a_forecast_and_there_is_no_floor() -> None:
    rule = Rule(is_floored=False)
    together = combination_of([without_test_forecasts()], member("persistence", 4.0), rule)
    assert_allclose(together.weights[:, 0], [0, 1])


def test_configurations_of_other_rows_are_not_combined() -> None:
    other = member("other", 1.0)
    other = other._replace(validation=[own._replace(y=TRUTH + 1) for own in other.validation])
    for wrong in (other, other._replace(validation=other.validation[:1])):
        with pytest.raises(StatecastError, match="forecast the same rows"):
            combination_of([wrong], member("persistence", 4.0), Rule())
