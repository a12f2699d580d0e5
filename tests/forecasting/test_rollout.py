"""Forecasts of several steps ahead.

Oracles: Keras fed its own forecasts by hand; walk-forward forecasts of one step; a linear network
worked by hand.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from statecast.base.arrays import Singles
from statecast.base.errors import StatecastError
from statecast.base.identity import SeriesKey
from statecast.data.inputs import Inputs
from statecast.data.scaling import Line, Scaler, unscale
from statecast.forecasting import rollout as rollout_module
from statecast.forecasting.calls import advance
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.rollout import (
    Feedback,
    Launch,
    feedback_of,
    held_of,
    origins_of,
    rollout,
)
from statecast.forecasting.walk_forward import walk_forward
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble
from statecast.network.lanes import StatePolicy
from statecast.network.network import Network
from statecast.network.rows import SeriesRows
from statecast.training.initial import initial_weights
from tests.support import keras_loop
from tests.support.forecasts import (
    SEEDS,
    ensemble_of,
    example,
    linear_ensemble,
    random_ensemble,
    random_rows,
    scaled_rows,
)

WALK = example()
ROWS = WALK.series.rows
FEEDBACK = feedback_of(WALK.inputs, WALK.undo.scaler, [ROWS.key])


def ensemble_of_lags() -> Ensemble:
    """Return random networks of three lags."""
    network = Network(3, (3,))
    weights = [weight + np.float32(0.1) for weight in initial_weights(network, SEEDS)]
    return ensemble_of(network, weights)


A_LANE_EACH = Batching(1, "sequences", network="all")
ENSEMBLE = ensemble_of_lags()


def one_rollout(
    networks: Rebatched,
    rows: SeriesRows,
    feedback: Sequence[Feedback],
    origins: Sequence[int],
    horizon: int,
    held: Sequence[Feedback] = (),
) -> Singles:
    """Return the rollouts [R, K, H, O] of one series."""
    [own] = rollout(networks, [Launch(rows, origins, feedback, held)], horizon)
    return own


def keras_path(origin: int, horizon: int) -> list[float]:
    """Return the forecasts of the second repeat in Keras, fed back by hand at batch size 1.

    Lag k of a later row is the forecast k rows before, on the scale of that lag's column.
    """
    scaler = WALK.undo.scaler
    built = keras_loop.build([3], 1, 3)
    built.set_weights([weight[1] for weight in ENSEMBLE.weights])
    for row in ROWS.x[:origin].astype(np.float32):
        built(row[None, None])
    forecasts: list[float] = []
    for ahead in range(horizon):
        row = ROWS.x[origin + ahead].copy()
        for lag in range(1, min(ahead, 3) + 1):
            value = unscale(np.array(forecasts[-lag]), scaler, ROWS.key)
            line = scaler.line(ROWS.key, f"lag_{lag}")
            row[3 - lag] = value * line.scale + line.offset
        forecasts.append(float(built(row[None, None].astype(np.float32))[0, 0]))
    return forecasts


def test_keras_fed_its_own_forecasts_says_the_same() -> None:
    networks = Rebatched(ENSEMBLE, Batching(1), 1, "lanes")
    ours = one_rollout(networks, ROWS, FEEDBACK, [14], 4)
    assert_allclose(ours[1, 0, :, 0], keras_path(14, 4), atol=1e-5)


@pytest.mark.parametrize("origins", [[0], [3, 4], [2, 14, 15]])
def test_each_origin_is_forecast_as_if_it_were_the_only_one(origins: list[int]) -> None:
    networks = Rebatched(ENSEMBLE, Batching(1), 1, "lanes")
    ours = one_rollout(networks, ROWS, FEEDBACK, origins, 3)
    for number, origin in enumerate(origins):
        assert_allclose(ours[1, number, :, 0], keras_path(origin, 3), atol=1e-5)


@pytest.mark.parametrize("policy", ["lanes", "carry", "reset"])
def test_first_step_is_the_walk_forward_forecast(policy: StatePolicy) -> None:
    networks = Rebatched(ENSEMBLE, Batching(4), 1, policy)
    ahead = one_rollout(networks, ROWS, FEEDBACK, range(12, 18), 2)
    walked = walk_forward(networks, [ROWS], "test")[0][..., 0]
    assert_allclose(ahead[:, :, 0, 0], walked, atol=1e-6)


@pytest.mark.parametrize("policy", ["lanes", "carry", "reset"])
def test_steps_after_the_last_row_have_no_forecast(policy: StatePolicy) -> None:
    networks = Rebatched(ENSEMBLE, Batching(4), 1, policy)
    ahead = one_rollout(networks, ROWS, FEEDBACK, range(12, 18), 2)
    assert np.isnan(ahead[:, -1, 1]).all()
    assert np.isfinite(ahead[:, :-1]).all()


def test_later_values_change_no_forecast_made_before_them() -> None:
    networks = Rebatched(ENSEMBLE, Batching(4), 1, "lanes")
    before = one_rollout(networks, ROWS, FEEDBACK, [13], 5)
    x = ROWS.x.copy()
    for row in range(14, 18):  # lags of values at or after the origin
        x[row, 3 - min(3, row - 13) :] = 9
    after = one_rollout(networks, ROWS._replace(x=x), FEEDBACK, [13], 5)
    np.testing.assert_array_equal(before, after)


def test_lags_that_are_not_known_yet_may_be_missing() -> None:
    networks = Rebatched(ENSEMBLE, Batching(4), 1, "lanes")
    before = one_rollout(networks, ROWS, FEEDBACK, [13], 5)
    x = ROWS.x.copy()
    for row in range(14, 18):
        x[row, 3 - min(3, row - 13) :] = np.nan
    after = one_rollout(networks, ROWS._replace(x=x), FEEDBACK, [13], 5)
    np.testing.assert_array_equal(before, after)


def test_rows_left_out_in_training_leave_no_state_behind() -> None:
    """Seven rows in lanes of four: the oldest three are left out, whatever they are."""
    rows = random_rows(7, 3)
    networks = Rebatched(ENSEMBLE, Batching(4), 1, "lanes")
    rows = rows._replace(x=np.repeat(rows.x, 3, axis=1))
    x = rows.x.copy()
    x[:3] = 9
    before = one_rollout(networks, rows, FEEDBACK, [7], 3)
    after = one_rollout(networks, rows._replace(x=x), FEEDBACK, [7], 3)
    np.testing.assert_array_equal(before, after)


def test_a_forecast_fed_back_by_hand() -> None:
    """y = 0.5 lag_2 + 2 lag_1 + 1, from lags 4 and 3, then 10.

    3 * 2 + 4 * 0.5 + 1 = 9; then 2 * 9 + 3 / 2 + 1 = 20.5; then 2 * 20.5 + 9 / 2 + 1 = 46.5. The
    third row's other values are not seen.
    """
    x = np.array([[4.0, 3], [3, 77], [77, 77]])
    rows = random_rows(0, 3)._replace(x=x)
    networks = Rebatched(linear_ensemble([0.5, 2], 1), A_LANE_EACH, 1, "lanes")
    straight = Feedback(np.array([1, 0]), np.ones(2), np.zeros(2), np.array([1, 2]))
    ours = one_rollout(networks, rows, [straight], [0], 3)
    assert_allclose(ours[0, 0, :, 0], [9, 20.5, 46.5], rtol=1e-6)


def test_chosen_lags_are_fed_back_when_they_are_forecast_by_hand() -> None:
    """y = lag_1 + 10 lag_3, from the values 1, 2 and 3: 13, then 33, then 63, then 63 + 130."""
    x = np.array([[1.0, 3], [2, 77], [3, 77], [77, 77]])
    rows = random_rows(0, 4)._replace(x=x)
    networks = Rebatched(linear_ensemble([10, 1]), A_LANE_EACH, 1, "lanes")
    keys = [rows.key]
    scaler = Scaler("none", ["lag_3", "lag_1", "y"], {rows.key: [Line(1, 0)] * 3})
    feedback = feedback_of(Inputs(3, chosen=(1, 3)), scaler, keys)
    ours = one_rollout(networks, rows, feedback, [0], 4)
    assert_allclose(ours[0, 0, :, 0], [13, 33, 63, 193], rtol=1e-6)


def test_a_lagged_column_stays_at_its_last_value_by_hand() -> None:
    """The network says lag 2 of x: the last two known, 3 and 5, then 5 for ever."""
    x = np.array([[3.0, 5], [5, 77], [77, 77], [77, 77]])
    rows = random_rows(0, 4, 4)._replace(x=np.hstack([np.zeros((4, 2)), x]))
    networks = Rebatched(linear_ensemble([0, 0, 1, 0]), A_LANE_EACH, 1, "lanes")
    y = Feedback(np.array([1, 0]), np.ones(2), np.zeros(2), np.array([1, 2]))
    held = Feedback(np.array([3, 2]), np.ones(2), np.zeros(2), np.array([1, 2]))
    ours = one_rollout(networks, rows, [y], [0], 4, [held])
    assert_allclose(ours[0, 0, :, 0], [3, 5, 5, 5])


class Heated(NamedTuple):
    """Rows of a series and a lagged column, and what is fed back."""

    rows: SeriesRows
    y: list[Feedback]
    held: list[Feedback]

    def ahead(self, ensemble: Ensemble, origin: int, held: list[Feedback]) -> Singles:
        """Return the forecasts [R, H] of four steps."""
        networks = Rebatched(ensemble, Batching(1), 1, "lanes")
        ours = one_rollout(networks, self.rows, self.y, [origin], 4, held)
        return ours[:, 0, :, 0]


def heated(x: np.ndarray, *, as_timesteps: bool) -> Heated:
    """Return 16 scaled rows with two lags of y and of x [18] each."""
    inputs = Inputs(2, as_timesteps=as_timesteps, lagged=("x",))
    y = np.random.default_rng(4).normal(size=18)
    frame = pd.DataFrame({"unique_id": "a", "ds": np.arange(18), "y": y, "x": x})
    rows, undo = scaled_rows(frame, inputs, (10, 0, 6))
    keys = [rows.key]
    return Heated(rows, feedback_of(inputs, undo.scaler, keys), held_of(inputs, undo.scaler, keys))


@pytest.mark.parametrize("as_timesteps", [False, True])
def test_lagged_columns_are_held_on_the_scales_of_their_lags(as_timesteps: bool) -> None:
    """Forecasts of x as it went on are those of x as it stays: the same table, but for its end."""
    known = np.random.default_rng(6).normal(size=18).cumsum()
    origin = 12  # its row is that of the 15th value, so that x is known up to the 14th
    stays = np.where(np.arange(18) < origin + 2, known, known[origin + 1])
    ensemble = random_stepwise() if as_timesteps else random_ensemble(features=4)
    went_on = heated(known, as_timesteps=as_timesteps)
    stayed = heated(stays, as_timesteps=as_timesteps)
    ours = went_on.ahead(ensemble, origin, went_on.held)
    assert_allclose(ours, stayed.ahead(ensemble, origin, []), rtol=1e-5)
    seen = went_on.ahead(ensemble, origin, [])  # as if x were known ahead
    assert_allclose(ours[:, 0], seen[:, 0])
    assert (np.abs(ours[:, 2:] - seen[:, 2:]) > 1e-4).all()


def random_stepwise() -> Ensemble:
    """Return random networks of two steps of two inputs."""
    network = Network(2, (3,), steps=2)
    weights = [weight + np.float32(0.1) for weight in initial_weights(network, SEEDS)]
    return ensemble_of(network, weights)


def test_lagged_columns_of_two_targets_are_those_of_the_first() -> None:
    """By hand: the inputs are lag 2 and lag 1, of a and of b each, then those of x."""
    inputs = Inputs(2, lagged=("x",))
    names = [column.name for column in inputs.columns()]
    ones = [Line(1, 0)] * 2
    of_a = [*ones, Line(2, 3), Line(4, 5), Line(1, 0)]
    of_b = [*ones, Line(9, 9), Line(9, 9), Line(1, 0)]
    keys = [SeriesKey("a"), SeriesKey("b")]
    scaler = Scaler("minmax", [*names, "y"], dict(zip(keys, [of_a, of_b], strict=True)))
    [held] = held_of(inputs, scaler, keys)
    assert held.column.tolist() == [5, 4]  # after lag_2 of a and b, lag_1 of a and b
    value = 7.0
    as_lag_1 = 4 * value + 5
    assert_allclose(as_lag_1 * held.scale + held.offset, [4 * value + 5, 2 * value + 3])


def test_each_lag_is_fed_back_on_the_scale_of_its_column() -> None:
    """Lag 1 is twice the forecast plus 1, lag 2 a tenth of it: 9; 2 * 19 + 3 / 2 + 1 = 40.5 ..."""
    x = np.array([[4.0, 3], [3, 77], [77, 77]])
    rows = random_rows(0, 3)._replace(x=x)
    networks = Rebatched(linear_ensemble([0.5, 2], 1), A_LANE_EACH, 1, "lanes")
    scaled = Feedback(np.array([1, 0]), np.array([2, 0.1]), np.array([1.0, 0]), np.array([1, 2]))
    ours = one_rollout(networks, rows, [scaled], [0], 3)
    third = 2 * (2 * 40.5 + 1) + 0.5 * (0.1 * 9) + 1
    assert_allclose(ours[0, 0, :, 0], [9, 40.5, third], rtol=1e-6)


def test_feedback_brings_a_value_of_y_to_the_scale_of_each_lag() -> None:
    scaler = WALK.undo.scaler
    y = scaler.line(ROWS.key, "y")
    [feedback] = FEEDBACK
    scaled = 61.5 * y.scale + y.offset
    for number, name in enumerate(["lag_1", "lag_2", "lag_3"]):
        line = scaler.line(ROWS.key, name)
        fed_back = scaled * feedback.scale[number] + feedback.offset[number]
        assert fed_back == pytest.approx(61.5 * line.scale + line.offset)


def test_feedback_goes_to_the_column_of_each_lag() -> None:
    assert FEEDBACK[0].column.tolist() == [2, 1, 0]  # of lag 1, 2 and 3: the oldest comes first


@pytest.mark.parametrize(
    ("horizon", "expected"), [(1, range(12, 18)), (4, range(12, 15)), (6, range(12, 13))]
)
def test_origins_leave_room_for_the_whole_horizon(horizon: int, expected: range) -> None:
    assert origins_of(ROWS, "test", horizon) == expected


def test_a_part_shorter_than_the_horizon_has_no_origin() -> None:
    assert len(origins_of(ROWS, "test", 7)) == 0
    assert len(origins_of(ROWS, "test", 70)) == 0


def test_forecasts_that_grow_beyond_all_bounds_are_refused_at_their_step() -> None:
    """1e10, 1e20, 1e30, and 1e40 is no number of 32 bits."""
    networks = Rebatched(linear_ensemble([1e10]), A_LANE_EACH, 1, "lanes")
    rows = random_rows(0, 6)._replace(x=np.ones((6, 1)))
    straight = Feedback(np.array([0]), np.ones(1), np.zeros(1), np.array([1]))
    with pytest.raises(
        StatecastError, match=r"finite, got inf in repeat 0, step 4: lower `horizon"
    ):
        one_rollout(networks, rows, [straight], [0], 6)


def two_outputs(kernel: list[list[float]]) -> Ensemble:
    """Return one network with two outputs that says ``inputs @ kernel``: a highway alone."""
    features = len(kernel)
    network = Network(features, (1,), outputs=2, cell="dense", highway=True)
    shapes = [(1, features, 1), (1, 1), (1, 1, 2), (1, 2)]
    dead = [np.zeros(shape, np.float32) for shape in shapes]
    return ensemble_of(network, [*dead, np.array([kernel], np.float32)])


def test_the_forecasts_of_all_targets_are_fed_back_together() -> None:
    """The next a is b, the next b is a + b, from 1 and 1: 1 2, then 2 3, then 3 5."""
    rows = random_rows(0, 3)._replace(x=np.array([[1.0, 1], [77, 77], [77, 77]]))
    networks = Rebatched(two_outputs([[0, 1], [1, 1]]), A_LANE_EACH, 1, "lanes")
    feedback = [Feedback(np.array([own]), np.ones(1), np.zeros(1), np.array([1])) for own in (0, 1)]
    ours = one_rollout(networks, rows, feedback, [0], 3)
    assert_allclose(ours[0, 0], [[1, 2], [2, 3], [3, 5]], rtol=1e-6)


def test_feedback_of_a_target_goes_to_its_own_lags_on_its_own_scale() -> None:
    """The inputs are lag 2 of both, then lag 1 of both; y of b is on half the scale of its lags."""
    a, b = SeriesKey("a"), SeriesKey("b")
    same = [Line(1, 0), Line(1, 0), Line(1, 0)]
    half = [Line(1, 0), Line(1, 0), Line(0.5, 0)]
    scaler = Scaler("minmax", ["lag_2", "lag_1", "y"], {a: same, b: half})
    of_a, of_b = feedback_of(Inputs(2), scaler, [a, b])
    assert of_a.column.tolist() == [2, 0]
    assert of_b.column.tolist() == [3, 1]
    assert of_a.scale.tolist() == [1, 1]
    assert of_b.scale.tolist() == [2, 2]


def of_two_series() -> tuple[Ensemble, list[Launch]]:
    """Return networks of two series, and the series: the second is shorter, with other scales."""
    b = SeriesKey("b")
    shorter = random_rows(5, 6, 3, key=b)
    lines = [Line(1, 0), Line(2, 1), Line(0.5, -1), Line(1.5, 0.25)]
    scaler = Scaler("minmax", ["lag_3", "lag_2", "lag_1", "y"], {b: lines})
    feedback = feedback_of(WALK.inputs, scaler, [b])
    weights = [np.concatenate([weight, weight * 0.9]) for weight in ENSEMBLE.weights]
    keys = [*ENSEMBLE.keys, *(b for _ in ENSEMBLE.keys)]
    both = Ensemble(ENSEMBLE.network, weights, keys, np.tile(ENSEMBLE.seed, 2))
    return both, [Launch(ROWS, range(12, 18), FEEDBACK), Launch(shorter, [5, 9], feedback)]


@pytest.mark.parametrize("origins", [[0], [3], [2, 14, 15], [12, 13, 17]])
@pytest.mark.parametrize("policy", ["lanes", "carry", "reset"])
@pytest.mark.parametrize("batch_size", [2, 3, 4, 9])
def test_the_batch_size_of_a_call_changes_no_path(
    batch_size: int, policy: StatePolicy, origins: list[int]
) -> None:
    by_row = Rebatched(ENSEMBLE, Batching(4), 1, policy)
    at_once = by_row._replace(batch_size=batch_size)
    one_by_one = one_rollout(by_row, ROWS, FEEDBACK, origins, 3)
    assert_allclose(one_rollout(at_once, ROWS, FEEDBACK, origins, 3), one_by_one, atol=1e-6)


def test_true_rows_are_walked_in_calls_of_the_batch_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve rows before the origin in calls of four, one call without a row, and two steps."""
    calls = 0

    def counted(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        return advance(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(rollout_module, "advance", counted)
    one_rollout(Rebatched(ENSEMBLE, Batching(4), 4, "lanes"), ROWS, FEEDBACK, [12], 2)
    assert calls == 3 + 1 + 2


@pytest.mark.parametrize("batch_size", [1, 3])
@pytest.mark.parametrize("numbers", [1, 100, 1 << 22])
def test_several_series_roll_out_as_one_by_one(
    numbers: int, batch_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, launches = of_two_series()
    networks = Rebatched(both, Batching(4), batch_size, "lanes")
    alone = [rollout(networks, [launch], 3)[0] for launch in launches]
    monkeypatch.setattr(rollout_module, "NUMBERS_TOGETHER", numbers)
    together = rollout(networks, launches, 3)
    for own, by_itself in zip(together, alone, strict=True):
        assert_allclose(own, by_itself, atol=1e-6)
    assert together[1].shape == (len(SEEDS), 2, 3, 1)
