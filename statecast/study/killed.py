"""What a killed ``dvc exp run`` leaves in the workspace, and the command that mends it.

DVC runs an experiment beside the branch: it detaches HEAD, and puts it back when the run has ended.
A run that is killed does not come to that.
"""

import re
import shlex
from pathlib import Path

from statecast.base.errors import StatecastError, require
from statecast.study.processes import is_at_work, noted
from statecast.study.repository import git

MOVED = re.compile(r"checkout: moving from (\S+) to [0-9a-f]{40}")
COMMIT = re.compile(r"[0-9a-f]{40}")
OF_DVC = ("dvc: ", "commit: dvc: ")  # entries of the reflog
ENTRIES = 100  # of the reflog that are looked at


def require_branch(folder: Path) -> None:
    """Check that no killed ``dvc exp run`` has left HEAD beside its branch.

    Args:
        folder: in the repository; one outside of a repository has no HEAD.

    Raises:
        StatecastError: one has. The message has the command that mends it.

    """
    branch = branch_left(folder)
    must = "be on its branch"
    got = f"none, because a dvc exp run was killed; git checkout {shlex.quote(branch or '')}"
    require(branch is None, "HEAD", must, f"{got} mends it")


def branch_left(folder: Path) -> str | None:
    """Return the branch that a killed ``dvc exp run`` left; None if there was no such run."""
    try:
        is_detached = _asked(folder, "rev-parse", "--symbolic-full-name", "HEAD") == ["HEAD"]
    except StatecastError:
        return None  # there is no repository, or no commit
    if not is_detached or not _was_killed(folder):
        return None
    branch = _branch_before(folder)
    known = _asked(folder, "for-each-ref", "--format=%(refname:short)", "refs/heads")
    return branch if branch in known else None


def _was_killed(folder: Path) -> bool:
    """Return whether there is a run that has begun, not ended, and is no longer at work."""
    from statecast.study.dvc_internals import BASELINE_REFERENCE, LOCKS, RUN_IN_WORKSPACE

    processes = []
    for project in _projects(folder):
        locks = noted(project / LOCKS).get("write", {})
        processes += [locks.get("workspace"), noted(project / RUN_IN_WORKSPACE)]
    numbers = [process["pid"] for process in processes if process and process.get("pid")]
    if any(map(is_at_work, numbers)):
        return False
    return bool(numbers or _asked(folder, "for-each-ref", BASELINE_REFERENCE))


def _projects(folder: Path) -> list[Path]:
    """Return the folders of all DVC projects of the repository."""
    (top,) = _asked(folder, "rev-parse", "--show-toplevel")
    configs = _asked(folder, "ls-files", "--full-name", ":(top,glob)**/.dvc/config")
    return [(Path(top) / config).parents[1] for config in configs]


def _branch_before(folder: Path) -> str | None:
    """Return the branch from which DVC moved HEAD; None if another command moved it last."""
    entries = _asked(folder, "reflog", "show", f"--max-count={ENTRIES}", "--format=%gs", "HEAD")
    for entry in entries:
        if entry.startswith(OF_DVC):
            continue
        moved = MOVED.fullmatch(entry)
        if moved is None:
            return None
        if not COMMIT.fullmatch(moved[1]):
            return moved[1]
    return None


def _asked(folder: Path, *question: str) -> list[str]:
    return git(*question, folder=folder).splitlines()
