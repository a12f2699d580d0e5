"""The three scaled parts of every series as arrays."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.files import read_frame
from statecast.data.folds import fold_of

__all__ = ["PARTS", "Series", "fold_of", "read_series"]

PARTS = ("train", "validation", "test")


class Series(NamedTuple):
    """The rows of one series, oldest first, over all three parts."""

    unique_id: str
    ds: np.ndarray  # [N]
    x: np.ndarray  # [N, F]
    y: np.ndarray  # [N, O]
    sizes: tuple[int, int, int]  # rows of train, validation and test
    test_is_train: bool = False  # then the third size is 0, and the test rows are the training rows

    def part(self, name: str) -> slice:
        """Return where a part's rows are."""
        if name == "test" and self.test_is_train:
            return self.part("train")
        place = PARTS.index(name)
        return slice(sum(self.sizes[:place]), sum(self.sizes[: place + 1]))


def read_series(folder: Path) -> list[Series]:
    """Return the series of a folder with train.csv, validation.csv and test.csv."""
    frames = [read_frame(folder / f"{name}.csv") for name in PARTS]
    by_series = [dict(list(frame.groupby("unique_id", sort=False))) for frame in frames]
    return [_join(str(name), [parts.get(name, frames[0].iloc[:0]) for parts in by_series]) for name in by_series[0]]


def _join(name: str, parts: list[pd.DataFrame]) -> Series:
    test_is_train = parts[0]["ds"].tolist() == parts[2]["ds"].tolist()
    rows = pd.concat(parts[:2] if test_is_train else parts)
    targets = [column for column in rows.columns if column == "y" or column.startswith("y=")]
    inputs = [column for column in rows.columns if column not in ("unique_id", "ds", *targets)]
    sizes = (len(parts[0]), len(parts[1]), 0 if test_is_train else len(parts[2]))
    x, y = rows[inputs].to_numpy(np.float64), rows[targets].to_numpy(np.float64)
    return Series(name, rows["ds"].to_numpy(), x, y, sizes, test_is_train)
