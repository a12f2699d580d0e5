"""The forecasts of one part of one series on the original scale, and the tables made of them.

Shape letters: R repeats, N rows of the part.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats, Ints
from statecast.base.identity import SeriesKey
from statecast.forecasting.intervals import Interval


class PartForecasts(NamedTuple):
    """Forecasts of a part of a series, and what they are measured against."""

    key: SeriesKey
    ds: np.ndarray  # [N]
    y: Floats  # [N]
    before: Floats  # [N], the value before each, which is the forecast of persistence
    naive_error: float  # from seasonal_naive_error, of the training values
    forecast: Floats  # [R, N]
    baselines: dict[str, Floats]  # method to [N]
    far_away: frozenset[str] = frozenset()  # baselines that are, see is_far_away

    def ensemble(self) -> Floats:
        """Return the averaged forecast of all repeats [N]."""
        return np.asarray(self.forecast.mean(axis=0))

    def residuals(self) -> Floats:
        """Return the errors of the ensemble [N]."""
        return self.ensemble() - self.y


def forecasts_table(parts: Sequence[PartForecasts], seeds: Ints) -> pd.DataFrame:
    """Return ``unique_id, ds, seed, y, forecast`` of repeats with some seeds [R]."""
    frames = []
    for part in parts:
        columns = {
            "unique_id": part.key.unique_id,
            "ds": np.tile(part.ds, len(seeds)),
            "seed": np.repeat(seeds, len(part.ds)),
            "y": np.tile(part.y, len(seeds)),
            "forecast": part.forecast.ravel(),
        }
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames)


def interval_table(
    parts: Sequence[PartForecasts], intervals: Mapping[str, Sequence[Interval | None]]
) -> pd.DataFrame:
    """Return ``unique_id, ds, y, ensemble, method, low, high``.

    Args:
        parts: the forecasts.
        intervals: method to the interval of each part; one that is None has no rows.

    """
    frames = []
    for method, by_part in intervals.items():
        for part, interval in zip(parts, by_part, strict=True):
            if interval is None:
                continue
            columns = {
                "unique_id": part.key.unique_id,
                "ds": part.ds,
                "y": part.y,
                "ensemble": part.ensemble(),
                "method": method,
                "low": interval.low,
                "high": interval.high,
            }
            frames.append(pd.DataFrame(columns))
    return pd.concat(frames)


def residuals_by_series(parts: Sequence[PartForecasts]) -> dict[str, Floats]:
    """Return the errors of the ensemble by series, those of its folds one after the other."""
    by_series: dict[str, list[Floats]] = {}
    for part in parts:
        by_series.setdefault(part.key.unique_id, []).append(part.residuals())
    return {name: np.concatenate(residuals) for name, residuals in by_series.items()}
