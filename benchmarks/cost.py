"""What training costs as one size after the other grows; each row in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
CHILD = "benchmarks.cost_child"

# many series
SERIES = 500
ROWS = 100  # of a series
SERIES_REPEATS = 5
SERIES_EPOCHS = 1000
WANTED_SECONDS = 60


class Case(NamedTuple):
    """What is varied; the first case is the base."""

    units: int = 1
    batch_size: int = 4
    rows_per_update: int = 1
    repeats: int = 30
    updates: int = 5  # of an epoch

    @property
    def rows(self) -> int:
        """Return the training rows of an epoch."""
        return self.batch_size * self.rows_per_update * self.updates

    @property
    def forecasts(self) -> int:
        """Return the forecasts of an epoch, over all repeats."""
        return self.repeats * self.rows


CASES = [
    Case(),
    *(Case(units=units) for units in (5, 10, 20, 50)),
    *(Case(batch_size=batch_size) for batch_size in (1, 20)),
    *(Case(rows_per_update=rows) for rows in (12, 100)),
    *(Case(repeats=repeats) for repeats in (300, 3000)),
    *(Case(updates=updates) for updates in (50, 500)),
    Case(units=50, repeats=300),
    Case(units=10, repeats=3000),
    Case(units=10, rows_per_update=100),
]


class Cost(NamedTuple):
    """What a row took."""

    epoch: float  # seconds, all repeats
    compiled: float  # seconds of trace and compile
    megabytes: float  # peak resident memory of the process, with Python and TensorFlow


class Costs(NamedTuple):
    """What all rows took."""

    cases: list[Cost]  # of CASES
    many: Cost  # many series


def measure() -> Costs:
    """Measure everything; call it before TensorFlow is imported in this process."""
    cases = [_in_child(case) for case in CASES]
    return Costs(cases, _in_child(None))


def lines(costs: Costs) -> list[str]:
    """Return the tables."""
    sizes = "units | batch size | rows an update | repeats | updates an epoch"
    head = "microseconds an epoch | compile, s | peak memory, MB"
    pairs = zip(CASES, costs.cases, strict=True)
    many = costs.many
    training = many.epoch * SERIES_EPOCHS
    return [
        f"| {sizes} | {head} | nanoseconds a forecast |",
        "|" + "---:|" * 9,
        *(_line(case, cost) for case, cost in pairs),
        "",
        f"Many series: {SERIES} of {ROWS} rows, {SERIES_REPEATS} repeats each,",
        f"{SERIES_EPOCHS} epochs, 1 unit, batch size 4, lookback 1, with the RMSE of every network",
        "after every epoch.",
        "",
        f"| {head} | training, s | wanted, s |",
        "|" + "---:|" * 5,
        f"| {_cells(many)} | {training:,.1f} | {WANTED_SECONDS} |",
    ]


def _line(case: Case, cost: Cost) -> str:
    sizes = " | ".join(str(size) for size in case)
    nanoseconds = cost.epoch / case.forecasts * 1e9
    return f"| {sizes} | {_cells(cost)} | {nanoseconds:,.1f} |"


def _cells(cost: Cost) -> str:
    microseconds = cost.epoch * 1e6
    return f"{microseconds:,.1f} | {cost.compiled:.2f} | {cost.megabytes:,.0f}"


def _in_child(case: Case | None) -> Cost:
    """Return the cost of a case, or of many series, measured in a process of its own."""
    sizes = [] if case is None else [str(size) for size in case]
    command = [sys.executable, "-m", CHILD, *sizes]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        answer = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed")
    seconds = json.loads(answer)
    megabytes = usage.ru_maxrss / 1024
    return Cost(seconds["epoch"], seconds["compiled"], megabytes)
