"""Wall time of whole studies: in one process, by dvc exp run one by one, and on Dask workers."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from benchmarks.pipeline import fresh_clone, seconds_of

FOLDER = Path("benchmarks/studies")
COMMAND = ("python", "-m", "statecast", "study")
THROUGH_DVC = (0, 5, 10)  # configurations of the 13 that are measured; the rest is taken to cost so
WANTED = {"thirteen": 60, "grid": 300}  # seconds
EPOCHS = 500 + 1000 + 2000 + 4000 + 6000 + 8 * 1000  # of the 13 configurations


class Studies(NamedTuple):
    """Seconds of wall time, with the start of Python and all registered experiments."""

    thirteen: float
    experiment: float  # one of the thirteen through dvc exp run
    grid: float
    workers: dict[int, float]  # the heavy study, by number of Dask workers


def measure() -> Studies:
    """Return everything, one after the other, each in a clone of its own."""
    with clone() as folder:
        experiment = experiment_seconds(folder)
    with clone() as folder:
        thirteen = study_seconds(folder, "thirteen")
    with clone() as folder:
        grid = study_seconds(folder, "grid")
    workers = {}
    for count in (1, 2):
        with clone() as folder, dask_workers(folder, count) as address:
            workers[count] = study_seconds(folder, "heavy", "--dask", address)
    return Studies(thirteen, experiment, grid, workers)


def lines(studies: Studies, loop: float) -> list[str]:
    """Return the table.

    Args:
        studies: what was measured.
        loop: seconds of an epoch of 30 repeats in the published loop, measured in the same run.

    """
    by_dvc = 13 * studies.experiment
    by_loop = EPOCHS * loop
    one = studies.workers[1]
    two = studies.workers[2]
    command = f"`{' '.join(COMMAND)}`"
    measured = f"13 x the mean of {len(THROUGH_DVC)} measured; wanted: 5 times"
    published = f"its measured cost an epoch x {EPOCHS:,} epochs"
    against_dvc = f"{by_dvc / studies.thirteen:.1f}"
    against_loop = f"{by_loop / studies.thirteen:,.0f}"
    rows = [
        (
            f"13 configurations x 30 repeats, {command} (wanted: under {WANTED['thirteen']})",
            f"{studies.thirteen:,.1f}",
            "1",
        ),
        (f"the same 13 through `dvc exp run` ({measured})", f"{by_dvc:,.0f}", against_dvc),
        (f"the same by the published loop ({published})", f"{by_loop:,.0f}", against_loop),
        (
            f"200 configurations x 10 repeats, one process (wanted: under {WANTED['grid']})",
            f"{studies.grid:,.1f}",
            "",
        ),
        ("heavy study (3000 repeats, 50 units), one Dask worker", f"{one:,.1f}", ""),
        (f"heavy study, two Dask workers ({one / two:.2f} times faster)", f"{two:,.1f}", ""),
    ]
    return [
        "| what | seconds | against the study |",
        "|---|---:|---:|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


@contextmanager
def clone() -> Iterator[Path]:
    """Yield a clone of the last commit whose pipeline has run."""
    with fresh_clone() as folder:
        seconds_of(["dvc", "repro"], folder)
        restore(folder)
        yield folder


def restore(folder: Path) -> None:
    """Set the committed files of a clone back."""
    subprocess.run(["git", "checkout", "--quiet", "--", "."], cwd=folder, check=True)


def study_seconds(folder: Path, name: str, *options: str) -> float:
    """Return the wall time of a study from its command."""
    study = str(FOLDER / f"{name}.yaml")
    _, *arguments = COMMAND
    return seconds_of([sys.executable, *arguments, study, *options], folder)


def experiment_seconds(folder: Path) -> float:
    """Return the mean wall time of ``dvc exp run`` of some configurations."""
    content = yaml.safe_load((folder / FOLDER / "thirteen.yaml").read_text(encoding="utf-8"))
    times = []
    for place in THROUGH_DVC:
        command = _experiment(content["configurations"][place])
        times.append(seconds_of(command, folder))
        restore(folder)
    return sum(times) / len(times)


@contextmanager
def dask_workers(folder: Path, count: int) -> Iterator[str]:
    """Yield the address of a scheduler with so many worker processes of one thread."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        client.run(sys.path.insert, 0, str(folder))
        yield cluster.scheduler_address


def _experiment(configuration: dict[str, Any]) -> list[str]:
    """Return the command of a configuration through DVC."""
    name = f"by-{configuration['name']}"
    command = ["dvc", "exp", "run", "--name", name]
    for key, value in configuration.items():
        if key != "name":
            command.append(f"-S{key}={value}")
    return command


if __name__ == "__main__":
    started = time.perf_counter()
    studies = measure()
    print(studies, f"{time.perf_counter() - started:.0f} s")
