"""Forecast by all arms, several at a time, and write what comes of it.

Forecasts are kept in a folder, so that a run that was stopped goes on where it was.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from benchmarks.accuracy.arms import Arm, forecast_of
from benchmarks.accuracy.combination import combinations
from benchmarks.accuracy.competition import Competition
from benchmarks.accuracy.results import BY_STEP, OVER_ALL, Entry, tables
from statecast.base.files import write_frame


def measure(
    arms: Sequence[Arm], asked: Competition, folder: Path, processes: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of all arms and of what they forecast together; write them as they come.

    Args:
        arms: what competes.
        asked: the series.
        folder: where forecasts are kept.
        processes: arms at a time.

    """
    entries: list[Entry] = []
    for entry in entries_of(arms, asked, folder, processes):
        entries.append(entry)
        written(entries, asked)
    return written([*entries, *combinations(entries, asked)], asked)


def entries_of(
    arms: Sequence[Arm], asked: Competition, folder: Path, processes: int
) -> Iterator[Entry]:
    """Yield what each arm forecasts, in their order."""
    from joblib import Parallel, delayed

    several = Parallel(n_jobs=processes, return_as="generator")
    yield from several(delayed(entry_of)(arm, asked, folder) for arm in arms)


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
