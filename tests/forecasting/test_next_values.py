"""What comes after the end of a series.

Oracles: a linear network worked by hand; conformal widths from the residuals; the stage's own
files.
"""

import shutil
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from statecast.base.errors import StatecastError
from statecast.data.differencing import difference
from statecast.data.inputs import Inputs
from statecast.data.inverse import Inverse
from statecast.forecasting import next_values as module
from statecast.forecasting import together
from statecast.forecasting.alignment import AlignedSeries, align
from statecast.forecasting.future import future_rows
from statecast.forecasting.next_values import (
    NextValues,
    future_table,
    next_paths,
    residuals_ahead,
)
from statecast.forecasting.paths import paths, paths_in_turn
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble
from tests.support.forecasts import KEY, ensemble_of, linear_ensemble, scaled_rows
from tests.support.project import Project

LEVEL = 0.8
FUTURE = "data/future.csv"


class Known(NamedTuple):
    """A series with what its next values are made of."""

    series: AlignedSeries
    differenced: pd.DataFrame
    inputs: Inputs
    undo: Undo

    def next(
        self, ensemble: Ensemble, horizon: int, residuals: np.ndarray | None = None
    ) -> NextValues:
        """Return the next values; without residuals the interval is that of the repeats."""
        none = np.empty((0, horizon))
        [path] = next_paths(
            Rebatched(ensemble, Batching(1), 1, "lanes"),
            [self.series],
            future_rows(self.differenced, horizon, self.inputs),
            inputs=self.inputs,
            undo=self.undo,
            horizon=horizon,
        )
        return path.values(none if residuals is None else residuals, LEVEL)

    def residuals(self, ensemble: Ensemble, horizon: int) -> np.ndarray:
        networks = Rebatched(ensemble, Batching(1), 1, "lanes")
        [residuals] = residuals_ahead(
            networks, [self.series], inputs=self.inputs, undo=self.undo, horizon=horizon
        )
        return residuals


def known(
    y: list[float], lags: tuple[int, ...] = (), sizes: tuple[int, int, int] | None = None
) -> Known:
    """Return a series that was differenced, with two lags and no scaling."""
    values = np.array(y, float)
    inputs = Inputs(2)
    frame = pd.DataFrame({"unique_id": "a", "ds": np.arange(len(y)).astype(str), "y": values})
    differenced = frame.iloc[sum(lags) :].assign(y=difference(values, lags))
    train = len(differenced) - inputs.lookback
    parts = sizes or (train, 0, 0)
    rows, undo = scaled_rows(differenced.reset_index(drop=True), inputs, parts, "none")
    [series] = align([rows], frame)
    inverse = Inverse(lags, "none", {})
    return Known(series, differenced.reset_index(drop=True), inputs, Undo(undo.scaler, inverse))


def two_repeats() -> Ensemble:
    """Return networks that say 1 and 3, whatever they see."""
    first, second = linear_ensemble([0, 0], 1), linear_ensemble([0, 0], 3)
    pairs = zip(first.weights, second.weights, strict=True)
    return ensemble_of(first.network, [np.concatenate(pair) for pair in pairs], KEY)


def test_a_path_by_hand() -> None:
    """Each value is the sum of the two before it: Fibonacci's numbers go on."""
    fibonacci = known([1, 1, 2, 3, 5, 8])
    assert_allclose(fibonacci.next(linear_ensemble([1, 1]), 4).forecast, [13, 21, 34, 55])


def test_a_path_of_differences_by_hand() -> None:
    """Each difference is twice the one before: 1, 2, 4 and 8 after 1; 16 and 32 come next."""
    doubled = known([1, 2, 4, 8, 16], lags=(1,))
    assert_allclose(doubled.next(linear_ensemble([0, 2]), 3).forecast, [32, 64, 128])


def test_a_path_of_seasonal_differences_by_hand() -> None:
    """A network that says 0 repeats the season."""
    seasonal = known([5, 1, 9, 6, 2, 7], lags=(3,))
    assert_allclose(seasonal.next(linear_ensemble([0, 0]), 5).forecast, [6, 2, 7, 6, 2])


def test_the_forecast_is_the_mean_of_the_repeats() -> None:
    assert_allclose(known([1, 2, 3, 4, 5]).next(two_repeats(), 3).forecast, [2, 2, 2])


