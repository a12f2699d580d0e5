"""The trained function at another batch size. Oracle: real Keras networks with states handled by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.forecasting.calls import forecast
from statecast.forecasting.forecaster import Forecaster
from statecast.forecasting.parity import exact_policies, parity, plan, trained_forecasts, trained_plan
from statecast.network.batching import Batching
from statecast.network.ensemble import ALL_SERIES, Model
from statecast.network.lanes import State
from statecast.network.network import Network
from statecast.network.rows import Series
from statecast.training.export import export_keras
from statecast.training.initial import initial_weights
from statecast.training.runtime import keras
from tests import keras_loop
from tests.conftest import Project

SEEDS = [1, 2]


def series(train: int, test: int, features: int = 1) -> Series:
    rng = np.random.default_rng(5)
    count = train + test
    x, y = rng.normal(size=(count, features)), rng.normal(size=(count, 1))
    return Series("a", np.arange(count), x, y, (train, 0, test))


def random_model(units: tuple[int, ...] = (3,), features: int = 1) -> Model:
    """Return networks whose biases are not those of the start, so that a resting lane would show."""
    network = Network(features, units)
    rng = np.random.default_rng(9)
    weights = [array + rng.normal(0, 0.5, array.shape).astype(np.float32) for array in initial_weights(network, SEEDS)]
    return Model(network, weights, np.array(["a"] * len(SEEDS)), np.array(SEEDS))


def one_step_keras(model: Model, repeat: int) -> object:
    """Return the network of one repeat in Keras at batch size 1."""
    built = keras_loop.build(list(model.network.units), 1, model.network.features)
    built.set_weights([array[repeat] for array in model.weights])
    return built


def by_hand(built: object, x: np.ndarray, walk: list[tuple[int, bool]]) -> np.ndarray:
    """Forecast row by row in Keras at batch size 1, the states of all lanes taken out and put back by hand."""
    layers = [layer for layer in built.layers if hasattr(layer, "states")]
    bank: dict[int, list[np.ndarray]] = {}
    found = []
    for row, (lane, reset) in zip(x, walk, strict=True):
        keras_loop.reset(built)
        if lane in bank and not reset:
            for state, value in zip([s for layer in layers for s in layer.states], bank[lane], strict=True):
                state.assign(value)
        found.append(float(built(row[None, None].astype(np.float32))[0, 0]))
        bank[lane] = [state.numpy().copy() for layer in layers for state in layer.states]
    return np.array(found)


def walk_of(layout: str, state: State, train: int, test: int, lanes: int) -> list[tuple[int, bool]]:
    """Write out lane and reset of each row, from the definitions of the layouts and policies."""
    rows = range(train + test)
    if state == "reset":
        return [(0, True) for _ in rows]
    if state == "carry" or layout == "sequences":
        return [(0, False) for _ in rows]
    if layout == "interleaved":
        return [(row % lanes, False) for row in rows]
    return [(min(row // (train // lanes), lanes - 1), False) for row in rows]


@pytest.mark.parametrize("state", ["lanes", "carry", "reset"])
@pytest.mark.parametrize("layout", ["interleaved", "contiguous", "sequences"])
def test_each_layout_and_policy_equals_keras_with_states_by_hand(layout: str, state: State) -> None:
    one, model = series(8, 3), random_model()
    ours = forecast(model.network, model.weights, one.x, plan(one, Batching(4, layout), batch_size=1, state=state))
    for repeat in range(len(SEEDS)):
        theirs = by_hand(one_step_keras(model, repeat), one.x, walk_of(layout, state, 8, 3, 4))
        np.testing.assert_allclose(ours[repeat, :, 0], theirs, atol=1e-6)


def test_trained_network_equals_a_stateful_keras_network_of_its_batch_size() -> None:
    one, model = series(8, 4, features=2), random_model((3, 2), features=2)
    ours = forecast(model.network, model.weights, one.x, trained_plan(one, Batching(4)))
    for repeat in range(len(SEEDS)):
        built = keras_loop.build([3, 2], 4, 2)
        built.set_weights([array[repeat] for array in model.weights])
        theirs = keras_loop.predict(built, one.x[:, None].astype(np.float32), 4)
        np.testing.assert_allclose(ours[repeat, :, 0], theirs, atol=1e-6)


@pytest.mark.parametrize("units", [(3,), (4, 2)])
@pytest.mark.parametrize(("trained", "target"), [(4, 1), (4, 2), (4, 12), (1, 4), (3, 5)])
@pytest.mark.parametrize("layout", ["interleaved", "contiguous"])
def test_any_batch_size_computes_the_trained_function(
    layout: str, trained: int, target: int, units: tuple[int, ...]
) -> None:
    found = parity(random_model(units), [series(12, 5)], Batching(trained, layout), batch_size=target, state="lanes")
    assert found.exact
    assert found.max_abs_difference < 1e-6


@pytest.mark.parametrize("layout", ["interleaved", "contiguous"])
def test_padded_rows_compute_the_trained_function(layout: str) -> None:
    found = parity(random_model(), [series(11, 5)], Batching(4, layout, "pad"), batch_size=3, state="lanes")
    assert found.exact
    assert found.max_abs_difference < 1e-6


def test_sequences_in_lanes_beside_each_other_compute_what_each_does_alone() -> None:
    """Three sequences in two lanes; a lane that took another's state would show."""
    three = [series(rows, 0)._replace(unique_id=name) for rows, name in ((7, "a"), (4, "b"), (5, "c"))]
    model = random_model()
    model = Model(model.network, model.weights, np.full(len(SEEDS), ALL_SERIES), model.seed)
    for timesteps in (1, 3):
        trained = Batching(2, "sequences", timesteps=timesteps)
        assert parity(model, three, trained, batch_size=1, state="lanes").max_abs_difference < 1e-6
    mixed = Batching(2, "sequences")
    before = trained_forecasts(model, three, mixed)
    three[1].x[:] += 1
    after = trained_forecasts(model, three, mixed)
    np.testing.assert_array_equal(before[0], after[0])
    assert np.abs(before[1] - after[1]).max() > 0.01


