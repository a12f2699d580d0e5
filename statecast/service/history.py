"""The values that a model was trained on, as far as a page shows them."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.files import read_parquet
from statecast.data.groups import groups_of_series
from statecast.data.times import written_times
from statecast.service.journal import written_time
from statecast.service.shapes import KnownValue

FILE = "history.parquet"
COLUMNS = ("unique_id", "ds", "y")


class KnownHistory(NamedTuple):
    """The rows of all series, those of a series together and oldest first."""

    ds: np.ndarray  # [N]
    y: np.ndarray  # [N]
    bounds: dict[str, tuple[int, int]]  # of the rows of each series

    def tail(self, unique_id: str, count: int) -> list[KnownValue]:
        """Return the last values of a series, oldest first."""
        first, end = self.bounds.get(unique_id, (0, 0))
        start = max(first, end - count)
        pairs = zip(self.ds[start:end], self.y[start:end], strict=True)
        return [KnownValue(ds=written_time(ds), y=float(y)) for ds, y in pairs]


NOTHING = KnownHistory(np.empty(0, object), np.empty(0), {})


def read_history(folder: Path) -> KnownHistory:
    """Return the history of a model folder; nothing where it has none.

    Raises:
        StatecastError: the file is damaged.

    """
    path = folder / FILE
    return history_of(read_parquet(path, COLUMNS)) if path.is_file() else NOTHING


def history_of(frame: pd.DataFrame) -> KnownHistory:
    """Return the history in a long frame, sorted by time within each series."""
    groups = groups_of_series(frame)
    ordered = frame.take(groups.order)
    names = frame["unique_id"].to_numpy()[groups.first_rows]
    ends = np.cumsum(groups.sizes)
    bounds = {
        str(name): (int(end - size), int(end))
        for name, end, size in zip(names, ends, groups.sizes, strict=True)
    }
    ds = ordered["ds"]
    times = ds if ds.dtype.kind in "iuM" else written_times(ds)
    return KnownHistory(times.to_numpy(), ordered["y"].to_numpy(), bounds)
