"""Forecasts without a network. Oracles: arithmetic by hand; the normal equations; the same method on a cut series."""

import logging

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from statecast.evaluation.baselines import METHODS, ridge, walk
from statecast.forecasting.alignment import rows_of, series_of, training_values, true_values
from statecast.network.rows import Series
from tests.conftest import ROOT, Project

SHAMPOO = pd.read_csv(ROOT / "data" / "source" / "shampoo.csv")["sales"].to_numpy(float)
WALKED = [method for method in METHODS if method != "ridge"]


def walked(method: str, y: object, train: int, times: object, season_length: int = 12) -> np.ndarray | None:
    return walk(method, np.asarray(y, float), train, list(times), season_length=season_length, name="s")


def series(x: np.ndarray, y: np.ndarray, sizes: tuple[int, int, int]) -> Series:
    return Series("s", np.arange(len(x)), x, y[:, None], sizes)


def test_persistence_drift_and_seasonal_naive_by_hand() -> None:
    y = [1, 4, 2, 7, 5, 3]
    assert walked("persistence", y, 4, [4, 5]).tolist() == [7, 5]
    assert walked("drift", y, 4, [4, 5]).tolist() == [9, 7]  # the mean step of the first four is (7 - 1) / 3
    assert walked("seasonal_naive", y, 4, [4, 5], 3).tolist() == [4, 2]


@pytest.mark.parametrize("method", WALKED)
@pytest.mark.parametrize("season_length", [1, 12])
def test_later_values_change_no_earlier_forecast(method: str, season_length: int) -> None:
    times = range(24, 36)
    before = walked(method, SHAMPOO, 24, times, season_length)
    for changed in (24, 25, 30):
        other = SHAMPOO.copy()
        other[changed:] = 1000 - other[changed:]
        after = walked(method, other, 24, times, season_length)
        assert_allclose(after[: changed - 23], before[: changed - 23], rtol=1e-9)
        same_after = np.allclose(after[changed - 23 :], before[changed - 23 :])
        assert same_after == (method == "seasonal_naive" and season_length == 12)  # that looks back beyond the rows


def test_ridge_does_not_see_later_rows() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(20, 2)), rng.normal(size=20)
    before = ridge(series(x, y, (12, 3, 5)), 1.0)
    x[16:], y[12:] = 9, 9
    assert_allclose(ridge(series(x, y, (12, 3, 5)), 1.0)[:16], before[:16], rtol=1e-12)


def test_ridge_solves_the_normal_equations() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(15, 2)), rng.normal(size=15)
    train, target = x[:10] - x[:10].mean(axis=0), y[:10] - y[:10].mean()
    slope = np.linalg.solve(train.T @ train + 0.5 * np.eye(2), train.T @ target)
    expected = (x - x[:10].mean(axis=0)) @ slope + y[:10].mean()
    assert_allclose(ridge(series(x, y, (10, 0, 5)), 0.5), expected, rtol=1e-10)


@pytest.mark.parametrize("method", ["auto_arima", "auto_ets", "auto_theta"])
def test_first_forecast_is_that_of_the_fitted_model(method: str) -> None:
    from statsforecast import models

    name = {"auto_arima": "AutoARIMA", "auto_ets": "AutoETS", "auto_theta": "AutoTheta"}[method]
    fitted = getattr(models, name)(season_length=12).fit(SHAMPOO[:24])
    assert walked(method, SHAMPOO, 24, [24])[0] == pytest.approx(fitted.predict(h=1)["mean"][0], rel=1e-6)


@pytest.mark.parametrize("method", ["auto_arima", "auto_ets", "auto_theta"])
def test_short_series_are_forecast_without_a_season(method: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    found = walked(method, SHAMPOO, 20, range(20, 36))
    assert_allclose(found, walked(method, SHAMPOO, 20, range(20, 36), 1))
    assert f"series 's': {method} without a season (20 training values" in caplog.text


@pytest.mark.parametrize("train", [1, 2, 3, 6])
@pytest.mark.parametrize("y", [np.ones(9), np.arange(9.0)], ids=["constant", "rising"])
def test_a_method_that_cannot_is_left_out_with_a_line(
    train: int, y: np.ndarray, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for method in WALKED:
        found = walked(method, y, train, range(train, 9), 4)
        assert (found is None) == (f"series 's': {method} left out (" in caplog.text)
        assert found is None or np.isfinite(found).all()
    assert walked("persistence", y, train, range(train, 9)) is not None


def test_rows_stand_where_their_values_are() -> None:
    one = Series("s", np.array(["c", "d", "e", "f"]), np.zeros((4, 1)), np.zeros((4, 1)), (2, 1, 1))
    y = np.array([1.0, 2, 3, 4, 5, 6])  # the first two went into lags
    assert [y[rows_of(one, part, y)].tolist() for part in ("train", "validation", "test")] == [[3, 4], [5], [6]]
    assert training_values(one, y).tolist() == [1, 2, 3, 4]


def test_true_values_of_a_fold_end_where_it_ends() -> None:
    frame = pd.DataFrame({"unique_id": "a", "ds": list("bcdef"), "y": [1.0, 2, 3, 4, 5]})
    one = Series("a fold 1", np.array(["c", "d"]), np.zeros((2, 1)), np.zeros((2, 1)), (1, 1, 0))
    assert true_values(one, frame).tolist() == [1, 2, 3]
    assert series_of("a fold 1", {"a fold 1"}) == "a fold 1"


def test_stage_writes_every_method_and_part(scaled_project: Project) -> None:
    scaled_project.set("baseline.methods", list(METHODS))
    scaled_project.run("baseline")
    table = pd.read_csv(scaled_project.folder / "data" / "baselines.csv")
    assert list(table) == ["unique_id", "ds", "part", "method", "y", "forecast"]
    assert table["method"].unique().tolist() == list(METHODS)
    assert (table.groupby("method")["part"].agg(list).map(len) == 12).all()
    errors = table.groupby("method").apply(lambda rows: np.sqrt(((rows["y"] - rows["forecast"]) ** 2).mean()))
    assert errors["persistence"] == pytest.approx(136.761, abs=5e-4)


def test_unknown_method_is_named(scaled_project: Project) -> None:
    scaled_project.set("baseline.methods", ["prophet"])
    assert "params.yaml: baseline.methods" in scaled_project.fails("baseline")
