"""Methods without a network.

Oracles: arithmetic by hand; the model's own forecast; the same method on a
series whose later values are changed.
"""

import logging
import warnings
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from statecast.evaluation.methods import METHODS, Course, Walked, walk
from tests.support.project import ROOT

SHAMPOO = pd.read_csv(ROOT / "data" / "source" / "shampoo.csv")["sales"].to_numpy(float)
WALKED = [method for method in METHODS if method != "ridge"]
MODELS = {"auto_arima": "AutoARIMA", "auto_ets": "AutoETS", "auto_theta": "AutoTheta"}


def walked(
    method: str, y: Iterable[float], train: int, times: Iterable[int], season_length: int = 12
) -> np.ndarray | None:
    both = walked_of_training(method, y, train, times, season_length)
    return None if both is None else both.forecast[:, 0]


def walked_of_training(
    method: str, y: Iterable[float], train: int, times: Iterable[int], season_length: int = 12
) -> Walked | None:
    values = np.asarray(y, float)
    course = Course("s", values, train, np.array(list(times), int))
    [own] = walk(method, [course], season_length=season_length)
    return own


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
@pytest.mark.slow
def test_later_values_change_no_earlier_forecast(
    method: str, season_length: int, changed: int
) -> None:
    before, after = before_and_after(method, changed, season_length)
    assert_allclose(after[: changed - 23], before[: changed - 23], rtol=1e-9)


@pytest.mark.parametrize("method", WALKED)
@pytest.mark.parametrize("season_length", [1, 12])
@pytest.mark.parametrize("changed", [24, 25, 30])
@pytest.mark.slow
def test_changed_values_change_the_forecasts_after_them(
    method: str, season_length: int, changed: int
) -> None:
    """All but those of a season that looks back beyond the rows."""
    before, after = before_and_after(method, changed, season_length)
    same_after = np.allclose(after[changed - 23 :], before[changed - 23 :])
    assert same_after == (method == "seasonal_naive" and season_length == 12)


@pytest.mark.parametrize("method", MODELS)
def test_first_forecast_is_that_of_the_fitted_model(method: str) -> None:
    from statsforecast import models

    fitted = getattr(models, MODELS[method])(season_length=12).fit(SHAMPOO[:24])
    expected = fitted.predict(h=1)["mean"][0]
    assert walked(method, SHAMPOO, 24, [24])[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("train", "is_approximate"), [(500, False), (501, True)])
def test_long_series_have_their_arima_found_by_approximation(
    train: int, is_approximate: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Oracle: what statsforecast is asked for; a fit of so many rows would take seconds."""
    from statsforecast import models

    asked = []

    class Asked(models.Naive):  # type: ignore[misc]
        def __init__(self, *, season_length: int, approximation: bool = False) -> None:
            asked.append((season_length, approximation))
            super().__init__()

    monkeypatch.setattr(models, "AutoARIMA", Asked)
    walk("auto_arima", [Course("s", np.arange(600.0), train, np.array([599]))], season_length=1)
    assert asked == [(1, is_approximate)]


def test_orders_whose_search_does_not_end_are_not_warned_of(
    monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    from statsforecast import models

    class Unfinished(models.Naive):  # type: ignore[misc]
        def __init__(self, *, season_length: int) -> None:
            super().__init__(alias=str(season_length))

        def fit(self, y: np.ndarray) -> models.Naive:
            warnings.warn("possible convergence problem: minimize gave code 2]", stacklevel=1)
            return super().fit(y)

    monkeypatch.setattr(models, "AutoARIMA", Unfinished)
    walk("auto_arima", [Course("s", np.arange(9.0), 8, np.array([8]))], season_length=1)
    assert not recwarn.list


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


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("persistence", [np.nan, 1, 4, 2]),
        ("drift", [np.nan, 3, 6, 4]),
        ("seasonal_naive", [np.nan, np.nan, np.nan, 1]),
    ],
)
def test_forecasts_of_the_training_values_by_hand(method: str, said: list[float]) -> None:
    both = walked_of_training(method, Y, 4, [4], 3)
    assert both is not None
    assert_allclose(both.of_training, said)


@pytest.mark.parametrize("method", MODELS)
def test_forecasts_of_the_training_values_are_near_them(method: str) -> None:
    """Nearer than the mean of the values, from the second on."""
    both = walked_of_training(method, SHAMPOO, 24, [24], 1)
    assert both is not None
    errors = both.of_training[1:] - SHAMPOO[1:24]
    assert len(both.of_training) == 24
    assert errors.std() < SHAMPOO[:24].std()
