"""Networks in use. Oracles: Keras itself, and the equation of the carry."""

from dataclasses import replace

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.forecasting.forecaster import Forecaster
from tests.support import keras_loop
from tests.support.forecasts import random_ensemble

ROWS = np.random.default_rng(0).normal(size=(4, 2, 1))  # of four calls at batch size 2


def forecaster_of(units: tuple[int, ...], batch_size: int) -> Forecaster:
    ensemble = random_ensemble(units)
    return Forecaster(ensemble.network, ensemble.weights, batch_size)


def test_forecaster_equals_keras_and_keeps_its_state() -> None:
    ensemble = random_ensemble((3, 2))
    forecaster = Forecaster(ensemble.network, ensemble.weights, 2)
    ours = np.stack([forecaster(rows) for rows in ROWS])
    built = keras_loop.build([3, 2], 2)
    built.set_weights([weight[1] for weight in ensemble.weights])
    theirs = [keras_loop.predict(built, rows[:, None].astype(np.float32), 2) for rows in ROWS]
    np.testing.assert_allclose(ours[:, 1, :, 0], theirs, atol=1e-6)


def test_after_a_reset_it_starts_anew() -> None:
    forecaster = forecaster_of((3, 2), 2)
    first = forecaster(ROWS[0])
    forecaster(ROWS[1])
    forecaster.reset()
    np.testing.assert_array_equal(forecaster(ROWS[0]), first)


def test_a_state_that_was_kept_can_be_set_back() -> None:
    forecaster = forecaster_of((3, 2), 2)
    forecaster(ROWS[0])
    kept = forecaster.state
    second = forecaster(ROWS[1])
    forecaster(ROWS[2])
    forecaster.state = kept
    np.testing.assert_array_equal(forecaster(ROWS[1]), second)


def test_forecasts_have_an_axis_of_repeats_places_and_outputs() -> None:
    assert forecaster_of((3,), 2)(ROWS[0]).shape == (2, 2, 1)


def test_wrong_batch_size_names_both_and_says_what_to_do() -> None:
    forecaster = forecaster_of((3,), 9)
    with pytest.raises(
        StatecastError, match=r"must have 9 rows, .*got 1: rebatch it, .*rebatch\.batch_size: 1"
    ):
        forecaster(np.zeros((1, 1)))


def test_forget_gates_follow_from_the_carry() -> None:
    """Where the input is cut off, c after a step is f times c before it."""
    ensemble = random_ensemble()
    kernel, recurrent_kernel, bias, *head = [weight.copy() for weight in ensemble.weights]
    kernel[:, :, :3] = 0
    recurrent_kernel[:, :, :3] = 0
    bias[:, :3] = -100  # the input gate
    cut = [kernel, recurrent_kernel, bias, *head]
    forecaster = Forecaster(ensemble.network, cut, 1)
    forecaster.state[0].carry[:] = 0.5
    gate = forecaster.forget_gates(np.array([[0.3]]))
    forecaster(np.array([[0.3]]))
    np.testing.assert_allclose(forecaster.state[0].carry, 0.5 * gate, rtol=1e-5)


def test_asking_for_the_gates_keeps_the_state() -> None:
    forecaster = forecaster_of((3,), 2)
    forecaster(ROWS[0])
    before = forecaster.state[0].hidden.copy()
    forecaster.forget_gates(ROWS[1])
    np.testing.assert_array_equal(forecaster.state[0].hidden, before)


def test_the_gates_of_a_row_of_steps_are_those_of_its_last_step() -> None:
    ensemble = random_ensemble((3, 2))
    two_steps = Forecaster(replace(ensemble.network, steps=2), ensemble.weights, 1)
    one_step = Forecaster(ensemble.network, ensemble.weights, 1)
    one_step(np.array([[0.3]]))
    expected = one_step.forget_gates(np.array([[-0.7]]))
    np.testing.assert_allclose(two_steps.forget_gates(np.array([[0.3, -0.7]])), expected)
