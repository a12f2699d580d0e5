"""Networks for plain Keras. Oracle: our own forecasts, which are tested against Keras's cells."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.base.identity import SeriesKey
from statecast.forecasting.calls import Calls
from statecast.forecasting.forecaster import Forecaster
from statecast.forecasting.together import forecast
from statecast.network.ensemble import Ensemble
from statecast.network.network import Network
from statecast.training.export import export_keras, keras_model
from statecast.training.initial import initial_weights
from statecast.training.runtime import keras
from tests.support import keras_loop

SEEDS = [1, 2]
A = SeriesKey("a")


def ensemble_of(*keys: SeriesKey) -> Ensemble:
    """Return networks whose biases are not those of the start, two repeats for each key."""
    network = Network(1, (3, 2))
    rng = np.random.default_rng(9)
    weights = [
        np.concatenate([weight] * len(keys)) + rng.normal(0, 0.5, weight.shape[1:])
        for weight in initial_weights(network, SEEDS)
    ]
    named = [key for key in keys for _ in SEEDS]
    in_32_bits = [weight.astype(np.float32) for weight in weights]
    return Ensemble(network, in_32_bits, named, np.array(SEEDS * len(keys)))


def exported(folder: Path, seed: Any = "all", *keys: SeriesKey) -> list[str]:
    """Export, and return the names of the files."""
    export_keras(ensemble_of(*(keys or (A,))), folder, batch_size=1, seed=seed)
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.promise("batch")
def test_loaded_by_plain_keras_a_network_forecasts_the_same(tmp_path: Path) -> None:
    ensemble = ensemble_of(A)
    export_keras(ensemble, tmp_path, batch_size=1, seed=2)
    loaded = keras.models.model_from_json((tmp_path / "model.json").read_text())
    loaded.load_weights(tmp_path / "2.weights.h5")
    x = np.random.default_rng(0).normal(size=(5, 1)).astype(np.float32)
    theirs = [float(loaded(row[None, None])[0, 0]) for row in x]
    forecaster = Forecaster(ensemble.network, ensemble.weights, 1)
    ours = [forecaster(row[None])[1, 0, 0] for row in x]
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("seed", [2, "all"])
def test_two_exports_are_the_same_bytes(tmp_path: Path, seed: int | str) -> None:
    """Of one machine: DVC tells by the bytes whether anything has changed."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        exported(tmp_path / folder, seed)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_one_seed_is_one_file_of_weights(tmp_path: Path) -> None:
    assert exported(tmp_path, 2) == ["2.weights.h5", "model.json"]


def test_all_seeds_are_a_file_of_weights_each(tmp_path: Path) -> None:
    assert exported(tmp_path, "all") == ["1.weights.h5", "2.weights.h5", "model.json"]


def test_weights_of_several_series_are_called_by_series_and_fold(tmp_path: Path) -> None:
    keys = (A, SeriesKey("a", 1), SeriesKey("b"))
    assert exported(tmp_path, 2, *keys) == [
        "a+fold1_2.weights.h5",
        "a_2.weights.h5",
        "b_2.weights.h5",
        "model.json",
    ]


@pytest.mark.parametrize(
    ("unique_id", "name"),
    [
        ("../a", "%2E%2E%2Fa~61b4c98bfb92bdc9_2.weights.h5"),
        ("C:\\a", "C%3A%5Ca~85009d11dacb6a2e_2.weights.h5"),
        ("a+fold1", "a%2Bfold1~2ebe32a6ff2bb8ec_2.weights.h5"),
        ("a%2Fb", "a%252Fb~771723a684e0f10f_2.weights.h5"),
        ("Käse 1.5", "K%C3%A4se%201%2E5~e7e590bf93eb1558_2.weights.h5"),
    ],
)
@pytest.mark.promise("files")
def test_names_of_series_never_become_paths(tmp_path: Path, unique_id: str, name: str) -> None:
    assert name in exported(tmp_path, 2, SeriesKey(unique_id), A)
    assert [path.name for path in tmp_path.parent.glob("*.h5")] == []


def test_a_long_or_hostile_name_leaves_nothing_but_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "exported"
    names = exported(folder, 2, SeriesKey("x" * 3000), SeriesKey("../../../x"), SeriesKey("/abs"))
    assert len(names) == 4
    assert all(name.endswith((".weights.h5", "model.json")) for name in names)
    assert list(tmp_path.iterdir()) == [folder]


def test_series_that_differ_in_case_alone_have_files_of_their_own(tmp_path: Path) -> None:
    names = exported(tmp_path, 2, SeriesKey("b"), SeriesKey("B"))
    assert len({name.casefold() for name in names}) == 3


@pytest.mark.promise("files")
def test_weights_that_cannot_be_written_leave_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(_: Any, path: Path) -> None:
        Path(path).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keras.Model, "save_weights", fill)
    with pytest.raises(StatecastError, match=r"2\.weights\.h5 must be writable, got: No space"):
        exported(tmp_path, 2)
    assert [path.name for path in tmp_path.iterdir()] == ["model.json"]


def test_unknown_seed_cannot_be_exported(tmp_path: Path) -> None:
    with pytest.raises(
        StatecastError, match="`export` must be all or a trained seed, 1 to 2, got 7"
    ):
        exported(tmp_path, 7)


@pytest.mark.parametrize(
    ("cell", "activation"), [("gru", "tanh"), ("simple_rnn", "softsign"), ("lstm", "relu")]
)
def test_export_of_other_cells_forecasts_the_same(cell: Any, activation: Any) -> None:
    network = Network(1, (3, 2), cell=cell, activation=activation, steps=2, highway=True)
    weights = initial_weights(network, SEEDS)
    weights[-1] += 0.5
    model = keras_model(network, 2)
    model.set_weights([weight[0] for weight in weights])
    x = np.random.default_rng(0).normal(size=(6, 2)).astype(np.float32)
    calls = Calls(np.arange(6).reshape(3, 2), np.tile([0, 1], (3, 1)), np.zeros((3, 2), bool))
    theirs = keras_loop.predict(model, x[:, :, None], 2)
    ours = forecast(network, weights, x, calls)[0, :, 0]
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_export_without_memory_forecasts_the_same() -> None:
    network = Network(3, (4, 2), cell="dense", activation="relu", head="tanh")
    weights = initial_weights(network, SEEDS)
    model = keras_model(network, 2)
    model.set_weights([weight[0] for weight in weights])
    x = np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32)
    ours = Forecaster(network, weights, 2)(x)[0, :, 0]
    np.testing.assert_allclose(ours, keras_loop.predict(model, x[:, None], 2), atol=1e-6)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_hard_sigmoid_of_2017_cannot_be_exported(cell: Any) -> None:
    network = Network(1, (3,), cell=cell, recurrent_activation="hard_sigmoid")
    what = "`recurrent_activation` must be sigmoid to export"
    with pytest.raises(StatecastError, match=what):
        keras_model(network, 1)


def test_cell_without_gates_can_always_be_exported() -> None:
    network = Network(1, (3,), cell="simple_rnn", recurrent_activation="hard_sigmoid")
    assert keras_model(network, 1).count_params() == 3 + 9 + 3 + 3 + 1
