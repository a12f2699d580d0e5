"""A stage that fails writes nothing. Oracle: the names of the files in the folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from statecast.base import files
from statecast.base.errors import StatecastError
from tests.support.project import STAGES, Project

NAMES = [stage.module.removeprefix("stages.") for stage in STAGES]
OUTPUTS = {
    "download": ["data/series.csv"],
    "difference": ["data/differenced.csv", "data/difference.json"],
    "frame": ["data/framed"],
    "scale": ["data/scaled"],
    "baseline": ["data/baselines.csv"],
    "train": ["data/trained", "data/times.json", "plots/history.csv"],
    "rebatch": ["data/model", "data/exported"],
    "evaluate": [
        "data/scores.json",
        "metrics",
        *(f"plots/{name}.csv" for name in ("rmse", "ahead")),
    ],
    "forecast": ["data/future.csv"],
}


class FullError(Exception):
    """There is no room for another file."""


class Writes:
    """Counts the files that are written, and fails after so many of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.room: int | None = None
        self.whole_file = files.whole_file
        monkeypatch.setattr(files, "whole_file", self.counted)

    @contextmanager
    def counted(self, path: Path) -> Iterator[Path]:
        with self.whole_file(path) as temporary:
            yield temporary
            self.count += 1
            if self.count == self.room:
                raise FullError


def names_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def remove(project: Project, stage: str) -> None:
    """Remove the outputs of a stage."""
    for output in OUTPUTS[stage]:
        path = project.folder / output
        for file in [path] if path.is_file() else path.rglob("*"):
            file.unlink()


def test_outputs_of_every_stage_are_known() -> None:
    assert list(OUTPUTS) == NAMES


@pytest.mark.parametrize("stage", NAMES)
def test_a_stage_that_fails_at_its_last_file_writes_nothing(
    finished_project: Project, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    project = finished_project
    writes = Writes(monkeypatch)
    project.call(stage)
    assert writes.count > 1
    writes.room, writes.count = writes.count, 0
    remove(project, stage)
    before = names_in(project.folder)
    with pytest.raises(FullError):
        project.call(stage)
    assert names_in(project.folder) == before


@pytest.mark.parametrize("stage", NAMES)
def test_a_stage_with_a_mistake_in_params_writes_nothing(
    finished_project: Project, stage: str
) -> None:
    project = finished_project
    remove(project, stage)
    before = names_in(project.folder)
    project.set_keys({f"{stage}.nonsense": 1})
    with pytest.raises(StatecastError, match=rf"{stage}\.nonsense is not a key here"):
        project.call(stage)
    assert names_in(project.folder) == before


@pytest.mark.parametrize("stage", NAMES[1:])
def test_a_stage_without_its_inputs_writes_nothing(project: Project, stage: str) -> None:
    before = names_in(project.folder)
    with pytest.raises(StatecastError, match=r"must exist, got no such file.*dvc repro"):
        project.call(stage)
    assert names_in(project.folder) == before
