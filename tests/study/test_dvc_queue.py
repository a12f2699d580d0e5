"""Tasks that killed workers leave in DVC's queue. Oracles: by hand, and DVC itself."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from dvc.repo import Repo

from statecast.study.dvc_queue import clear_dead_tasks, queue_of
from tests.support.study_repository import ENVIRONMENT, Repository

AT_WORK = [sys.executable, "-c", "import time; time.sleep(60)", "dvc"]


class Entry(NamedTuple):
    """A task as DVC has it."""

    stash_rev: str
    name: str | None


class Task(NamedTuple):
    """The number under which a worker knows a task."""

    id: str


class Queue:
    """A queue with a task that counts as running."""

    def __init__(self, folder: Path, answers: dict[str, list[dict[str, str]]]) -> None:
        self.wdir = str(folder / "celery")
        self.answers = answers
        self.proc: dict[str, psutil.Process] = {}
        self.removed: list[str] = []
        self.failed: list[str] = []
        Path(self.wdir).mkdir()

    def worker_status(self) -> dict[str, list[dict[str, str]]]:
        return self.answers

    def _iter_active_tasks(self) -> list[tuple[Task, Entry]]:
        return [(Task("one"), Entry("abc", "a-task")), (Task("two"), Entry("def", None))]

    def _mark_inactive_tasks_failure(self, entries: dict[Entry, str]) -> None:
        self.failed += entries.values()

    def status(self) -> list[dict[str, str]]:
        """Return the second task until it is removed twice."""
        once = [name for name in self.removed if self.removed.count(name) == 1]
        return [{"rev": name} for name in once if name == "def"]

    def remove(self, names: list[str]) -> None:
        self.removed += names

    def get_infofile_path(self, name: str) -> str:
        return str(Path(self.wdir) / f"{name}.json")


def note_worker(queue: Queue, process: int, ended: int | None) -> None:
    note = {"pid": process, "returncode": ended}
    (Path(queue.wdir) / "dvc-exp-worker-1.json").write_text(json.dumps(note))


def test_tasks_without_a_worker_are_cleared(tmp_path: Path) -> None:
    queue = Queue(tmp_path, {})
    assert clear_dead_tasks(queue) == ["a-task", "def"]
    assert queue.failed == ["a-task", "def"]
    assert queue.removed == ["abc", "def", "def"]


def test_task_with_a_worker_stays(tmp_path: Path) -> None:
    queue = Queue(tmp_path, {"worker": [{"id": "one"}], "idle": []})
    assert clear_dead_tasks(queue) == ["def"]


@pytest.mark.promise("studies")
def test_nothing_is_cleared_while_a_worker_does_not_answer(tmp_path: Path) -> None:
    queue = Queue(tmp_path, {})
    with subprocess.Popen(AT_WORK) as worker:
        note_worker(queue, worker.pid, None)
        cleared = clear_dead_tasks(queue)
        worker.kill()
    assert cleared == []


def test_worker_that_has_ended_is_not_waited_for(tmp_path: Path) -> None:
    queue = Queue(tmp_path, {})
    with subprocess.Popen(AT_WORK) as other:  # which has the number of the worker by now
        note_worker(queue, other.pid, -9)
        cleared = clear_dead_tasks(queue)
        other.kill()
    assert cleared == ["a-task", "def"]


@pytest.mark.parametrize(("place", "is_left"), [("tmp1", False), ("../mine", True)])
def test_copy_of_a_cleared_task_is_removed_and_no_other_folder(
    place: str, is_left: bool, tmp_path: Path
) -> None:
    folder = tmp_path / "exps"
    folder.mkdir()
    queue = Queue(folder, {})
    copy = (folder / place).resolve()
    copy.mkdir()
    Path(queue.get_infofile_path("abc")).write_text(json.dumps({"root_dir": str(copy)}))
    clear_dead_tasks(queue)
    assert copy.exists() == is_left


def statuses(folder: Path) -> dict[str, str]:
    with Repo(str(folder)) as repo:
        return {task["name"]: task["status"] for task in queue_of(repo).status()}


def workers_of(folder: Path) -> list[int]:
    notes = (folder / ".dvc" / "tmp" / "exps" / "celery").glob("dvc-exp-worker-*.json")
    return [json.loads(note.read_text())["pid"] for note in notes]


def programs_below(folder: Path) -> list[str]:
    """Return what stages run in the copies of a queue."""
    found = [process.as_dict(["cwd", "cmdline"]) for process in psutil.process_iter()]
    inside = [program for program in found if Path(program["cwd"] or "/").is_relative_to(folder)]
    lines = [" ".join(program["cmdline"] or []) for program in inside]
    return [line for line in lines if "-m stages" in line]


@pytest.mark.slow
@pytest.mark.promise("studies")
def test_a_sweep_clears_what_a_killed_worker_left_running(repository: Repository) -> None:
    repository.run("dvc", "exp", "run", "--queue", "-n", "long", "-S", "train.epochs=30000000")
    with Repo(str(repository.folder)) as repo:
        queue_of(repo).start_workers(1)
    while statuses(repository.folder) != {"long": "Running"}:
        time.sleep(0.5)
    for worker in workers_of(repository.folder):
        os.kill(worker, signal.SIGKILL)
    time.sleep(1)
    assert statuses(repository.folder) == {"long": "Running"}
    done = subprocess.run(
        [sys.executable, "-m", "statecast", "sweep", "train.epochs=4"],
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "cleared long, whose worker was killed\n" in done.stderr
    assert done.stdout.splitlines()[-1] == "1 of 1 tasks succeeded: dvc exp show"
    assert statuses(repository.folder) == {}
    assert not programs_below(repository.folder / ".dvc" / "tmp" / "exps")
