"""From scaled forecasts to the original scale.

Oracle: what the data rooms did to the series before, ``forward`` and the scaler's lines.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from statecast.base.identity import SeriesKey
from statecast.data.inverse import Inverse, forward
from statecast.data.scaling import Line, Scaler
from statecast.data.seasonal import Seasonal
from statecast.data.transforms import Transform
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.undo import Undo
from statecast.network.rows import SeriesRows
from tests.support.forecasts import example

KEY = SeriesKey("a", 2)  # a fold: its scaling is its own, its power that of the series
LINE = Line(0.25, -3.0)
LOOKBACK = 2
TEST = 4  # rows


def prepared(
    lags: tuple[int, ...],
    transform: Transform,
    *,
    validation: int = 3,
    seasonal: Seasonal = "none",
) -> tuple[AlignedSeries, Undo, np.ndarray]:
    """Return a series, what undoes its scaling, and what a perfect network says of its rows."""
    y = np.exp(np.random.default_rng(4).normal(1, 0.4, 30))
    factors = {"a": [0.5, 1.5, 1.0]}
    inverse = Inverse(lags, transform, {"a": 0.3}, seasonal, factors)
    scaled = forward(y, inverse, "a")[LOOKBACK:] * LINE.scale + LINE.offset
    count = len(scaled)
    sizes = (count - validation - TEST, validation, TEST)
    times = np.arange(count)
    rows = SeriesRows(KEY, times, np.zeros((count, LOOKBACK)), scaled[:, None], sizes)
    other = {SeriesKey("a"): [Line(9.0, 9.0)]}
    undo = Undo(Scaler("minmax", ["y"], {**other, KEY: [LINE]}), inverse)
    return AlignedSeries(rows, y), undo, scaled


LAGS = [(), (1,), (3,), (1, 3)]
SEASONS = ["none", "multiplicative"]
TRANSFORMS = ["none", "log", "boxcox"]


@pytest.mark.parametrize("seasonal", SEASONS)
@pytest.mark.parametrize("part", ["train", "validation", "test"])
@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("lags", LAGS)
def test_perfect_forecasts_of_one_step_are_the_true_values(
    lags: tuple[int, ...], transform: Transform, part: str, seasonal: Seasonal
) -> None:
    series, undo, scaled = prepared(lags, transform, seasonal=seasonal)
    perfect = scaled[None, series.rows.part(part)]
    assert_allclose(undo.one_step(perfect, series, part)[0], series.values(part), rtol=1e-9)


@pytest.mark.parametrize("seasonal", SEASONS)
@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("lags", LAGS)
def test_perfect_paths_are_the_true_values(
    lags: tuple[int, ...], transform: Transform, seasonal: Seasonal
) -> None:
    series, undo, scaled = prepared(lags, transform, seasonal=seasonal)
    origins = [0, 5, 9]
    perfect = np.stack([scaled[origin : origin + 6] for origin in origins])[None]
    assert_allclose(undo.paths(perfect, series, origins)[0], series.ahead(origins, 6), rtol=1e-8)


@pytest.mark.parametrize("lags", LAGS)
def test_the_first_step_of_a_path_is_the_forecast_of_one_step(lags: tuple[int, ...]) -> None:
    series, undo, _ = prepared(lags, "log")
    made = np.random.default_rng(6).normal(-3, 0.2, size=(3, TEST))
    rows = series.rows.part("test")
    origins = range(rows.start, rows.stop)
    one_step = undo.one_step(made, series, "test")
    assert_allclose(undo.paths(made[:, :, None], series, origins)[..., 0], one_step, rtol=1e-9)


def test_a_wrong_forecast_of_one_step_does_not_spoil_the_next() -> None:
    """Each comes from the true value before it: 0.25 more, scaled, is 1 more."""
    series, undo, scaled = prepared((1,), "none")
    off = scaled[None, series.rows.part("test")] + np.array([LINE.scale, 0, 0, 0])
    errors = undo.one_step(off, series, "test")[0] - series.values("test")
    assert_allclose(errors, [1, 0, 0, 0], atol=1e-9)


def test_a_wrong_step_of_a_path_is_carried_on() -> None:
    series, undo, scaled = prepared((1,), "none")
    origin = series.rows.part("test").start
    off = scaled[None, None, origin:] + np.array([LINE.scale, 0, 0, 0])
    errors = undo.paths(off, series, [origin])[0, 0] - series.values("test")
    assert_allclose(errors, [1, 1, 1, 1], atol=1e-9)


def test_each_repeat_is_undone_by_itself() -> None:
    series, undo, scaled = prepared((1, 3), "none")
    perfect = scaled[series.rows.part("test")]
    repeats = undo.one_step(np.stack([perfect, perfect + LINE.scale]), series, "test")
    assert_allclose(repeats[1] - repeats[0], 1)


def test_later_values_change_no_path_made_before_them() -> None:
    series, undo, scaled = prepared((1, 3), "log")
    origin = 8
    perfect = scaled[None, None, origin : origin + 5]
    before_origin = np.arange(len(series.y)) < len(series.past(origin))
    other = series._replace(y=np.where(before_origin, series.y, 77.0))
    np.testing.assert_array_equal(
        undo.paths(perfect, series, [origin]), undo.paths(perfect, other, [origin])
    )


def test_the_value_of_a_row_changes_no_forecast_of_it() -> None:
    series, undo, scaled = prepared((1, 3), "log")
    perfect = scaled[None, series.rows.part("test")]
    last = np.arange(len(series.y)) == len(series.y) - 1
    other = series._replace(y=np.where(last, 77.0, series.y))
    np.testing.assert_array_equal(
        undo.one_step(perfect, series, "test"), undo.one_step(perfect, other, "test")
    )


def test_single_precision_is_undone_in_double() -> None:
    series, undo, scaled = prepared((), "none")
    undone = undo.one_step(
        scaled[None, series.rows.part("test")].astype(np.float32), series, "test"
    )
    assert undone.dtype == np.float64


def test_a_fitted_scaler_is_undone() -> None:
    walk = example()
    rows = walk.series.rows
    perfect = rows.y[rows.part("test"), 0][None]
    undone = walk.undo.one_step(perfect, walk.series, "test")[0]
    assert_allclose(undone, walk.series.values("test"), rtol=1e-12)
