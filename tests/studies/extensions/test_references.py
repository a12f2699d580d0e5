"""Forecasts without a network. Oracle: worked by hand."""

import numpy as np
import pytest

from studies.extensions.references import references_of

Y = np.array([0.0, 2.0, 4.0, 4.0, 6.0])  # the last two are forecast; the mean step is 2


def test_persistence_by_hand():
    persistence, *_ = references_of(Y, 2).values()  # 4, 4 for 4, 6
    assert persistence.rmse == pytest.approx(np.sqrt(2))
    assert persistence.flatness == 0
    assert persistence.flatness_of_steps == 0


def test_drift_by_hand():
    _, drift, _ = references_of(Y, 2).values()  # 6, 6 for 4, 6
    assert drift.rmse == pytest.approx(np.sqrt(2))
    assert drift.flatness_of_steps == 0


def test_the_mean_by_hand():
    *_, mean = references_of(Y, 2).values()  # 2, 2 for 4, 6
    assert mean.rmse == pytest.approx(np.sqrt(10))
    assert mean.flatness == 0


def test_the_steps_of_a_constant_forecast_move_against_the_values_before():
    *_, mean = references_of(np.array([0.0, 2.0, 5.0, 9.0]), 2).values()
    # 1, 1 after 2, 5: steps -1, -4 beside 3, 4
    assert mean.flatness_of_steps == 3
