"""Wall time of whole studies: in one process, by dvc exp run one by one, and on Dask workers."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import yaml

from benchmarks.pipeline import fresh_clone, seconds_of
from statecast.base.identity import SeriesKey
from statecast.base.section import read_params, validated
from statecast.network.batching import Batching
from statecast.network.network import Network
from statecast.network.rows import SeriesRows
from statecast.study.configurations import expand
from statecast.study.file import StudyFile
from statecast.training.job import Job, Learning, Setting
from statecast.training.optimizers import check_optimizer

if TYPE_CHECKING:
    from statecast.training.programs import Work

FOLDER = Path("benchmarks/studies")
REGISTERED = re.compile(r"(\d+) registered .*register ([\d.]+)")  # of what a study says
COMMAND = ("python", "-m", "statecast", "study")
THROUGH_DVC = (0, 5, 10)  # configurations of the 13 that are measured; the rest is taken to cost so
WANTED = {"thirteen": 12, "search": 60, "grid": 90}  # seconds
WANTED_REGISTERING = 0.3  # seconds of an experiment
MOST_PROGRAMS = 12  # wanted, of the search
EPOCHS_OF_SEARCH = 1000  # those of params.yaml
TEST = 12  # its test rows
SOURCE = Path("data/source")
MONTHS = 108  # of the series of the search
EPOCHS = 500 + 1000 + 2000 + 4000 + 6000 + 8 * 1000  # of the 13 configurations


class Studies(NamedTuple):
    """Seconds of wall time, with the start of Python and all registered experiments."""

    thirteen: float
    experiment: float  # one of the thirteen through dvc exp run
    search: float
    registering: float  # an experiment of the search, beside the training of others
    programs: int  # compiled by the search
    grid: float
    workers: dict[int, float]  # the heavy study, by number of Dask workers


def measure() -> Studies:
    """Return everything, one after the other, each in a clone of its own."""
    with clone() as folder:
        experiment = experiment_seconds(folder)
    with clone() as folder:
        thirteen = study_seconds(folder, "thirteen")
    with clone() as folder:
        commit_months(folder)
        search, registering = timed_study(folder, "search")
    with clone() as folder:
        grid = study_seconds(folder, "grid")
    workers = {}
    for count in (1, 2):
        with clone() as folder, dask_workers(folder, count) as address:
            workers[count] = study_seconds(folder, "heavy", "--dask", address)
    programs = programs_of_search()
    return Studies(thirteen, experiment, search, registering, programs, grid, workers)


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
    most = f"under {WANTED['search']}, at most {MOST_PROGRAMS} programs"
    compiled = f"{studies.programs} programs (wanted: {most})"
    measured = f"13 x the mean of {len(THROUGH_DVC)} measured; wanted: 5 times"
    published = f"its measured cost an epoch x {EPOCHS:,} epochs"
    against_dvc = f"{by_dvc / studies.thirteen:.1f}"
    against_loop = f"{by_loop / studies.thirteen:,.0f}"
    wanted_of_one = f"wanted: under {WANTED_REGISTERING}"
    rows = [
        (
            f"13 configurations x 30 repeats, {command} (wanted: under {WANTED['thirteen']})",
            f"{studies.thirteen:,.1f}",
            "1",
        ),
        (f"the same 13 through `dvc exp run` ({measured})", f"{by_dvc:,.0f}", against_dvc),
        (f"the same by the published loop ({published})", f"{by_loop:,.0f}", against_loop),
        (
            f"60 drawn configurations x 10 repeats, 3 folds, {MONTHS} rows: {compiled}",
            f"{studies.search:,.1f}",
            "",
        ),
        (
            f"registering one of the 60, while others train ({wanted_of_one})",
            f"{studies.registering:,.2f}",
            "",
        ),
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


def commit_months(folder: Path) -> None:
    """Commit a series of 108 months to a clone: studies are of what is committed."""
    lines = (folder / SOURCE / "passengers.csv").read_text(encoding="utf-8").splitlines()
    text = "\n".join(lines[: MONTHS + 1]) + "\n"
    (folder / SOURCE / f"monthly-{MONTHS}.csv").write_text(text, encoding="utf-8")
    who = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")
    for command in (("add", str(SOURCE)), (*who, "commit", "--quiet", "--message", "months")):
        subprocess.run(["git", *command], cwd=folder, check=True)


def programs_of_search() -> int:
    """Return how many programs the search compiles, told from its shapes alone."""
    from statecast.training.blocks import cores
    from statecast.training.programs import shared_programs

    works = [work_of_drawn(drawn) for drawn in drawn_by_search()]
    return len(shared_programs(works, [], cores()))


def drawn_by_search() -> list[dict[str, Any]]:
    """Return the overrides of the configurations of the search."""
    path = FOLDER / "search.yaml"
    study = validated(StudyFile, read_params(path), str(path))
    return [configuration.overrides for configuration in expand(study, str(path))]


def work_of_drawn(overrides: dict[str, Any]) -> "Work":
    """Return what a configuration of the search takes: 3 folds and the series, differenced once."""
    from statecast.training.prepare import prepare
    from statecast.training.programs import work_of

    lookback = overrides["frame.lookback"]
    size = overrides["frame.validation_size"]
    folds = overrides["frame.validation_folds"]
    rows = MONTHS - 1 - lookback
    series = [_rows_of(SeriesKey("a"), lookback, (rows - TEST, 0, TEST))]
    for fold in range(1, folds + 1):
        train = rows - TEST - (folds + 1 - fold) * size
        series.append(_rows_of(SeriesKey("a", fold), lookback, (train, size, 0)))
    setting = Setting(
        network=Network(lookback, tuple(overrides["train.units"])),
        batching=Batching(overrides["train.batch_size"]),
        seeds=list(range(overrides["train.repeats"])),
        epochs=EPOCHS_OF_SEARCH,
        learning=Learning(check_optimizer("adam"), overrides["train.learning_rate"]),
    )
    job = Job(series, setting)
    return work_of(job, prepare(job), EPOCHS_OF_SEARCH)


def _rows_of(key: SeriesKey, lookback: int, sizes: tuple[int, int, int]) -> SeriesRows:
    count = sum(sizes)
    return SeriesRows(
        key, np.arange(count), np.zeros((count, lookback)), np.zeros((count, 1)), sizes
    )


def restore(folder: Path) -> None:
    """Set the committed files of a clone back."""
    subprocess.run(["git", "checkout", "--quiet", "--", "."], cwd=folder, check=True)


def study_seconds(folder: Path, name: str, *options: str) -> float:
    """Return the wall time of a study from its command."""
    study = str(FOLDER / f"{name}.yaml")
    _, *arguments = COMMAND
    return seconds_of([sys.executable, *arguments, study, *options], folder)


def timed_study(folder: Path, name: str) -> tuple[float, float]:
    """Return the wall time of a study, and the seconds that it says of registering one of its."""
    command = [sys.executable, *COMMAND[1:], str(FOLDER / f"{name}.yaml")]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    return seconds, registering_of(done.stderr)


def registering_of(said: str) -> float:
    """Return the seconds of registering an experiment, from the last line of a study.

    Raises:
        RuntimeError: the study has registered nothing.

    """
    found = REGISTERED.search(said)
    if found is None:
        raise RuntimeError(f"a study must register experiments, got: {said}")
    count, seconds = found.groups()
    return float(seconds) / int(count)


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
