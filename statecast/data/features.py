"""What is known ahead of series: values of their features at the times after their ends.

Shape letter: H rows after the end of a series.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, require, shown
from statecast.data.cells import ids, numbers
from statecast.data.magnitudes import OF_A_SERIES
from statecast.data.table import Columns
from statecast.data.times import TimeForm, times, written_times

STEP = "step"  # column: which row after the end, from 1, where there are no times


def features_ahead(
    table: pd.DataFrame, columns: Columns, *, form: TimeForm | None = None, decimal: str = "."
) -> pd.DataFrame:
    """Return the values of features that a table has.

    Args:
        table: from ``read_table``.
        columns: which of its columns holds what; there need be no values of the series.
        form: how the times are written; None: integers, or dates with the year first.
        decimal: the mark before the fraction of a number, a point or a comma.

    Returns:
        ``unique_id`` where the table has ids, ``ds`` (integers or timestamps) or, without a column
        of times, ``step``, and the features.

    Raises:
        StatecastError: a column is missing, or a cell is no time and no finite number.

    """
    wanted = [columns.unique_id, columns.time, *columns.features]
    missing = [name for name in wanted if name is not None and name not in table]
    require(not missing, "`features`", f"have the columns {missing}", f"only {list(table)}")
    frame = pd.DataFrame(index=table.index)
    if columns.unique_id is not None:
        frame["unique_id"] = ids(table[columns.unique_id])
    if columns.time is None:
        frame[STEP] = _in_order(frame)
    else:
        frame["ds"] = times(table[columns.time], form)
    for name in columns.features:
        frame[name] = numbers(table[name], decimal=decimal)
    return frame.reset_index(drop=True)


def with_features(
    unknown: pd.DataFrame, features: pd.DataFrame | None, names: Sequence[str]
) -> pd.DataFrame:
    """Return rows after the ends of series with the values of the features at their times.

    Args:
        unknown: ``unique_id, ds`` as text, H rows of each series in the order of time.
        features: from ``features_ahead``; rows at other times are left alone. Without ``unique_id``
            they are those of every series.
        names: of the features.

    Raises:
        StatecastError: a row is missing or there twice, or a value is not finite or too large.

    """
    where = "`features`"
    if features is None:
        raise StatecastError(f"{where} must give {', '.join(names)} after the end, got none")
    asked = unknown.assign(ds=written_times(unknown["ds"]), step=_in_order(unknown))
    keys = [name for name in ("unique_id", "ds", STEP) if name in features]
    _require_alike(asked, features, keys)
    twice = features[features.duplicated(keys)]
    require(twice.empty, where, "have each time of a series once", f"{_first(twice, keys)} twice")
    known = asked[keys].merge(features[[*keys, *names]], on=keys, how="left", sort=False)
    values = known[list(names)].to_numpy(float)
    bad = ~np.isfinite(values).all(axis=1)
    must = f"have a finite {', '.join(names)} at every time after the end"
    require(not bad.any(), where, must, f"none {_first(unknown[bad], ['unique_id', 'ds'])}")
    _require_sizes(unknown, values)
    return unknown.assign(**dict(zip(names, values.T, strict=True)))


def _require_sizes(unknown: pd.DataFrame, values: np.ndarray) -> None:
    """Check that values of features can be computed with in single precision."""
    _, largest = OF_A_SERIES
    bad = (np.abs(values) > largest).any(axis=1)
    must = f"have values of at most {largest:g}"
    got = f"a larger one {_first(unknown[bad], ['unique_id', 'ds'])}"
    require(not bad.any(), "`features`", must, got)


def _in_order(frame: pd.DataFrame) -> "pd.Series[int]":
    """Return the place of each row within its series, from 1."""
    if "unique_id" in frame:
        return frame.groupby("unique_id", sort=False).cumcount() + 1
    return pd.Series(np.arange(1, len(frame) + 1), index=frame.index)


def _require_alike(asked: pd.DataFrame, features: pd.DataFrame, keys: Sequence[str]) -> None:
    """Check that both have dates, or both have integers."""
    for name in {"ds"} & set(keys):
        dates = [pd.api.types.is_datetime64_any_dtype(own[name]) for own in (asked, features)]
        got = shown(str(features[name].iloc[0]) if len(features) else "no row")
        require(dates[0] == dates[1], "`features`", "have times such as the series has", got)


def _first(rows: pd.DataFrame, keys: Sequence[str]) -> str:
    """Return the first of some rows in words: ``of 'a' at 2024-01-31``."""
    if rows.empty:
        return ""
    words = {"unique_id": "of {!r}", "ds": "at {}", STEP: "in row {}"}
    return " ".join(words[key].format(rows[key].iloc[0]) for key in keys)