def test_next_values_stand_at_the_next_times() -> None:
    values = known([1, 2, 3, 4, 5]).next(two_repeats(), 3)
    assert values.ds.tolist() == ["5", "6", "7"]


def test_without_residuals_the_interval_is_that_of_the_repeats() -> None:
    """The central 80 % between 1 and 3."""
    values = known([1, 2, 3, 4, 5]).next(two_repeats(), 2)
    assert values.method == "repeats"
    assert_allclose(values.interval.low, [1.2, 1.2])
    assert_allclose(values.interval.high, [2.8, 2.8])


def test_with_residuals_the_interval_is_as_wide_as_they_are() -> None:
    residuals = np.array([[1.0, 2], [-3, 4], [5, -6], [7, 8]])
    values = known([1, 2, 3, 4, 5]).next(two_repeats(), 2, residuals)
    assert values.method == "conformal"
    assert_allclose(values.interval.low, [2 - 7, 2 - 8])
    assert_allclose(values.interval.high, [2 + 7, 2 + 8])


def test_the_table_has_a_row_a_step() -> None:
    values = known([1, 2, 3, 4, 5]).next(two_repeats(), 2)
    table = future_table(["a"], [values])
    assert list(table) == ["unique_id", "ds", "step", "forecast", "low", "high", "interval"]
    assert table["step"].tolist() == [1, 2]
    assert table["unique_id"].tolist() == ["a", "a"]


def test_residuals_are_the_errors_from_each_row_after_the_training_rows() -> None:
    """The networks say 2 on average; the last four values are 4, 5, 6 and 7."""
    series = known([1, 2, 3, 4, 5, 6, 7], sizes=(1, 1, 3))
    nan = np.nan
    assert_allclose(series.residuals(two_repeats(), 2), [[-2, -3], [-3, -4], [-4, -5], [-5, nan]])


def test_the_interval_is_made_of_the_errors_of_validation_and_test_rows() -> None:
    """The networks say 2: errors of 1 and 6 on the validation rows, 3 and 4 on the test rows."""
    series = known([1, 1, 1, 3, 8, 5, 6], sizes=(1, 2, 2))
    residuals = series.residuals(two_repeats(), 1)
    assert_allclose(residuals[:, 0], [-1, -6, -3, -4])
    values = series.next(two_repeats(), 1, residuals)
    # the rank of 0.8 among four errors is the fourth: the largest, one of the validation rows
    assert_allclose(values.interval.high - values.forecast, [6])


def test_residuals_of_paths_are_carried_on_through_the_differences() -> None:
    """Networks that say 2 a step, where the series takes 1: 1, 2 and 3 too high."""
    series = known([1, 2, 3, 4, 5, 6, 7], lags=(1,), sizes=(1, 0, 3))
    nan = np.nan
    assert_allclose(series.residuals(two_repeats(), 3), [[1, 2, 3], [1, 2, nan], [1, nan, nan]])


def test_residuals_of_a_long_series_come_from_origins_evenly_spaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Five of nine later rows: every second one, from the first to the last."""
    series = known([float(value) for value in range(1, 14)], sizes=(2, 4, 5))
    every = series.residuals(two_repeats(), 3)
    monkeypatch.setattr(module, "MOST_ORIGINS", 5)
    np.testing.assert_array_equal(series.residuals(two_repeats(), 3), every[::2])


@pytest.mark.parametrize("most", [9, 10])
def test_a_series_with_fewer_later_rows_is_forecast_from_all_of_them(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = known([float(value) for value in range(1, 14)], sizes=(2, 4, 5))
    every = series.residuals(two_repeats(), 3)
    monkeypatch.setattr(module, "MOST_ORIGINS", most)
    np.testing.assert_array_equal(series.residuals(two_repeats(), 3), every)
    assert len(every) == 9


def test_paths_in_turn_are_those_of_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fibonacci = known([1, 1, 2, 3, 5, 8, 13, 20], sizes=(2, 2, 2))
    networks = Rebatched(linear_ensemble([1, 1]), Batching(1), 1, "lanes")
    series = [fibonacci.series] * 3  # as targets that share their rows
    inputs = fibonacci.inputs
    undo = fibonacci.undo
    origins = [range(2, 6)] * 3

    at_once = paths(networks, series, inputs=inputs, undo=undo, origins=origins, horizon=2)
    monkeypatch.setattr(together, "NUMBERS_KEPT", 1)
    in_turn = paths_in_turn(networks, series, inputs=inputs, undo=undo, origins=origins, horizon=2)
    assert_allclose(list(in_turn), at_once)


def test_without_rows_after_the_training_there_are_no_residuals() -> None:
    assert known([1, 2, 3, 4, 5]).residuals(two_repeats(), 3).shape == (0, 3)


def test_test_rows_that_were_trained_on_give_no_residuals() -> None:
    series = known([1, 2, 3, 4, 5])
    trained = series.series.rows._replace(test_is_train=True)
    same = series._replace(series=series.series._replace(rows=trained))
    assert same.residuals(two_repeats(), 3).shape == (0, 3)


FOUR_MONTHS = {"forecast.horizon": 4, "forecast.level": 0.8, "frame.test_size": 6}


@pytest.fixture(scope="module")
def four_months(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project that has forecast four months, with six rows to take residuals from."""
    project = Project(tmp_path_factory.mktemp("four-months"))
    project.set_keys(FOUR_MONTHS)
    project.call("download", "difference", "frame", "scale", "train", "rebatch", "forecast")
    return project


