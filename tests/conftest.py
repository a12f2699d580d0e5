"""Fixtures that several tests share."""

import gc
import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from tests.support.project import Project

UNOPTIMISED = "--xla_backend_optimization_level=0"


def pytest_configure(config: pytest.Config) -> None:
    """Let XLA compile the programs of the quick tests without optimising them.

    Most of them train a few epochs and no program twice: a training takes a quarter less CPU. The
    slow tests compile as users do.
    """
    flags = os.environ.get("XLA_FLAGS", "")
    is_file = flags and not flags.startswith("-")
    if config.option.markexpr == "not slow" and UNOPTIMISED not in flags and not is_file:
        os.environ["XLA_FLAGS"] = f"{flags} {UNOPTIMISED}".strip()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collection away from what is imported: it took a sixth of the tests' time.

    Modules and collected tests live as long as the process, so a walk through them finds nothing.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project in which nothing has run."""
    return Project(tmp_path)


@pytest.fixture(scope="session")
def scaled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which all stages before train have run, once for the whole session."""
    project = Project(tmp_path_factory.mktemp("scaled"))
    project.call("download", "difference", "frame", "scale", "baseline")
    return project.folder


@pytest.fixture
def scaled_project(scaled_folder: Path, tmp_path: Path) -> Project:
    """A project in which all stages before train have run."""
    shutil.copytree(scaled_folder / "data", tmp_path / "data")
    return Project(tmp_path)


@pytest.fixture(scope="session")
def finished_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the pipeline has run, with 3 validation rows, once for the session."""
    project = Project(tmp_path_factory.mktemp("finished"))
    project.set(frame__validation_size=3)
    project.run_all()
    return project.folder


@pytest.fixture
def finished_project(finished_folder: Path, tmp_path: Path) -> Project:
    """A project in which the whole pipeline has run, with 3 validation rows."""
    shutil.copytree(finished_folder, tmp_path, dirs_exist_ok=True)
    project = Project(tmp_path)
    project.set(frame__validation_size=3)
    return project


@pytest.fixture
def source(project: Project) -> Callable[[str | bytes], None]:
    """Write a source file and make it the project's."""
    return project.source
