"""The user's Git repository: what is read of it, the copy to work in, and new experiments.

Nothing here writes to the user's files, index, HEAD or branches.
"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from statecast.base.errors import StatecastError, require
from statecast.base.paths import LOCK, PARAMS, STUDY_TABLES

READING = {"GIT_OPTIONAL_LOCKS": "0"}  # without it, status writes to the index
OF_ANOTHER = (  # variables with which a hook or an alias would turn commands for a copy to its own
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
)
MAY_DIFFER = (  # from HEAD, in any pipeline: no stage reads them
    "dvc.lock",
    "metrics",
    "plots",
    "docs",
    STUDY_TABLES.as_posix(),
)
NAMES_SHOWN = 3  # of changed files, in the message of an error


class Repository(NamedTuple):
    """A Git working tree and the commit that a study starts from."""

    top: Path
    git_dir: Path
    prefix: str  # of the pipeline's folder in it, "" or "problems/counting/"
    project: Path  # of the DVC project in it, "." or "problems/counting"
    head: str

    @property
    def studies(self) -> Path:
        """Return the folder in which studies keep what Git does not."""
        return self.top / self.project / ".dvc" / "tmp" / "studies"


def git(
    *arguments: str,
    folder: Path,
    environment: dict[str, str] | None = None,
    text: str | None = None,
) -> str:
    """Return what a Git command prints; the repository is that of the folder.

    Args:
        arguments: of the command.
        folder: where it runs.
        environment: variables that are added.
        text: what it reads.

    Raises:
        StatecastError: the command fails; the message has the last line of what it says.

    """
    known = {name: value for name, value in os.environ.items() if name not in OF_ANOTHER}
    done = subprocess.run(  # noqa: S603 (arguments are ours, no shell)
        ["git", *arguments],  # noqa: S607 (Git is where the user has it)
        cwd=folder,
        env={**known, **(environment or {})},
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise StatecastError(f"git {arguments[0]} must succeed in {folder}, got: {lines[-1]}")
    return done.stdout


def head_of(folder: Path) -> str:
    """Return the commit of HEAD.

    Raises:
        StatecastError: there is no repository, or no commit in it.

    """
    commit = git("rev-parse", "--revs-only", "HEAD", folder=folder).strip()
    require(commit != "", f"the repository of {folder}", "have a commit", "none: git commit")
    return commit


def open_repository(folder: Path, *, study: Path | None = None) -> Repository:
    """Return the repository of a pipeline's folder.

    Args:
        folder: of the pipeline.
        study: a file that may have changes, as results may.

    Raises:
        StatecastError: other tracked files have changes, or there is no commit or no DVC project.

    """
    questions = ("--show-toplevel", "--absolute-git-dir", "--show-prefix")
    top, git_dir, prefix, *_ = git("rev-parse", *questions, folder=folder).split("\n")
    head = head_of(folder)
    project = _project(Path(top), prefix)
    repository = Repository(Path(top), Path(git_dir), prefix, project, head)
    excluded = [*_of_any_pipeline(MAY_DIFFER), *_itself(study, repository.top)]
    state = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=no", "--", ".")
    changed = git(*state, *excluded, folder=repository.top, environment=READING)
    names = ", ".join(line[3:] for line in changed.split("\0")[:NAMES_SHOWN] if line)
    must = "have no changes, because experiments are made of HEAD"
    require(not changed, "tracked files", must, names)
    return repository


@contextmanager
def copy_of(repository: Repository, name: str) -> Iterator[Path]:
    """Yield a copy of HEAD that is removed afterwards.

    A copy that a killed study left behind is removed first.

    Args:
        repository: what is copied.
        name: of the study.

    Raises:
        StatecastError: another process runs the study.

    """
    folder = repository.studies
    copy = folder / name
    with run_once(folder, name):
        shutil.rmtree(copy, ignore_errors=True)
        try:
            clone = ("clone", "--quiet", "--shared", "--no-tags", "--no-checkout")
            git(*clone, str(repository.top), name, folder=folder)
            git("checkout", "--quiet", "--detach", repository.head, folder=copy)
            config = repository.project / ".dvc" / "config.local"
            if (repository.top / config).is_file():
                shutil.copy(repository.top / config, copy / config)
            yield copy
        finally:
            shutil.rmtree(copy, ignore_errors=True)


@contextmanager
def run_once(folder: Path, name: str) -> Iterator[None]:
    """Let no other process run a study while the block does.

    Args:
        folder: in which studies keep what Git does not.
        name: of the study.

    Raises:
        StatecastError: another process runs it.

    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            must = "run once at a time, got another process that runs it"
            raise StatecastError(f"study {name} must {must}") from None
        yield


