"""A stage that stops at a mistake writes nothing. Oracle: the names of the files in the folder.

test_faults.py has the disks that fail.
"""

from pathlib import Path

import pytest

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
        "data/forecasts.parquet",
        "metrics",
        *(f"plots/{name}.csv" for name in ("rmse", "ahead", "series", "baselines")),
    ],
    "forecast": ["data/future.csv", "plots/future.csv"],
}


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
@pytest.mark.promise("files")
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
@pytest.mark.promise("files")
def test_a_stage_without_its_inputs_writes_nothing(project: Project, stage: str) -> None:
    before = names_in(project.folder)
    with pytest.raises(StatecastError, match=r"must exist, got no such file.*dvc repro"):
        project.call(stage)
    assert names_in(project.folder) == before
