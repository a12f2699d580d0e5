"""Two experiments side by side. Oracles: by hand, the t formula, a normal interval."""

import numpy as np
import pytest
from scipy import stats

from statecast.base.errors import StatecastError
from statecast.evaluation.comparison import RepeatErrors, compare, verdict

RNG = np.random.default_rng(8)
A = RepeatErrors(np.arange(30), RNG.normal(100, 5, 30))
B = RepeatErrors(np.arange(30), RNG.normal(92, 8, 30))


def constant(rmse: float) -> RepeatErrors:
    return RepeatErrors(np.arange(3), np.full(3, rmse))


def test_welch_by_the_formula_from_means_and_deviations() -> None:
    welch = stats.ttest_ind_from_stats(
        A.rmse.mean(), A.rmse.std(ddof=1), 30, B.rmse.mean(), B.rmse.std(ddof=1), 30, False
    )
    assert compare(A, B).welch == pytest.approx(welch.pvalue)


def test_mann_whitney_by_the_normal_approximation() -> None:
    """With continuity correction; no values are equal."""
    wins = (A.rmse[:, None] > B.rmse).sum()
    z = (abs(wins - 450) - 0.5) / np.sqrt(30 * 30 * 61 / 12)
    assert compare(A, B).mann_whitney == pytest.approx(2 * stats.norm.sf(z), rel=1e-6)


def normal_interval(*, paired: bool) -> list[float]:
    """Return the 95 % interval of the difference of the means if it were normal."""
    loss = B.rmse - A.rmse
    error = loss.std() / 30**0.5 if paired else np.sqrt((A.rmse.var() + B.rmse.var()) / 30)
    return [loss.mean() - 1.96 * error, loss.mean() + 1.96 * error]


def second(*, paired: bool) -> RepeatErrors:
    return B if paired else B._replace(seeds=B.seeds + 1)


@pytest.mark.parametrize("paired", [True, False])
def test_bootstrap_interval_is_near_the_normal_one(paired: bool) -> None:
    comparison = compare(A, second(paired=paired))
    ours = [comparison.low, comparison.high]
    assert ours == pytest.approx(normal_interval(paired=paired), abs=0.3)


@pytest.mark.parametrize("paired", [True, False])
def test_repeats_are_paired_where_the_seeds_are_the_same(paired: bool) -> None:
    assert compare(A, second(paired=paired)).paired is paired


@pytest.mark.parametrize("paired", [True, False])
def test_the_bootstrap_draws_the_same_each_time(paired: bool) -> None:
    assert compare(A, second(paired=paired)) == compare(A, second(paired=paired))


def test_the_difference_is_second_minus_first() -> None:
    assert compare(A, B).difference == pytest.approx(B.rmse.mean() - A.rmse.mean())


def test_the_effect_by_hand() -> None:
    """Variances 4 and 12, so the pooled deviation is the root of 8; the means differ by 3."""
    first = RepeatErrors(np.arange(3), np.array([8.0, 10, 12]))
    other = RepeatErrors(np.arange(3), np.array([9.0, 15, 15]))
    assert compare(first, other).effect == pytest.approx(3 / np.sqrt(8))


def test_experiments_without_any_spread_differ_for_certain() -> None:
    comparison = compare(constant(3.0), constant(2.0))
    assert comparison.welch == 0
    assert (comparison.low, comparison.high) == (-1, -1)
    assert comparison.effect is None


def test_equal_experiments_without_any_spread_do_not_differ() -> None:
    comparison = compare(constant(3.0), constant(3.0))
    assert comparison.welch == 1
    assert comparison.difference == 0


def test_verdict_names_the_better_one() -> None:
    assert verdict(compare(A, B), "a", "b").startswith("b is better than a by")


def test_verdict_names_the_better_one_where_it_comes_first() -> None:
    assert verdict(compare(B, A), "b", "a").startswith("b is better than a by")


def test_verdict_says_how_large_the_difference_is() -> None:
    assert verdict(compare(A, B), "a", "b").endswith("a large difference")


@pytest.mark.parametrize(
    ("effect", "words"),
    [(0.1, "a negligible"), (0.3, "a small"), (-0.6, "a medium"), (-2.0, "a large")],
)
def test_effects_have_the_names_that_cohen_gave_them(effect: float, words: str) -> None:
    comparison = compare(A, B)._replace(effect=effect, low=0.1, high=0.2)
    assert verdict(comparison, "a", "b").endswith(f"{words} difference")


def test_verdict_of_equal_experiments_is_that_they_cannot_be_told_apart() -> None:
    assert "cannot be told apart" in verdict(compare(A, A), "a", "again")


def test_one_repeat_cannot_be_compared() -> None:
    single = RepeatErrors(A.seeds[:1], A.rmse[:1])
    with pytest.raises(StatecastError, match="at least 2 repeats"):
        compare(single, B)
