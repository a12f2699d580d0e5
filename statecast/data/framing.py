"""Lagged inputs beside each value, and the split at the end of each series."""

from typing import NamedTuple

import pandas as pd


class Split(NamedTuple):
    """Rows of the three parts, each oldest first within a series."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame


def add_lags(frame: pd.DataFrame, lookback: int) -> pd.DataFrame:
    """Return ``unique_id, ds, lag_k ... lag_1, y``; the first ``lookback`` rows of a series have no lags and go.

    Args:
        frame: ``unique_id, ds, y``, sorted by time within each series.
        lookback: how many values before y are inputs, at least 1.

    """
    values = frame.groupby("unique_id", sort=False)["y"]
    lags = {f"lag_{lag}": values.shift(lag) for lag in range(lookback, 0, -1)}
    framed = pd.concat([frame[["unique_id", "ds"]], pd.DataFrame(lags), frame["y"]], axis=1)
    return framed[values.cumcount() >= lookback].reset_index(drop=True)


def split_rows(framed: pd.DataFrame, validation_size: int, test_size: int) -> Split:
    """Return the parts: the last ``test_size`` rows of each series, the ``validation_size`` before, and the rest."""
    from_end = framed.groupby("unique_id", sort=False).cumcount(ascending=False)
    test = from_end < test_size
    validation = ~test & (from_end < test_size + validation_size)
    return Split(framed[~test & ~validation], framed[validation], framed[test])