@pytest.fixture
def forecast_project(four_months: Project, tmp_path: Path) -> Project:
    """Return a copy of it, in which a test may forecast again."""
    shutil.copytree(four_months.folder, tmp_path, dirs_exist_ok=True)
    project = Project(tmp_path)
    project.set_keys(FOUR_MONTHS)
    return project


def test_stage_forecasts_as_many_rows_as_asked_for(four_months: Project) -> None:
    future = four_months.table(FUTURE)
    assert future["ds"].tolist() == ["1904-01-01", "1904-02-01", "1904-03-01", "1904-04-01"]
    assert future["step"].tolist() == [1, 2, 3, 4]


def test_stage_puts_an_interval_around_each_forecast(four_months: Project) -> None:
    """A step that has too few residuals is wider than the last one with enough."""
    future = four_months.table(FUTURE)
    assert ((future["low"] <= future["forecast"]) & (future["forecast"] <= future["high"])).all()
    assert (future["interval"] == "conformal").all()
    width = future["high"] - future["low"]
    widest = width[:3].max()
    assert width[3] == pytest.approx(widest * (4 / 3) ** 0.5)  # three residuals are too few for 0.8


@pytest.mark.slow
def test_networks_trained_on_all_rows_forecast_something_else(forecast_project: Project) -> None:
    before = forecast_project.table(FUTURE)["forecast"]
    forecast_project.set(forecast__refit=True)
    forecast_project.call("forecast")
    after = forecast_project.table(FUTURE)["forecast"]
    assert (np.abs(after - before) > 1e-6).all()


@pytest.mark.parametrize("refit", [False, True])
@pytest.mark.slow
def test_without_enough_residuals_the_stage_takes_the_interval_of_the_repeats(
    forecast_project: Project, refit: bool
) -> None:
    forecast_project.set(forecast__level=0.99, forecast__refit=refit)
    forecast_project.call("forecast")
    assert (forecast_project.table(FUTURE)["interval"] == "repeats").all()


def test_networks_that_stopped_early_cannot_be_trained_on_all_rows(project: Project) -> None:
    project.set(forecast__refit=True, train__patience=3, frame__validation_size=3)
    project.call("download", "difference", "frame", "scale", "train", "rebatch")
    with pytest.raises(StatecastError, match=r"forecast\.refit must be false with train\.patience"):
        project.call("forecast")


def test_features_that_end_with_the_series_leave_the_future_unknown(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    project.set(
        download__source="sales.csv",
        download__time_column="week",
        download__value_column="sales",
        frame__features=["price"],
    )
    with caplog.at_level("INFO"):
        project.call("download", "difference", "frame", "scale", "train", "rebatch", "forecast")
    assert "frame.features (price) are not known after the end" in caplog.text
    assert len(project.table(FUTURE)) == 0


def test_a_horizon_of_none_forecasts_none(finished_project: Project) -> None:
    finished_project.set(forecast__horizon=0)
    finished_project.call("forecast")
    table = finished_project.table(FUTURE)
    assert len(table) == 0
    assert list(table) == ["unique_id", "ds", "step", "forecast", "low", "high", "interval"]
