"""Run every combination of some values through DVC's queue, with a progress bar and an exit status.

DVC's own queue exits with 0 when tasks fail.
"""

import argparse
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from dvc.exceptions import DvcException
from dvc.repo import Repo
from tqdm import tqdm

from statecast.base.errors import StatecastError, one_line, require
from statecast.base.keys import require_keys
from statecast.base.logs import logged_from
from statecast.base.paths import PARAMS
from statecast.base.section import read_params
from statecast.study.checked import require_right_configurations
from statecast.study.configurations import Configuration, experiment_name
from statecast.study.dvc_internals import (
    count_of_sweep,
    require_internals,
    sweep_overrides,
    values_of_overrides,
)
from statecast.study.dvc_queue import clear_dead_tasks, queue_experiment, queue_of
from statecast.study.file import MOST
from statecast.study.killed import require_branch
from statecast.study.repository import head_of

INTERRUPTED = "the queue goes on; dvc queue stop --kill ends it, dvc queue remove --all empties it"
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_WITHOUT_WORKER = 30.0
SWEPT = "statecast sweep"
SECONDS_EACH = 10  # that a task takes at the least
IN_WORK = ("Queued", "Running")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the verb takes."""
    parser.add_argument(
        "params", nargs="+", metavar="SECTION.KEY=VALUE,VALUE", help="train.epochs=500,1000 say"
    )
    parser.add_argument("--prefix", default="sweep", help="of the experiments' names (sweep)")
    parser.add_argument("--jobs", type=int, default=2, help="workers (2)")


def run(given: argparse.Namespace) -> bool:
    """Run the sweep; return whether all tasks succeeded.

    Raises:
        StatecastError: as ``sweep``, or DVC fails, or there is no commit.

    """
    require(given.jobs >= 1, "--jobs", "be at least 1", given.jobs)
    head_of(Path.cwd())
    require_branch(Path.cwd())
    try:
        with logged_from(logging.WARNING, "dvc"):
            status = sweep(given.params, given.prefix, given.jobs)
    except DvcException as error:
        raise StatecastError(one_line(error)) from None
    failed = [name for name, state in status.items() if state != "Success"]
    for name in failed:
        to_do = f"dvc queue logs {name}; then dvc queue remove {name}"
        print(f"error: {name} failed: {to_do}", file=sys.stderr)  # noqa: T201
    succeeded = len(status) - len(failed)
    print(f"{succeeded} of {len(status)} tasks succeeded: dvc exp show")  # noqa: T201
    return not failed


def combinations(params: Sequence[str]) -> list[list[str]]:
    """Return the overrides of every task, as DVC's queue makes them of ``key=a,b``.

    Raises:
        StatecastError: a key is of another file, or params.yaml does not have it, a value is wrong,
            or there would be too many tasks.

    """
    for param in params:
        require("=" in param, "what is swept", "be SECTION.KEY=VALUE,VALUE", param)
    count = count_of_sweep(params, most=MOST + 1)
    days = count * SECONDS_EACH / 86_400
    got = f"{count:,} or more, which would take {days:,.1f} days at {SECONDS_EACH} s each"
    require(count <= MOST, "what is swept", f"give at most {MOST:,} tasks", got)
    by_path = sweep_overrides(params)
    ours = list(by_path) == [str(PARAMS)]
    require(ours, "what is swept", "be keys of params.yaml", ", ".join(by_path))
    keys = [param.partition("=")[0] for param in params]
    content = read_params()
    require_keys(keys, content, SWEPT)
    tasks = by_path[str(PARAMS)]
    named = [Configuration(",".join(own), values_of_overrides(own)) for own in tasks]
    require_right_configurations(named, content, SWEPT)
    return tasks


def task_name(prefix: str, overrides: Sequence[str]) -> str:
    """Return ``PREFIX-key=value,...`` with the last part of each key."""
    parts = []
    for override in overrides:
        key, _, value = override.partition("=")
        parts.append(f"{key.rpartition('.')[2]}={value}")
    return experiment_name(f"{prefix}-{','.join(parts)}")


def enqueue(repo: Repo, tasks: dict[str, list[str]]) -> None:
    """Queue the tasks, all or none."""
    queued = []
    try:
        for name, overrides in tasks.items():
            queue_experiment(repo, overrides, name)
            queued.append(name)
    except DvcException:
        if queued:
            queue_of(repo).remove(queued)
        raise


def wait(repo: Repo, names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield the status of each task by name until all have ended.

    Raises:
        StatecastError: there has been no worker for a while. A worker that was killed leaves its
            task running.

    """
    queue = queue_of(repo)
    alive = time.monotonic()
    while True:
        known = {str(task["name"]): str(task["status"]) for task in queue.status()}
        status = {name: known.get(name, "Gone") for name in names}
        yield status
        left = [name for name, state in status.items() if state in IN_WORK]
        if not left:
            return
        if queue.worker_status():
            alive = time.monotonic()
        is_waiting = time.monotonic() - alive < SECONDS_WITHOUT_WORKER
        must = "live until all tasks are done"
        got = f"none, and left are {', '.join(left)}; a sweep clears what was running, and "
        got += "dvc queue start runs what is queued"
        require(is_waiting, "workers of the queue", must, got)
        time.sleep(SECONDS_BETWEEN_LOOKS)


def sweep(params: Sequence[str], prefix: str, jobs: int) -> dict[str, str]:
    """Queue, run and wait for a sweep; entries that succeeded are removed from the queue.

    Args:
        params: ``key=value,value``, as ``dvc exp run --queue -S`` takes them.
        prefix: how the experiments' names begin.
        jobs: how many workers.

    Returns:
        The status of each task by name.

    Raises:
        StatecastError: DVC lacks a name, a key is of another file, or the workers are gone.

    """
    require_internals()
    with Repo() as repo:
        tasks = {task_name(prefix, overrides): overrides for overrides in combinations(params)}
        for name in clear_dead_tasks(queue_of(repo)):
            print(f"cleared {name}, whose worker was killed", file=sys.stderr)  # noqa: T201
        enqueue(repo, tasks)
        queue_of(repo).start_workers(jobs)
        status: dict[str, str] = {}
        on_terminal = sys.stderr.isatty()
        with tqdm(total=len(tasks), unit="task", disable=not on_terminal) as bar:
            for status in wait(repo, list(tasks)):
                done = sum(state not in IN_WORK for state in status.values())
                bar.update(done - bar.n)
        succeeded = [name for name, state in status.items() if state == "Success"]
        if succeeded:
            queue_of(repo).remove(succeeded)
        return status
