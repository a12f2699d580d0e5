"""Seasonal factors. Oracles: series that are made of known factors, and the inverse."""

import numpy as np

from benchmarks.accuracy.seasons import (
    factors_after,
    naive2,
    seasonal_factors,
    seasonal_naive,
    without_season,
)

FACTORS = np.linspace(0.5, 1.5, 12)  # mean 1
LEVEL = 200.0
SEASONAL = LEVEL * np.resize(FACTORS, 50)


def test_factors_of_a_level_with_a_season_are_found_exactly() -> None:
    np.testing.assert_allclose(seasonal_factors(SEASONAL, 12), FACTORS)


def test_without_its_season_a_level_is_flat() -> None:
    np.testing.assert_allclose(without_season(SEASONAL, FACTORS), LEVEL)


def test_naive_2_goes_on_with_the_season() -> None:
    expected = LEVEL * np.resize(FACTORS, 68)[50:]
    np.testing.assert_allclose(naive2(SEASONAL, 12, 18), expected)
    np.testing.assert_allclose(LEVEL * factors_after(FACTORS, 50, 18), expected)


def test_noise_and_short_series_have_no_season() -> None:
    noise = 100 + np.random.default_rng(0).normal(size=120)
    for y in (noise, SEASONAL[:29], np.full(50, 3.0), SEASONAL - 150):
        np.testing.assert_array_equal(seasonal_factors(y, 12), np.ones(12))


def test_seasonal_naive_repeats_the_last_season() -> None:
    assert seasonal_naive(np.arange(5.0), 2, 3).tolist() == [3, 4, 3]
