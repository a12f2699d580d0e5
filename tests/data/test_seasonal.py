"""Seasonal factors. Oracles: series made of known factors, and the inverse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecast.base.errors import StatecastError
from statecast.data.seasonal import Seasonal, seasonal_factors, with_season, without_season

KINDS: list[Seasonal] = ["additive", "multiplicative"]


@pytest.mark.parametrize("factors", [[0.5, 1.5, 0.75, 1.25], [0.9, 1.3, 0.8]])
def test_ratios_to_a_level_are_the_factors(factors: list[float]) -> None:
    season = len(factors)
    y = 10 * np.resize(factors, 2 * season)
    found = seasonal_factors(y, season, "multiplicative", "s")
    np.testing.assert_allclose(found, factors)


@pytest.mark.parametrize("factors", [[-3.0, 1, 4, -2], [2.0, -5, 3]])
def test_differences_from_a_line_are_the_factors(factors: list[float]) -> None:
    season = len(factors)
    y = 7.0 * np.arange(3 * season) - 50 + np.resize(factors, 3 * season)
    found = seasonal_factors(y, season, "additive", "s")
    np.testing.assert_allclose(found, factors, atol=1e-9)


def test_values_are_divided_by_the_factor_of_their_place() -> None:
    alone = without_season(np.array([6.0, 8, 6]), [2, 4], "multiplicative", start=1)
    assert alone.tolist() == [1.5, 4, 1.5]
    assert without_season(np.array([6.0, 8]), [2, 4], "additive").tolist() == [4, 4]


@given(
    st.sampled_from(KINDS),
    st.integers(0, 50),
    st.lists(st.floats(0.1, 10), min_size=2, max_size=7),
)
def test_the_season_comes_back(kind: Seasonal, start: int, factors: list[float]) -> None:
    y = np.arange(1.0, 25).reshape(2, 12)
    starts = [start, start + 5]
    alone = without_season(y, factors, kind, starts)
    np.testing.assert_allclose(with_season(alone, factors, kind, starts), y)


def test_two_seasons_are_needed() -> None:
    message = "`seasonal` must have 8 training rows in s, two seasons, got 7"
    with pytest.raises(StatecastError, match=message):
        seasonal_factors(np.ones(7), 4, "additive", "s")


def test_ratios_need_values_above_0() -> None:
    y = np.array([1.0, 2, 0, 4])
    with pytest.raises(StatecastError, match="must have training values above 0 in s, got 0"):
        seasonal_factors(y, 2, "multiplicative", "s")
    assert len(seasonal_factors(y, 2, "additive", "s")) == 2
