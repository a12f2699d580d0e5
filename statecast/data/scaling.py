"""Scale the columns of a frame with scikit-learn's scalers, fitted on the training rows alone.

A fitted scaler is kept as two numbers a column and series, ``scaled = value * scale + offset``, so that later stages
undo it without scikit-learn.
"""

from typing import Any

import numpy as np
import pandas as pd

Scaler = dict[str, Any]


def value_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns that are scaled: the inputs and y."""
    return [column for column in frame.columns if column not in ("unique_id", "ds")]


def fit_scaler(train: pd.DataFrame, method: str, minimum: float = -1, maximum: float = 1) -> Scaler:
    """Return the scaler of the training rows, each series and column by itself.

    Args:
        train: ``unique_id, ds, lag_k ... lag_1, y``.
        method: ``minmax`` (to ``minimum`` .. ``maximum``), ``standard`` (mean 0, standard deviation 1) or ``none``.
        minimum: lower end of minmax's range.
        maximum: upper end of minmax's range.

    """
    columns = value_columns(train)
    series = {
        str(name): dict(zip(("scale", "offset"), _fit(part[columns], method, minimum, maximum), strict=True))
        for name, part in train.groupby("unique_id", sort=False)
    }
    return {"method": method, "columns": columns, "series": series}


def _fit(values: pd.DataFrame, method: str, minimum: float, maximum: float) -> tuple[list[float], list[float]]:
    if method == "none":
        return [1.0] * values.shape[1], [0.0] * values.shape[1]
    from sklearn.preprocessing import MinMaxScaler, StandardScaler

    if method == "minmax":
        fitted = MinMaxScaler((minimum, maximum)).fit(values)
        return fitted.scale_.tolist(), fitted.min_.tolist()
    fitted = StandardScaler().fit(values)
    return (1 / fitted.scale_).tolist(), (-fitted.mean_ / fitted.scale_).tolist()


def scale_frame(frame: pd.DataFrame, scaler: Scaler) -> pd.DataFrame:
    """Return the frame with its inputs and y scaled."""
    scaled = frame.astype(dict.fromkeys(scaler["columns"], float))
    for name, fitted in scaler["series"].items():
        rows = scaled["unique_id"] == name
        scaled.loc[rows, scaler["columns"]] = scaled.loc[rows, scaler["columns"]] * fitted["scale"] + fitted["offset"]
    return scaled


def unscale(values: np.ndarray, scaler: Scaler, unique_id: str, column: str = "y") -> np.ndarray:
    """Return scaled values of one series and column on the scale before."""
    fitted, place = scaler["series"][unique_id], scaler["columns"].index(column)
    return np.asarray((values - fitted["offset"][place]) / fitted["scale"][place])
