"""Shared by the tests: a copy of the project to run stages in."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from stages.variants import pipeline_commands, run_commands

ROOT = Path(__file__).parents[1]
TINY = {"repeats": 2, "epochs": 3}  # of train: enough to run every line


class Project:
    """A folder with the shipped series and params, in which stages run as commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.params: dict[str, Any] = yaml.safe_load((ROOT / "params.yaml").read_text())
        self.params["train"] |= TINY
        self.params["baseline"]["methods"] = ["persistence", "ridge"]  # the others take seconds to import
        shutil.copytree(ROOT / "data" / "source", folder / "data" / "source", dirs_exist_ok=True)
        self.write_params()

    def write_params(self) -> None:
        (self.folder / "params.yaml").write_text(yaml.safe_dump(self.params))

    def set(self, key: str, value: object) -> None:
        """Set a key by its dotted name."""
        section, _, name = key.partition(".")
        self.params[section][name] = value
        self.write_params()

    def command(self, stage: str) -> list[str]:
        """Return the stage's command as dvc.yaml has it."""
        stages = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
        return [sys.executable, *stages[stage]["cmd"].split()[1:]]

    def run(self, stage: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(stage),
            cwd=self.folder,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def run_until(self, last: str) -> subprocess.CompletedProcess[str]:
        """Run the stages up to one, all but the last of which must succeed."""
        for stage in ("download", "difference", "frame", "scale", "baseline", "train", "rebatch", "evaluate"):
            result = self.run(stage)
            if stage == last:
                return result
            assert result.returncode == 0, result.stderr
        raise ValueError(last)

    def call(self, *stages: str) -> None:
        """Run some stages in this process; a mistake raises StatecastError."""
        commands = pipeline_commands(yaml.safe_load((ROOT / "dvc.yaml").read_text()))
        wanted = [command for command in commands if command[0].removeprefix("stages.") in stages]
        run_commands(wanted, self.folder, self.params, {})

    def run_all(self) -> None:
        """Run the whole pipeline in this process, where TensorFlow is imported once."""
        pipeline = yaml.safe_load((ROOT / "dvc.yaml").read_text())
        run_commands(pipeline_commands(pipeline), self.folder, self.params, {})

    def fails(self, stage: str) -> str:
        """Run a stage that must fail in one line with status 1 and leave no part of a file; return the line."""
        result = self.run(stage)
        assert result.returncode == 1, result.stderr
        line = result.stderr.strip().splitlines()[-1]
        assert line.startswith("error: ")
        assert "Traceback" not in result.stderr
        assert not list(self.folder.rglob("*.part"))
        return line


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which all stages before train have run once for the whole session."""
    project = Project(tmp_path_factory.mktemp("prepared"))
    assert project.run_until("scale").returncode == 0
    return project.folder


@pytest.fixture
def scaled_project(prepared: Path, tmp_path: Path) -> Project:
    shutil.copytree(prepared / "data", tmp_path / "data")
    return Project(tmp_path)


@pytest.fixture
def source(project: Project) -> Callable[[str | bytes], None]:
    """Write a source file and make it the project's."""

    def write(content: str | bytes) -> None:
        path = project.folder / "data" / "source" / "own.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        project.set("download.source", "own.csv")

    return write
