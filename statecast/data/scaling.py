"""Scale the columns of a frame with scikit-learn's scalers, fitted on the training rows alone.

A fitted scaler is kept as two numbers a column and series, ``scaled = value * scale + offset``, so that later stages
undo it without scikit-learn. Symbols become one column each for every symbol of the alphabet, ``y=a`` and so on.
"""

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from statecast.base.errors import require

Scaler = dict[str, Any]


def value_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns that are scaled: the inputs and y."""
    return [column for column in frame.columns if column not in ("unique_id", "ds")]


def fit_scaler(train: pd.DataFrame, method: str, minimum: float = -1, maximum: float = 1) -> Scaler:
    """Return the scaler of the training rows, each series and column by itself.

    Args:
        train: ``unique_id, ds, lag_k ... lag_1, y``.
        method: ``minmax`` (to ``minimum`` .. ``maximum``), ``standard`` (mean 0, standard deviation 1), ``none``, or
            ``onehot`` for symbols, whose alphabet is learned from the rows.
        minimum: lower end of minmax's range.
        maximum: upper end of minmax's range.

    """
    columns = value_columns(train)
    if method == "onehot":
        symbols = {str(symbol) for column in columns for symbol in train[column]}
        return {"method": method, "columns": columns, "alphabet": sorted(symbols, key=_natural)}
    series = {
        str(name): dict(zip(("scale", "offset"), _fit(part[columns], method, minimum, maximum), strict=True))
        for name, part in train.groupby("unique_id", sort=False)
    }
    return {"method": method, "columns": columns, "series": series}


def _natural(symbol: str) -> tuple[int, str]:
    return (int(symbol), "") if symbol.isdecimal() else (1 << 62, symbol)


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
    if scaler["method"] == "onehot":
        return _one_hot(frame, scaler["columns"], scaler["alphabet"])
    scaled = frame.astype(dict.fromkeys(scaler["columns"], float))
    for name, fitted in scaler["series"].items():
        rows = scaled["unique_id"] == name
        scaled.loc[rows, scaler["columns"]] = scaled.loc[rows, scaler["columns"]] * fitted["scale"] + fitted["offset"]
    return scaled


def _one_hot(frame: pd.DataFrame, columns: list[str], alphabet: list[str]) -> pd.DataFrame:
    found = {str(symbol) for column in columns for symbol in frame[column]}
    what = f"be of the alphabet of the training rows: {' '.join(alphabet)}"
    require(found <= set(alphabet), "every symbol", what, " ".join(sorted(found - set(alphabet))))
    hot = {
        f"{name}={symbol}": (frame[name].astype(str) == symbol).astype(int) for name in columns for symbol in alphabet
    }
    return pd.concat([frame[["unique_id", "ds"]], pd.DataFrame(hot, index=frame.index)], axis=1)


def target_scale(scaler: Scaler) -> dict[str, float]:
    """Return how much 1 on the scale before is on the scaled one, by unique_id; 1 for symbols."""
    if scaler["method"] == "onehot":
        return defaultdict(lambda: 1.0)
    place = scaler["columns"].index("y")
    return {name: fitted["scale"][place] for name, fitted in scaler["series"].items()}


def unscale(values: np.ndarray, scaler: Scaler, unique_id: str, column: str = "y") -> np.ndarray:
    """Return scaled values of one series and column on the scale before."""
    fitted, place = scaler["series"][unique_id], scaler["columns"].index(column)
    return np.asarray((values - fitted["offset"][place]) / fitted["scale"][place])
