"""Forecasts of parts of series, made up."""

import numpy as np

from statecast.base.identity import SeriesKey
from statecast.evaluation.parts import PartForecasts

REPEATS = 5
NAIVE_ERROR = 2.0


def part_forecasts(
    name: str = "a", *, rows: int = 8, seed: int = 3, baselines: tuple[str, ...] = ()
) -> PartForecasts:
    """Return noise, and forecasts of five repeats and some baselines that are off by noise."""
    rng = np.random.default_rng([seed, *name.encode()])
    y = rng.normal(size=rows + 1)
    return PartForecasts(
        key=SeriesKey(name),
        ds=np.arange(rows),
        y=y[1:],
        is_judged=np.full(rows, fill_value=True),
        before=y[:-1],
        naive_error=NAIVE_ERROR,
        forecast=y[1:] + rng.normal(size=(REPEATS, rows)),
        baselines={method: y[1:] + rng.normal(size=rows) for method in baselines},
    )
