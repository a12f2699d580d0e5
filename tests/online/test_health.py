"""How well the latest forecasts did. Oracle: the same figures of all that was observed."""

import math

import numpy as np
import pytest

from statecast.online.health import WINDOW, Errors
from statecast.online.online import Online
from tests.support.living import TRAIN, Setting, case_of


def test_figures_are_those_of_what_was_observed() -> None:
    case = case_of(Setting())
    online = Online(case.cut(20))
    errors = []
    inside = []
    for row in case.observed(20):
        if row["unique_id"] == "a":
            said = online.next_value("a")
            errors.append(said.forecast - row["y"])
            inside.append(said.low <= row["y"] <= said.high)
            online.observe("a", row["ds"], row["y"])
    health = online.health("a")
    assert health.rmse == pytest.approx(np.sqrt(np.mean(np.square(errors))))
    assert health.coverage == pytest.approx(np.mean(inside))
    assert health.ratio == pytest.approx(health.rmse / health.validation_rmse)
    assert (health.count, health.observed) == (20, 20)


def test_validation_rmse_is_that_of_the_rows_not_trained_on() -> None:
    case = case_of(Setting())
    after_training = len(case.rows[1].y) - TRAIN  # of the shorter series
    online = Online(case.cut(after_training))
    errors = []
    for row in case.observed(after_training):
        if row["unique_id"] == "b":
            errors.append(online.next_value("b").forecast - row["y"])
            online.observe("b", row["ds"], row["y"])
    expected = np.sqrt(np.mean(np.square(errors[:-20])))
    assert Online(case.cut(20)).health("b").validation_rmse == pytest.approx(expected)


def test_the_window_holds_the_latest() -> None:
    errors = Errors()
    for count in range(WINDOW + 10):
        errors.add(100.0 if count < 10 else 2.0, is_inside=count >= 10)
    health = errors.health(4.0)
    assert (health.rmse, health.ratio, health.coverage) == (2.0, 0.5, 1.0)
    assert (health.count, health.observed) == (WINDOW, WINDOW + 10)


def test_nothing_is_known_before_the_first_observation() -> None:
    health = Errors().health(math.nan)
    assert all(math.isnan(value) for value in (health.rmse, health.ratio, health.coverage))
    assert health.count == 0
