"""A frame of a caller becomes the long frame of the pipeline."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, one_line, require, shown
from statecast.base.identity import NETWORK
from statecast.data.cells import ids
from statecast.data.gaps import Gaps
from statecast.data.series import regular_frame
from statecast.data.times import times
from statecast.data.usable import require_usable

ROW = ["unique_id", "ds"]
LATEST = 10**18 - 1  # a time that is a whole number has as many digits in a file


def history_of(df: pd.DataFrame, covariates: Sequence[str], gaps: Gaps) -> pd.DataFrame:
    """Return the long frame of a caller's: times as text, sorted, checked.

    Args:
        df: ``unique_id, ds, y`` and the covariates; with several targets of a network also
            ``network``. Other columns are left alone.
        covariates: columns that stand beside the series.
        gaps: how missing times and missing values are filled.

    Raises:
        StatecastError: a column is missing, a value is no finite number, a time comes twice, or
            something is missing and nothing fills it.

    """
    require_columns(df, [*ROW, "y", *covariates], "df")
    rows = df.reset_index(drop=True)
    frame = pd.DataFrame({"unique_id": ids(rows["unique_id"].astype(str))})
    if NETWORK in rows:
        frame[NETWORK] = _networks_of(rows)
    frame["ds"] = times_of(rows["ds"])
    for name in ("y", *covariates):
        frame[name] = numbers_of(rows[name], may_miss=gaps.fill is not None)
    history = regular_frame(frame, gaps)
    require_usable(history)
    return history.assign(ds=history["ds"].astype(str))


def features_of(df: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return the values of features after the ends of series.

    Args:
        df: ``unique_id, ds`` and the features.
        names: of the features.

    Returns:
        ``unique_id, ds`` and the features; NaN where a value is missing, which is an error only at
        a time that is forecast.

    Raises:
        StatecastError: a column is missing, or a value is infinite or no number.

    """
    require_columns(df, [*ROW, *names], "X_df")
    rows = df.reset_index(drop=True)
    frame = pd.DataFrame({"unique_id": rows["unique_id"].astype(str), "ds": times_of(rows["ds"])})
    for name in names:
        frame[name] = numbers_of(rows[name], may_miss=True)
    return frame


def require_columns(df: pd.DataFrame, names: Sequence[str], where: str) -> None:
    """Check that a frame has columns, and rows.

    Raises:
        StatecastError: it has not.

    """
    is_frame = isinstance(df, pd.DataFrame)
    must = "be a pandas DataFrame"
    if hasattr(df, "to_pandas"):
        must += f": {where}.to_pandas() makes one"
    kind = type(df)
    got = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    require(is_frame, where, must, got)
    missing = [name for name in names if name not in df]
    must = f"have the columns {', '.join(names)}"
    require(not missing, where, must, f"no {', '.join(missing)}")
    twice = [name for name in names if isinstance(df[name], pd.DataFrame)]
    require(not twice, where, "have each column once", f"{', '.join(twice)} twice")
    require(len(df) > 0, where, "have rows", "none")
    for name in ("unique_id", NETWORK):
        if name in df:
            _require_ids(df[name])


def _require_ids(column: pd.Series) -> None:
    """Check that each cell of a column may be compared, none is missing, and no two look alike.

    Raises:
        StatecastError: one may not or is missing, or two differ and are the same text: 1 and "1".

    """
    must = "have an id in every row"
    require(bool(column.notna().all()), str(column.name), must, "none in some")
    try:
        different = column.unique()
    except TypeError:
        must = "be text or numbers"
        got = type(column.iloc[0]).__name__
        raise StatecastError(f"{column.name} must {must}, got cells such as a {got}") from None
    by_text: dict[str, Any] = {}
    for own in different:
        other = by_text.setdefault(str(own), own)
        got = f"{shown(other)} and {shown(own)}"
        require(other is own, str(column.name), "have ids that differ as text", got)


def _networks_of(rows: pd.DataFrame) -> "pd.Series[str]":
    """Return which network forecasts the series of each row.

    Raises:
        StatecastError: a series has several.

    """
    networks = ids(rows[NETWORK].astype(str))
    pairs = pd.DataFrame({"unique_id": rows["unique_id"], NETWORK: networks}).drop_duplicates()
    several = pairs["unique_id"][pairs["unique_id"].duplicated()]
    must = "be the same in all rows of a series"
    got = f"several of {shown(several.iloc[0])}" if len(several) else ""
    require(several.empty, f"column {NETWORK}", must, got)
    return networks


def times_of(ds: pd.Series) -> pd.Series:
    """Return times as integers or timestamps without a zone.

    Raises:
        StatecastError: there are others.

    """
    if pd.api.types.is_integer_dtype(ds):
        require(bool(ds.notna().all()), "ds", "have a time in every row", "NA")
        require(int(ds.max()) <= LATEST, "ds", f"be at most {LATEST}", ds.max())
        return ds.astype("int64")
    if all(isinstance(time, str) for time in ds):
        return times(ds.astype(str))
    must = "be dates or integers"
    require(not pd.api.types.is_numeric_dtype(ds), "ds", must, ds.dtype)
    is_period = isinstance(ds.dtype, pd.PeriodDtype)
    require(not is_period, "ds", f"{must}: df['ds'].dt.to_timestamp() makes dates", ds.dtype)
    dates = _dates_of(ds)
    zone = getattr(dates.dt, "tz", None)
    must = "have no zone: df['ds'].dt.tz_localize(None) keeps what the clock showed"
    require(zone is None, "ds", must, zone)
    require(bool(dates.notna().all()), "ds", "have a time in every row", "NaT")
    return dates


def _dates_of(ds: pd.Series) -> pd.Series:
    """Return dates of any class as timestamps."""
    try:
        return pd.to_datetime(ds)
    except (ValueError, TypeError) as error:
        raise StatecastError(f"ds must be dates or integers, got: {one_line(error)}") from None


def numbers_of(column: pd.Series, *, may_miss: bool = False) -> "pd.Series[float]":
    """Return a column as finite numbers; a missing one is NaN where it may miss.

    Raises:
        StatecastError: a value is no finite number.

    """
    types = pd.api.types
    is_real = types.is_numeric_dtype(column) and not types.is_complex_dtype(column)
    is_number = is_real and not types.is_bool_dtype(column)
    where = f"column {shown(column.name)}"
    require(is_number, where, "be numbers", column.dtype)
    values = column.astype(float)
    bad = ~np.isfinite(values.to_numpy()) & ~(values.isna().to_numpy() & may_miss)
    if bad.any():
        first = int(bad.argmax())
        must = f"have finite numbers alone, row {first} has {values.iloc[first]}"
        raise StatecastError(f"{where} must {must} ({int(bad.sum())} such rows)")
    return values
