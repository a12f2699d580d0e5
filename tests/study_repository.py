"""A small repository with the root pipeline, for the tests of studies."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from statecast.commands.study import main

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "GIT_AUTHOR_NAME": "t",
    "GIT_AUTHOR_EMAIL": "t@localhost",
    "GIT_COMMITTER_NAME": "t",
    "GIT_COMMITTER_EMAIL": "t@localhost",
}


class Repository:
    """A small repository with the root pipeline."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("data/source", "stages", "statecast", "metrics", "plots"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "studies"))
        for name in (
            "dvc.yaml",
            "dvc.lock",
            ".gitignore",
            ".dvcignore",
            "data/.gitignore",
            ".dvc/config",
            ".dvc/.gitignore",
        ):
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
        params = yaml.safe_load((ROOT / "params.yaml").read_text())
        params["train"] |= {"repeats": 2, "epochs": 3}
        (folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
        for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "tiny"]):
            self.run("git", *arguments)

    def run(self, *command: str) -> str:
        environment = {**os.environ, **ENVIRONMENT}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def study(self, **content: Any) -> int | str | None:
        """Run a study in this process and return what it exits with: a status, or a message on stderr and 1."""
        path = self.folder / "study.yaml"
        path.write_text(yaml.safe_dump({"name": "s", **content}, sort_keys=False))
        with pytest.raises(SystemExit) as caught:
            main(["study.yaml"])
        return caught.value.code

    def experiments(self) -> dict[str, str]:
        listed = self.run("git", "for-each-ref", "--format=%(objectname) %(refname:lstrip=4)", "refs/exps").splitlines()
        return {line.split()[1]: line.split()[0] for line in listed if len(line.split()) == 2}

    def everything(self) -> dict[str, bytes]:
        """Return all files but what a study may write, and Git's objects and references of experiments."""
        kept = (
            ".dvc/tmp",
            ".dvc/cache",
            ".git/objects",
            ".git/refs/exps",
            "plots/studies",
            "metrics/studies",
            "study.yaml",
        )
        files = [path for path in self.folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        named = {str(path.relative_to(self.folder)): path for path in files}
        return {name: path.read_bytes() for name, path in named.items() if not name.startswith(kept)}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    (tmp_path / "repository").mkdir()
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path / "repository")
    return Repository(tmp_path / "repository")
