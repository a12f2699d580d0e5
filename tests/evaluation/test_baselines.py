"""The table of forecasts without a network. Oracles: arithmetic by hand; least squares."""

import logging
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from stages.baseline import affordable
from statecast.base.identity import SeriesKey
from statecast.data.inputs import Inputs
from statecast.evaluation import methods
from statecast.evaluation.baselines import COLUMNS, baseline_forecasts
from statecast.evaluation.methods import METHODS, SERIES_TO_SHARE, Course, Fitted, Method, walk
from statecast.forecasting.alignment import align
from statecast.params.baseline import BaselineParams
from tests.support.forecasts import Example, example, scaled_rows
from tests.support.project import Project


def forecasts_of(walk_: Example, *methods: Method) -> pd.DataFrame:
    return baseline_forecasts(
        [walk_.series], methods, undo=walk_.undo, season_length=4, ridge_alpha=0.1
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
        [WALK.series], ["ridge"], undo=WALK.undo, season_length=4, ridge_alpha=0.0
    )
    lags = np.stack([y[2:-1], y[1:-2], y[:-3], np.ones(len(y) - 3)], axis=1)
    coefficients, *_ = np.linalg.lstsq(lags[:12], y[3:15], rcond=None)
    assert_allclose(table["forecast"], lags[12:] @ coefficients, rtol=1e-6)


@pytest.mark.slow
def test_a_method_that_cannot_forecast_a_series_has_no_rows() -> None:
    table = forecasts_of(example(train=1, validation=0, test=2), "auto_ets", "persistence")
    assert table["method"].unique().tolist() == ["persistence"]


Gone = Callable[[float], None]


@pytest.fixture
def gone_from(monkeypatch: pytest.MonkeyPatch) -> Gone:
    """Make drift a method whose fit is good, and whose forecasts are off by so much."""

    def replace_drift(off: float) -> None:
        def fit(train: np.ndarray, season_length: int) -> Fitted:
            del season_length
            return Fitted(lambda past, horizon: np.full(horizon, past[-1] + off), train + 0.5)

        monkeypatch.setitem(methods.FITS, "drift", fit)

    return replace_drift


def persistence_rmse(part: str) -> float:
    steps = WALK.series.values(part) - WALK.series.values_before(part)
    return float(np.sqrt((steps**2).mean()))


def test_a_method_far_from_its_fit_and_from_persistence_is_flagged_and_told(
    gone_from: Gone, caplog: pytest.LogCaptureFixture
) -> None:
    off = 20 * max(0.5, persistence_rmse("validation"), persistence_rmse("test"))
    gone_from(off)
    table = forecasts_of(WALK, "persistence", "drift")
    assert table.groupby("method")["far_away"].unique().to_dict() == {
        "drift": [1],
        "persistence": [0],
    }
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(told) == 2
    assert "series 'a': drift is far away on the validation rows (RMSE " in told[0]
    assert ", 0.5 on those it was fitted on, " in told[0]
    assert f"{persistence_rmse('test'):.4g} of persistence)" in told[1]


def test_only_the_part_in_which_a_method_is_far_away_is_flagged(gone_from: Gone) -> None:
    """Persistence makes no error on validation rows that never change, and some on the others."""
    gone_from(2.5)
    y = WALK.series.y.copy()
    y[14:18] = y[14]
    steps = np.diff(y[17:])
    assert 4 * np.sqrt((steps**2).mean()) > 2.5
    table = forecasts_of(WALK._replace(series=WALK.series._replace(y=y)), "drift")
    assert table["far_away"].tolist() == [1] * 3 + [0] * 6


# AutoARIMA fits ma1 = -1.00000001 to the first 14 of them.
DEGENERATE = [5, 4, 6, 3, 5, 6, 4, 5, 5, 3, 5, 3, 5, 7, 6, 6, 7]


def test_a_moving_average_of_minus_one_is_far_away(caplog: pytest.LogCaptureFixture) -> None:
    times = np.arange(len(DEGENERATE))
    frame = pd.DataFrame({"unique_id": "d", "ds": times, "y": np.array(DEGENERATE, float)})
    rows, undo = scaled_rows(frame, Inputs(1), (13, 0, 3))
    [series] = align([rows], frame)
    table = baseline_forecasts(
        [series], ["auto_arima", "auto_ets"], undo=undo, season_length=1, ridge_alpha=0.1
    )
    assert table.groupby("method")["far_away"].unique().to_dict() == {
        "auto_arima": [1],
        "auto_ets": [0],
    }
    assert "series 'd': auto_arima is far away on the test rows (RMSE 4.383" in caplog.text


@pytest.mark.parametrize("method", METHODS)
def test_no_method_is_far_away_on_a_random_walk(method: Method) -> None:
    assert (forecasts_of(WALK, method)["far_away"] == 0).all()


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


def test_automatic_models_are_left_out_beyond_so_many_series(
    caplog: pytest.LogCaptureFixture,
) -> None:
    params = BaselineParams(automatic_up_to=1)
    assert affordable(params, 1) == list(METHODS)
    assert affordable(BaselineParams(automatic_up_to=None), 10**6) == list(METHODS)
    with caplog.at_level("INFO"):
        kept = affordable(params, 2)
    assert kept == ["persistence", "drift", "seasonal_naive", "ridge"]
    assert "auto_arima, auto_ets, auto_theta left out (2 series and folds" in caplog.text


@pytest.mark.slow
def test_models_fitted_in_several_processes_say_the_same() -> None:
    rng = np.random.default_rng(3)
    courses = [
        Course(str(place), rng.normal(size=20).cumsum() + 50, 14, np.arange(14, 20))
        for place in range(SERIES_TO_SHARE)
    ]
    shared = walk("auto_theta", courses, season_length=1)
    alone = [walk("auto_theta", [course], season_length=1)[0] for course in courses]
    for own, by_itself in zip(shared, alone, strict=True):
        assert own is not None
        assert by_itself is not None
        assert_allclose(own.forecast, by_itself.forecast, rtol=1e-9)
