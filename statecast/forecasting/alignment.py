"""The true values of a series, and where the rows of a part stand among them."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from statecast.data.folds import fold_of
from statecast.network.rows import Series

Floats = npt.NDArray[np.float64]


def series_of(unique_id: str, known: set[str]) -> str:
    """Return the series that a fold is of, or the name itself where it is known."""
    return unique_id if unique_id in known else fold_of(unique_id)[0]


def true_values(one: Series, frame: pd.DataFrame) -> Floats:
    """Return y of a series up to its last row; a fold's are those of its series.

    Args:
        one: the scaled rows.
        frame: all series, ``unique_id, ds, y``, with ``ds`` as ``one`` has it.

    """
    name = series_of(one.unique_id, set(frame["unique_id"]))
    rows = frame[frame["unique_id"] == name]
    last = int(np.flatnonzero(rows["ds"].to_numpy() == one.ds[-1])[-1])
    return rows["y"].to_numpy(float)[: last + 1]


def rows_of(one: Series, part: str, y: Floats) -> slice:
    """Return where the rows of a part stand in ``y``, whose last value is that of the last row."""
    offset, rows = len(y) - sum(one.sizes), one.part(part)
    return slice(offset + rows.start, offset + rows.stop)


def training_values(one: Series, y: Floats) -> Floats:
    """Return the values that the training rows and their lags are made of: those before validation and test."""
    return y[: rows_of(one, "train", y).stop]
