"""Networks for all series. Oracles: rows by hand, and the scale of a series."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.accuracy import networks
from benchmarks.accuracy.competition import HORIZON
from benchmarks.accuracy.networks import (
    FEWEST_KNOWN,
    PRIOR_MOVES,
    SCALE,
    SCALE_OF_CORRELATION,
    SCALE_OF_INPUTS,
    SMALLEST_MOVE,
    USUAL_MOVE,
    GlobalNetwork,
    direct_rows,
    factors_by_row,
    forecasts,
    noise_by_row,
    stepwise_rows,
)
from benchmarks.accuracy.seasons import seasonal_factors
from statecast.base.arrays import Floats

LOG = np.linspace(0, 0.9, 30, dtype=np.float64) ** 2
PLAIN = GlobalNetwork(direct=True, lookback=3, has_factors=False)
SEASONAL = (100 + np.arange(60.0)) * np.resize([0.5, 1, 1.5, 1], 60)  # a season of 12 months too


def test_direct_rows_hold_the_moves_before_and_after_a_value() -> None:
    rows = direct_rows("a", np.exp(LOG), PLAIN)
    assert rows.sizes == (30 - 3 - HORIZON, 0, HORIZON)  # value 3 is the first with 3 before it
    np.testing.assert_allclose(rows.x[0], (LOG[:3] - LOG[3]) * SCALE_OF_INPUTS)
    np.testing.assert_allclose(rows.y[0], (LOG[4 : 4 + HORIZON] - LOG[3]) * SCALE)


def test_a_last_row_of_training_knows_just_all_its_targets() -> None:
    rows = direct_rows("a", np.exp(LOG), PLAIN)
    last = rows.sizes[0] - 1
    np.testing.assert_allclose(rows.y[last, -1], (LOG[29] - LOG[29 - HORIZON]) * SCALE)


def test_a_short_series_has_no_rows_to_train_on() -> None:
    assert direct_rows("a", np.exp(LOG[:20]), PLAIN).sizes == (0, 0, 17)


def test_a_network_of_fewer_steps_trains_on_newer_rows() -> None:
    rows = direct_rows("a", np.exp(LOG), replace(PLAIN, steps=2))
    assert rows.sizes == (30 - 3 - 2, 0, 2)
    np.testing.assert_allclose(rows.y[-3], (LOG[28:] - LOG[27]) * SCALE)


def test_known_factors_are_those_of_the_values_up_to_a_row() -> None:
    how = replace(PLAIN, has_factors=True, has_known_factors=True, steps=1)
    known = factors_by_row(SEASONAL, how)
    months = np.arange(60) % 12
    np.testing.assert_allclose(known[50 - 3], seasonal_factors(SEASONAL[:51], 12)[months])
    np.testing.assert_allclose(known[0], seasonal_factors(SEASONAL[:FEWEST_KNOWN], 12)[months])
    later = np.append(SEASONAL[:51], np.ones(9))
    row, other = (direct_rows("a", y, how).x[50 - 3] for y in (SEASONAL, later))
    np.testing.assert_allclose(row, other)


def test_without_known_factors_all_rows_have_those_of_the_whole_series() -> None:
    rows = factors_by_row(SEASONAL, replace(PLAIN, has_factors=True))
    whole = np.resize(seasonal_factors(SEASONAL, 12), 60)
    np.testing.assert_allclose(rows, np.tile(whole, (57, 1)))


def test_smoothed_levels_are_those_of_the_recursion() -> None:
    """Each level goes a share of the way to the next value."""
    levels = [LOG[0]]
    for value in LOG[1:]:
        levels.append(levels[-1] + 0.3 * (value - levels[-1]))
    rows = direct_rows("a", np.exp(LOG), replace(PLAIN, rates=(0.3,)))
    np.testing.assert_allclose(rows.x[:, 3], (np.array(levels) - LOG)[3:] * SCALE_OF_INPUTS)


def test_noise_is_the_size_of_the_moves_and_how_far_the_next_one_takes_one_back() -> None:
    """Six moves of 0.2 up and down; five pairs of them have the product -0.04."""
    to_and_fro = np.resize([0.0, 0.2], (1, 7))
    [[size, correlation]] = noise_by_row(to_and_fro, np.array([[6]]))
    assert size == pytest.approx(np.log(0.2 / USUAL_MOVE))
    shrunk = -5 / 6 * 6 / (6 + PRIOR_MOVES)
    assert correlation == pytest.approx(shrunk * SCALE_OF_CORRELATION)


def test_a_flat_series_has_the_least_noise_and_no_correlation() -> None:
    [[size, correlation]] = noise_by_row(np.ones((1, 9)), np.array([[8]]))
    assert size == pytest.approx(np.log(SMALLEST_MOVE / USUAL_MOVE))
    assert correlation == 0


def test_the_noise_of_a_row_comes_from_no_later_value() -> None:
    how = replace(PLAIN, has_noise=True)
    later = np.append(LOG[:20], LOG[20:] * 2)
    rows, others = (direct_rows("a", np.exp(own), how).x for own in (LOG, later))
    np.testing.assert_allclose(rows[:17], others[:17])  # row 16 is that of value 19
    assert np.abs(rows[17:, 3:] - others[17:, 3:]).min() > 0
    assert rows.shape[1] == PLAIN.lookback + 2


def test_stepwise_rows_hold_the_steps_before_a_step() -> None:
    rows = stepwise_rows("a", LOG, 2)
    assert rows.sizes == (27, 0, HORIZON)
    steps = np.diff(LOG) * SCALE
    np.testing.assert_allclose(rows.x[0], steps[:2])
    np.testing.assert_allclose(rows.y[0], steps[2])
    np.testing.assert_allclose(rows.x[27], steps[-2:])


def test_networks_of_ranges_forecast_the_steps_that_no_other_reaches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each network forecasts how many steps it reaches."""

    def steps_of(histories: Sequence[Floats], how: GlobalNetwork) -> Floats:
        return np.full((len(histories), how.steps), float(how.steps))

    monkeypatch.setattr(networks, "forecasts", steps_of)
    reaching = [replace(PLAIN, steps=steps) for steps in (1, 3, HORIZON)]
    [together] = networks.forecasts_by_range([LOG], reaching)
    assert together.tolist() == [1, 3, 3, *[HORIZON] * (HORIZON - 3)]


@pytest.mark.slow
@pytest.mark.parametrize("direct", [True, False])
def test_a_series_twice_as_large_has_forecasts_twice_as_large(*, direct: bool) -> None:
    y = 100 + np.random.default_rng(0).normal(size=45).cumsum()
    tiny = GlobalNetwork(
        direct,
        has_known_factors=True,
        rates=(0.5,),
        has_noise=True,
        lookback=3,
        units=2,
        epochs=2,
        repeats=2,
    )
    first, second = forecasts([y, 2 * y], tiny)
    assert first.shape == (HORIZON,)
    np.testing.assert_allclose(second, 2 * first, rtol=1e-5)
