"""Forecasts as the Nixtla libraries have them. Oracle: utilsforecast takes them as they are."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from utilsforecast.evaluation import evaluate
from utilsforecast.losses import coverage, mae, rmse
from utilsforecast.plotting import plot_series
from utilsforecast.processing import backtest_splits

from statecast import Statecast
from tests.support.library import SMALL, sales, shampoo


@pytest.fixture(scope="module")
def windows() -> pd.DataFrame:
    """Two windows of three months, with intervals."""
    model = Statecast(test_size=6, **SMALL)
    return model.cross_validation(shampoo(), h=3, n_windows=2, step_size=2, level=[50])


def test_columns_are_named_as_the_nixtla_libraries_name_them(shampoo_model: Statecast) -> None:
    table = shampoo_model.predict(2, level=[80, 90, 62.5])
    bounds = ["lo-90", "lo-80", "lo-62.5", "hi-62.5", "hi-80", "hi-90"]
    assert list(table) == [*("unique_id", "ds", "Statecast"), *(f"Statecast-{b}" for b in bounds)]
    values = table.drop(columns=["unique_id", "ds", "Statecast"]).to_numpy()
    assert (np.diff(values, axis=1) >= 0).all()


def test_a_level_of_too_few_errors_has_no_interval_and_the_log_says_so(
    shampoo_model: Statecast, caplog: pytest.LogCaptureFixture
) -> None:
    table = shampoo_model.predict(2, level=[90, 95])
    assert table[["Statecast-lo-95", "Statecast-hi-95"]].isna().all(axis=None)
    assert table[["Statecast-lo-90", "Statecast-hi-90"]].notna().all(axis=None)
    assert "no 95 % interval of 'sales': 15 errors" in caplog.text


def test_evaluate_takes_a_cross_validation(windows: pd.DataFrame) -> None:
    scores = evaluate(
        windows.drop(columns="cutoff"), metrics=[mae, rmse, coverage], level=[50]
    ).set_index("metric")["Statecast"]
    errors = (windows["Statecast"] - windows["y"]).to_numpy()
    assert scores["mae"] == pytest.approx(np.abs(errors).mean())
    assert scores["rmse"] == pytest.approx(np.sqrt((errors**2).mean()))
    assert 0 <= scores["coverage_level50"] <= 1


def test_plot_series_draws_forecasts_with_intervals(shampoo_model: Statecast) -> None:
    mpl.use("Agg")
    forecasts = shampoo_model.predict(6, level=[80])
    figure = plot_series(shampoo(), forecasts, level=[80], max_insample_length=24)
    [axes, *_] = figure.axes
    lines = {line.get_label(): line.get_ydata() for line in axes.get_lines()}
    assert lines["Statecast"][-6:].tolist() == forecasts["Statecast"].tolist()


def test_windows_are_those_of_backtest_splits(windows: pd.DataFrame) -> None:
    splits = backtest_splits(
        shampoo(), n_windows=2, h=3, id_col="unique_id", time_col="ds", freq="MS", step_size=2
    )
    for cutoffs, _, valid in splits:
        cutoff = cutoffs["cutoff"].iloc[0]
        own = windows[windows["cutoff"] == cutoff]
        assert own["ds"].tolist() == valid["ds"].tolist()
        assert own["y"].tolist() == valid["y"].tolist()


def test_a_window_is_forecast_by_a_model_fitted_before_it(windows: pd.DataFrame) -> None:
    first = windows["cutoff"].min()
    known = shampoo()[lambda df: df["ds"] <= first]
    expected = Statecast(test_size=6, **SMALL).fit(known).predict(3, level=[50])
    own = windows[windows["cutoff"] == first].drop(columns=["cutoff", "y"])
    pd.testing.assert_frame_equal(own.reset_index(drop=True), expected)


@pytest.mark.slow
def test_features_of_a_window_come_from_its_own_rows() -> None:
    model = Statecast(features=["price"], **SMALL)
    table = model.cross_validation(sales(), h=2)
    later = sales().tail(2)[["unique_id", "ds", "price"]]
    expected = Statecast(features=["price"], **SMALL).fit(sales().iloc[:-2]).predict(2, X_df=later)
    assert table["Statecast"].tolist() == expected["Statecast"].tolist()
