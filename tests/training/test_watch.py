"""RMSE of watched rows while training goes on. Oracle: forecasts of Keras from the zero state."""

from typing import NamedTuple

import numpy as np
import pytest

from statecast.data.transforms import transform, untransform
from statecast.network.lanes import Layout, training_grid
from statecast.network.network import Network
from statecast.training.layout import Original, Rows, WatchedPart, later_grid, watched_rows
from statecast.training.trainer import Trained
from statecast.training.watch import LARGEST, on_original_scale
from tests.support import keras_loop
from tests.support.engine import SEEDS, batches_of, of_last, train, wave_rows

DATA = wave_rows(10)
LATER = wave_rows(7)
SCALE = 2.0
REPEATS = range(len(SEEDS))


class Case(NamedTuple):
    """A training that watches ten training rows and seven later ones, in lanes of four."""

    trained: Trained
    network: Network


@pytest.fixture(scope="module")
def case() -> Case:
    parts = [
        WatchedPart(DATA, [training_grid([10], 4)], np.full((1, 10), SCALE, np.float32)),
        WatchedPart(LATER, [later_grid([7], 4, "interleaved")], np.full((1, 7), SCALE, np.float32)),
    ]
    network = Network(1, (2,))
    watched = watched_rows(parts, len(SEEDS))
    return Case(train(network, batches_of(DATA, 4), 5, watched=watched), network)


def rmse_by_keras(case: Case, repeat: int, x: np.ndarray, y: np.ndarray) -> float:
    """Forecast rows from the zero state, filled up to whole batches, and return the RMSE."""
    model = keras_loop.build([2], 4)
    model.set_weights([weight[repeat] for weight in case.trained.weights])
    filled = np.pad(x, ((0, -len(x) % 4), (0, 0)))
    forecasts = keras_loop.predict(model, filled[:, None], 4)[: len(y)]
    errors = (forecasts - y[:, 0]) / SCALE
    return float(np.sqrt(np.mean(errors**2)))


@pytest.mark.parametrize("repeat", REPEATS)
def test_rmse_of_the_training_rows_equals_keras(case: Case, repeat: int) -> None:
    """The two oldest rows fill no batch: they are neither trained on nor watched."""
    expected = rmse_by_keras(case, repeat, DATA.x[0, 2:], DATA.y[0, 2:])
    np.testing.assert_allclose(case.trained.rmse[-1, 0, repeat], expected, rtol=1e-5)


@pytest.mark.parametrize("repeat", REPEATS)
def test_rmse_of_later_rows_equals_keras_from_the_zero_state(case: Case, repeat: int) -> None:
    expected = rmse_by_keras(case, repeat, LATER.x[0], LATER.y[0])
    np.testing.assert_allclose(case.trained.rmse[-1, 1, repeat], expected, rtol=1e-5)


def test_rmse_is_recorded_after_every_epoch(case: Case) -> None:
    assert case.trained.rmse.shape == (5, 2, len(SEEDS))


def test_watching_does_not_change_the_training(case: Case) -> None:
    plain = train(case.network, batches_of(DATA, 4), 5)
    np.testing.assert_allclose(plain.loss, case.trained.loss, rtol=1e-5)


def test_rmse_of_several_targets_is_the_mean_of_theirs_each_on_its_own_scale() -> None:
    """Two targets, one on twice and one on a tenth of the original scale."""
    scale = np.array([2.0, 0.1], np.float32)
    y = np.concatenate([DATA.y, DATA.y[:, ::-1]], axis=2)  # [1, 10, 2]
    rows = Rows(DATA.x, y)
    part = WatchedPart(rows, [training_grid([10], 4)], np.tile(scale, (1, 10, 1)))
    network = Network(1, (2,), outputs=2)
    watched = watched_rows([part], len(SEEDS))
    trained = train(network, batches_of(rows, 4), 2, watched=watched)

    model = keras_loop.build([2], 4, outputs=2)
    model.set_weights(of_last(trained.weights))
    forecasts = model.predict(DATA.x[0, 2:, None], batch_size=4, verbose=0)
    errors = (forecasts - y[0, 2:]) / scale
    expected = np.sqrt(np.mean(errors**2, axis=0)).mean()
    np.testing.assert_allclose(trained.rmse[-1, 0, -1], expected, rtol=1e-5)


def brought_back(error: np.ndarray, values: np.ndarray, power: float) -> np.ndarray:
    """Return errors [N] on the scale where 1 of a transformed value is SCALE."""
    arrays = (values, values**-power / SCALE, np.full(len(values), power))
    in_32_bits = Original(*(array[None, :, None].astype(np.float32) for array in arrays))
    scaled = error[None, :, None].astype(np.float32)
    return np.asarray(on_original_scale(scaled, in_32_bits))[0, :, 0]


@pytest.mark.parametrize("power", [0, 1e-9, -0.5, 0.5, 2])
def test_errors_of_transformed_values_come_back_to_the_original_scale(power: float) -> None:
    """The oracle is the inverse transform of the forecast, in 64 bits."""
    values = np.array([2.0, 50, 300])
    error = np.array([0.3, -0.2, 0.1])
    forecast = transform(values, "boxcox", power) + error / SCALE
    expected = untransform(forecast, "boxcox", power) - values
    np.testing.assert_allclose(brought_back(error, values, power), expected, rtol=2e-4)


def test_an_error_without_end_is_a_large_one() -> None:
    error = brought_back(np.array([-1e3, 1e3]), np.array([10.0, 10.0]), 0)
    np.testing.assert_allclose(error, [-10, LARGEST])


@pytest.mark.parametrize("layout", ["interleaved", "sequences"])
def test_rmse_of_a_shared_network_is_the_mean_over_its_series(layout: Layout) -> None:
    """Three series of unequal lengths and scales; the oracle is Keras, series by series."""
    lengths = [6, 3, 4]
    scale = np.repeat([2.0, 0.1, 5.0], lengths)
    data = wave_rows(sum(lengths))
    grid = later_grid(lengths, 2, layout, network="all")
    part = WatchedPart(data, [grid], scale[None].astype(np.float32), series=3)
    network = Network(1, (2,))
    watched = watched_rows([part], len(SEEDS))
    trained = train(network, batches_of(data, 1), 2, watched=watched)

    lanes = 2 if layout == "interleaved" else 1
    model = keras_loop.build([2], lanes)
    model.set_weights(of_last(trained.weights))
    expected = []
    for stop, length in zip(np.cumsum(lengths), lengths, strict=True):
        own = slice(stop - length, stop)
        filled = np.pad(data.x[0, own], ((0, -length % lanes), (0, 0)))
        keras_loop.reset(model)
        forecasts = keras_loop.predict(model, filled[:, None], lanes)[:length]
        errors = (forecasts - data.y[0, own, 0]) / scale[own]
        expected.append(np.sqrt(np.mean(errors**2)))
    np.testing.assert_allclose(trained.rmse[-1, 0, -1], np.mean(expected), rtol=1e-5)
