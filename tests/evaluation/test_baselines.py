"""Forecasts without a network.

Oracles: arithmetic by hand; the normal equations; the model's own forecast; the same method on a
series whose later values are changed.
"""

import logging
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from statecast.base.identity import SeriesKey
from statecast.evaluation.baselines import (
    COLUMNS,
    METHODS,
    Method,
    baseline_forecasts,
    ridge,
    walk,
)
from statecast.network.rows import SeriesRows
from tests.support.forecasts import Example, example
from tests.support.project import ROOT, Project

SHAMPOO = pd.read_csv(ROOT / "data" / "source" / "shampoo.csv")["sales"].to_numpy(float)
WALKED = [method for method in METHODS if method != "ridge"]
MODELS = {"auto_arima": "AutoARIMA", "auto_ets": "AutoETS", "auto_theta": "AutoTheta"}


def walked(
    method: str, y: Iterable[float], train: int, times: Iterable[int], season_length: int = 12
) -> np.ndarray | None:
    values = np.asarray(y, float)
    return walk(method, values, train, list(times), season_length=season_length, name="s")


def rows(x: np.ndarray, y: np.ndarray, sizes: tuple[int, int, int]) -> SeriesRows:
    return SeriesRows(SeriesKey("s"), np.arange(len(x)), x, y[:, None], sizes)


Y = [1, 4, 2, 7, 5, 3]


def test_persistence_by_hand() -> None:
    assert walked("persistence", Y, 4, [4, 5]).tolist() == [7, 5]


def test_drift_by_hand() -> None:
    """The mean step of the first four is (7 - 1) / 3."""
    assert walked("drift", Y, 4, [4, 5]).tolist() == [9, 7]


def test_seasonal_naive_by_hand() -> None:
    assert walked("seasonal_naive", Y, 4, [4, 5], 3).tolist() == [4, 2]


