"""A walk in calls of any batch size.

Oracles: calls written out by hand; walking row by row; real Keras networks with states handled by
hand.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statecast.base.errors import StatecastError
from statecast.forecasting.bank import Bank
from statecast.forecasting.calls import Calls, advance, calls_of, grid_calls
from statecast.forecasting.forecaster import Forecaster
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.together import forecast
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble
from statecast.network.lanes import IDLE, Layout, StatePolicy, Walk, training_grid
from statecast.network.network import Network, lifted, zero_state
from tests.support import keras_loop
from tests.support.forecasts import SEEDS, linear_ensemble, random_ensemble, random_rows

ENSEMBLE = random_ensemble((3, 2))
BATCH_SIZES = [1, 2, 3, 4, 5, 7, 50]


def walk(lanes: list[int], resets: list[int] | None = None) -> Walk:
    """Return a walk; resets are the rows before which their lane is zeroed."""
    reset = np.zeros(len(lanes), bool)
    reset[resets or []] = True
    return Walk(np.array(lanes), reset)


@st.composite
def walks(draw: Any) -> Walk:
    """Draw any walk over at most four lanes, with rows that are left out."""
    lanes = draw(st.lists(st.sampled_from([IDLE, 0, 1, 2, 3]), min_size=1, max_size=20))
    resets = draw(st.lists(st.booleans(), min_size=len(lanes), max_size=len(lanes)))
    return Walk(np.array(lanes), np.array(resets))


def row_by_row(ensemble: Ensemble, x: np.ndarray, walked: Walk) -> np.ndarray:
    """Forecast one row after the other, the state of every lane kept in a dictionary."""
    forecaster = Forecaster(ensemble.network, ensemble.weights, batch_size=1)
    nothing = zero_state(ensemble.network, len(SEEDS), 1)
    of_lanes: dict[int, Any] = {}
    y = np.full((len(SEEDS), len(x), 1), np.nan)
    for row, (lane, reset) in enumerate(zip(walked.lane, walked.reset, strict=True)):
        if lane == IDLE:
            continue
        forecaster.state = nothing if reset else of_lanes.get(lane, nothing)
        y[:, row] = forecaster(x[[row]])[:, 0]
        of_lanes[lane] = forecaster.state
    return y


@settings(max_examples=40, deadline=None)
@given(walks(), st.integers(1, 6))
def test_any_batch_size_forecasts_what_walking_row_by_row_does(
    walked: Walk, batch_size: int
) -> None:
    x = np.random.default_rng(3).normal(size=(len(walked.lane), 1))
    ours = forecast(ENSEMBLE.network, ENSEMBLE.weights, x, calls_of(walked, batch_size))
    np.testing.assert_allclose(ours, row_by_row(ENSEMBLE, x, walked), atol=1e-6)


@pytest.mark.parametrize("batch_size", BATCH_SIZES)
def test_a_long_walk_is_the_same_at_every_batch_size(batch_size: int) -> None:
    rng = np.random.default_rng(8)
    lanes = rng.integers(-1, 6, 60)
    walked = Walk(lanes, rng.random(60) < 0.1)
    x = rng.normal(size=(60, 1))
    ours = forecast(ENSEMBLE.network, ENSEMBLE.weights, x, calls_of(walked, batch_size))
    np.testing.assert_allclose(ours, row_by_row(ENSEMBLE, x, walked), atol=1e-6)


@given(walks(), st.integers(1, 6))
def test_every_row_of_the_walk_is_called_once_and_in_order(walked: Walk, batch_size: int) -> None:
    rows = calls_of(walked, batch_size).rows
    assert rows[rows != IDLE].tolist() == np.flatnonzero(walked.lane != IDLE).tolist()


@given(walks(), st.integers(1, 6))
def test_no_call_has_a_lane_twice(walked: Walk, batch_size: int) -> None:
    calls = calls_of(walked, batch_size)
    for rows, lane in zip(calls.rows, calls.lane, strict=True):
        used = lane[rows != IDLE].tolist()
        assert len(used) == len(set(used))


@given(walks(), st.integers(1, 6))
def test_a_call_ends_only_where_it_is_full_or_its_next_row_needs_a_lane_of_it(
    walked: Walk, batch_size: int
) -> None:
    calls = calls_of(walked, batch_size)
    for number in range(len(calls.rows) - 1):
        used = calls.rows[number] != IDLE
        next_lane = calls.lane[number + 1, 0]
        assert used.sum() == batch_size or next_lane in calls.lane[number, used]


def test_calls_by_hand() -> None:
    calls = calls_of(walk([0, 1, 0, 0, 1], resets=[3]), batch_size=3)
    assert calls.rows.tolist() == [[0, 1], [2, IDLE], [3, 4]]
    assert calls.lane[0, :2].tolist() == [0, 1]
    assert calls.lane[2, :2].tolist() == [0, 1]
    assert calls.reset.tolist() == [[False] * 2, [False] * 2, [True, False]]


def test_no_call_reaches_over_a_start() -> None:
    """The starts are rows 1, 4 and 6; row 4 is left out itself."""
    walked = walk([0, 1, 2, 3, IDLE, 1, 2])
    calls = calls_of(walked, batch_size=3, starts=[1, 4, 6])
    assert calls.rows.tolist() == [[0, IDLE, IDLE], [1, 2, 3], [5, IDLE, IDLE], [6, IDLE, IDLE]]


def test_rows_that_are_left_out_are_in_no_call() -> None:
    calls = calls_of(walk([IDLE, 0, IDLE, 1]), batch_size=2)
    assert calls.rows.tolist() == [[1, 3]]


def test_calls_of_one_row_are_the_rows() -> None:
    assert calls_of(walk([0, 1, 2, 3] * 2), 1).rows.tolist() == [[row] for row in range(8)]


def test_a_full_batch_is_one_call() -> None:
    assert calls_of(walk([0, 1, 2, 3, 0, 1, 2, 3]), 4).rows.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_a_place_that_is_not_used_resets_nothing() -> None:
    calls = calls_of(walk([0, 1, 0], resets=[2]), batch_size=2)
    assert calls.reset.tolist() == [[False, False], [True, False]]


def test_a_walk_without_rows_has_no_calls() -> None:
    assert calls_of(walk([IDLE, IDLE]), 3).rows.size == 0


def test_a_batch_size_takes_no_memory_beyond_its_rows() -> None:
    assert calls_of(walk([0, 1, 0]), 10**9).rows.tolist() == [[0, 1], [2, IDLE]]


def test_narrower_calls_are_widened_before_later_ones() -> None:
    both = calls_of(walk([0, 0]), 4).then(calls_of(walk([0, 1]), 4))
    assert both.rows.tolist() == [[0, IDLE], [1, IDLE], [0, 1]]
    assert both.lane.tolist() == [[0, 0], [0, 0], [0, 1]]
    assert not both.reset.any()


def test_grid_calls_are_the_steps_of_the_training() -> None:
    grid = training_grid([7], 3, remainder="pad")
    calls = grid_calls(grid)
    assert calls.rows.tolist() == [[IDLE, IDLE, 0], [1, 2, 3], [4, 5, 6]]
    assert calls.lane.tolist() == [[0, 1, 2]] * 3
    assert calls.reset.tolist() == grid.reset.tolist()


def test_later_calls_come_after_the_first_ones() -> None:
    first = calls_of(walk([0, 1, IDLE]), 2)
    later = calls_of(walk([IDLE, IDLE, 1], resets=[2]), 2)
    both = first.then(later)
    assert both.rows.tolist() == [[0, 1], [2, IDLE]]
    assert both.lane[1, 0] == 1
    assert both.reset[1, 0]


def test_rows_that_are_not_called_have_no_forecast() -> None:
    x = np.ones((4, 1))
    calls = calls_of(walk([0, IDLE, 0, IDLE]), 1)
    forecasts = forecast(ENSEMBLE.network, ENSEMBLE.weights, x, calls)
    assert np.isnan(forecasts[0, :, 0]).tolist() == [False, True, False, True]


def test_forecasts_have_an_axis_of_repeats_rows_and_outputs() -> None:
    network = Network(2, (3,), outputs=4)
    shapes = [(5, 2, 12), (5, 3, 12), (5, 12), (5, 3, 4), (5, 4)]
    weights = [np.zeros(shape, np.float32) for shape in shapes]
    calls = calls_of(walk([0, 0, 0]), 1)
    assert forecast(network, weights, np.ones((3, 2)), calls).shape == (5, 3, 4)


def test_advance_keeps_the_states_of_its_lanes_in_the_bank() -> None:
    """Two rows in one call, and the same two one by one."""
    weights = lifted(ENSEMBLE.weights)
    x = np.array([[[0.5], [-0.3]]], np.float32)
    kept = np.array([False])
    together = Bank(ENSEMBLE.network, len(SEEDS), 3)
    by_themselves = Bank(ENSEMBLE.network, len(SEEDS), 3)
    both = advance(
        ENSEMBLE.network, weights, x, together, np.array([2, 0]), np.array([False, False])
    )
    for place, lane in enumerate([2, 0]):
        row = x[:, [place]]
        alone = advance(ENSEMBLE.network, weights, row, by_themselves, np.array([lane]), kept)
        np.testing.assert_allclose(both[:, [place]], alone, atol=1e-6)
    every = np.arange(3)
    keep = np.zeros(3, bool)
    for ours, theirs in zip(
        together.take(every, keep), by_themselves.take(every, keep), strict=True
    ):
        np.testing.assert_allclose(ours.hidden, theirs.hidden, atol=1e-6)
        np.testing.assert_allclose(ours.carry, theirs.carry, atol=1e-6)


def one_step_keras(ensemble: Ensemble, repeat: int) -> Any:
    """Return the network of one repeat in Keras at batch size 1."""
    built = keras_loop.build(list(ensemble.network.units), 1, ensemble.network.features)
    built.set_weights([weight[repeat] for weight in ensemble.weights])
    return built


def by_hand(built: Any, x: np.ndarray, steps: list[tuple[int, bool]]) -> np.ndarray:
    """Forecast row by row in Keras, the states of all lanes taken out and put back by hand."""
    layers = [layer for layer in built.layers if hasattr(layer, "states")]
    variables = [state for layer in layers for state in layer.states]
    of_lanes: dict[int, list[np.ndarray]] = {}
    forecasts = []
    for row, (lane, reset) in zip(x, steps, strict=True):
        keras_loop.reset(built)
        if lane in of_lanes and not reset:
            for variable, value in zip(variables, of_lanes[lane], strict=True):
                variable.assign(value)
        forecasts.append(float(built(row[None, None].astype(np.float32))[0, 0]))
        of_lanes[lane] = [variable.numpy().copy() for variable in variables]
    return np.array(forecasts)


def lane_and_reset(
    layout: str, policy: str, train: int, test: int, lanes: int
) -> list[tuple[int, bool]]:
    """Write out lane and reset of each row, from the definitions of the layouts and policies."""
    rows = range(train + test)
    if policy == "reset":
        return [(0, True) for _ in rows]
    if policy == "carry" or layout == "sequences":
        return [(0, False) for _ in rows]
    if layout == "interleaved":
        return [(row % lanes, False) for row in rows]
    return [(min(row // (train // lanes), lanes - 1), False) for row in rows]


@pytest.mark.parametrize("policy", ["lanes", "carry", "reset"])
@pytest.mark.parametrize("layout", ["interleaved", "contiguous", "sequences"])
def test_each_layout_and_policy_equals_keras_with_states_by_hand(
    layout: Layout, policy: StatePolicy
) -> None:
    rows = random_rows(8, 3)
    ensemble = random_ensemble()
    network = "all" if layout == "sequences" else "each"
    networks = Rebatched(ensemble, Batching(4, layout, network=network), 1, policy)
    calls = calls_of(networks.walk(rows), 1)
    ours = forecast(ensemble.network, ensemble.weights, rows.x, calls)
    steps = lane_and_reset(layout, policy, 8, 3, 4)
    for repeat in range(len(SEEDS)):
        theirs = by_hand(one_step_keras(ensemble, repeat), rows.x, steps)
        np.testing.assert_allclose(ours[repeat, :, 0], theirs, atol=1e-6)


def test_calls_are_three_arrays_of_one_shape() -> None:
    calls = calls_of(walk([0, 1, 0]), 2)
    assert isinstance(calls, Calls)
    assert {array.shape for array in calls} == {(2, 2)}


def test_a_forecast_that_is_no_number_is_refused() -> None:
    ensemble = linear_ensemble([3e38])
    with pytest.raises(StatecastError, match=r"^forecasts must stay finite, got inf in repeat 0: "):
        forecast(
            ensemble.network, ensemble.weights, np.array([[1.0], [10]]), calls_of(walk([0, 0]), 1)
        )
