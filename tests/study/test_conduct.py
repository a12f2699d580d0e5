"""Study files as they are read, with the mistakes that they may have."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from statecast.base.errors import StatecastError
from statecast.study.conduct import read_study
from statecast.study.file import StudyFile
from tests.support.project import ROOT

SEARCH = {"trials": 1, "ranges": {"train.learning_rate": {"low": 1e-4, "high": 1e-1, "log": True}}}
CHOICES = [{"combine": {"members": 2}, "grid": {"train.epochs": [1, 2]}}, {"optuna": SEARCH}]


def read(**content: Any) -> StudyFile:
    Path("s.yaml").write_text(yaml.safe_dump({"name": "s", **content}))
    return read_study(Path("s.yaml"))


@pytest.fixture(autouse=True)
def params(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the shipped params."""
    shutil.copy(ROOT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, r"s\.yaml: must have one of grid"),
        ({"gird": {}}, r"s\.yaml: gird is not a key here, did you mean grid\?"),
        ({"name": "a/b", "grid": {"train.epochs": [1]}}, r"s\.yaml: name"),
        (
            {"grid": {"train.epoch": [1]}},
            r"s\.yaml: train\.epoch is not a key of params\.yaml, did you mean train\.epochs\?",
        ),
        ({"grid": {"train": [1]}}, r"s\.yaml: train must be a key in a section"),
        ({"grid": {"train.epochs": []}}, r"s\.yaml: grid\.train\.epochs"),
        ({"grid": {"train.epochs": [5]}, "combine": 4}, r"s\.yaml: combine must"),
        (
            {"grid": {"train.epochs": [5]}, "combine": {"members": 4, "baselines": ["ridges"]}},
            r"s\.yaml: combine\.baselines",
        ),
        ({"grid": {"train.epochs": [5]}, "repeats": 0}, r"s\.yaml: repeats must be"),
        (
            {"random": {"draws": 2, "ranges": {"train.epochs": {"low": 3}}}},
            r"random\.ranges\.train\.epochs must have choices",
        ),
    ],
)
@pytest.mark.promise("studies")
def test_a_mistake_in_a_study_names_file_and_key(content: dict[str, Any], message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        read(**content)


@pytest.mark.parametrize("content", CHOICES)
def test_choice_without_validation_rows_is_refused(content: dict[str, Any]) -> None:
    message = r"s\.yaml: frame\.validation_size must be above 0"
    with pytest.raises(StatecastError, match=message):
        read(**content)


@pytest.mark.parametrize("content", CHOICES)
def test_choice_with_validation_rows_is_taken(content: dict[str, Any]) -> None:
    assert read(overrides={"frame.validation_size": 3}, **content).name == "s"


def test_search_that_may_leave_no_validation_rows_is_refused() -> None:
    sizes = {"frame.validation_size": {"low": 0, "high": 4, "integer": True}}
    with pytest.raises(StatecastError, match=r"frame\.validation_size must be above 0"):
        read(optuna={**SEARCH, "ranges": {**SEARCH["ranges"], **sizes}})


@pytest.mark.parametrize("sizes", [[3, None], [3, 0], ["0", 3], [False, 3]])
def test_search_of_which_one_choice_leaves_no_validation_rows_is_refused(sizes: list[Any]) -> None:
    ranges = {**SEARCH["ranges"], "frame.validation_size": {"choices": sizes}}
    with pytest.raises(StatecastError, match=r"frame\.validation_size must be above 0"):
        read(optuna={**SEARCH, "ranges": ranges})


def test_choices_of_two_kinds_are_compared_with_nothing() -> None:
    ranges = {**SEARCH["ranges"], "frame.validation_size": {"choices": [4, "x"]}}
    assert read(optuna={**SEARCH, "ranges": ranges}).name == "s"  # x fails by itself


def test_empty_study_is_said_to_be_empty() -> None:
    Path("s.yaml").write_text("")
    with pytest.raises(StatecastError, match=r"^s\.yaml must hold keys .* got an empty file$"):
        read_study(Path("s.yaml"))


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "studies").glob("*.yaml")))
def test_shipped_study_can_be_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    content = yaml.safe_load((ROOT / "studies" / name).read_text())
    if "name" in content:
        assert read_study(ROOT / "studies" / name).name == content["name"]
