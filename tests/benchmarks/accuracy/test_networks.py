"""Networks for all series. Oracles: rows by hand, and the scale of a series."""

import numpy as np
import pytest

from benchmarks.accuracy.competition import HORIZON
from benchmarks.accuracy.networks import (
    SCALE,
    SCALE_OF_INPUTS,
    GlobalNetwork,
    direct_rows,
    forecasts,
    stepwise_rows,
)

LOG = np.linspace(0, 0.9, 30, dtype=np.float64) ** 2


def test_direct_rows_hold_the_moves_before_and_after_a_value() -> None:
    rows = direct_rows("a", LOG, 3)
    assert rows.sizes == (30 - 3 - HORIZON, 0, HORIZON)  # value 3 is the first with 3 before it
    np.testing.assert_allclose(rows.x[0], (LOG[:3] - LOG[3]) * SCALE_OF_INPUTS)
    np.testing.assert_allclose(rows.y[0], (LOG[4 : 4 + HORIZON] - LOG[3]) * SCALE)


def test_a_last_row_of_training_knows_just_all_its_targets() -> None:
    rows = direct_rows("a", LOG, 3)
    last = rows.sizes[0] - 1
    np.testing.assert_allclose(rows.y[last, -1], (LOG[29] - LOG[29 - HORIZON]) * SCALE)


def test_a_short_series_has_no_rows_to_train_on() -> None:
    assert direct_rows("a", LOG[:20], 3).sizes == (0, 0, 17)


def test_stepwise_rows_hold_the_steps_before_a_step() -> None:
    rows = stepwise_rows("a", LOG, 2)
    assert rows.sizes == (27, 0, HORIZON)
    steps = np.diff(LOG) * SCALE
    np.testing.assert_allclose(rows.x[0], steps[:2])
    np.testing.assert_allclose(rows.y[0], steps[2])
    np.testing.assert_allclose(rows.x[27], steps[-2:])


@pytest.mark.slow
@pytest.mark.parametrize("direct", [True, False])
def test_a_series_twice_as_large_has_forecasts_twice_as_large(*, direct: bool) -> None:
    y = 100 + np.random.default_rng(0).normal(size=45).cumsum()
    tiny = GlobalNetwork(direct, lookback=3, units=2, epochs=2, repeats=2)
    first, second = forecasts([y, 2 * y], tiny)
    assert first.shape == (HORIZON,)
    np.testing.assert_allclose(second, 2 * first, rtol=1e-5)
