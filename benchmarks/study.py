"""Wall time of whole studies: in one process, through dvc exp run one by one, and on one Dask worker or two."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import yaml

from benchmarks.pipeline import ROOT, seconds_of

FOLDER = Path(__file__).parent / "studies"
EXPERIMENTS = 3  # of the 13 that are measured through dvc exp run; the rest is taken to cost the same
WANTED = {"thirteen": 60, "grid": 300}  # seconds


class Studies(NamedTuple):
    """Seconds of wall time, with the start of Python and all registered experiments."""

    thirteen: float
    experiment: float  # one of the thirteen through dvc exp run
    grid: float
    workers: dict[int, float]  # the heavy study, by number of Dask workers


@contextmanager
def clone() -> Iterator[Path]:
    """Yield a fresh clone of the last commit whose pipeline has run, with the benchmark's studies committed in it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        seconds_of(["dvc", "repro"], folder)
        subprocess.run(["git", "checkout", "--quiet", "--", "."], cwd=folder, check=True)
        yield folder


def study_seconds(folder: Path, name: str, *options: str) -> float:
    """Return the wall time of a study from its command."""
    return seconds_of([sys.executable, "-m", "statecast.study", f"benchmarks/studies/{name}.yaml", *options], folder)


def experiment_seconds(folder: Path) -> float:
    """Return the mean wall time of ``dvc exp run`` of the first configurations that differ from the params."""
    study = yaml.safe_load((FOLDER / "thirteen.yaml").read_text(encoding="utf-8"))
    chosen = [study["configurations"][place] for place in (0, 5, 10)][:EXPERIMENTS]
    times = []
    for one in chosen:
        sets = [f"-S{key}={value}" for key, value in one.items() if key != "name"]
        times.append(seconds_of(["dvc", "exp", "run", "--name", f"by-{one['name']}", *sets], folder))
        subprocess.run(["git", "checkout", "--quiet", "--", "."], cwd=folder, check=True)
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


def measure() -> Studies:
    """Return everything, one after the other."""
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
    epochs = 500 + 1000 + 2000 + 4000 + 6000 + 8 * 1000
    by_dvc = 13 * studies.experiment
    one, two = studies.workers[1], studies.workers[2]
    return [
        "| what | seconds | against the study |",
        "|---|---:|---:|",
        (
            f"| 13 configurations x 30 repeats, `python -m statecast.study` (wanted: under {WANTED['thirteen']}) "
            f"| {studies.thirteen:,.1f} | 1 |"
        ),
        (
            f"| the same 13 through `dvc exp run` (13 x the mean of {EXPERIMENTS} measured; wanted: 5 times) "
            f"| {by_dvc:,.0f} | {by_dvc / studies.thirteen:.1f} |"
        ),
        (
            f"| the same by the published loop (its measured cost an epoch x {epochs:,} epochs) "
            f"| {loop * epochs:,.0f} | {loop * epochs / studies.thirteen:,.0f} |"
        ),
        f"| 200 configurations x 10 repeats, one process (wanted: under {WANTED['grid']}) | {studies.grid:,.1f} | |",
        f"| heavy study (3000 repeats, 50 units), one Dask worker | {one:,.1f} | |",
        f"| heavy study, two Dask workers ({one / two:.2f} times faster) | {two:,.1f} | |",
    ]


if __name__ == "__main__":
    started = time.perf_counter()
    found = measure()
    print(found, f"{time.perf_counter() - started:.0f} s")
