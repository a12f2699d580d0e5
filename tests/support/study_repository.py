"""A small repository with the root pipeline, for the tests of studies."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import stages  # here, or the first study would import it from a copy that is removed
from statecast.base.keys import with_values
from statecast.commands import run_verb

ROOT = Path(stages.__file__).parents[1]
TINY = {
    "train.repeats": 2,
    "train.epochs": 3,
    "baseline.methods": ["persistence", "ridge"],  # the others take seconds to import
}
ENVIRONMENT = {
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "GIT_AUTHOR_NAME": "t",
    "GIT_AUTHOR_EMAIL": "t@localhost",
    "GIT_COMMITTER_NAME": "t",
    "GIT_COMMITTER_EMAIL": "t@localhost",
}
FOLDERS = ("data/source", "stages", "statecast", "metrics", "plots")
FILES = (
    "dvc.yaml",
    "dvc.lock",
    ".gitignore",
    ".dvcignore",
    "data/.gitignore",
    ".dvc/config",
    ".dvc/.gitignore",
)
OF_STUDIES = (  # what a study may write: tables, experiments, DVC's cache
    ".dvc/tmp",
    ".dvc/cache",
    ".git/objects",
    ".git/refs/exps",
    "studies/results",
    "metrics/studies",
    "study.yaml",
)


class Repository:
    """A small repository with the root pipeline."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> None:
        """Copy the root pipeline, with what Python has compiled of it, and commit it."""
        ignored = shutil.ignore_patterns("studies", "*.part", "*.pyc.*")  # not what is half written
        for name in FOLDERS:
            shutil.copytree(ROOT / name, self.folder / name, ignore=ignored)
        for name in FILES:
            (self.folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, self.folder / name)
        params = yaml.safe_load((ROOT / "params.yaml").read_text())
        small = with_values(params, TINY)
        (self.folder / "params.yaml").write_text(yaml.safe_dump(small, sort_keys=False))
        self.run("git", "init", "--quiet")
        self.commit()

    def commit(self) -> None:
        """Commit all files."""
        self.run("git", "add", ".")
        self.run("git", "commit", "--quiet", "--message", "tiny")

    def run(self, *command: str, folder: str = ".") -> str:
        """Run a command that must succeed; return what it prints."""
        done = subprocess.run(
            command,
            cwd=self.folder / folder,
            env={**os.environ, **ENVIRONMENT},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def study(self, **content: Any) -> bool:
        """Run a study in this process; return whether all went well."""
        self.write_study(**content)
        return run_verb("study", ["study.yaml"])

    def write_study(self, **content: Any) -> None:
        """Write a study file."""
        text = yaml.safe_dump({"name": "s", **content}, sort_keys=False)
        (self.folder / "study.yaml").write_text(text)

    def experiments(self) -> dict[str, str]:
        """Return the commit of each experiment."""
        form = "--format=%(objectname) %(refname:lstrip=4)"
        lines = self.run("git", "for-each-ref", form, "refs/exps").splitlines()
        named = [line.split() for line in lines if len(line.split()) == 2]
        return {name: commit for commit, name in named}

    def everything(self) -> dict[str, bytes]:
        """Return all files but those that a study may write."""
        contents = {}
        for path in self.folder.rglob("*"):
            name = str(path.relative_to(self.folder))
            is_cache = "__pycache__" in path.parts
            if path.is_file() and not is_cache and not name.startswith(OF_STUDIES):
                contents[name] = path.read_bytes()
        return contents


def made_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return a new repository, which becomes the working directory."""
    folder.mkdir()
    enter(folder, monkeypatch)
    repository = Repository(folder)
    repository.make()
    return repository


def enter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a repository the working directory, in which Git knows who commits."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    return made_in(tmp_path / "repository", monkeypatch)
