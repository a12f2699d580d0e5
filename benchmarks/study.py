"""Wall time of whole studies: in one process, by dvc exp run one by one, and on Dask workers."""

import re
import resource
import shutil
import subprocess
import sys
import tempfile
import textwrap
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
REGISTERED = re.compile(r"(\d+) registered.*\((.*register .*)\)")  # of what a study says
PART = re.compile(r"(\w+) ([\d.]+)")
COMMAND = ("python", "-m", "statecast", "study")
THROUGH_DVC = (0, 5, 10)  # configurations of the 13 that are measured; the rest is taken to cost so
LONGEST = 400.0  # seconds of all studies, beside the clone and the experiments through DVC
WANTED = {"thirteen": 12, "search": 60, "grid": 90}  # seconds
WANTED_REGISTERING = 0.3  # seconds of an experiment
MOST_PROGRAMS = 12  # wanted, of the search
WORTH_A_WORKER = 1.1  # times faster
WIDTH = 88  # of the lines of a paragraph
EPOCHS_OF_SEARCH = 1000  # those of params.yaml
TEST = 12  # its test rows
SOURCE = Path("data/source")
MONTHS = 108  # of the series of the search
EPOCHS = 500 + 1000 + 2000 + 4000 + 6000 + 8 * 1000  # of the 13 configurations


class Timed(NamedTuple):
    """A study, with the start of Python and all registered experiments."""

    seconds: float  # of wall time; NaN: the time of all studies was up
    registered: int
    parts: dict[str, float]  # seconds by what it says they were spent on
    processor: float = np.nan  # seconds of all cores together; NaN: it was not measured

    @property
    def registering(self) -> float:
        """Return the seconds of registering an experiment, while others train."""
        return self.parts["register"] / self.registered if self.registered else np.nan


class Studies(NamedTuple):
    """What was measured."""

    thirteen: Timed
    experiment: float  # seconds of one of the thirteen through dvc exp run
    search: Timed
    programs: int  # compiled by the search
    grid: Timed
    workers: dict[int, Timed]  # the heavy study, by number of Dask workers


class Budget:
    """The seconds that all studies together may take."""

    def __init__(self, seconds: float) -> None:
        """Start now."""
        self._end = time.perf_counter() + seconds

    def left(self) -> float:
        """Return what is left, at least a moment."""
        return max(0.1, self._end - time.perf_counter())


def measure(seconds: float = LONGEST) -> Studies:
    """Return everything, one after the other, each in a copy of a clone whose pipeline has run.

    Args:
        seconds: that all may take; what is not done by then is ended.

    """
    budget = Budget(seconds)
    with clone() as ready:
        with copy_of(ready) as folder:
            thirteen = timed_study(folder, "thirteen", budget)
        with copy_of(ready) as folder:
            commit_months(folder)
            search = timed_study(folder, "search", budget)
        with copy_of(ready) as folder:
            grid = timed_study(folder, "grid", budget)
        with copy_of(ready) as folder:
            experiment = experiment_seconds(folder)
        workers = {}
        for count in (1, 2):
            with copy_of(ready) as folder, dask_workers(folder, count) as address:
                workers[count] = timed_study(folder, "heavy", budget, "--dask", address)
    return Studies(thirteen, experiment, search, programs_of_search(), grid, workers)


def lines(studies: Studies, loop: float, cores: int) -> list[str]:
    """Return the table.

    Args:
        studies: what was measured.
        loop: seconds of an epoch of 30 repeats in the published loop, measured in the same run.
        cores: of the machine.

    """
    thirteen = studies.thirteen.seconds
    by_dvc = 13 * studies.experiment
    by_loop = EPOCHS * loop
    one = studies.workers[1].seconds
    two = studies.workers[2].seconds
    command = f"`{' '.join(COMMAND)}`"
    rows = [
        (f"13 configurations x 30 repeats, {command}", thirteen, WANTED["thirteen"]),
        (f"the same 13 through `dvc exp run` (13 x the mean of {len(THROUGH_DVC)})", by_dvc, ""),
        ("- times slower than the study", by_dvc / thirteen, "5 or more"),
        (f"the same by the published loop (a measured epoch x {EPOCHS:,})", by_loop, ""),
        ("- times slower than the study", by_loop / thirteen, ""),
        (
            f"60 drawn configurations x 10 repeats, 3 folds, {MONTHS} rows",
            studies.search.seconds,
            WANTED["search"],
        ),
        *((f"- {part}", spent, "") for part, spent in studies.search.parts.items()),
        (
            "- register one experiment, while others train",
            studies.search.registering,
            WANTED_REGISTERING,
        ),
        ("- programs that it compiles", studies.programs, MOST_PROGRAMS),
        ("200 configurations x 10 repeats, one process", studies.grid.seconds, WANTED["grid"]),
        ("- register one experiment", studies.grid.registering, WANTED_REGISTERING),
        ("heavy study (3000 repeats, 50 units), one Dask worker", one, ""),
        ("heavy study, two Dask workers", two, ""),
        ("- times faster than with one", one / two, ""),
    ]
    return [
        f"Seconds of wall time; all studies together are ended after {LONGEST:.0f}.",
        "",
        "| what | measured | wanted |",
        "|---|---:|---:|",
        *(f"| {what} | {_figure(value)} | {wanted} |" for what, value, wanted in rows),
        "",
        *reasons(studies, cores),
    ]


