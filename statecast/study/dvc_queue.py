"""DVC's queue: what is put into it, and what killed workers leave in it.

The names of DVC that are used here are listed and checked in ``dvc_internals``.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dvc.repo import Repo

from statecast.study.dvc_internals import WORKERS
from statecast.study.processes import end, is_at_work, noted


def queue_of(repo: Repo) -> Any:
    """Return DVC's queue: ``status``, ``worker_status``, ``start_workers``, ``remove``."""
    return repo.experiments.celery_queue


def queue_experiment(repo: Repo, overrides: Sequence[str], name: str) -> None:
    """Queue an experiment."""
    repo.experiments.run(params=overrides, queue=True, name=name)


def clear_dead_tasks(queue: Any) -> list[str]:
    """Remove the tasks of a queue whose worker was killed; return their names.

    DVC counts such a task as running for ever. What is left of its process is ended.
    """
    answers = queue.worker_status()
    if len(answers) < _workers_at_work(Path(queue.wdir)):
        return []  # one that is too busy to answer may be at work on any of them
    in_work = {task["id"] for tasks in answers.values() for task in tasks}
    active = list(queue._iter_active_tasks())
    dead = {
        entry: entry.name or entry.stash_rev for result, entry in active if result.id not in in_work
    }
    for entry, name in dead.items():
        _end_process(queue, entry.stash_rev)
        queue._mark_inactive_tasks_failure({entry: name})
        _remove(queue, entry.stash_rev)
        _remove_copy(Path(queue.wdir).parent, queue.get_infofile_path(entry.stash_rev))
    return list(dead.values())


def _workers_at_work(folder: Path) -> int:
    """Return how many workers live; ``folder`` is where the queue notes their processes."""
    notes = [noted(path) for path in folder.glob(WORKERS)]
    running = [note["pid"] for note in notes if note.get("returncode") is None and "pid" in note]
    return sum(map(is_at_work, running))


def _end_process(queue: Any, name: str) -> None:
    process = queue.proc.get(name)
    if process is not None and process.returncode is None and is_at_work(process.pid):
        end(process.pid)


def _remove(queue: Any, revision: str) -> None:
    """Remove a task that has failed.

    Where it is stashed still, as a task that was killed is, DVC removes that alone at first.
    """
    queue.remove([revision])
    if revision in [task["rev"] for task in queue.status()]:
        queue.remove([revision])


def _remove_copy(folder: Path, info: str) -> None:
    """Remove the copy in which a task ran.

    Args:
        folder: in which DVC makes the copies.
        info: the file in which it notes where a task's copy is.

    """
    copy = noted(Path(info)).get("root_dir", "")
    if Path(copy).parent == folder:
        shutil.rmtree(copy, ignore_errors=True)
