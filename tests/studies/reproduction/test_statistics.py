"""Tests between samples. Oracles: scipy on raw values, worked by hand."""

import numpy as np
import pytest
from scipy import stats

from studies.reproduction.statistics import (
    Moments,
    Quartiles,
    brown_forsythe,
    equal_medians,
    equal_spreads,
    holm,
    holm_by_name,
    median_interval,
    moments_of,
    needed_repeats,
    notches,
    resampled_spread,
    rise,
    rising_means,
    share_interval,
    trend,
    welch,
)


def test_moments_by_hand():
    assert moments_of([1, 2, 3]) == Moments(3, 2, 1)


def test_welch_from_moments_is_that_of_the_values():
    draw = np.random.default_rng(0)
    first = draw.normal(100, 20, 30)
    second = draw.normal(95, 7, 300)
    expected = stats.ttest_ind(first, second, equal_var=False).pvalue
    assert welch(moments_of(first), moments_of(second)) == pytest.approx(expected)


@pytest.mark.parametrize(("first", "second"), [(2, 1), (1, 2)])
def test_equal_spreads_by_hand(first: float, second: float):
    # variance ratio 4 with 2 and 2 degrees of freedom: F(x) = x / (1 + x), so p = 2 (1 - 4 / 5)
    assert equal_spreads(Moments(3, 0, first), Moments(3, 9, second)) == pytest.approx(0.4)


def test_the_same_spreads_are_equal():
    assert equal_spreads(Moments(3, 0, 1), Moments(3, 9, 1)) == 1


def test_brown_forsythe_is_an_analysis_of_variance_of_distances_to_the_median():
    draw = np.random.default_rng(0)
    first = draw.normal(0, 1, 20)
    second = draw.normal(5, 3, 30)
    distances = [np.abs(values - np.median(values)) for values in (first, second)]
    assert brown_forsythe(first, second) == pytest.approx(stats.f_oneway(*distances).pvalue)


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_holm_is_at_most_one():
    assert holm([0.5, 0.9]) == [1, 1]


def test_holm_by_name_keeps_the_names():
    corrected = holm_by_name({"a": 0.01, "b": 0.04, "c": 0.03})
    assert corrected == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06})


def test_resampled_spread_finds_a_wide_sample():
    values = np.random.default_rng(1).normal(100, 10, 300)
    assert resampled_spread(Moments(30, 100, 25), values) < 0.001


def test_resampled_spread_takes_a_sample_like_the_others():
    values = np.random.default_rng(1).normal(100, 10, 300)
    assert resampled_spread(Moments(30, 100, float(values.std())), values) > 0.5


def test_rise_is_spearman_of_the_places():
    expected = stats.spearmanr([0, 0, 1, 1, 2, 2], [1, 2, 3, 4, 5, 6]).statistic
    assert rise([[1, 2], [3, 4], [5, 6]]).correlation == pytest.approx(expected)


def test_rise_has_a_small_p_where_values_rise():
    assert rise([[1, 2], [3, 4], [5, 6]]).p < 0.01


def test_rise_has_a_large_p_where_values_fall():
    assert rise([[5, 6], [3, 4], [1, 2]]).p > 0.99


def test_a_trend_is_spearman_of_the_places_on_both_sides():
    expected = stats.spearmanr([0, 0, 1, 1], [1, 4, 3, 2])
    found = trend([[1, 4], [3, 2]])
    assert found.correlation == pytest.approx(expected.statistic)
    assert found.p == pytest.approx(expected.pvalue)


def test_rising_means_by_hand():
    # weights -1, 0, 1: slope 2, variance 2 (1 / 4), z = 2 / sqrt(0.5)
    expected = stats.norm.sf(2 / np.sqrt(0.5))
    samples = [Moments(4, 1, 1), Moments(4, 9, 1), Moments(4, 3, 1)]
    assert rising_means(samples) == pytest.approx(expected)


def test_needed_repeats_give_the_power_of_four_in_five():
    number = needed_repeats(2, Moments(300, 100, 8), Moments(300, 102, 6))
    z = 2 / np.sqrt((8**2 + 6**2) / number)
    assert stats.norm.sf(stats.norm.ppf(0.975) - z) == pytest.approx(0.8, abs=0.002)


def test_notches_that_do_not_overlap_tell_medians_apart():
    # notches reach 1.7 errors to either side: two medians 3.4 errors apart touch
    error = 1.25 * 10 / (1.35 * np.sqrt(30))
    first = Quartiles(30, 95, 100, 105)
    second = Quartiles(30, 95, 100 + 3.4 * error, 105)
    assert notches(first, second) == pytest.approx(2 * stats.norm.sf(3.4 / np.sqrt(2)))


def test_equal_medians_by_hand():
    # all of one sample below the grand median, all of the other above: a table of 4, 0, 0, 4
    expected = stats.chi2_contingency([[0, 4], [4, 0]]).pvalue
    found = equal_medians(np.array([1.0, 2, 3, 4]), np.array([5.0, 6, 7, 8]))
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("number", [6, 10, 11, 50, 51])
def test_the_interval_of_a_median_is_that_of_scipy(number: int):
    values = np.random.default_rng(number).normal(size=number)
    theirs = stats.quantile_test(values, p=0.5).confidence_interval(0.95)
    found = median_interval(values)
    assert (found.low, found.high) == (theirs.low, theirs.high)
    assert found.figure == np.median(values)


def test_the_interval_of_a_share_that_never_happens_by_hand():
    # the rule behind it: (1 - p)^10 = 0.025
    found = share_interval(0, 10)
    assert (found.figure, found.low) == (0, 0)
    assert (1 - found.high) ** 10 == pytest.approx(0.025)
