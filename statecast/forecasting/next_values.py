"""What comes after the end of a series, with an interval.

Shape letters: R repeats, K origins, H steps ahead.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.data.inputs import Inputs
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.future import with_future
from statecast.forecasting.intervals import (
    Interval,
    half_widths,
    never_narrowing,
    of_repeats,
)
from statecast.forecasting.paths import paths
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo

STEP_BYTES = 32  # of a forecast of one repeat: scaled and not, in copies
ROW_BYTES = 500  # of a row after the end: its time as text, its inputs, its place in tables


def memory_of_horizon(horizon: int, *, series: int, repeats: int) -> dict[str, int]:
    """Return what forecasting so many steps takes in memory, in words, and its bytes."""
    steps = horizon * series
    return {"the `horizon` of all series and repeats": steps * (repeats * STEP_BYTES + ROW_BYTES)}


class NextValues(NamedTuple):
    """Forecasts of the values after the end of a series."""

    ds: np.ndarray  # [H]
    forecast: Floats  # [H], the mean of the repeats
    interval: Interval  # each bound [H]
    method: str  # of the interval: conformal, or repeats if there are too few residuals

    def as_frame(self, unique_id: str) -> pd.DataFrame:
        """Return ``unique_id, ds, step, forecast, low, high, interval``."""
        columns = {
            "unique_id": unique_id,
            "ds": self.ds,
            "step": np.arange(1, len(self.ds) + 1),
            "forecast": self.forecast,
            "low": self.interval.low,
            "high": self.interval.high,
            "interval": self.method,
        }
        return pd.DataFrame(columns)


def next_values(
    networks: Rebatched,
    series: AlignedSeries,
    futures: Sequence[pd.DataFrame],
    residuals: Floats,
    *,
    inputs: Inputs,
    undo: Undo,
    level: float,
) -> NextValues:
    """Forecast the values after the end of a series; each network is fed its own forecasts.

    Args:
        networks: trained and rebatched.
        series: rows and true values.
        futures: from ``future_rows``, H rows: of the series, or of each target of joint rows.
        residuals: from ``residuals_ahead`` [K, H].
        inputs: what a row is.
        undo: what brings forecasts to the original scale.
        level: the share of the true values that the interval is to hold.

    """
    longer = series._replace(rows=with_future(series.rows, futures, inputs, undo.scaler))
    origin = len(series.rows.y)
    horizon = len(futures[0])
    ahead = paths(networks, longer, inputs=inputs, undo=undo, origins=[origin], horizon=horizon)
    by_repeat = ahead[:, 0]  # [R, H]
    mean = by_repeat.mean(axis=0)
    interval, method = _interval(mean, by_repeat, residuals, level)
    return NextValues(longer.rows.ds[origin:], mean, interval, method)


def residuals_ahead(
    networks: Rebatched, series: AlignedSeries, *, inputs: Inputs, undo: Undo, horizon: int
) -> Floats:
    """Return the errors of the ensemble from each validation and test row on.

    Args:
        networks: trained and rebatched.
        series: rows and true values.
        inputs: what a row is.
        undo: what brings forecasts to the original scale.
        horizon: H.

    Returns:
        [K, H]; NaN after the last row.

    """
    rows = series.rows
    origins = range(rows.sizes[0], len(rows.y))
    if len(origins) == 0 or rows.test_is_train:
        return np.empty((0, horizon))
    ahead = paths(networks, series, inputs=inputs, undo=undo, origins=origins, horizon=horizon)
    ensemble = ahead.mean(axis=0)  # [K, H]
    return np.asarray(ensemble - series.ahead(origins, horizon))


def _interval(
    mean: Floats, by_repeat: Floats, residuals: Floats, level: float
) -> tuple[Interval, str]:
    """Return the interval and its method: conformal if there are enough residuals."""
    half = half_widths(residuals, level)
    if half is None:
        return never_narrowing(of_repeats(by_repeat, level), mean), "repeats"
    return Interval(mean - half, mean + half), "conformal"
