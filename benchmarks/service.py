"""The service under load: answers in time, on one core, with every observation on the disk."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks import scale
from benchmarks.pipeline import stage_cost, stages_of

ROOT = Path(__file__).parents[1]
SERIES = 1_000
ROWS = 120  # of a series, before it is served
RATE = 1_000  # observations a second
SECONDS = 5
WANTED_P99 = 20  # milliseconds
STAGES = ("download", "difference", "frame", "scale", "train", "rebatch")
PARAMS = {
    "train.repeats": 30,
    "train.epochs": 1,  # weights do not change the time of a forecast
    "train.interval_folds": 0,
}
FIRST_CORE = {0}
TICKS = os.sysconf("SC_CLK_TCK")


class Load(NamedTuple):
    """What a service took."""

    late: list[float]  # seconds from when a request was due to its answer, sorted
    cpu: float  # seconds of the service
    restart: float  # seconds from start to first answer, with all observations to replay

    def percentile(self, percent: float) -> float:
        """Return the milliseconds within which a share of the answers came."""
        place = min(len(self.late) - 1, int(len(self.late) * percent / 100))
        return self.late[place] * 1000


def measure() -> Load:
    """Serve many series and load them; the service has one core, the client the others."""
    case = scale.Case("service", SERIES, SERIES * ROWS, PARAMS, wanted=None)
    with scale.set_up(case, scale.generated(SERIES, ROWS)) as folder:
        stages = stages_of(folder)
        for name in STAGES:
            stage_cost(stages[name]["cmd"], folder, name)
        with serving(folder) as (process, port):
            _asked(port, "vega.js")  # made once for a version of it, in five seconds of this core
            before = cpu_of(process.pid)
            late = loaded(port)
            cpu = cpu_of(process.pid) - before
            process.kill()
        start = time.perf_counter()
        with serving(folder) as (_, port):
            _asked(port, "healthz")
            restart = time.perf_counter() - start
    return Load(sorted(late), cpu, restart)


def lines(load: Load) -> list[str]:
    """Return the table."""
    count = len(load.late)
    rows: list[tuple[str, str, object]] = [
        ("observations a second", f"{RATE:,}", RATE),
        ("p50, ms", f"{load.percentile(50):.1f}", ""),
        ("p99, ms", f"{load.percentile(99):.1f}", WANTED_P99),
        ("longest, ms", f"{load.percentile(100):.1f}", ""),
        ("CPU of the service, ms an observation", f"{load.cpu / count * 1000:.2f}", 1),
        (f"restart after a kill, {count:,} observations to replay, s", f"{load.restart:.1f}", ""),
    ]
    return [
        "| what | measured | wanted |",
        "|---|---:|---:|",
        *(f"| {what} | {measured} | {wanted} |" for what, measured, wanted in rows),
    ]


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Yield a service on one core, and its port; it is killed at the end."""
    command = [sys.executable, "-m", "statecast", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        try:
            os.sched_setaffinity(process.pid, FIRST_CORE)
            line = process.stdout.readline() if process.stdout else ""
            yield process, int(line.split(" ")[0].rpartition(":")[2])
        finally:
            process.kill()


def loaded(port: int) -> list[float]:
    """Return how late each answer came."""
    count = RATE * SECONDS
    observed = [(f"s{n % SERIES}", ROWS + n // SERIES, 1000.0 + n % 7) for n in range(count)]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(observed, file)
        file.flush()
        arguments = [str(port), file.name, str(RATE)]
        command = [sys.executable, "-m", "benchmarks.service_load", *arguments]
        others = set(range(os.cpu_count() or 1)) - FIRST_CORE
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as client:
            os.sched_setaffinity(client.pid, others or FIRST_CORE)
            answer, _ = client.communicate(timeout=120)
    late: Sequence[float] = json.loads(answer)
    return list(late)


def cpu_of(process: int) -> float:
    """Return the seconds of CPU that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    user, system = fields[11:13]
    return (int(user) + int(system)) / TICKS


def _asked(port: int, what: str) -> None:
    """Wait for an answer of the service."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{what}", timeout=60) as answer:
        answer.read()
