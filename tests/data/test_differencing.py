"""Lag differences. Oracles: the inverse, pandas, and differences by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecast.data.differencing import difference, known_part, undifference, undifference_path

values = st.lists(
    st.floats(-1e6, 1e6, allow_nan=False, allow_subnormal=False), min_size=16, max_size=40
).map(np.array)
some_lags = st.lists(st.integers(1, 5), max_size=3)


@pytest.mark.parametrize(
    ("lags", "expected"),
    [([1], [3, 5, 7, 9]), ([1, 1], [2, 2, 2]), ([2], [8, 12, 16]), ([], [1, 4, 9, 16, 25])],
)
def test_difference_by_hand(lags: list[int], expected: list[int]) -> None:
    assert difference(np.array([1.0, 4, 9, 16, 25]), lags).tolist() == expected


@given(values, some_lags)
def test_difference_equals_pandas_one_after_the_other(y: np.ndarray, lags: list[int]) -> None:
    expected = pd.Series(y)
    for lag in lags:
        expected = expected.diff(lag)
    np.testing.assert_allclose(difference(y, lags), expected[sum(lags) :], atol=1e-7)


@given(values, some_lags)
def test_undifference_is_the_inverse(y: np.ndarray, lags: list[int]) -> None:
    back = undifference(difference(y, lags), y, lags)
    np.testing.assert_allclose(back, y[sum(lags) :], atol=1e-7)


@given(values, some_lags)
def test_undifference_path_is_the_inverse(y: np.ndarray, lags: list[int]) -> None:
    start = sum(lags)
    differenced = difference(y, lags)
    back = undifference_path(np.stack([differenced, differenced]), y[:start], lags)
    np.testing.assert_allclose(back, [y[start:]] * 2, rtol=1e-6, atol=1e-2)


@given(values, some_lags)
def test_known_part_looks_at_the_past_alone(y: np.ndarray, lags: list[int]) -> None:
    changed = y.copy()
    changed[-1] += 1
    expected = known_part(y, lags) if lags else np.zeros(len(y))
    np.testing.assert_array_equal(known_part(changed, lags), expected)
