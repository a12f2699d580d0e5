"""What a killed ``dvc exp run`` leaves. Oracles: Git, and a run of DVC that is killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from statecast.base.errors import StatecastError
from statecast.commands import run_verb
from statecast.study.dvc_internals import BASELINE_REFERENCE, LOCKS, RUN_IN_WORKSPACE
from statecast.study.killed import branch_left, require_branch
from statecast.study.repository import git
from tests.support.study_repository import ENVIRONMENT, Repository

NO_PROCESS = 2**30  # above every number that a process can have
AT_WORK = [sys.executable, "-c", "import time; time.sleep(60)", "dvc", "exp", "run"]


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository on a branch with a name that a shell would take apart."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc" / "config").write_text("")
    git("init", "--quiet", "--initial-branch", "a&b", folder=tmp_path)
    git("add", "--force", ".dvc/config", folder=tmp_path)
    git("commit", "--quiet", "--message", "first", folder=tmp_path)
    return tmp_path


def detach(folder: Path) -> None:
    """Detach HEAD as DVC does, which names the commit."""
    head = git("rev-parse", "HEAD", folder=folder).strip()
    git("checkout", "--quiet", head, folder=folder)


def note(folder: Path, name: str, content: object) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def note_of_lock(process: int) -> dict[str, object]:
    return {"write": {"workspace": {"pid": process, "cmd": "dvc exp run"}}}


def leave_reference(folder: Path) -> None:
    git("update-ref", BASELINE_REFERENCE, "HEAD", folder=folder)


@pytest.mark.promise("studies")
def test_a_branch_that_a_killed_run_left_is_told_with_the_command(top: Path) -> None:
    detach(top)
    leave_reference(top)
    note(top, RUN_IN_WORKSPACE, {"pid": NO_PROCESS})
    with pytest.raises(StatecastError) as raised:
        require_branch(top)
    words = "none, because a dvc exp run was killed; git checkout 'a&b' mends it"
    assert str(raised.value) == f"HEAD must be on its branch, got {words}"
    git("checkout", "--quiet", "a&b", folder=top)
    require_branch(top)


def test_run_that_was_killed_before_it_began_is_noticed(top: Path) -> None:
    detach(top)
    note(top, LOCKS, note_of_lock(NO_PROCESS))
    assert branch_left(top) == "a&b"


def test_second_killed_run_does_not_hide_the_branch(top: Path) -> None:
    detach(top)
    detach(top)
    leave_reference(top)
    assert branch_left(top) == "a&b"


def test_run_that_was_killed_after_its_commit_is_noticed(top: Path) -> None:
    leave_reference(top)
    detach(top)
    git("commit", "--quiet", "--allow-empty", "-m", "dvc: commit experiment 1", folder=top)
    assert branch_left(top) == "a&b"


@pytest.mark.parametrize("name", [LOCKS, RUN_IN_WORKSPACE])
def test_run_that_is_at_work_is_no_killed_one(name: str, top: Path) -> None:
    detach(top)
    leave_reference(top)
    with subprocess.Popen(AT_WORK) as process:
        is_lock = name == LOCKS
        note(top, name, note_of_lock(process.pid) if is_lock else {"pid": process.pid})
        found = branch_left(top)
        process.kill()
    assert found is None
    assert branch_left(top) == "a&b"


def test_process_of_another_program_is_no_run(top: Path) -> None:
    detach(top)
    with subprocess.Popen(["sleep", "60"]) as process:
        note(top, RUN_IN_WORKSPACE, {"pid": process.pid})
        found = branch_left(top)
        process.kill()
    assert found == "a&b"


@pytest.mark.promise("studies")
def test_a_head_that_a_person_detached_is_left_alone(top: Path) -> None:
    leave_reference(top)
    git("checkout", "--quiet", "--detach", folder=top)
    git("tag", "v1", folder=top)
    git("checkout", "--quiet", "v1", folder=top)
    assert branch_left(top) is None


def test_head_on_its_branch_is_left_alone(top: Path) -> None:
    leave_reference(top)
    assert branch_left(top) is None


def test_folder_without_git_is_left_alone(tmp_path: Path) -> None:
    require_branch(tmp_path)


def test_repository_without_a_commit_is_left_alone(tmp_path: Path) -> None:
    git("init", "--quiet", folder=tmp_path)
    require_branch(tmp_path)


@pytest.mark.parametrize("verb", ["study", "sweep"])
def test_verb_says_the_command_and_does_nothing(
    verb: str,
    top: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    detach(top)
    leave_reference(top)
    monkeypatch.chdir(top)
    before = git("for-each-ref", folder=top)
    assert not run_verb(verb, ["train.epochs=1"])
    assert capsys.readouterr().err.endswith("git checkout 'a&b' mends it\n")
    assert git("for-each-ref", folder=top) == before


@pytest.mark.slow
@pytest.mark.promise("studies")
def test_the_command_mends_what_a_killed_run_of_dvc_leaves(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    branch = repository.run("git", "symbolic-ref", "--short", "HEAD").strip()
    command = [shutil.which("dvc") or "dvc", "exp", "run", "-S", "train.epochs=7"]
    with subprocess.Popen(
        command, cwd=repository.folder, start_new_session=True, stdout=subprocess.DEVNULL
    ) as process:
        while not repository.run("git", "for-each-ref", BASELINE_REFERENCE):
            assert process.poll() is None
            time.sleep(0.05)
        time.sleep(1)
        os.killpg(process.pid, signal.SIGKILL)
    assert not repository.study(grid={"train.epochs": [4]})
    assert capsys.readouterr().err.endswith(f"git checkout {branch} mends it\n")
    repository.run("git", "checkout", "--quiet", branch)
    require_branch(repository.folder)
    repository.run("git", "restore", "--staged", "--worktree", ".")
    assert repository.study(grid={"train.epochs": [4]})
    repository.run("dvc", "exp", "run", "-S", "train.epochs=8")
    assert repository.run("git", "symbolic-ref", "--short", "HEAD").strip() == branch
