"""The user's Git repository: what is read of it, the copy to work in, and experiments written to it.

Nothing here writes to the user's files, index, HEAD or branches.
"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from statecast.base.errors import StatecastError, require


class Repository(NamedTuple):
    """A Git working tree and the commit that a study starts from."""

    top: Path
    git_dir: Path
    prefix: str  # of the pipeline's folder in it, "" or "problems/counting/"
    head: str


def git(*arguments: str, folder: Path, environment: dict[str, str] | None = None, text: str | None = None) -> str:
    """Return what a Git command prints; a failure is one line."""
    done = subprocess.run(  # noqa: S603 (arguments are ours, no shell)
        ["git", *arguments],  # noqa: S607 (Git is where the user has it)
        cwd=folder,
        env={**os.environ, **(environment or {})},
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or "no message").splitlines()[-1]
        raise StatecastError(f"git {arguments[0]} must succeed in {folder}, got: {said}")
    return done.stdout


def open_repository(folder: Path, *, but: list[str]) -> Repository:
    """Return the repository of a folder, which must have no changes in tracked files but in those named."""
    shown = git("rev-parse", "--show-toplevel", "--absolute-git-dir", "--show-prefix", folder=folder).split("\n")
    head = git("rev-parse", "--verify", "HEAD", folder=folder).strip()
    repository = Repository(Path(shown[0]), Path(shown[1]), shown[2], head)
    pathspecs = [".", *(f":(exclude,top){repository.prefix}{path}" for path in but)]
    changed = git("status", "--porcelain", "--untracked-files=no", "--", *pathspecs, folder=repository.top)
    names = ", ".join(line[3:] for line in changed.splitlines()[:3])
    require(not changed, "tracked files", "have no changes, because experiments are made of HEAD", names)
    return repository


@contextmanager
def copy_of(repository: Repository, name: str) -> Iterator[Path]:
    """Yield a copy of HEAD that is removed afterwards; one that a killed study left is removed first."""
    folder = repository.top / ".dvc" / "tmp" / "studies"
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / name
    with (folder / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StatecastError(f"study {name} must run once at a time, got another process that runs it") from None
        shutil.rmtree(copy, ignore_errors=True)
        try:
            git("clone", "--quiet", "--shared", "--no-tags", "--no-checkout", str(repository.top), name, folder=folder)
            git("checkout", "--quiet", "--detach", repository.head, folder=copy)
            local = repository.top / ".dvc" / "config.local"
            if local.is_file():
                shutil.copy(local, copy / ".dvc" / "config.local")
            yield copy
        finally:
            shutil.rmtree(copy, ignore_errors=True)


class Experiments:
    """Experiments of a commit as DVC keeps them: a commit each under refs/exps, written to the user's repository."""

    def __init__(self, repository: Repository, copy: Path) -> None:
        self.repository, self.copy = repository, copy
        self.space = f"refs/exps/{repository.head[:2]}/{repository.head[2:]}/"
        self.environment = {
            "GIT_DIR": str(repository.git_dir),
            "GIT_WORK_TREE": str(copy),
            "GIT_INDEX_FILE": str(copy / ".git" / "index.study"),
        }
        try:
            git("var", "GIT_COMMITTER_IDENT", folder=repository.top)
        except StatecastError:  # no name is configured: DVC commits all the same
            for who in ("AUTHOR", "COMMITTER"):
                self.environment |= {f"GIT_{who}_NAME": "statecast", f"GIT_{who}_EMAIL": "statecast@localhost"}
        self._git("read-tree", repository.head)

    def names(self) -> set[str]:
        """Return the names of the experiments of this commit."""
        found = git("for-each-ref", "--format=%(refname)", self.space, folder=self.repository.top)
        return {reference.removeprefix(self.space) for reference in found.split()}

    def read(self, name: str, path: str) -> str:
        """Return a file of an experiment."""
        return git("show", f"{self.space}{name}:{self.repository.prefix}{path}", folder=self.repository.top)

    def write(self, name: str, message: str, new: list[str]) -> str:
        """Commit the copy's changes in tracked files and ``new`` ones as an experiment; return the commit."""
        self._git("add", "--update", ".")
        if new:
            self._git("add", "--", *new)
        tree = self._git("write-tree")
        commit = self._git("commit-tree", tree, "-p", self.repository.head, text=message)
        self._git("update-ref", self.space + name, commit, "0" * len(commit))
        return commit

    def _git(self, *arguments: str, text: str | None = None) -> str:
        return git(*arguments, folder=self.copy, environment=self.environment, text=text).strip()
