"""The configurations of a study file, their names, and mistakes in one."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from statecast.base.errors import StatecastError
from statecast.base.section import validated
from statecast.study.conduct import read_study
from statecast.study.configurations import draws, expand, experiment_name
from statecast.study.file import Range, Study
from tests.study_repository import ROOT


def study_of(**content: Any) -> Study:
    return validated(Study, {"name": "s", **content}, "s.yaml")


def overrides(**content: Any) -> list[dict[str, Any]]:
    return [one.overrides for one in expand(study_of(**content), "s.yaml")]


def names(**content: Any) -> list[str]:
    return [one.name for one in expand(study_of(**content), "s.yaml")]


def test_grid_is_every_combination() -> None:
    grid = {"train.epochs": [1, 2], "train.units": [[1], [2, 3]]}
    assert overrides(grid=grid, overrides={"train.seed": 7}, repeats=4)[3] == {
        "train.seed": 7,
        "train.repeats": 4,
        "train.epochs": 2,
        "train.units": [2, 3],
    }
    assert names(grid=grid) == [
        "s-epochs=1,units=1",
        "s-epochs=1,units=2+3",
        "s-epochs=2,units=1",
        "s-epochs=2,units=2+3",
    ]


def test_names_tell_the_values() -> None:
    assert names(grid={"train.epochs": [500]}) == ["s-500"]
    assert names(grid={"train.epochs": [500]}, prefix="long") == ["long-500"]
    assert names(configurations=[{"train.epochs": 5}, {"name": "base"}]) == ["s-epochs=5", "s-base"]
    both = [{"train.batch_size": 1, "rebatch.batch_size": None}]
    assert names(configurations=both) == ["s-train.batch_size=1,rebatch.batch_size=null"]


def test_number_that_yaml_reads_as_text_is_the_number_of_dvc() -> None:
    assert overrides(grid={"train.learning_rate": ["1e-5"]}) == [{"train.learning_rate": 1e-5}]
    assert names(grid={"train.learning_rate": ["1e-5"]}) == ["s-1e-5"]


@pytest.mark.parametrize(
    "text", ["a..b", "a b~^:?*[\\", "a@{b", "x" * 300, "end.lock", "ä", ".a.", "http://x/y"]
)
def test_names_are_git_references(text: str) -> None:
    name = experiment_name(f"s-{text}")
    assert (
        subprocess.run(
            ["git", "check-ref-format", f"refs/exps/ab/cd/{name}"], check=False
        ).returncode
        == 0
    )
    assert len(name) <= 120


def test_draws_stay_in_their_ranges_and_repeat() -> None:
    ranges = {
        "rate": Range(low=1e-4, high=1e-2, log=True),
        "units": Range(low=1, high=5, integer=True),
        "layout": Range(choices=["interleaved", "contiguous"]),
    }
    drawn = draws(ranges, 200, 3)
    assert drawn == draws(ranges, 200, 3) != draws(ranges, 200, 4)
    table = pd.DataFrame(drawn)
    assert table["rate"].between(1e-4, 1e-2).all()
    assert 0.4 < (table["rate"] < 1e-3).mean() < 0.6  # the middle of the logarithms
    assert sorted(table["units"].unique()) == [1, 2, 3, 4, 5]
    assert set(table["layout"]) == {"interleaved", "contiguous"}


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
        ({"grid": {"train.epochs": [5]}, "repeats": 0}, r"s\.yaml: repeats must be"),
        (
            {"random": {"draws": 2, "ranges": {"train.epochs": {"low": 3}}}},
            r"random\.ranges\.train\.epochs must have choices",
        ),
    ],
)
def test_mistake_in_a_study_names_file_and_key(
    content: dict[str, Any], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(yaml.safe_dump({"name": "s", **content}))
    with pytest.raises(StatecastError, match=message):
        read_study(Path("s.yaml"))


def test_configuration_twice_is_refused() -> None:
    with pytest.raises(StatecastError, match=r"s\.yaml must have a name of its own .* s-1 twice"):
        names(grid={"train.epochs": [1, 1]})
