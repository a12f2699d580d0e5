"""The CSV files between the stages: series.csv, differenced.csv, framed and baselines.csv."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from statecast.base.errors import require
from statecast.base.files import as_written, read_frame
from statecast.base.identity import KEY_COLUMNS, NETWORK, PARTS, SeriesKey
from statecast.base.paths import BASELINES, FRAMED, SERIES
from statecast.data.inputs import Inputs, value_columns
from statecast.forecasting.alignment import AlignedSeries, align
from statecast.network.rows import SeriesRows

LONG = ("unique_id", "ds", "y")
OF_BASELINES = (*KEY_COLUMNS, "ds", "part", "method", "y", "forecast", "far_away")


def read_long(path: Path, covariates: Sequence[str] = (), *, symbols: bool = False) -> pd.DataFrame:
    """Return ``unique_id, ds, y`` and the covariates, of series.csv or differenced.csv.

    Args:
        path: the file.
        covariates: columns that it must have beside the others.
        symbols: whether the values stay text.

    Raises:
        StatecastError: the file is missing or damaged.

    """
    columns = (*LONG, *covariates)
    frame = read_frame(path, columns, symbols=symbols)
    with as_written(path):
        require(len(frame) > 0, "the file", "have rows", "none")
        _require_values(frame[list(columns)])
    return frame


def read_aligned(series: Sequence[SeriesRows]) -> list[AlignedSeries]:
    """Return each series beside its true values up to its last row; of joint rows each target.

    Raises:
        StatecastError: series.csv is missing or damaged, or has other series or times.

    """
    frame = read_long(SERIES)
    with as_written(SERIES):
        return align(series, frame)


def read_framed(inputs: Inputs, *, symbols: bool = False) -> dict[str, pd.DataFrame]:
    """Return the rows of each part: ``unique_id, fold, ds``, the inputs, y.

    Args:
        inputs: what a row is.
        symbols: whether the values stay text.

    Raises:
        StatecastError: a file is missing or damaged, or has other inputs.

    """
    values = [*(column.name for column in inputs.columns()), "y"]
    parts = {}
    for part in PARTS:
        path = FRAMED / f"{part}.csv"
        frame = read_frame(path, (*KEY_COLUMNS, "ds"), symbols=symbols)
        with as_written(path):
            found = value_columns(frame)
            require(found == values, "the values", f"be {', '.join(values)}", ", ".join(found))
            _require_values(frame)
        parts[part] = frame
    with as_written(FRAMED):
        require(len(parts["train"]) > 0, "train.csv", "have rows", "none")
    return parts


def read_baselines(series: Sequence[AlignedSeries]) -> pd.DataFrame:
    """Return ``unique_id, fold, ds, part, method, y, forecast, far_away`` of the baselines.

    Args:
        series: those that were forecast.

    Raises:
        StatecastError: the file is missing or damaged, or has forecasts of other rows.

    """
    frame = read_frame(BASELINES, OF_BASELINES)
    rows = {aligned.key: aligned.rows for aligned in series}
    group: Any
    with as_written(BASELINES):
        _require_values(frame)
        for group, forecasts in frame.groupby([*KEY_COLUMNS, "part", "method"], sort=False):
            unique_id, fold, part, method = group
            of_key = rows[SeriesKey(unique_id, fold)]
            same = forecasts["ds"].tolist() == of_key.ds[of_key.part(part)].tolist()
            where = f"forecasts of {method}"
            require(same, where, f"be of the {part} rows of {unique_id}", "other rows")
    return frame


def _require_values(frame: pd.DataFrame) -> None:
    """Check that no value is missing: no number is NaN, and no symbol is empty."""
    names = ["unique_id", NETWORK]  # which may be empty
    values = frame.drop(columns=names, errors="ignore")
    missing = [str(name) for name, column in values.items() if _misses_some(column)]
    require(not missing, "every row", "have all values", f"none in {', '.join(missing)}")


def _misses_some(column: pd.Series) -> bool:
    """Return whether a value of a column is missing; numbers are never empty."""
    if pd.api.types.is_numeric_dtype(column):
        return bool(column.isna().any())
    return bool((column.isna() | (column == "")).any())