def reasons(studies: Studies, cores: int) -> list[str]:
    """Return in words why what is not reached is not; nothing where all is.

    Args:
        studies: what was measured.
        cores: of the machine.

    """
    every = {
        "13 configurations": (studies.thirteen, WANTED["thirteen"]),
        "60 drawn configurations": (studies.search, WANTED["search"]),
        "200 configurations": (studies.grid, WANTED["grid"]),
    }
    words = [_too_slow(name, *one, cores) for name, one in every.items()]
    words += [_registers_slowly(studies), _compiles_much(studies), _gains_nothing(studies, cores)]
    return textwrap.wrap(" ".join(filter(None, words)), WIDTH)


def _too_slow(name: str, study: Timed, wanted: float, cores: int) -> str:
    """Return why a study takes longer than is wanted."""
    if np.isnan(study.seconds):
        return f"{name}: not done when the time of all studies was up."
    if study.seconds <= wanted:
        return ""
    missed = f"{name}: {study.seconds:.1f} s, where {wanted} are wanted."
    if np.isnan(study.processor):
        return missed
    least = study.processor / cores
    ideal = f"It takes {study.processor:.0f} s of processor time: {cores} cores that never wait"
    if least > wanted:
        return f"{missed} {ideal} would still need {least:.0f} s."
    return (
        f"{missed} {ideal} would need {least:.0f} s; they wait for {study.seconds - least:.0f} s,"
        " because one core alone starts, prepares, and registers what comes last, and programs"
        " that train at once may wait for each other."
    )


def _registers_slowly(studies: Studies) -> str:
    """Return why an experiment takes longer to register than is wanted."""
    busy = studies.search.registering
    if not busy > WANTED_REGISTERING:
        return ""
    quiet = studies.grid.registering
    told = f"Registering an experiment takes {busy:.2f} s in the search, where"
    others = "the networks of the others train on all cores meanwhile"
    return f"{told} {others}, and {_figure(quiet)} s in the study of 200, whose networks are small."


def _compiles_much(studies: Studies) -> str:
    """Return how many programs of the search are too many."""
    more = studies.programs - MOST_PROGRAMS
    told = "programs of the search cost less than the arithmetic of padding to fewer sizes."
    return f"{more} more {told}" if more > 0 else ""


def _gains_nothing(studies: Studies, cores: int) -> str:
    """Return why a second worker gains little."""
    one = studies.workers[1].seconds
    two = studies.workers[2].seconds
    if np.isnan([one, two]).any():
        return "The heavy study was not done when the time of all studies was up."
    if one / two > WORTH_A_WORKER:
        return ""
    told = f"A second Dask worker gains little on a machine of {cores} cores"
    return f"{told}: one trains several blocks of repeats at once, on all of them."


def _figure(value: float) -> str:
    """Return a figure in words; NaN was not measured."""
    if np.isnan(value):
        return "not done in time"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}" if value < 10 else f"{value:,.1f}"


@contextmanager
def clone() -> Iterator[Path]:
    """Yield a clone of the last commit whose pipeline has run."""
    with fresh_clone() as folder:
        seconds_of(["dvc", "repro"], folder)
        restore(folder)
        yield folder


@contextmanager
def copy_of(clone: Path) -> Iterator[Path]:
    """Yield a copy of a clone, so that no study finds what another one trained."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "clone"
        shutil.copytree(clone, folder, symlinks=True)
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
    from statecast.training.cores import cores
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


def timed_study(folder: Path, name: str, budget: Budget, *options: str) -> Timed:
    """Return the wall time of a study from its command, and what it says of its parts."""
    command = [sys.executable, *COMMAND[1:], str(FOLDER / f"{name}.yaml"), *options]
    before = processor_seconds()
    started = time.perf_counter()
    try:
        done = subprocess.run(
            command, cwd=folder, check=True, capture_output=True, text=True, timeout=budget.left()
        )
    except subprocess.TimeoutExpired:
        return Timed(np.nan, 0, {})
    seconds = time.perf_counter() - started
    return Timed(seconds, *said_of(done.stderr), processor_seconds() - before)


def processor_seconds() -> float:
    """Return what all processes have taken that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def said_of(text: str) -> tuple[int, dict[str, float]]:
    """Return the experiments that a study says it registered, and its seconds by part.

    Raises:
        RuntimeError: the study has registered nothing.

    """
    found = REGISTERED.search(text)
    if found is None:
        raise RuntimeError(f"a study must register experiments, got: {text}")
    parts = {part: float(seconds) for part, seconds in PART.findall(found[2])}
    return int(found[1]), parts


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
