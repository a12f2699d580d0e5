"""Mistakes in params that are said before anything is run. Oracle: the messages of the sections."""

from pathlib import Path
from typing import Any

import pytest

from statecast.base.errors import StatecastError
from statecast.base.keys import with_values
from statecast.base.section import read_params, validated
from statecast.commands import run_verb
from statecast.study.checked import require_right_configurations, require_right_study
from statecast.study.configurations import Configuration
from statecast.study.file import StudyFile
from tests.support.project import ROOT


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped pipeline."""
    monkeypatch.chdir(ROOT)


def check(**content: Any) -> None:
    study = validated(StudyFile, {"name": "s", **content}, "s.yaml")
    require_right_study(study, read_params(), "s.yaml")


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({"evaluate.level": [0.9, 90]}, r"^s\.yaml: s-90: evaluate\.level must .*got 90$"),
        ({"rebatch.batch_size": [0]}, r"^s\.yaml: s-0: rebatch\.batch_size must be .*got 0$"),
        ({"forecast.horizon": [2, "x"]}, r"^s\.yaml: s-x: forecast\.horizon must be a number"),
        ({"baseline.ridge_alpha": [-1]}, r"^s\.yaml: s--1: baseline\.ridge_alpha must be"),
        ({"series.season_length": [0]}, r"^s\.yaml: s-0: series\.season_length must be"),
        (
            {"train.epochs": [5, 6], "train.loss": ["mse", "rmse"]},
            r"^s\.yaml: s-epochs=5,loss=rmse: train\.loss must be 'mse', .* got 'rmse'$",
        ),
    ],
)
def test_a_wrong_value_names_configuration_and_key(grid: dict[str, Any], message: str) -> None:
    with pytest.raises(StatecastError, match=message) as error:
        check(grid=grid)
    assert "\n" not in str(error.value)


def test_keys_that_disagree_in_some_configurations_are_left_to_these() -> None:
    check(grid={"train.cell": ["lstm", "gru"], "train.initialisation": ["default", "chrono"]})


def test_keys_that_disagree_in_all_configurations_are_refused() -> None:
    message = r"^s\.yaml: s-gru: train\.cell must be lstm for train\.initialisation chrono, got gru"
    with pytest.raises(StatecastError, match=message):
        check(overrides={"train.initialisation": "chrono"}, grid={"train.cell": ["gru", "dense"]})


def test_every_choice_of_a_search_is_checked() -> None:
    ranges = {"train.epochs": {"low": 1, "high": 9, "integer": True}}
    check(optuna={"trials": 1, "ranges": ranges})
    ranges |= {"rebatch.state": {"choices": ["lanes", "carried"]}}
    message = r"^s\.yaml: s-state=carried: rebatch\.state must be .*got 'carried'$"
    with pytest.raises(StatecastError, match=message):
        check(optuna={"trials": 1, "ranges": ranges})


def test_fractions_of_a_whole_number_are_refused() -> None:
    ranges = {"train.epochs": {"low": 1, "high": 9}}
    with pytest.raises(StatecastError, match=r"train\.epochs must be a whole number, got 3\.4$"):
        check(optuna={"trials": 1, "ranges": ranges})


def test_choices_of_a_search_that_need_each_other_are_taken() -> None:
    ranges = {
        "train.loss": {"choices": ["binary_crossentropy"]},
        "train.head": {"choices": ["sigmoid"]},
    }
    check(optuna={"trials": 1, "ranges": ranges})


def test_a_study_with_a_wrong_value_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("name: s\ngrid: {evaluate.decimals: [1, 99]}\n", encoding="utf-8")
    assert not run_verb("study", [str(path)])
    said = capsys.readouterr().err
    assert said.startswith(f"error: {path}: s-99: evaluate.decimals must be less than or equal")
    assert said.count("\n") == 1


def test_a_section_that_a_stage_lacks_is_named() -> None:
    params = {name: own for name, own in read_params().items() if name != "forecast"}
    message = r"^sweep: a: forecast must be given, got no such section$"
    with pytest.raises(StatecastError, match=message):
        require_right_configurations([Configuration("a", {})], params, "sweep")


def test_a_wrong_key_that_every_configuration_overrides_is_none() -> None:
    params = with_values(read_params(), {"evaluate.level": 90})
    own = [Configuration("a", {"evaluate.level": 0.8})]
    require_right_configurations(own, params, "sweep")
