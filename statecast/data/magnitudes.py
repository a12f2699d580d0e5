"""Whether numbers are of a size that can be computed with.

Training is in single precision, which ends at 3e38, and squares what it is given; errors are
squared in double precision, which ends at 1e308. A size is a largest absolute value.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, require, shown
from statecast.base.identity import SeriesKey
from statecast.data.groups import groups_of_keys, groups_of_series, keys_of
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
    groups = groups_of_series(frame)
    names = frame.columns.difference(["unique_id", "ds"], sort=False)
    for name in frame[names].select_dtypes("number").columns:
        size = np.abs(frame[name].to_numpy(float)[groups.order])
        largest = np.maximum.reduceat(size, groups.starts)  # [G]
        low, high = OF_A_SERIES
        fits = (largest == 0) | ((low <= largest) & (largest <= high))
        if not fits.all():
            series = list(groups.slices())[np.argmin(fits)]
            row = groups.order[series][size[series].argmax()]
            raise _wrong_magnitude(frame.iloc[row], str(name))


def _wrong_magnitude(row: pd.Series, name: str) -> StatecastError:
    """Return the error of a column of the series that has a row, its largest."""
    low, high = OF_A_SERIES
    where = f"series {shown(row['unique_id'])}, column {shown(name)}"
    must = f"be rescaled: its largest value must be from {low:g} to {high:g}"
    return StatecastError(f"{where} must {must}, got {row[name]:g} at {row['ds']}")


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
    train = parts["train"]
    groups = groups_of_keys(train)
    size = np.abs(train["y"].to_numpy(float)[groups.order])
    largest = np.maximum.reduceat(size, groups.starts).tolist()
    for key, y in zip(keys_of(train, groups.first_rows), largest, strict=True):
        _require_scale(scaler.line(key).scale, key)
        _require_not_small(y, key)
    for part, frame in parts.items():
        _require_not_large(frame, part)


def _require_scale(scale: float, key: SeriesKey) -> None:
    low, high = OF_A_SCALE
    if low <= scale <= high:
        return
    must = f"be rescaled: {low:g} to {high:g} must be 1 on the scale of `method`"
    raise StatecastError(f"series {shown(str(key))} must {must}, got {1 / scale:g}")


def _require_not_small(y: float, key: SeriesKey) -> None:
    """Check the largest scaled value of a series."""
    lowest, _ = OF_SCALED
    if y == 0 or y >= lowest:
        return
    must = f"have scaled values of at least {lowest:g}: rescale it, or choose another `method`"
    raise StatecastError(f"series {shown(str(key))} must {must}, got {y:g}")


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
