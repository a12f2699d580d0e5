"""Every stage names a file that is not what a stage wrote, in one line.

Oracle: the name of the file that was damaged, or changed for that of another run.
"""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from statecast.artifacts.model import write_model
from statecast.artifacts.trained import write_trained
from statecast.base.errors import StatecastError
from statecast.base.files import read_arrays, read_json, write_arrays, write_json
from tests.artifacts.test_model import MODEL, PARITY
from tests.support.artifacts import trained_networks
from tests.support.project import Project

READ_BY = {  # a file that a stage leaves for others, and the stages that read it
    "data/series.csv": ("difference", "baseline", "rebatch", "evaluate", "forecast"),
    "data/differenced.csv": ("frame", "forecast"),
    "data/difference.json": ("baseline", "train", "rebatch"),
    "data/framed/train.csv": ("scale",),
    "data/framed/validation.csv": ("scale",),
    "data/framed/test.csv": ("scale",),
    "data/framed/inputs.json": ("scale",),
    "data/scaled/train.csv": ("baseline", "train", "rebatch", "evaluate", "forecast"),
    "data/scaled/test.csv": ("baseline", "train", "rebatch", "evaluate", "forecast"),
    "data/scaled/rows.json": ("baseline", "train", "rebatch", "evaluate", "forecast"),
    "data/scaled/scaler.json": ("baseline", "train", "rebatch"),
    "data/scaled/inputs.json": ("rebatch",),
    "data/baselines.csv": ("evaluate",),
    "data/trained/weights.npz": ("rebatch",),
    "data/trained/training.json": ("rebatch",),
    "data/model/weights.npz": ("evaluate", "forecast"),
    "data/model/networks.json": ("evaluate", "forecast"),
    "data/model/inputs.json": ("evaluate", "forecast"),
    "data/model/scaler.json": ("evaluate", "forecast"),
    "data/model/difference.json": ("evaluate", "forecast"),
    "data/model/training.json": ("evaluate", "forecast"),
}
PAIRS = [(path, stage) for path, stages in READ_BY.items() for stage in stages]


def missing(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def braces(path: Path) -> None:
    path.write_bytes(b"{}\n")


def half(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2 + 1])


def noise(path: Path) -> None:
    path.write_bytes(np.random.default_rng(0).bytes(1000))


def other_shape(path: Path) -> None:
    """Keep the format, and change what is inside."""
    if path.suffix == ".npz":
        write_arrays({name: array[..., None] for name, array in read_arrays(path).items()}, path)
    elif path.suffix == ".csv":
        frame = pd.read_csv(path, dtype=str)
        frame.rename(columns={"ds": "time"}).to_csv(path, index=False)
    else:
        write_json({key: [value] for key, value in read_json(path).items()}, path)


def other_types(path: Path) -> None:
    """Keep the names, and put words in place of numbers."""
    if path.suffix == ".npz":
        write_arrays({name: array.astype(str) for name, array in read_arrays(path).items()}, path)
    elif path.suffix == ".csv":
        frame = pd.read_csv(path, dtype=str)
        frame.assign(y="").to_csv(path, index=False)
    else:
        path.write_text(re.sub(r"\b\d[\d.e-]*", '"word"', path.read_text()) + "\n")


def deep(path: Path) -> None:
    path.write_text("[" * 100_000)


QUICK = [missing, half]
SLOW = [empty, braces, noise, other_shape, other_types, deep]
DAMAGES = [
    *QUICK,
    *(pytest.param(damage, marks=pytest.mark.slow) for damage in SLOW),
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize(("path", "stage"), PAIRS)
@pytest.mark.promise("files")
def test_a_damaged_file_is_named(
    finished_project: Project, path: str, stage: str, damage: Callable[[Path], None]
) -> None:
    project = finished_project
    project.set_keys({"forecast.horizon": 2, "forecast.refit": True})
    damage(project.folder / path)
    with pytest.raises(StatecastError) as said:
        project.call(stage)
    line = str(said.value)
    assert "\n" not in line
    assert line.startswith((path, str(Path(path).parent)))
    assert re.search("must exist|must be what a stage wrote", line)
    assert "dvc repro" in line


def other_model(project: Project) -> None:
    write_model(MODEL, PARITY, "", project.folder / "data/model")


def other_networks(project: Project) -> None:
    write_trained(trained_networks(), {}, {}, project.folder / "data/trained")


def other_inputs(project: Project) -> None:
    project.set(frame__lookback=2)
    project.call("frame", "scale")


def other_rows(project: Project) -> None:
    project.set(frame__test_size=6)
    project.call("frame", "scale")


def other_series(project: Project) -> None:
    project.use_sales()
    project.call("download")


@pytest.mark.parametrize(
    ("change", "stage", "path"),
    [
        (other_model, "evaluate", "data/scaled"),
        (other_networks, "rebatch", "data/scaled"),
        (other_inputs, "rebatch", "data/scaled"),
        (other_inputs, "evaluate", "data/scaled"),
        (other_rows, "evaluate", "data/baselines.csv"),
        (other_series, "baseline", "data/series.csv"),
        (other_series, "evaluate", "data/series.csv"),
        (other_series, "forecast", "data/series.csv"),
    ],
)
@pytest.mark.promise("files")
def test_a_file_of_another_run_is_named(
    finished_project: Project, change: Callable[[Project], None], stage: str, path: str
) -> None:
    change(finished_project)
    with pytest.raises(StatecastError, match=rf"^{path} must be what a stage wrote.*dvc repro"):
        finished_project.call(stage)


def test_damaged_networks_of_the_interval_folds_are_named(finished_project: Project) -> None:
    path = "data/model/interval_folds.npz"
    (finished_project.folder / path).write_bytes(b"no archive")
    with pytest.raises(StatecastError, match=re.escape(path)):
        finished_project.call("evaluate")
