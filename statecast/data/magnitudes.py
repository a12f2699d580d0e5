"""Whether numbers are of a size that can be computed with.

Training is in single precision, which ends at 3e38, and squares what it is given; errors are
squared in double precision, which ends at 1e308. A size is a largest absolute value.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.base.errors import require, shown
from statecast.base.identity import rows_by_key
from statecast.data.inputs import value_columns
from statecast.data.scaling import Scaler

OF_A_SERIES = (1e-30, 1e30)
OF_A_SCALE = (1e-17, 1e17)  # of y: errors are divided by its square in single precision
OF_SCALED = (1e-9, 1e9)  # an optimizer takes squares of squares of such values


def require_magnitudes(frame: pd.DataFrame) -> None:
    """Check the sizes of the values of each series; values that are all 0 have none.

    Args:
        frame: ``unique_id, ds, y`` and the features; columns of text are left alone.

    Raises:
        StatecastError: a size is too small or too large; the message has series, column and time.

    """
    low, high = OF_A_SERIES
    must = f"be rescaled: its largest value must be from {low:g} to {high:g}"
    names = frame.columns.difference(["unique_id", "ds"], sort=False)
    for name in frame[names].select_dtypes("number").columns:
        size = frame[name].abs()
        largest = size.groupby(frame["unique_id"], sort=False).idxmax()
        for unique_id, row in largest.items():
            fits = size[row] == 0 or low <= size[row] <= high
            where = f"series {shown(unique_id)}, column {shown(name)}"
            require(fits, where, must, f"{frame[name][row]:g} at {frame['ds'][row]}")


def require_scaled_magnitudes(parts: Mapping[str, pd.DataFrame], scaler: Scaler) -> None:
    """Check the sizes of scaled values, and of the scales of y.

    Args:
        parts: scaled rows; those of ``train`` may not be too small either.
        scaler: which scaled them.

    Raises:
        StatecastError: a size is too small or too large; the message has the series.

    """
    if scaler.is_symbols:
        return
    for key, rows in rows_by_key(parts["train"]).items():
        _require_scale(scaler.line(key).scale, shown(str(key)))
        lowest, _ = OF_SCALED
        y = _size(rows["y"].to_numpy())
        must = f"have scaled values of at least {lowest:g}: rescale it, or choose another `method`"
        require(y == 0 or y >= lowest, f"series {shown(str(key))}", must, f"{y:g}")
    for part, frame in parts.items():
        _require_not_large(frame, part)


def _require_scale(scale: float, name: str) -> None:
    low, high = OF_A_SCALE
    must = f"be rescaled: {low:g} to {high:g} must be 1 on the scale of `method`"
    require(low <= scale <= high, f"series {name}", must, f"{1 / scale:g}")


def _require_not_large(frame: pd.DataFrame, part: str) -> None:
    _, highest = OF_SCALED
    columns = value_columns(frame)
    values = np.abs(frame[columns].to_numpy(float))
    too_large = np.argwhere(~(values <= highest))
    if not len(too_large):
        return
    row, column = too_large[0]
    name = f"series {shown(frame['unique_id'].iloc[row])}, {shown(columns[column])}"
    must = f"have scaled values of at most {highest:g}: rescale it, or choose another `method`"
    got = f"{values[row, column]:g} in the {part} row {frame['ds'].iloc[row]}"
    require(False, name, must, got)


def _size(values: Floats) -> float:
    return float(np.abs(values).max(initial=0))
