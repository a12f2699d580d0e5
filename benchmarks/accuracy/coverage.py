"""How many values the intervals of ``combine`` hold: methods without a network, many series.

They are the development series: the first 200 monthly series of the M3 competition, without their
test parts. Rows are held out, and chosen by folds, as ``statecast best`` does. ``python -m
benchmarks.accuracy.coverage`` writes a row a series and level.
"""

import sys
import time
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.accuracy.competition import SEASON, Competition, m3_monthly
from benchmarks.accuracy.results import FOLDER
from benchmarks.m3 import FIRST_MONTH
from benchmarks.machine import circumstances
from statecast.base.arrays import Bools
from statecast.base.files import write_frame
from statecast.base.paths import SOURCES
from statecast.evaluation.part_ahead import PartAhead
from statecast.study.combined import PERSISTENCE
from statecast.study.configurations import Configuration
from statecast.study.local import train_here
from statecast.study.measuring import Measuring, Ready, folder_to_measure_in
from statecast.study.members import method_member
from statecast.study.together import Combination, Rule, combination_of, halves_held_out

HELD = FOLDER / "coverage.csv"
SERIES = 200
METHODS = ("auto_ets", "auto_theta", "seasonal_naive", "ridge")
LEVELS = (0.8, 0.9)
SOURCE = "development.csv"
FOLDS = 3
OVERRIDES = {
    "series.season_length": SEASON,
    "download.source": SOURCE,
    "download.time_column": "ds",
    "download.value_column": "y",
    "download.id_column": "unique_id",
    "difference.lags": [1],
    "frame.lookback": SEASON + 1,
    "frame.test_size": SEASON,
    "frame.validation_folds": FOLDS,
    "forecast.horizon": SEASON,
}


def measure(count: int = SERIES) -> pd.DataFrame:
    """Return a row a series and level, and write them.

    Args:
        count: of the series, from the first.

    """
    asked = m3_monthly().first(count)
    started = time.perf_counter()
    together = combination(rows_of(asked))
    seconds = time.perf_counter() - started
    table = pd.concat([held_at(together, level) for level in LEVELS])
    table["seconds"] = round(seconds, 1)
    for name, value in circumstances(asked.digest()).items():
        table[name] = value
    write_frame(table, HELD)
    print(f"coverage: {count} series in {seconds:.0f} s", file=sys.stderr)
    return table


def rows_of(asked: Competition) -> Ready:
    """Return what is known of the series, split for tests and folds."""
    shortest = min(map(len, asked.history))
    size = max(1, min(SEASON, shortest // 9))
    with folder_to_measure_in() as folder:
        write_frame(known_frame(asked), folder / SOURCES / SOURCE)
        measuring = Measuring(train_here(), folder)
        overrides = {**OVERRIDES, "frame.validation_size": size}
        return measuring.ready(Configuration("coverage", overrides))


def known_frame(asked: Competition) -> pd.DataFrame:
    """Return ``unique_id, ds, y`` of the series without their test parts."""
    frames = [
        pd.DataFrame(
            {"unique_id": name, "ds": (FIRST_MONTH + np.arange(len(y))).astype(str), "y": y}
        )
        for name, y in zip(asked.names, asked.history, strict=True)
    ]
    return pd.concat(frames, ignore_index=True)


def combination(ready: Ready) -> Combination:
    """Return the methods together, weighed as ``combine`` does by default."""
    members = [
        method_member(method, ready, ready, season_length=SEASON, horizon=SEASON)
        for method in (*METHODS, PERSISTENCE)
    ]
    return combination_of(members[:-1], members[-1], Rule())


def held_at(together: Combination, level: float) -> pd.DataFrame:
    """Return ``series, level, errors, values, held, values_ahead, held_ahead``.

    ``errors`` are those that the first step is made of. The values are those of the test rows, one
    step ahead and at all steps, and those held are within the interval.
    """
    halves = halves_held_out(together, level)
    rows: list[dict[str, Any]] = []
    for own in together.test:
        name = own.key.unique_id
        half = halves[name]
        width = np.full(own.y.shape[1], np.nan) if half is None else half
        is_known = np.isfinite(own.y)
        is_held = is_known & is_within(own, width)
        folds = [fold for fold in together.validation if fold.key.unique_id == name]
        row = {
            "series": name,
            "level": level,
            "errors": sum(len(fold.y) for fold in folds),
            "values": is_known[:, 0].sum(),
            "held": is_held[:, 0].sum(),
            "values_ahead": is_known.sum(),
            "held_ahead": is_held.sum(),
        }
        rows.append(row)
    return pd.DataFrame(rows)


def is_within(own: PartAhead, half: np.ndarray) -> Bools:
    """Return which values [K, H] are no farther from the forecast than half the width [H]."""
    return np.abs(np.nan_to_num(own.residuals(), nan=np.inf)) <= half


def in_words(held: pd.DataFrame) -> str:
    """Return the shares that intervals of each level held, means over the series."""
    clauses = []
    for level, of_level in held.groupby("level"):
        first = (of_level["held"] / of_level["values"]).mean()
        ahead = (of_level["held_ahead"] / of_level["values_ahead"]).mean()
        clauses.append(
            f"those for {level:.0%} held {first:.1%} one step ahead"
            f" and {ahead:.1%} at 1 to {SEASON} steps"
        )
    return ", ".join(clauses).replace("%", " %")


if __name__ == "__main__":
    print(in_words(measure()))
