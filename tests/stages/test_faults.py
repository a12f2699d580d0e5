"""Every stage fails, or is killed, at every time that it touches a file.

Oracle: the bytes of all files in the folder, before and after, and those of an undisturbed run.
"""

import contextlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import stages.train
from statecast.base.errors import StatecastError
from statecast.training.sharing import train_job
from tests.stages.test_failures import NAMES, OUTPUTS
from tests.support.faults import EVERY_KIND, NEEDS_ROOM, dies, disk, full
from tests.support.project import Project

FAILS_AT = (0.5, 1)  # of the times of each stage, in the default suite
DIES_AT = (0.8,)  # when files are given their names
STALE = "stale.txt"  # in a folder that a stage writes

Run = Callable[[Project], None]


def content_of(folder: Path) -> dict[str, bytes]:
    """Return the content of every file, hidden ones too."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def spoil(project: Project, stage: str) -> None:
    """Put other content into the outputs of a stage, and another file into its folders."""
    for output in OUTPUTS[stage]:
        path = project.folder / output
        files = [path] if path.is_file() else list(path.rglob("*"))
        for file in files:
            file.write_bytes(b"of another run\n")
        if path.is_dir() and output.startswith("data"):
            (path / STALE).write_bytes(b"of another run\n")


@pytest.fixture(scope="module")
def write_of_train(finished_folder: Path) -> Run:
    """The part of the stage train that writes: what it writes was trained once."""
    with contextlib.chdir(finished_folder):
        job = stages.train.prepare()
    result = train_job(job)

    def write(project: Project) -> None:
        with contextlib.chdir(project.folder):
            stages.train.write(job, result)

    return write


@pytest.fixture
def run(stage: str, request: pytest.FixtureRequest) -> Run:
    """What runs a stage in a project."""
    if stage == "train":
        return request.getfixturevalue("write_of_train")
    return lambda project: project.call(stage)


@pytest.fixture
def spoilt(finished_project: Project, stage: str) -> Project:
    """A project in which the outputs of a stage are of another run."""
    spoil(finished_project, stage)
    return finished_project


@pytest.fixture
def undisturbed(spoilt: Project, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The same project after a run in which nothing happens."""
    copy = tmp_path_factory.mktemp("undisturbed")
    shutil.copytree(spoilt.folder, copy, dirs_exist_ok=True)
    project = Project(copy)
    project.set_keys(spoilt.params)
    run(project)
    return project


def touches(project: Project, run: Run, kinds: Sequence[str]) -> int:
    """Return how often a run touches files."""
    with disk(project.folder, kinds) as watched:
        run(project)
    return watched.count


def times(count: int, shares: Sequence[float] | None) -> list[int]:
    """Return the times at which something happens: at some shares of all times, or at each."""
    if shares is None:
        return list(range(1, count + 1))
    return [1 + round(share * (count - 1)) for share in shares]


def some_or_all(shares: Sequence[float]) -> pytest.MarkDecorator:
    """Return the mark of a test at some times in the default suite, and at every time else."""
    every = pytest.param(None, marks=pytest.mark.slow)
    return pytest.mark.parametrize("shares", [shares, every], ids=["some", "all"])


each_stage = pytest.mark.parametrize("stage", NAMES)


@some_or_all(FAILS_AT)
@each_stage
@pytest.mark.promise("files")
def test_a_full_disk_leaves_everything_as_it_was(
    spoilt: Project, run: Run, undisturbed: Project, shares: Sequence[float] | None
) -> None:
    expected = content_of(undisturbed.folder)
    before = content_of(spoilt.folder)
    assert before != expected
    for when in times(touches(undisturbed, run, NEEDS_ROOM), shares):
        with disk(spoilt.folder, NEEDS_ROOM, when, full), pytest.raises(StatecastError) as said:
            run(spoilt)
        assert str(said.value).endswith("must be writable, got: No space left on device"), when
        assert content_of(spoilt.folder) == before, when
    run(spoilt)
    assert content_of(spoilt.folder) == expected


@some_or_all(DIES_AT)
@each_stage
@pytest.mark.promise("files")
def test_after_a_kill_the_same_command_brings_the_same_result(
    spoilt: Project, stage: str, run: Run, undisturbed: Project, shares: Sequence[float] | None
) -> None:
    expected = content_of(undisturbed.folder)
    before = content_of(spoilt.folder)
    for when in times(touches(undisturbed, run, EVERY_KIND), shares):
        spoil(spoilt, stage)
        assert dies(spoilt.folder, when, lambda: run(spoilt)), when
        for name, content in content_of(spoilt.folder).items():
            is_whole = content in (before.get(name), expected.get(name))
            assert is_whole or name.endswith(".part"), (when, name)
        run(spoilt)
        assert content_of(spoilt.folder) == expected, when
