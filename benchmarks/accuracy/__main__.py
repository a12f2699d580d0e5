"""Measure accuracy and write docs/accuracy.md: make m3, which is python -m benchmarks.accuracy.

Forecasts are kept in a folder, so that a run that was stopped goes on where it was.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks.accuracy import walked
from benchmarks.accuracy.arms import ARMS, Arm, forecast_of
from benchmarks.accuracy.combination import combinations
from benchmarks.accuracy.competition import Competition, m3_monthly
from benchmarks.accuracy.document import write_page
from benchmarks.accuracy.results import BY_STEP, OVER_ALL, Entry, tables
from statecast.base.files import write_frame

KEPT = Path(tempfile.gettempdir()) / "statecast-accuracy"


def main() -> None:
    """Measure, write and print."""
    over_all, steps = measure(ARMS, m3_monthly(), KEPT)
    write_page(over_all, steps, walked.measure())
    columns = ["method", "smape_1", "mase_1", "smape_1_18", "mase_1_18", "coverage", "seconds"]
    print(over_all[columns].to_string(index=False))


def measure(
    arms: Sequence[Arm], asked: Competition, folder: Path
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of all arms and of what they forecast together; write them as they come."""
    entries: list[Entry] = []
    for arm in arms:
        entries.append(entry_of(arm, asked, folder))
        written(entries, asked)
    return written([*entries, *combinations(entries, asked)], asked)


def entry_of(arm: Arm, asked: Competition, folder: Path) -> Entry:
    """Return what an arm forecasts of the months before the test part, and of the test part."""
    before = forecast_of(arm, asked.before().history, folder, "the 18 months before")
    last = forecast_of(arm, asked.history, folder, "the test part")
    seconds = before.seconds + last.seconds
    return Entry(arm.name, arm.kind, last.values, before.values, seconds)


def written(entries: Sequence[Entry], asked: Competition) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write the rows of entries, and return them."""
    over_all, steps = tables(entries, asked)
    write_frame(over_all, OVER_ALL)
    write_frame(steps, BY_STEP)
    return over_all, steps


if __name__ == "__main__":
    main()