class Experiments:
    """Experiments of a commit as DVC keeps them in the user's repository.

    Each is a commit of its own under refs/exps.
    """

    def __init__(self, repository: Repository, copy: Path) -> None:
        """Prepare to read and write experiments.

        Args:
            repository: where they are.
            copy: whose files become experiments.

        """
        self.repository = repository
        self.copy = copy
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
                self.environment |= {
                    f"GIT_{who}_NAME": "statecast",
                    f"GIT_{who}_EMAIL": "statecast@localhost",
                }
        self._git("read-tree", repository.head)
        self._indexed: set[str] = set()  # new files that the index has from an earlier experiment

    @property
    def head(self) -> str:
        """Return the commit that all experiments are of."""
        return self.repository.head

    @property
    def studies(self) -> Path:
        """Return the folder in which studies keep what Git does not."""
        return self.repository.studies

    def names(self) -> set[str]:
        """Return the names of the experiments of this commit."""
        ask = ("for-each-ref", "--format=%(refname)", self.space)
        references = git(*ask, folder=self.repository.top).split()
        return {reference.removeprefix(self.space) for reference in references}

    def read(self, name: str, path: str) -> str:
        """Return a file of an experiment.

        Raises:
            StatecastError: there is no such experiment, or it has no such file.

        """
        blob = f"{self.space}{name}:{self.repository.prefix}{path}"
        return git("show", blob, folder=self.repository.top)

    def is_of_this_pipeline(self, name: str) -> bool:
        """Return whether an experiment is of this pipeline; all of a commit share their names.

        Raises:
            StatecastError: there is no such experiment.

        """
        question = ("diff", "--name-only", self.repository.head, f"{self.space}{name}")
        changed = git(*question, folder=self.repository.top).splitlines()
        own = [f"{self.repository.prefix}{file}" for file in (PARAMS, LOCK)]
        return not changed or any(file in changed for file in own)

    def write(self, name: str, message: str, new: list[str]) -> str:
        """Commit the changes of the copy as an experiment; return the commit.

        Args:
            name: of the experiment.
            message: of the commit.
            new: files that Git may not know yet; all files that it knows are committed anyway.

        Raises:
            StatecastError: there is an experiment of this name, or Git fails.

        """
        self._git("add", "--update", ".")
        if not self._indexed.issuperset(new):
            self._git("add", "--", *new)
            self._indexed.update(new)
        tree = self._git("write-tree")
        commit = self._git("commit-tree", tree, "-p", self.repository.head, text=message)
        self._git("update-ref", self.space + name, commit, "0" * len(commit))
        return commit

    def _git(self, *arguments: str, text: str | None = None) -> str:
        return git(*arguments, folder=self.copy, environment=self.environment, text=text).strip()


def _of_any_pipeline(names: Sequence[str]) -> list[str]:
    """Return how Git leaves out files, and folders with all that is in them, by their names."""
    files = [f":(exclude,top,glob)**/{name}" for name in names]
    return [*files, *(f"{pattern}/**" for pattern in files)]


def _itself(study: Path | None, top: Path) -> list[str]:
    """Return how Git leaves out a file, which may be outside of the repository."""
    if study is None or not study.resolve().is_relative_to(top.resolve()):
        return []
    return [f":(exclude,top,literal){study.resolve().relative_to(top.resolve())}"]


def _project(top: Path, prefix: str) -> Path:
    """Return the folder of the DVC project around a pipeline, below the top of the repository."""
    pipeline = Path(prefix)
    for folder in (pipeline, *pipeline.parents):
        if (top / folder / ".dvc").is_dir():
            return folder
    raise StatecastError(f"{top / pipeline} must be in a project of DVC, got none: dvc init")
