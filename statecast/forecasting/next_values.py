"""What comes after the end of a series, with an interval.

Shape letters: R repeats, K origins, H steps ahead.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.data.inputs import Inputs
from statecast.forecasting.alignment import AlignedSeries, different_rows
from statecast.forecasting.future import with_future
from statecast.forecasting.intervals import (
    Interval,
    half_widths,
    never_narrowing,
    of_repeats,
)
from statecast.forecasting.paths import paths, paths_in_turn
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo
from statecast.network.rows import SeriesRows

CONFORMAL = "conformal"  # method of an interval that is made of earlier errors
ERRORS_AHEAD = "`{}` steps from all rows that were not trained on"
STEP_BYTES = 32  # of a forecast of one repeat: scaled and not, in copies
MOST_ORIGINS = 2_000  # of residuals: enough for the quantiles of a long series
ROW_BYTES = 500  # of a row after the end: its time as text, its inputs, its place in tables


def memory_of_horizon(horizon: int, *, series: int, repeats: int) -> dict[str, int]:
    """Return what forecasting so many steps takes in memory, in words, and its bytes."""
    steps = horizon * series
    return {"`horizon` of all series and repeats": steps * (repeats * STEP_BYTES + ROW_BYTES)}


def memory_of_errors(horizon: int, *, rows: int, repeats: int) -> int:
    """Return how many bytes ``residuals_ahead`` takes for a series.

    Args:
        horizon: steps ahead.
        rows: of the series that were not trained on.
        repeats: R.

    """
    return min(rows, MOST_ORIGINS) * min(horizon, rows) * repeats * STEP_BYTES


class NextValues(NamedTuple):
    """Forecasts of the values after the end of a series."""

    ds: np.ndarray  # [H]
    forecast: Floats  # [H], the mean of the repeats
    interval: Interval  # each bound [H]
    method: str  # of the interval: conformal, or repeats if there are too few residuals


def future_table(names: Sequence[str], values: Sequence[NextValues]) -> pd.DataFrame:
    """Return ``unique_id, ds, step, forecast, low, high, interval`` of series with some names."""
    horizon = len(values[0].ds)
    methods = [own.method for own in values]
    columns = {
        "unique_id": np.repeat(np.array(names, object), horizon),
        "ds": np.concatenate([own.ds for own in values]),
        "step": np.tile(np.arange(1, horizon + 1), len(values)),
        "forecast": np.concatenate([own.forecast for own in values]),
        "low": np.concatenate([own.interval.low for own in values]),
        "high": np.concatenate([own.interval.high for own in values]),
        "interval": np.repeat(np.array(methods, object), horizon),
    }
    return pd.DataFrame(columns)


class NextPaths(NamedTuple):
    """What each repeat forecasts after the end of a series."""

    ds: np.ndarray  # [H]
    by_repeat: Floats  # [R, H]

    def values(self, residuals: Floats, level: float) -> NextValues:
        """Return the mean of the repeats with an interval.

        Args:
            residuals: of the series, from ``residuals_ahead`` [K, J], at the first steps at least.
            level: the share of the true values that the interval is to hold.

        """
        mean = self.by_repeat.mean(axis=0)
        interval, method = interval_ahead(mean, self.by_repeat, residuals, level)
        return NextValues(self.ds, mean, interval, method)


def next_paths(
    networks: Rebatched,
    series: Sequence[AlignedSeries],
    futures: pd.DataFrame,
    *,
    inputs: Inputs,
    undo: Undo,
    horizon: int,
) -> list[NextPaths]:
    """Forecast the values after the end of each series; networks are fed their own forecasts.

    Args:
        networks: trained and rebatched.
        series: rows and true values of each.
        futures: from ``future_rows``, H rows of each series.
        inputs: what a row is.
        undo: what brings forecasts to the original scale.
        horizon: H.

    """
    longer = with_rows_after(series, futures, inputs, undo)
    origins = [[len(own.rows.y)] for own in series]
    ahead = paths(networks, longer, inputs=inputs, undo=undo, origins=origins, horizon=horizon)
    return [
        NextPaths(own.rows.ds[-horizon:], of_own[:, 0])
        for own, of_own in zip(longer, ahead, strict=True)
    ]


def with_rows_after(
    series: Sequence[AlignedSeries], futures: pd.DataFrame, inputs: Inputs, undo: Undo
) -> list[AlignedSeries]:
    """Return series with the rows after their ends.

    Args:
        series: rows and true values of each.
        futures: from ``future_rows``.
        inputs: what a row is.
        undo: whose scaler the rows have.

    """
    longer = with_future(different_rows(series), futures, inputs, undo.scaler)
    return [own._replace(rows=longer[own.rows.key]) for own in series]


def residuals_ahead(
    networks: Rebatched,
    series: Sequence[AlignedSeries],
    *,
    inputs: Inputs,
    undo: Undo,
    horizon: int,
) -> list[Floats]:
    """Return the errors of the ensemble from each validation and test row on.

    The networks were trained on neither. At the end of the series the truth of both is known, so
    both may make the interval of what comes next; on the test rows themselves only what came
    before them may. A series with more such rows than ``MOST_ORIGINS`` is forecast from so many of
    them, evenly spaced.

    Args:
        networks: trained and rebatched.
        series: rows and true values of each.
        inputs: what a row is.
        undo: what brings forecasts to the original scale.
        horizon: H.

    Returns:
        Of each series [K, H]; NaN after the last row.

    """
    judged = [own for own in series if len(_later_rows(own.rows))]
    origins = [_evenly_spaced(_later_rows(own.rows)) for own in judged]
    ahead = paths_in_turn(
        networks, judged, inputs=inputs, undo=undo, origins=origins, horizon=horizon
    )
    residuals = {own.key: np.empty((0, horizon)) for own in series}
    for own, of_own, each in zip(judged, ahead, origins, strict=True):
        ensemble = of_own.mean(axis=0)  # [K, H]
        residuals[own.key] = ensemble - own.ahead(each, horizon)
    return list(residuals.values())


def _later_rows(rows: SeriesRows) -> range:
    """Return the validation and test rows, unless the test rows are the training rows."""
    return range(0) if rows.test_is_train else range(rows.sizes[0], len(rows.y))


def _evenly_spaced(rows: range) -> Sequence[int]:
    """Return the first row, the last row, and rows between, ``MOST_ORIGINS`` at most."""
    if len(rows) <= MOST_ORIGINS:
        return rows
    places = np.linspace(rows.start, rows.stop - 1, MOST_ORIGINS)
    return [int(place) for place in places.round()]


def interval_ahead(
    mean: Floats, by_repeat: Floats, residuals: Floats, level: float
) -> tuple[Interval, str]:
    """Return the interval of the steps ahead and its method: conformal, or repeats.

    Args:
        mean: of the repeats [H].
        by_repeat: the forecasts of each [R, H].
        residuals: from ``residuals_ahead`` [K, J]; too few of them make no conformal interval. What
            is farther ahead than they say widens with the square root of the step.
        level: the share of the true values that the interval is to hold.

    """
    half = half_widths(residuals, level, len(mean))
    if half is None:
        return never_narrowing(of_repeats(by_repeat, level), mean), "repeats"
    return Interval(mean - half, mean + half), CONFORMAL
