"""Forecasts from the rows of a part. Oracles: worked by hand, and statsforecast by itself."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from statecast.base import memory
from statecast.base.errors import StatecastError
from statecast.base.identity import SeriesKey
from statecast.evaluation.combining import member_weights
from statecast.evaluation.part_ahead import (
    PartAhead,
    combined_ahead,
    memory_of_part,
    method_ahead,
    networks_ahead,
    residuals_by_series,
    ridge_ahead,
    rmse_by_series,
)
from statecast.evaluation.ridge_paths import ridge_paths
from statecast.forecasting.intervals import half_widths
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.walk_forward import forecast_part
from statecast.network.batching import Batching
from tests.support.forecasts import example, linear_ensemble, random_ensemble

WALK = example(train=12, validation=4, test=2)  # after three values
Y = WALK.series.y
NAN = np.nan


def test_networks_set_out_from_every_row_and_end_with_the_part() -> None:
    """A network that says the scaled value 0.5, whatever it sees."""
    [ahead] = networks_ahead(
        Rebatched(linear_ensemble([0, 0, 0], 0.5), Batching(4), 1, "lanes"),
        [WALK.series],
        "validation",
        inputs=WALK.inputs,
        undo=WALK.undo,
        horizon=3,
    )
    line = WALK.undo.scaler.line(WALK.series.rows.key)
    said = (0.5 - line.offset) / line.scale
    assert_allclose(
        ahead.forecast, [[said] * 3, [said] * 3, [said, said, NAN], [said, NAN, NAN]], rtol=1e-6
    )
    assert_allclose(ahead.y, [Y[15:18], Y[16:19], [Y[17], Y[18], NAN], [Y[18], NAN, NAN]])


def test_a_stride_leaves_out_origins() -> None:
    [ahead] = method_ahead(
        "persistence", [WALK.series], "validation", season_length=1, horizon=2, stride=3
    )
    assert_allclose(ahead.y, [[Y[15], Y[16]], [Y[18], NAN]])
    assert_allclose(ahead.forecast, [[Y[14], Y[14]], [Y[17], NAN]])


def test_simple_methods_ahead_by_hand() -> None:
    def first(method: str, season_length: int) -> list[float]:
        [ahead] = method_ahead(
            method, [WALK.series], "test", season_length=season_length, horizon=2
        )
        return ahead.forecast[0].tolist()

    slope = (Y[18] - Y[0]) / 18  # of the 19 values before the test rows
    assert_allclose(first("drift", 1), [Y[18] + slope, Y[18] + 2 * slope])
    assert_allclose(first("seasonal_naive", 5), [Y[14], Y[15]])


@pytest.mark.parametrize("name", ["auto_ets", "auto_theta", "auto_arima"])
def test_models_are_fitted_on_the_values_before_the_part(name: str) -> None:
    from statsforecast import models

    model = {"auto_ets": "AutoETS", "auto_theta": "AutoTheta", "auto_arima": "AutoARIMA"}[name]
    fitted = getattr(models, model)(season_length=1).fit(Y[:15])
    [ahead] = method_ahead(name, [WALK.series], "validation", season_length=1, horizon=4)
    assert_allclose(ahead.forecast[0], fitted.predict(h=4)["mean"], rtol=1e-6)


def test_ridge_sets_out_from_every_row_and_ends_with_the_part() -> None:
    how = {"inputs": WALK.inputs, "undo": WALK.undo}
    [ahead] = ridge_ahead([WALK.series], "validation", alpha=0.3, horizon=3, **how)  # type: ignore[arg-type]
    paths = ridge_paths(WALK.series, 0.3, origins=[12, 13, 14, 15], horizon=3, **how)  # type: ignore[arg-type]
    paths[2, 2], paths[3, 1:] = NAN, NAN  # type: ignore[index]
    assert_allclose(ahead.forecast, paths)  # type: ignore[arg-type]
    assert_allclose(ahead.y, [Y[15:18], Y[16:19], [Y[17], Y[18], NAN], [Y[18], NAN, NAN]])


def test_a_method_that_cannot_forecast_has_no_weight() -> None:
    series = [WALK.series]
    rmse = np.stack(
        [
            rmse_by_series(
                method_ahead(method, series, "test", season_length=30, horizon=1),
                [WALK.series.key.unique_id],
            )
            for method in ("seasonal_naive", "persistence")
        ]
    )
    assert_allclose(member_weights(rmse), [[0], [1]])


def of_fold(fold: int, forecast: list[float], y: list[float]) -> PartAhead:
    return PartAhead(SeriesKey("a", fold), np.array([forecast]), np.array([y]))


FOLDS = [of_fold(1, [1, 2, NAN], [0, 0, NAN]), of_fold(2, [3, 4, 5], [0, 0, 0])]
OTHERS = [of_fold(1, [-1, -2, NAN], [0, 0, NAN]), of_fold(2, [-3, -4, -1], [0, 0, 0])]


def test_residuals_of_folds_stand_one_after_the_other() -> None:
    residuals = residuals_by_series(FOLDS)
    assert_allclose(residuals["a"], [[1, 2, NAN], [3, 4, 5]])
    assert_allclose(half_widths(residuals["a"], 0.5), [3, 4, 5])  # type: ignore[arg-type]


def test_rmse_is_over_all_folds_and_steps() -> None:
    assert_allclose(rmse_by_series(FOLDS, ["a"]), [np.sqrt((1 + 4 + 9 + 16 + 25) / 5)])
    assert_allclose(rmse_by_series(FOLDS, ["a"], step=0), [np.sqrt((1 + 9) / 2)])


def test_rmse_without_a_known_value_is_not_defined() -> None:
    assert np.isnan(rmse_by_series([of_fold(1, [1, 2, 3], [NAN] * 3)], ["a"])).all()


def test_the_first_step_is_combined_with_weights_of_its_own() -> None:
    one_step = np.array([[0.75], [0.25]])
    ahead = np.array([[0.0], [1.0]])
    together = combined_ahead([FOLDS, OTHERS], ["a"], one_step, ahead)
    assert_allclose(together[0].forecast, [[0.5, -2, NAN]])
    assert_allclose(together[1].forecast, [[1.5, -4, -1]])


def test_filled_values_are_no_truth_but_are_known_to_the_forecasts() -> None:
    series = WALK.series
    filled = np.arange(len(Y)) == 16  # the second validation row
    both = [series, series._replace(filled=filled)]
    plain, own = method_ahead("persistence", both, "validation", season_length=1, horizon=2)
    assert_allclose(own.forecast, plain.forecast)
    assert_allclose(own.y, [[Y[15], NAN], [NAN, Y[17]], [NAN, NAN], [Y[18], NAN]])


@pytest.mark.parametrize("warm_up", [True, False])
def test_the_first_step_is_that_of_a_walk_from_the_same_state(warm_up: bool) -> None:
    networks = Rebatched(random_ensemble(features=3), Batching(4), 1, "lanes")
    [walked] = forecast_part(networks, [WALK.series], "validation", WALK.undo, warm_up=warm_up)
    [ahead] = networks_ahead(
        networks,
        [WALK.series],
        "validation",
        inputs=WALK.inputs,
        undo=WALK.undo,
        horizon=2,
        warm_up=warm_up,
    )
    assert_allclose(ahead.forecast[:, 0], walked.mean(axis=0), rtol=1e-6)


def test_forecasts_that_do_not_fit_into_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four origins of a network: 4 x (32 + 16) bytes for each step."""
    assert memory_of_part([4], 1, 10) == {"`horizon` steps from all rows of a part": 1920}
    monkeypatch.setattr(memory, "free_memory", lambda: 1_000_000)
    with pytest.raises(StatecastError, match="`horizon` steps from all rows of a part must fit"):
        networks_ahead(
            Rebatched(linear_ensemble([0, 0, 0], 0.5), Batching(4), 1, "lanes"),
            [WALK.series],
            "validation",
            inputs=WALK.inputs,
            undo=WALK.undo,
            horizon=10_000,
        )
