"""The forecasts of one part of one series on the original scale, and the tables made of them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from statecast.forecasting.intervals import Interval

Floats = npt.NDArray[np.float64]


class Forecasts(NamedTuple):
    """Forecasts of a part, and what they are measured against."""

    unique_id: str
    ds: np.ndarray  # [N]
    y: Floats  # [N]
    before: Floats  # [N]: the value before each, which is the forecast of persistence
    naive_error: float  # of the seasonal naive forecast on the training values; NaN where there is none
    forecast: Floats  # [R, N]
    baselines: dict[str, Floats]  # method to [N]

    def ensemble(self) -> Floats:
        """Return the averaged forecast of all repeats [N]."""
        return np.asarray(self.forecast.mean(axis=0))


def baselines_of(table: pd.DataFrame, unique_id: str, part: str) -> dict[str, Floats]:
    """Return the forecasts of each method from the table that the stage ``baseline`` wrote."""
    rows = table[(table["unique_id"] == unique_id) & (table["part"] == part)]
    return {str(name): one["forecast"].to_numpy(float) for name, one in rows.groupby("method", sort=False)}


def long_forecasts(parts: list[Forecasts], seeds: np.ndarray) -> pd.DataFrame:
    """Return ``unique_id, ds, seed, y, forecast``."""
    return pd.concat(
        pd.DataFrame(
            {
                "unique_id": part.unique_id,
                "ds": np.tile(part.ds, len(seeds)),
                "seed": np.repeat(seeds, len(part.ds)),
                "y": np.tile(part.y, len(seeds)),
                "forecast": part.forecast.ravel(),
            }
        )
        for part in parts
    )


def interval_table(parts: list[Forecasts], intervals: dict[str, list[Interval | None]]) -> pd.DataFrame:
    """Return ``unique_id, ds, y, ensemble, method, low, high``; an interval that is not defined has no rows."""
    columns = ["unique_id", "ds", "y", "ensemble", "method", "low", "high"]
    frames = [
        pd.DataFrame(
            dict(
                zip(
                    columns,
                    (part.unique_id, part.ds, part.y, part.ensemble(), method, found.low, found.high),
                    strict=True,
                )
            )
        )
        for method, each in intervals.items()
        for part, found in zip(parts, each, strict=True)
        if found is not None
    ]
    return pd.concat(frames)
