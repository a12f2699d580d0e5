"""Weights and combined forecasts, worked by hand."""

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.evaluation.combining import (
    Weights,
    combined,
    member_weights,
    weights_above_persistence,
)


def test_weights_are_powers_of_the_errors() -> None:
    # 1, 1/16 and 1/81 over their sum
    powers = np.array([1, 1 / 16, 1 / 81])
    weights = member_weights(np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(weights, powers / powers.sum())


def test_weights_do_not_depend_on_the_unit() -> None:
    errors = np.array([1.0, 2.0, 3.0])
    for unit in (1e-200, 1e200):
        np.testing.assert_allclose(member_weights(errors * unit), member_weights(errors))


def test_power_0_is_the_mean() -> None:
    np.testing.assert_allclose(member_weights(np.array([1.0, 5.0]), power=0), [0.5, 0.5])
    np.testing.assert_allclose(member_weights(np.array([1.0, 5.0]), "mean"), [0.5, 0.5])


def test_members_without_error_share_all() -> None:
    np.testing.assert_array_equal(member_weights(np.array([0.0, 0.0, 3.0])), [0.5, 0.5, 0])


@pytest.mark.parametrize("by", ["mean", "median", "validation"])
@pytest.mark.parametrize("power", [0, 4])
def test_members_without_forecast_have_no_weight(by: Weights, power: float) -> None:
    errors = np.array([2.0, np.inf, 2.0, np.nan])
    np.testing.assert_allclose(member_weights(errors, by, power=power), [0.5, 0, 0.5, 0])


def test_each_series_has_its_own_weights() -> None:
    errors = np.array([[1.0, 2.0], [2.0, 1.0]])  # [J, D]
    weights = member_weights(errors, power=2)
    np.testing.assert_allclose(weights, [[0.8, 0.2], [0.2, 0.8]])


def test_members_worse_than_persistence_have_no_weight() -> None:
    weights = weights_above_persistence(np.array([1.0, 1.0, 4.0]), 3.0)
    np.testing.assert_allclose(weights, [0.5, 0.5, 0, 0])


def test_persistence_stands_in_where_all_are_worse() -> None:
    errors = np.array([[1.0, 5.0], [1.0, 6.0]])  # [J, D]
    weights = weights_above_persistence(errors, np.array([3.0, 3.0]))
    np.testing.assert_allclose(weights, [[0.5, 0], [0.5, 0], [0, 1]])


def test_weighted_mean_by_hand() -> None:
    forecasts = np.array([[1.0, 2.0], [5.0, 6.0]])  # [J, N]
    np.testing.assert_allclose(combined(forecasts, np.array([0.75, 0.25])), [2.0, 3.0])


def test_median_leaves_out_members_without_weight() -> None:
    forecasts = np.array([[1.0], [2.0], [9.0], [100.0]])
    weights = np.array([1 / 3, 1 / 3, 1 / 3, 0])
    np.testing.assert_allclose(combined(forecasts, weights, "median"), [2.0])


def test_weights_by_series_spread_over_rows() -> None:
    forecasts = np.array([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]])  # [J, D, N]
    weights = np.array([[1.0, 0.5], [0.0, 0.5]])  # [J, D]
    np.testing.assert_allclose(combined(forecasts, weights), [[1.0, 2.0], [5.0, 6.0]])


def test_missing_forecasts_of_members_without_weight_do_no_harm() -> None:
    forecasts = np.array([[1.0], [np.nan]])
    np.testing.assert_allclose(combined(forecasts, np.array([1.0, 0.0])), [1.0])


def test_weights_must_sum_to_1() -> None:
    with pytest.raises(StatecastError, match="sum to 1 over the members"):
        combined(np.ones((2, 3)), np.array([0.5, 0.6]))
