"""Tables behind charts over time, which are small: the first series, the last rows of each.

What comes whole stands in ``data``.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

SERIES_DRAWN = 24  # of many
ROWS_DRAWN = 2_000  # of a long series: more than a chart has pixels
ROW = ["unique_id", "ds"]
ENSEMBLE = "ensemble"  # among methods, the mean forecast of the repeats
HORIZONS_DRAWN = 6  # horizons at the end of a series that are drawn, with what is forecast
FEWEST_AHEAD = 6  # a shorter horizon counts as this one


class Drawn(NamedTuple):
    """The series that charts draw."""

    names: list[str]
    words: str | None  # how many of them these are; None: all

    def rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of these series of a table: of each the last times."""
        own = frame[frame["unique_id"].isin(self.names)]
        counts = _times(own)
        if counts.max(initial=0) <= ROWS_DRAWN:
            return own
        by_series = own["ds"].groupby(own["unique_id"], sort=False, observed=True)
        place = by_series.transform(lambda ds: pd.factorize(ds)[0])
        count = by_series.transform("nunique")
        return own[place.astype(int) >= count.astype(int) - ROWS_DRAWN]

    def words_of(self, frame: pd.DataFrame) -> str | None:
        """Return what of a table is drawn, series and rows; None: all of it."""
        counts = _times(frame[frame["unique_id"].isin(self.names)])
        if counts.max(initial=0) <= ROWS_DRAWN:
            return self.words
        if self.words is not None:
            return f"{self.words}, the last {ROWS_DRAWN:,} rows of each"
        if len(counts) > 1:
            return f"the last {ROWS_DRAWN:,} rows of each series"
        return f"the last {ROWS_DRAWN:,} of {counts[0]:,} rows"


def drawn_of(names: Sequence[str]) -> Drawn:
    """Return the series that charts draw of those with some names: the first ones of many."""
    first = list(names[:SERIES_DRAWN])
    words = None
    if len(names) > len(first):
        words = f"the first {len(first)} of {len(names)} series"
    return Drawn(first, words)


def series_drawn(series: pd.DataFrame, test: pd.DataFrame) -> pd.DataFrame:
    """Return ``unique_id, ds, y, part``; the part is empty but for test rows.

    Args:
        series: ``unique_id, ds, y`` and other columns.
        test: ``unique_id, ds`` of the test rows, each once or more often.

    """
    of_test = set(zip(test["unique_id"], test["ds"], strict=True))
    rows = zip(series["unique_id"], series["ds"], strict=True)
    part = ["test" if row in of_test else "" for row in rows]
    return series[[*ROW, "y"]].assign(part=part)


def baselines_drawn(forecasts: pd.DataFrame, baselines: pd.DataFrame) -> pd.DataFrame:
    """Return ``unique_id, ds, method, y, forecast`` of the mean of the repeats and of baselines.

    Args:
        forecasts: ``unique_id, ds, y, forecast`` of each repeat.
        baselines: ``unique_id, ds, method, y, forecast`` of each baseline, and other columns.

    """
    by_row = forecasts.groupby(ROW, sort=False, observed=True)
    mean = by_row[["y", "forecast"]].mean().reset_index().assign(method=ENSEMBLE)
    columns = [*ROW, "method", "y", "forecast"]
    return pd.concat([mean[columns].astype(dict.fromkeys(ROW, str)), baselines[columns]])


def future_drawn(series: pd.DataFrame, future: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Return the end of each series, and below it what comes next.

    Args:
        series: ``unique_id, ds, y`` and other columns, oldest first.
        future: ``unique_id, ds`` and what is forecast.
        horizon: rows that are forecast.

    """
    before = HORIZONS_DRAWN * max(horizon, FEWEST_AHEAD) - horizon
    known = series.groupby("unique_id", sort=False).tail(before)
    return pd.concat([known[[*ROW, "y"]], future])


def _times(frame: pd.DataFrame) -> np.ndarray:
    """Return how many different times each series of a table has [S]."""
    by_series = frame["ds"].groupby(frame["unique_id"], sort=False, observed=True)
    return by_series.nunique().to_numpy()