def before_and_after(
    method: str, changed: int, season_length: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return forecasts from the 24th value on, and again with all values from one on changed."""
    times = range(24, 36)
    other = SHAMPOO.copy()
    other[changed:] = 1000 - other[changed:]
    before = walked(method, SHAMPOO, 24, times, season_length)
    after = walked(method, other, 24, times, season_length)
    assert before is not None
    assert after is not None
    return before, after


@pytest.mark.parametrize("method", WALKED)
@pytest.mark.parametrize("season_length", [1, 12])
@pytest.mark.parametrize("changed", [24, 25, 30])
def test_later_values_change_no_earlier_forecast(
    method: str, season_length: int, changed: int
) -> None:
    before, after = before_and_after(method, changed, season_length)
    assert_allclose(after[: changed - 23], before[: changed - 23], rtol=1e-9)


@pytest.mark.parametrize("method", WALKED)
@pytest.mark.parametrize("season_length", [1, 12])
@pytest.mark.parametrize("changed", [24, 25, 30])
def test_changed_values_change_the_forecasts_after_them(
    method: str, season_length: int, changed: int
) -> None:
    """All but those of a season that looks back beyond the rows."""
    before, after = before_and_after(method, changed, season_length)
    same_after = np.allclose(after[changed - 23 :], before[changed - 23 :])
    assert same_after == (method == "seasonal_naive" and season_length == 12)


def test_ridge_does_not_see_later_rows() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(20, 2))
    y = rng.normal(size=20)
    before = ridge(rows(x, y, (12, 3, 5)), 1.0)
    x[16:] = 9
    y[12:] = 9
    assert_allclose(ridge(rows(x, y, (12, 3, 5)), 1.0)[:16], before[:16], rtol=1e-12)


def test_ridge_solves_the_normal_equations() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(15, 2))
    y = rng.normal(size=15)
    train = x[:10] - x[:10].mean(axis=0)
    target = y[:10] - y[:10].mean()
    slope = np.linalg.solve(train.T @ train + 0.5 * np.eye(2), train.T @ target)
    expected = (x - x[:10].mean(axis=0)) @ slope + y[:10].mean()
    assert_allclose(ridge(rows(x, y, (10, 0, 5)), 0.5), expected, rtol=1e-10)


@pytest.mark.parametrize("method", MODELS)
def test_first_forecast_is_that_of_the_fitted_model(method: str) -> None:
    from statsforecast import models

    fitted = getattr(models, MODELS[method])(season_length=12).fit(SHAMPOO[:24])
    expected = fitted.predict(h=1)["mean"][0]
    assert walked(method, SHAMPOO, 24, [24])[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("method", MODELS)
def test_short_series_are_forecast_without_a_season(
    method: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    forecasts = walked(method, SHAMPOO, 20, range(20, 36))
    assert_allclose(forecasts, walked(method, SHAMPOO, 20, range(20, 36), 1))
    assert f"series 's': {method} without a season (20 training values" in caplog.text


SHORT = {"constant": np.ones(9), "rising": np.arange(9.0)}


@pytest.mark.parametrize("train", [1, 2, 3, 6])
@pytest.mark.parametrize("shape", SHORT)
@pytest.mark.parametrize("method", WALKED)
def test_a_method_that_cannot_is_left_out_with_a_line(
    method: str, train: int, shape: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    forecasts = walked(method, SHORT[shape], train, range(train, 9), 4)
    assert (forecasts is None) == (f"series 's': {method} left out (" in caplog.text)
    assert forecasts is None or np.isfinite(forecasts).all()


@pytest.mark.parametrize("train", [1, 2, 3, 6])
@pytest.mark.parametrize("shape", SHORT)
def test_persistence_can_forecast_every_series(train: int, shape: str) -> None:
    assert walked("persistence", SHORT[shape], train, range(train, 9)) is not None


def forecasts_of(walk_: Example, *methods: Method) -> pd.DataFrame:
    return baseline_forecasts(
        walk_.series, methods, undo=walk_.undo, season_length=4, ridge_alpha=0.1
    )


WALK = example(validation=3)


def test_the_table_goes_through_methods_parts_and_times() -> None:
    table = forecasts_of(WALK, "persistence", "drift")
    assert list(table) == COLUMNS
    assert table["method"].tolist() == ["persistence"] * 9 + ["drift"] * 9
    assert table["part"].tolist() == (["validation"] * 3 + ["test"] * 6) * 2
    assert table["ds"].tolist() == list(range(15, 24)) * 2


def test_the_table_has_the_true_values_beside_the_forecasts() -> None:
    table = forecasts_of(WALK, "persistence")
    assert table["y"].tolist() == WALK.series.y[15:].tolist()
    assert table["forecast"].tolist() == WALK.series.y[14:-1].tolist()


def test_the_table_names_series_and_fold() -> None:
    rows_of_fold = WALK.series.rows._replace(key=SeriesKey("a", 2))
    fold = WALK._replace(series=WALK.series._replace(rows=rows_of_fold))
    table = forecasts_of(fold, "persistence")
    assert set(table["unique_id"]) == {"a"}
    assert set(table["fold"]) == {2}


def test_ridge_is_brought_to_the_original_scale() -> None:
    """Scaling moves a regression without a penalty nowhere: one on the values says the same."""
    y = WALK.series.y
    table = baseline_forecasts(
        WALK.series, ["ridge"], undo=WALK.undo, season_length=4, ridge_alpha=0.0
    )
    lags = np.stack([y[2:-1], y[1:-2], y[:-3], np.ones(len(y) - 3)], axis=1)
    coefficients, *_ = np.linalg.lstsq(lags[:12], y[3:15], rcond=None)
    assert_allclose(table["forecast"], lags[12:] @ coefficients, rtol=1e-6)


def test_a_method_that_cannot_forecast_a_series_has_no_rows() -> None:
    table = forecasts_of(example(train=1, validation=0, test=2), "auto_ets", "persistence")
    assert table["method"].unique().tolist() == ["persistence"]


def test_without_methods_the_table_has_its_columns_alone() -> None:
    table = forecasts_of(WALK)
    assert list(table) == COLUMNS
    assert len(table) == 0


@pytest.fixture
def baselines(scaled_project: Project) -> pd.DataFrame:
    """Return what the stage writes for the shipped series with every method."""
    scaled_project.set(baseline__methods=list(METHODS))
    scaled_project.call("baseline")
    return scaled_project.table("data/baselines.csv")


def test_stage_writes_every_method_and_part(baselines: pd.DataFrame) -> None:
    assert list(baselines) == COLUMNS
    assert baselines["method"].unique().tolist() == list(METHODS)
    assert (baselines.groupby("method").size() == 12).all()
    assert (baselines["part"] == "test").all()


def test_persistence_on_the_shipped_series_has_the_published_error(
    baselines: pd.DataFrame,
) -> None:
    persistence = baselines[baselines["method"] == "persistence"]
    squares = (persistence["y"] - persistence["forecast"]) ** 2
    assert np.sqrt(squares.mean()) == pytest.approx(136.761, abs=5e-4)


def test_unknown_method_is_named(scaled_project: Project) -> None:
    scaled_project.set(baseline__methods=["prophet"])
    assert "params.yaml: baseline.methods" in scaled_project.fails("baseline")
