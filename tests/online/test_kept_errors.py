"""Errors kept for intervals of several steps. Oracle: sizes by hand, and a forecaster anew."""

import numpy as np
import pandas as pd
import pytest

from statecast.base import memory
from statecast.base.errors import StatecastError
from statecast.online.kept_errors import KeptErrors
from statecast.online.online import Online
from tests.support.living import ROWS, TRAIN, Setting, case_of

ROW = 8  # bytes of an error


def errors(rows: int, steps: int = 3) -> np.ndarray:
    return np.arange(float(rows * steps)).reshape(rows, steps)


def test_errors_are_kept_for_as_many_steps_and_fewer() -> None:
    kept = KeptErrors()
    kept.keep("a", errors(4))
    np.testing.assert_array_equal(kept.of("a", 2), errors(4)[:, :2])
    assert kept.of("a", 4) is None
    assert kept.of("b", 1) is None


def test_those_not_asked_for_the_longest_go() -> None:
    kept = KeptErrors(most_bytes=2 * 12 * ROW)
    for name in ("a", "b"):
        kept.keep(name, errors(4))
    assert kept.of("a", 1) is not None
    kept.keep("c", errors(4))
    assert kept.of("b", 1) is None
    assert kept.of("a", 1) is not None
    assert kept.bytes_kept == 2 * 12 * ROW


def test_errors_that_are_kept_again_count_once() -> None:
    kept = KeptErrors(most_bytes=12 * ROW)
    for rows in (2, 3, 4):
        kept.keep("a", errors(rows))
    assert kept.bytes_kept == 12 * ROW
    np.testing.assert_array_equal(kept.of("a", 3), errors(4))


def test_errors_of_one_series_are_kept_however_large() -> None:
    """A forecast that follows its preparation finds them."""
    kept = KeptErrors(most_bytes=12 * ROW)
    for name, rows in (("a", 4), ("b", 5)):
        kept.keep(name, errors(rows))
    assert kept.of("a", 1) is None
    assert kept.bytes_kept == 15 * ROW


def test_far_forecasts_keep_no_more_than_there_are_errors_of() -> None:
    """Beyond the last known error the interval widens with the root of the step."""
    online = Online(case_of(Setting()).cut(0))
    far = online.forecast("a", 200)
    later = ROWS["a"] - TRAIN - 2  # of a difference and a lag
    assert online._errors_ahead.bytes_kept == later * later * ROW
    width = (far["high"] - far["forecast"]).to_numpy()
    steps = np.arange(later + 1, 201)
    np.testing.assert_allclose(width[later:], width[later - 1] * np.sqrt(steps / later))
    near = Online(case_of(Setting()).cut(0)).forecast("a", 30)
    pd.testing.assert_frame_equal(far.head(30), near, rtol=1e-6)


def test_a_forecast_that_does_not_fit_into_memory_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    online = Online(case_of(Setting()).cut(0))
    monkeypatch.setattr(memory, "free_memory", lambda: 1_000_000)
    online.forecast("a", 6)
    for call in (online.forecast, online.prepare):
        with pytest.raises(StatecastError, match="`h` of all repeats must fit into the 1 MB"):
            call("a", 9999)
