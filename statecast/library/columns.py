"""Columns of forecasts as the Nixtla libraries name them."""

import logging
from collections.abc import Iterable, Sequence

import numpy as np

from statecast.base.arrays import Floats
from statecast.base.errors import shown
from statecast.base.level import checked_percent
from statecast.base.logs import log_each
from statecast.forecasting.intervals import Interval
from statecast.forecasting.next_values import CONFORMAL, NextPaths, NextValues

NAME = "Statecast"

log = logging.getLogger(__name__)


def levels_of(level: Sequence[float] | float | None) -> list[float]:
    """Return levels in percent, rising.

    Raises:
        StatecastError: one is no percent: 0.9 is not 90.

    >>> levels_of([90, 80])
    [80.0, 90.0]

    """
    if level is None:
        return []
    is_one = isinstance(level, str) or not isinstance(level, Iterable)
    levels = [level] if is_one else list(level)  # type: ignore[arg-type]  # it is iterable
    return sorted({checked_percent(own, "level") for own in levels})


def level_columns(
    names: Sequence[str],
    paths: Sequence[NextPaths],
    residuals: Sequence[Floats],
    levels: Sequence[float],
) -> dict[str, Floats]:
    """Return the bounds of intervals by column, from the lowest to the highest.

    Where a series has too few errors for a level, both bounds are NaN, and the log says so: the
    spread of the repeats, which the stage forecast takes then, would be narrower than the interval
    of a lower level.

    Args:
        names: of the series.
        paths: of each series.
        residuals: of each series, from ``residuals_ahead``.
        levels: percent, rising.

    """
    low: dict[str, Floats] = {}
    high: dict[str, Floats] = {}
    for level in levels:
        values = [
            path.values(errors, level / 100) for path, errors in zip(paths, residuals, strict=True)
        ]
        _log_unknown(names, values, residuals, level)
        low[f"{NAME}-lo-{level:g}"] = np.concatenate([_bounds(own).low for own in values])
        high[f"{NAME}-hi-{level:g}"] = np.concatenate([_bounds(own).high for own in values])
    return {**dict(reversed(low.items())), **high}


def _bounds(values: NextValues) -> Interval:
    """Return the interval; NaN where it is not made of errors."""
    if values.method == CONFORMAL:
        return values.interval
    unknown = np.full(len(values.ds), np.nan)
    return Interval(unknown, unknown)


def _log_unknown(
    names: Sequence[str], values: Sequence[NextValues], residuals: Sequence[Floats], level: float
) -> None:
    """Log which series have no interval of a level."""
    lines = []
    for name, own, errors in zip(names, values, residuals, strict=True):
        if own.method != CONFORMAL:
            few = f"{len(errors)} errors on rows that were not trained on are too few"
            lines.append(f"no {level:g} % interval of {shown(name)}: {few} (test_size)")
    in_all = f"no {level:g} % interval of {len(lines)} series, the first: "
    log_each(log, logging.WARNING, lines, f"{in_all}{lines[0] if lines else ''}")
