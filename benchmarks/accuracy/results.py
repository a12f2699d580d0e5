"""What the forecasts of the competition are worth, and the files that say so.

Shape letters: K members, D series, H steps ahead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.accuracy.competition import (
    HORIZON,
    Competition,
    percent_errors,
    scaled_errors,
)
from benchmarks.machine import circumstances
from statecast.base.arrays import Floats
from statecast.base.errors import StatecastError
from statecast.forecasting.intervals import half_widths

FOLDER = Path(__file__).parents[1] / "results"
OVER_ALL = FOLDER / "m3.csv"
BY_STEP = FOLDER / "m3-steps.csv"
WALKED = FOLDER / "walk-forward.csv"  # one step ahead
LEVEL = 0.9  # of the intervals
RANGES = (1, 6, HORIZON)  # steps 1 to these


@dataclass(frozen=True)
class Entry:
    """Forecasts that are judged."""

    name: str
    kind: str
    forecast: Floats  # [D, H], of the test part
    earlier: Floats  # [D, H], of the H months before it, by the months before those
    seconds: float  # of both


def half_interval(entry: Entry, asked: Competition) -> Floats:
    """Return half the width of the interval of each series and step [D, H].

    It is conformal: a quantile of the errors on the months before the test part, over all series,
    in units of the seasonal naive error of each.
    """
    before = asked.before()
    residuals = (entry.earlier - before.future) / before.scales[:, None]
    widths = half_widths(residuals, LEVEL)
    if widths is None:
        raise StatecastError(f"the series must be enough for an interval, got {len(residuals)}")
    return np.asarray(asked.scales[:, None] * widths)


def by_step(entry: Entry, asked: Competition) -> pd.DataFrame:
    """Return the figures of each step ahead: errors, coverage and mean width of the interval."""
    scaled = scaled_errors(entry.forecast, asked)
    half = half_interval(entry, asked)
    is_held = np.abs(entry.forecast - asked.future) <= half
    columns = {
        "method": entry.name,
        "step": np.arange(1, HORIZON + 1),
        "mase": scaled.mean(axis=0),
        "smape": percent_errors(entry.forecast, asked).mean(axis=0),
        "coverage": is_held.mean(axis=0),
        "half_width": (half / asked.scales[:, None]).mean(axis=0),  # as MASE is scaled
    }
    return pd.DataFrame(columns).round(5)


def over_all(entry: Entry, asked: Competition) -> dict[str, Any]:
    """Return the row of an entry, with all that says how it was made."""
    steps = by_step(entry, asked)
    figures = {}
    for last in RANGES:
        words = "1" if last == 1 else f"1_{last}"
        figures[f"smape_{words}"] = round(steps["smape"][:last].mean(), 4)
        figures[f"mase_{words}"] = round(steps["mase"][:last].mean(), 4)
    return {
        "method": entry.name,
        "kind": entry.kind,
        "series": len(asked.names),
        **figures,
        "coverage": round(steps["coverage"].mean(), 4),
        "coverage_least": round(steps["coverage"].min(), 4),
        "coverage_most": round(steps["coverage"].max(), 4),
        **_how(entry, asked),
    }


def tables(entries: Sequence[Entry], asked: Competition) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a row an entry, and a row an entry and step."""
    rows = [over_all(entry, asked) for entry in entries]
    steps = [by_step(entry, asked).assign(**_how(entry, asked)) for entry in entries]
    return pd.DataFrame(rows), pd.concat(steps)


def _how(entry: Entry, asked: Competition) -> dict[str, Any]:
    """Return the seconds of an entry, and its circumstances."""
    return {"seconds": round(entry.seconds, 1), **circumstances(asked.digest())}
