"""Windows at the ends of series, for cross-validation."""

from collections.abc import Iterator

import pandas as pd

from statecast.base.errors import require, shown
from statecast.base.logs import first_of


def cutoffs_of(windows: int, step: int, horizon: int) -> Iterator[int]:
    """Yield how many rows at the end of a series come after each cutoff, the oldest first.

    >>> list(cutoffs_of(3, 2, 6))
    [10, 8, 6]

    """
    for later in reversed(range(windows)):
        yield horizon + later * step


def cut_before(df: pd.DataFrame, later: int) -> pd.DataFrame:
    """Return the rows of each series but the last ones.

    Args:
        df: with a column ``unique_id``, sorted by time within each series.
        later: how many rows are left away.

    Raises:
        StatecastError: a series has no row before them.

    """
    rows = df["unique_id"].value_counts(sort=False)
    short = [shown(str(name)) for name in rows.index[rows <= later]]
    got = f"fewer in {first_of(short)}"
    require(not short, "every series", f"have more than {later} rows", got)
    return df[_from_end(df) >= later]


def rows_after(df: pd.DataFrame, later: int, horizon: int) -> pd.DataFrame:
    """Return the rows of a window: the first ``horizon`` of the last ``later`` of each series."""
    from_end = _from_end(df)
    return df[(from_end < later) & (from_end >= later - horizon)]


def _from_end(df: pd.DataFrame) -> "pd.Series[int]":
    return df.groupby("unique_id", sort=False).cumcount(ascending=False)
