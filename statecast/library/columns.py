"""Columns of forecasts as the Nixtla libraries name them."""

from collections.abc import Sequence

import numpy as np

from statecast.base.arrays import Floats
from statecast.base.errors import require
from statecast.forecasting.next_values import NextPaths

NAME = "Statecast"


def levels_of(level: Sequence[float] | float | None) -> list[float]:
    """Return levels in percent, rising.

    Raises:
        StatecastError: one is not above 0 and below 100.

    """
    if level is None:
        return []
    levels = sorted({float(own) for own in np.atleast_1d(np.asarray(level, float))})
    fits = all(0 < own < 100 for own in levels)
    require(fits, "level", "be percents above 0 and below 100", levels)
    return levels


def level_columns(
    paths: Sequence[NextPaths], residuals: Sequence[Floats], levels: Sequence[float]
) -> dict[str, Floats]:
    """Return the bounds of intervals by column, from the lowest to the highest.

    Args:
        paths: of each series.
        residuals: of each series, from ``residuals_ahead``.
        levels: percent, rising.

    """
    low: dict[str, Floats] = {}
    high: dict[str, Floats] = {}
    for level in levels:
        pairs = zip(paths, residuals, strict=True)
        values = [path.values(errors, level / 100) for path, errors in pairs]
        low[f"{NAME}-lo-{level:g}"] = np.concatenate([own.interval.low for own in values])
        high[f"{NAME}-hi-{level:g}"] = np.concatenate([own.interval.high for own in values])
    return {**dict(reversed(low.items())), **high}
