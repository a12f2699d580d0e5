"""Run a sweep through DVC's queue, with a progress bar and a status that says whether all tasks succeeded.

Not a stage: ``make sweep PARAMS='train.epochs=500,1000'`` calls it. DVC's own queue exits with 0 when tasks fail.
"""

import argparse
import logging
import sys
import time
from collections.abc import Iterator, Sequence

from dvc.exceptions import DvcException
from dvc.repo import Repo
from dvc.utils.cli_parse import to_path_overrides
from dvc.utils.hydra import get_hydra_sweeps
from tqdm import tqdm

from statecast.base.errors import StatecastError, require
from statecast.study.configurations import experiment_name

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_WITHOUT_WORKER = 30.0


def combinations(params: Sequence[str]) -> list[list[str]]:
    """Return the overrides of every task, as DVC's queue makes them of ``key=a,b``."""
    paths = to_path_overrides(params)
    require(list(paths) == ["params.yaml"], "PARAMS", "be keys of params.yaml", ", ".join(paths))
    return [list(sweep["params.yaml"]) for sweep in get_hydra_sweeps(paths)]


def task_name(prefix: str, overrides: Sequence[str]) -> str:
    """Return ``PREFIX-key=value,...`` with the last part of each key."""
    parts = [(key.rpartition(".")[2], value) for key, _, value in (one.partition("=") for one in overrides)]
    return experiment_name(f"{prefix}-{','.join(f'{key}={value}' for key, value in parts)}")


def enqueue(repo: Repo, tasks: dict[str, list[str]]) -> None:
    """Queue the tasks, all or none."""
    queued = []
    try:
        for name, overrides in tasks.items():
            repo.experiments.run(params=overrides, queue=True, name=name)
            queued.append(name)
    except DvcException:
        if queued:
            repo.experiments.celery_queue.remove(queued)
        raise


def wait(repo: Repo, names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield the status of each task by name until all have ended.

    Raises StatecastError where no worker has been there for a while: one that was killed leaves its task running.
    """
    queue, alive = repo.experiments.celery_queue, time.monotonic()
    while True:
        found = {str(task["name"]): str(task["status"]) for task in queue.status()}
        status = {name: found.get(name, "Gone") for name in names}
        yield status
        if not any(one in ("Queued", "Running") for one in status.values()):
            return
        if queue.worker_status():
            alive = time.monotonic()
        left = ", ".join(name for name, one in status.items() if one in ("Queued", "Running"))
        without = time.monotonic() - alive < SECONDS_WITHOUT_WORKER
        require(
            without,
            "workers of the queue",
            "live until all tasks are done (dvc queue kill; dvc queue start)",
            f"none, and left are {left}",
        )
        time.sleep(SECONDS_BETWEEN_LOOKS)


def sweep(params: Sequence[str], prefix: str, jobs: int) -> dict[str, str]:
    """Queue, run and wait for a sweep; return the status of each task by name. Entries that succeeded are removed."""
    with Repo() as repo:
        tasks = {task_name(prefix, overrides): overrides for overrides in combinations(params)}
        enqueue(repo, tasks)
        repo.experiments.celery_queue.start_workers(jobs)
        status: dict[str, str] = {}
        with tqdm(total=len(tasks), unit="task", disable=not sys.stderr.isatty()) as bar:
            for status in wait(repo, list(tasks)):
                bar.update(sum(one not in ("Queued", "Running") for one in status.values()) - bar.n)
        succeeded = [name for name, one in status.items() if one == "Success"]
        if succeeded:
            repo.experiments.celery_queue.remove(succeeded)
        return status


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command: status 1 where a task failed."""
    parser = argparse.ArgumentParser(prog="python -m statecast.commands.sweep", description=__doc__)
    parser.add_argument("params", nargs="+", help="SECTION.KEY=VALUE,VALUE as for dvc exp run --queue -S")
    parser.add_argument("--prefix", default="sweep", help="of the experiments' names")
    parser.add_argument("--jobs", type=int, default=2, help="workers")
    given = parser.parse_args(arguments)
    logging.getLogger("dvc").setLevel(logging.WARNING)
    try:
        status = sweep(given.params, given.prefix, given.jobs)
    except (StatecastError, DvcException) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("interrupted: the queue goes on; dvc queue stop --kill ends it, dvc queue remove --all empties it")
    failed = [name for name, one in status.items() if one != "Success"]
    for name in failed:
        print(f"error: {name} failed: dvc queue logs {name}; then dvc queue remove {name}", file=sys.stderr)  # noqa: T201
    print(f"{len(status) - len(failed)} of {len(status)} tasks succeeded: dvc exp show")  # noqa: T201
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