@pytest.mark.parametrize("state", ["carry", "reset"])
def test_inexact_policy_is_never_silent(state: State) -> None:
    found = parity(random_model(), [series(8, 4)], Batching(4), batch_size=1, state=state)
    assert not found.exact
    assert found.max_abs_difference > 0.01
    assert found.exact_policies == ["lanes"]


@pytest.mark.parametrize(
    ("batching", "exact"),
    [
        (Batching(1), ["lanes", "carry"]),
        (Batching(1, "contiguous"), ["lanes", "carry"]),
        (Batching(2, "sequences"), ["lanes", "carry"]),
        (Batching(4, stateful=False), ["lanes", "reset"]),
        (Batching(4), ["lanes"]),
        (Batching(4, "contiguous"), ["lanes"]),
    ],
)
def test_exact_policies_follow_from_the_definitions(batching: Batching, exact: list[str]) -> None:
    assert exact_policies(series(8, 4), batching) == exact


def test_forecaster_equals_keras_and_keeps_its_state() -> None:
    model, rows = random_model((3, 2)), np.random.default_rng(0).normal(size=(4, 2, 1))
    forecaster = Forecaster(model.network, model.weights, 2)
    ours = np.stack([forecaster(row) for row in rows])
    built = keras_loop.build([3, 2], 2)
    built.set_weights([array[1] for array in model.weights])
    theirs = [keras_loop.predict(built, row[:, None].astype(np.float32), 2) for row in rows]
    np.testing.assert_allclose(ours[:, 1, :, 0], theirs, atol=1e-6)
    forecaster.reset()
    np.testing.assert_array_equal(forecaster(rows[0]), ours[0])


def test_wrong_batch_size_names_both_and_says_what_to_do() -> None:
    model = random_model()
    forecaster = Forecaster(model.network, model.weights, 9)
    with pytest.raises(StatecastError, match=r"must have 9 rows, .*got 1: rebatch it, .*rebatch\.batch_size: 1"):
        forecaster(np.zeros((1, 1)))


def test_forget_gates_follow_from_the_carry() -> None:
    """Where the input is cut off, c after a step is f times c before it."""
    model = random_model()
    cut = [array.copy() for array in model.weights]
    cut[2][:, :3] = -100  # the input gate
    cut[0][:, :, :3], cut[1][:, :, :3] = 0, 0
    forecaster = Forecaster(model.network, cut, 1)
    forecaster.state[0].carry[:] = 0.5
    gate = forecaster.forget_gates(np.array([[0.3]]))
    forecaster(np.array([[0.3]]))
    np.testing.assert_allclose(forecaster.state[0].carry, 0.5 * gate, rtol=1e-5)


@pytest.mark.parametrize("which", [2, "all"])
def test_exported_model_is_loaded_by_plain_keras_and_forecasts_the_same(tmp_path: Path, which: int | str) -> None:
    model, x = random_model((3, 2)), np.random.default_rng(0).normal(size=(5, 1)).astype(np.float32)
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        export_keras(model, folder, batch_size=1, seed=which)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    loaded = keras.models.model_from_json((tmp_path / "a" / "model.json").read_text())
    loaded.load_weights(tmp_path / "a" / "2.weights.h5")
    theirs = [float(loaded(row[None, None])[0, 0]) for row in x]
    forecaster = Forecaster(model.network, model.weights, 1)
    np.testing.assert_allclose([forecaster(row[None])[1, 0, 0] for row in x], theirs, atol=1e-6)
    assert (tmp_path / "a" / "1.weights.h5").exists() == (which == "all")


def test_unknown_seed_cannot_be_exported(tmp_path: Path) -> None:
    with pytest.raises(StatecastError, match=r"rebatch\.export must be all or a trained seed, 1 to 2, got 7"):
        export_keras(random_model(), tmp_path, batch_size=1, seed=7)


def test_stage_says_in_plain_words_what_is_not_exact(scaled_project: Project, caplog: pytest.LogCaptureFixture) -> None:
    scaled_project.params["rebatch"] |= {"state": "carry", "export": 1}
    scaled_project.call("train", "rebatch")
    assert "ANOTHER function than trained" in caplog.text
    content = json.loads((scaled_project.folder / "metrics" / "rebatch.json").read_text())
    assert content["exact"] is False
    assert content["exact_policies"] == "lanes"
    assert content["max_abs_difference"] > 1e-4
    assert sorted(path.name for path in (scaled_project.folder / "data" / "exported").iterdir()) == [
        "1.weights.h5",
        "export.json",
        "model.json",
    ]
