"""Mistakes in the section train: one line that names the key and what was found."""

from pathlib import Path

import pytest
import yaml

from statecast.base.errors import StatecastError
from statecast.base.section import load
from statecast.params.train import TrainParams
from tests.support.project import ROOT


def section(tmp_path: Path, **changes: object) -> TrainParams:
    """Return the shipped section with other values; ``...`` takes a key out."""
    content = yaml.safe_load((ROOT / "params.yaml").read_text())["train"] | changes
    content = {key: value for key, value in content.items() if value is not ...}
    path = tmp_path / "params.yaml"
    path.write_text(yaml.safe_dump({"train": content}))
    return load(TrainParams, path)


@pytest.mark.parametrize(("text", "number"), [("1e-05", 1e-5), ("1e-3", 0.001), ("0.5", 0.5)])
def test_number_like_text_is_a_number(tmp_path: Path, text: str, number: float) -> None:
    assert section(tmp_path, learning_rate=text).learning_rate == number


def test_number_like_text_is_an_integer(tmp_path: Path) -> None:
    params = section(tmp_path, epochs="1e3", seed="7", units=["2"])
    assert (params.epochs, params.seed, params.units) == (1000, 7, [2])


@pytest.mark.parametrize(
    ("changes", "rows"),
    [({}, 12), ({"remainder": "pad"}, 1), ({"network": "all", "layout": "sequences"}, 1)],
)
def test_rows_of_an_update_by_hand(tmp_path: Path, changes: dict[str, str], rows: int) -> None:
    params = section(tmp_path, batch_size=4, rows_per_update=3, **changes)
    assert params.rows_of_update() == rows


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epoch": 5}, r"train\.epoch is not a key here, did you mean epochs\?"),
        ({"epoch": 5, "epochs": ...}, r"train\.epoch is not a key here, did you mean epochs\?"),
        ({"zzz": 5}, r"train\.zzz is not a key here; keys are repeats, seed"),
        ({"epochs": ...}, r"train\.epochs must be given, it is missing"),
        ({"seed": "abc"}, r"train\.seed must be a number, got 'abc'"),
        ({"seed": True}, r"train\.seed must be a number, got True"),
        ({"epochs": 2.5}, r"train\.epochs must be a whole number, got 2\.5"),
        ({"epochs": 0}, r"train\.epochs must be greater than or equal to 1, got 0"),
        ({"batch_size": -4}, r"train\.batch_size must be greater than or equal to 1, got -4"),
        ({"units": []}, r"train\.units must have 1 or more entries, got \[\]"),
        ({"units": [2, 0]}, r"train\.units\.1 must be greater than or equal to 1, got 0"),
        ({"units": [1] * 33}, r"train\.units must have 32 entries at the most, got"),
        ({"units": 3}, r"train\.units must be a list, got 3"),
        ({"learning_rate": 0}, r"train\.learning_rate must be greater than 0, got 0"),
        ({"learning_rate": ".inf"}, r"train\.learning_rate must be a number, got '.inf'"),
        ({"learning_rate": "1e400"}, r"train\.learning_rate must be less than or equal to 1e\+30"),
        ({"learning_rate": "1e-300"}, r"train\.learning_rate must be at least 1e-30"),
        ({"kernel_l2": 1e300}, r"train\.kernel_l2 must be less than or equal to 1e\+30"),
        ({"seed": 2**63}, r"train\.seed must be less than or equal to 4294967295"),
        ({"seed": 2**70}, r"train\.seed must be less than or equal to 4294967295"),
        ({"patience": "1e20"}, r"train\.patience must be less than or equal to 2147483647"),
        (
            {"loss": "mape"},
            r"train\.loss must be 'mse', 'mae', 'huber', 'log_cosh', .*, got 'mape'",
        ),
        (
            {"layout": "diagonal"},
            r"train\.layout must be 'interleaved', 'contiguous' or 'sequences', got 'diagonal'",
        ),
        ({"timesteps": 2}, r"train\.timesteps is not a key here"),
        ({"rows_per_update": 0}, r"train\.rows_per_update must be greater than or equal to 1"),
        ({"dropout": 1}, r"train\.dropout must be less than 1, got 1"),
        ({"kernel_l2": -1}, r"train\.kernel_l2 must be greater than or equal to 0, got -1"),
    ],
)
def test_mistake_names_the_key_and_what_was_found(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(StatecastError, match=message) as error:
        section(tmp_path, **changes)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"loss": "binary_crossentropy"},
            r"train\.head must be sigmoid for binary_crossentropy, got linear",
        ),
        (
            {"loss": "direction_by_size", "head": "tanh"},
            r"train\.head must be linear for direction_by_size, got tanh",
        ),
        (
            {"initialisation": "chrono", "recurrent_activation": "hard_sigmoid"},
            r"train\.initialisation must be another for train\.recurrent_activation hard_sigmoid",
        ),
        (
            {"initialisation": "chrono", "cell": "gru"},
            r"train\.cell must be lstm for train\.initialisation chrono, got gru",
        ),
        (
            {"initialisation": "by_gate", "cell": "simple_rnn"},
            r"train\.cell must be lstm or gru for train\.initialisation by_gate, got simple_rnn",
        ),
        (
            {"initialisation": "by_gate", "cell": "dense"},
            r"train\.cell must be lstm or gru for train\.initialisation by_gate, got dense",
        ),
        ({"shuffle": True}, r"train\.shuffle must be false unless train\.network is all"),
        (
            {"layout": "sequences"},
            r"train\.network must be all for train\.layout sequences, got each",
        ),
        (
            {"layout": "contiguous", "network": "all"},
            r"train\.layout must be interleaved or sequences for .*network all, got contiguous",
        ),
        (
            {"cell": "dense", "dropout": 0.1},
            r"train\.dropout must be 0 for the cell dense, got 0.1",
        ),
        (
            {"patience": 3, "history_every": 2},
            r"train\.patience must go with train\.history_every 1, got 2",
        ),
    ],
)
def test_keys_that_do_not_agree(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(StatecastError, match=message) as error:
        section(tmp_path, **changes)
    assert "\n" not in str(error.value)


def test_each_repeat_has_a_seed_of_its_own(tmp_path: Path) -> None:
    assert section(tmp_path, seed=7, repeats=3).seeds == [7, 8, 9]


def test_penalties_are_l1_then_l2_of_kernels_recurrent_kernels_and_biases(tmp_path: Path) -> None:
    names = ["kernel_l1", "recurrent_l1", "bias_l1", "kernel_l2", "recurrent_l2", "bias_l2"]
    params = section(tmp_path, **{name: place for place, name in enumerate(names, 1)})
    assert params.penalties == ((1, 2, 3), (4, 5, 6))
