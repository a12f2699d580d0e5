"""Forecasts of several steps ahead, step by step. Oracles: a linear network and errors by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from statecast.evaluation.ahead import (
    COLUMNS,
    Ahead,
    ahead_scores,
    ahead_table,
    errors_ahead,
    forecasts_ahead,
)
from statecast.forecasting.rebatched import Rebatched
from statecast.network.batching import Batching
from tests.support.forecasts import Example, example, linear_ensemble

WALK = example()  # 12 training and 6 test rows after three values
Y = WALK.series.y
SEASON = 4


def forecasts(walk: Example, horizon: int, season_length: int = SEASON) -> list[Ahead]:
    """Return the forecasts of a network that says the scaled value 0.5, whatever it sees."""
    return list(
        forecasts_ahead(
            Rebatched(linear_ensemble([0, 0, 0], 0.5), Batching(4), 1, "lanes"),
            [walk.series],
            inputs=walk.inputs,
            undo=walk.undo,
            horizon=horizon,
            season_length=season_length,
        )
    )


def made(horizon: int, season_length: int = SEASON) -> Ahead:
    [ahead] = forecasts(WALK, horizon, season_length)
    return ahead


def test_every_origin_has_the_values_from_its_row_on() -> None:
    expected = [Y[origin : origin + 3] for origin in range(15, 19)]
    assert_allclose(made(3).y, expected)


def test_persistence_is_the_last_value_known_at_every_step() -> None:
    expected = [[Y[origin - 1]] * 3 for origin in range(15, 19)]
    assert_allclose(made(3).persistence, expected)


def test_seasonal_naive_is_the_last_value_known_of_the_same_season() -> None:
    """With a season of four, five steps ahead go once round and begin anew."""
    expected = [
        [Y[origin - 4], Y[origin - 3], Y[origin - 2], Y[origin - 1], Y[origin - 4]]
        for origin in (15, 16)
    ]
    assert_allclose(made(5).seasonal_naive, expected)


def test_without_a_season_seasonal_naive_is_persistence() -> None:
    ahead = made(3, season_length=1)
    assert_allclose(ahead.seasonal_naive, ahead.persistence)


def test_forecasts_are_on_the_original_scale() -> None:
    line = WALK.undo.scaler.line(WALK.series.rows.key)
    assert_allclose(made(3).forecast, np.full((1, 4, 3), (0.5 - line.offset) / line.scale))


def test_fewer_test_rows_than_the_horizon_give_no_forecasts() -> None:
    assert forecasts(WALK, 7) == []


def by_hand() -> Ahead:
    """Return two repeats from two origins, two steps each; the true values are 0."""
    forecast = np.array([[[3.0, 1], [4, 1]], [[0, 1], [0, 1]]])
    return Ahead(forecast, np.zeros((2, 2)), np.full((2, 2), 2.0), np.full((2, 2), 5.0))


def test_errors_of_each_repeat_and_step_by_hand() -> None:
    errors = errors_ahead([by_hand()])
    assert_allclose(errors["network"], [[np.sqrt(12.5), 1], [0, 1]])


def test_errors_of_the_other_methods_by_hand() -> None:
    errors = errors_ahead([by_hand()])
    assert_allclose(errors["ensemble"], [np.sqrt((1.5**2 + 2**2) / 2), 1])
    assert_allclose(errors["persistence"], [2, 2])
    assert_allclose(errors["seasonal_naive"], [5, 5])


def test_errors_are_means_over_series() -> None:
    other = by_hand()._replace(persistence=np.full((2, 2), 4.0))
    assert_allclose(errors_ahead([by_hand(), other])["persistence"], [3, 3])


def test_series_may_have_other_numbers_of_origins() -> None:
    shorter = Ahead(*(array[..., :1, :] for array in by_hand()))
    assert errors_ahead([by_hand(), shorter])["network"].shape == (2, 2)


def test_scores_have_the_figures_of_each_step() -> None:
    scores = ahead_scores(errors_ahead([by_hand()]))
    assert list(scores) == ["step_1", "step_2"]
    assert scores["step_1"]["rmse"]["mean"] == pytest.approx(np.sqrt(12.5) / 2)
    assert scores["step_2"]["rmse"] == {"mean": 1, "std": 0}
    assert scores["step_2"]["persistence"] == 2


def test_the_table_has_a_row_a_method_and_step() -> None:
    table = ahead_table(errors_ahead([by_hand()]))
    assert list(table) == COLUMNS
    assert table["method"].tolist() == [
        method
        for method in ("network", "ensemble", "persistence", "seasonal_naive")
        for _ in range(2)
    ]
    assert table["step"].tolist() == [1, 2] * 4


def test_the_network_alone_has_a_deviation() -> None:
    table = ahead_table(errors_ahead([by_hand()]))
    is_network = table["method"] == "network"
    assert_allclose(table.loc[is_network, "std"], [np.sqrt(12.5) / np.sqrt(2), 0])
    assert table.loc[~is_network, "std"].isna().all()


def test_without_errors_the_table_has_its_columns_alone() -> None:
    table = ahead_table({})
    assert list(table) == COLUMNS
    assert len(table) == 0
