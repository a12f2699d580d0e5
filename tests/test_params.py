"""Mistakes in params.yaml: one line that names the key, status 1, nothing written."""

from pathlib import Path

import pytest
import yaml

from stages.frame import Frame
from stages.train import Train
from statecast.base.errors import StatecastError
from statecast.params.section import load_section

ROOT = Path(__file__).parents[1]


def train_section(tmp_path: Path, **changes: object) -> Train:
    section = yaml.safe_load((ROOT / "params.yaml").read_text())["train"]
    for key, value in changes.items():
        if value is ...:
            del section[key]
        else:
            section[key] = value
    path = tmp_path / "params.yaml"
    path.write_text(yaml.safe_dump({"train": section}))
    return load_section(Train, "train", path)


@pytest.mark.parametrize(("text", "number"), [("1e-05", 1e-5), ("1e-3", 0.001), ("0.5", 0.5)])
def test_number_like_text_is_a_number(tmp_path: Path, text: str, number: float) -> None:
    assert train_section(tmp_path, learning_rate=text).learning_rate == number


def test_number_like_text_is_an_integer(tmp_path: Path) -> None:
    assert train_section(tmp_path, epochs="1e3", seed="7", units=["2"]).epochs == 1000


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epoch": 5}, r"train\.epoch is not a key here, did you mean epochs\?"),
        ({"epoch": 5, "epochs": ...}, r"train\.epoch is not a key here, did you mean epochs\?"),
        ({"zzz": 5}, r"train\.zzz is not a key here; keys are repeats, seed"),
        ({"epochs": ...}, r"train\.epochs must be given, it is missing"),
        ({"seed": "abc"}, r"train\.seed must be a number, got 'abc'"),
        ({"seed": True}, r"train\.seed must be a number, got True"),
        ({"epochs": 2.5}, r"train\.epochs must be a valid integer.*got 2\.5"),
        ({"epochs": 0}, r"train\.epochs must be greater than or equal to 1, got 0"),
        ({"batch_size": -4}, r"train\.batch_size must be greater than or equal to 1, got -4"),
        ({"units": []}, r"train\.units.* at least 1 item"),
        ({"units": [2, 0]}, r"train\.units\.1 must be greater than or equal to 1, got 0"),
        ({"units": 3}, r"train\.units must be a valid list, got 3"),
        ({"learning_rate": 0}, r"train\.learning_rate must be greater than 0, got 0"),
        ({"learning_rate": ".inf"}, r"train\.learning_rate must be a (finite )?number"),
        ({"loss": "mape"}, r"train\.loss must be 'mse', 'mae', 'huber', 'log_cosh', .*, got 'mape'"),
        ({"layout": "diagonal"}, r"train\.layout must be 'interleaved', 'contiguous' or 'sequences', got 'diagonal'"),
    ],
)
def test_mistake_names_the_key_and_what_was_found(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(StatecastError, match=message) as error:
        train_section(tmp_path, **changes)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [("frame: [", "must be valid YAML"), ("- 1", "must hold one section a stage"), ("x: 1", "frame must be a section")],
)
def test_broken_file(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(StatecastError, match=message):
        load_section(Frame, "frame", path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(StatecastError, match="must be readable, got: No such file"):
        load_section(Frame, "frame", tmp_path / "params.yaml")
