"""Walk-forward forecasts. Oracles: Keras walked by hand, and a linear network worked by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from statecast.base.errors import StatecastError
from statecast.forecasting import together
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.walk_forward import forecast_part, training_errors, walk_forward
from statecast.network.batching import Batching
from tests.support import keras_loop
from tests.support.forecasts import example, linear_ensemble, random_ensemble, random_rows

ROWS = random_rows(6, 4)
ENSEMBLE = random_ensemble()
CARRIED = Rebatched(ENSEMBLE, Batching(1), 1, "lanes")


def keras_walk(first: int) -> list[float]:
    """Return the forecasts of the first repeat from a row on, in Keras, from the zero state."""
    built = keras_loop.build([3], 1)
    built.set_weights([weight[0] for weight in ENSEMBLE.weights])
    return [float(built(row[None, None].astype(np.float32))[0, 0]) for row in ROWS.x[first:]]


def test_the_state_has_seen_all_rows_before_the_part() -> None:
    ours = walk_forward(CARRIED, [ROWS], "test")[0][0, :, 0]
    assert_allclose(ours, keras_walk(0)[6:], atol=1e-6)


def test_without_warm_up_the_part_starts_from_the_zero_state() -> None:
    ours = walk_forward(CARRIED, [ROWS], "test", warm_up=False)[0][0, :, 0]
    assert_allclose(ours, keras_walk(6), atol=1e-6)


def test_rows_after_the_part_change_nothing() -> None:
    rows = ROWS._replace(sizes=(6, 2, 2))
    x = rows.x.copy()
    x[8:] = 9
    changed = rows._replace(x=x)
    before = walk_forward(CARRIED, [rows], "validation")[0]
    np.testing.assert_array_equal(walk_forward(CARRIED, [changed], "validation")[0], before)


@pytest.mark.parametrize("batch_size", [2, 3, 8])
def test_every_batch_size_forecasts_the_same(batch_size: int) -> None:
    at_one = walk_forward(CARRIED._replace(batching=Batching(3)), [ROWS], "test")[0]
    other = CARRIED._replace(batching=Batching(3), batch_size=batch_size)
    assert_allclose(walk_forward(other, [ROWS], "test")[0], at_one, atol=1e-6)


def test_forecasts_of_other_parts_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "NUMBERS_KEPT", ROWS.y.size)  # a series at a time
    forecasts = walk_forward(CARRIED, [ROWS, ROWS], "test")
    for own in forecasts:
        assert own.base is None
        assert_allclose(own[0, :, 0], keras_walk(0)[6:], atol=1e-6)


def test_test_rows_that_are_the_training_rows_are_walked_too() -> None:
    rows = random_rows(8, 0)._replace(test_is_train=True)
    assert np.isfinite(walk_forward(CARRIED, [rows], "test")[0]).all()


def test_rows_that_training_left_out_cannot_be_forecast() -> None:
    rows = random_rows(7, 0)._replace(test_is_train=True)
    networks = Rebatched(ENSEMBLE, Batching(4), 1, "lanes")
    match = r"the test rows must all be forecast: set `remainder`: pad.*, got 3 of 7 left out"
    with pytest.raises(StatecastError, match=match):
        walk_forward(networks, [rows], "test")


def test_a_network_that_says_its_newest_lag_is_persistence_on_the_original_scale() -> None:
    """The lines of lag and y differ, so the kernel and bias bring the one to the other."""
    walk = example(validation=4)
    key = walk.series.rows.key
    y = walk.undo.scaler.line(key, "y")
    lag = walk.undo.scaler.line(key, "lag_1")
    ratio = y.scale / lag.scale
    ensemble = linear_ensemble([0, 0, ratio], y.offset - lag.offset * ratio)
    networks = Rebatched(ensemble, Batching(4), 1, "lanes")
    for part in ("validation", "test"):
        forecasts = forecast_part(networks, [walk.series], part, walk.undo)[0]
        assert_allclose(forecasts[0], walk.series.values_before(part), rtol=1e-5)


def test_training_errors_are_those_of_the_rows_trained_on() -> None:
    """Thirteen rows in lanes of 4: the oldest is left out, as is every repeat after the first."""
    walk = example(train=13)
    ensemble = random_ensemble(features=3)
    networks = Rebatched(ensemble, Batching(4), 1, "lanes")
    [errors] = training_errors(networks, [walk.series], walk.undo, 1)
    rows = walk.series.rows
    kept = {"ds": rows.ds[1:], "x": rows.x[1:], "y": rows.y[1:]}
    as_test = walk.series._replace(rows=rows._replace(**kept, sizes=(4, 8, 6)))
    [later] = forecast_part(networks, [as_test], "validation", walk.undo)
    assert errors.shape == (1, 12)
    assert_allclose(errors[0, 4:], later[0] - as_test.values("validation"), rtol=1e-5)
