"""The rows of a frame by series, as offsets into arrays, so that no frame is filtered in a loop.

Shape letters: N rows, G groups.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Bools, Ints
from statecast.base.identity import KEY_COLUMNS, SeriesKey


class Groups(NamedTuple):
    """Which rows belong together; groups stand in the order of their first rows."""

    order: Ints  # [N], the rows group by group, in their own order within each
    number: Ints  # [N], the group of each of these, from 0
    starts: Ints  # [G], where each group starts among these
    sizes: Ints  # [G]

    @property
    def first_rows(self) -> Ints:
        """Return the first row of each group [G]."""
        return self.order[self.starts]

    @property
    def positions(self) -> Ints:
        """Return how many rows of its own group are before each row, in ``order`` [N]."""
        return np.arange(len(self.order)) - self.starts[self.number]

    def slices(self) -> Iterator[slice]:
        """Yield where each group is among the rows in ``order``."""
        stops = self.starts + self.sizes
        for start, stop in zip(self.starts.tolist(), stops.tolist(), strict=True):
            yield slice(start, stop)

    def all_of(self, holds: Bools) -> Bools:
        """Return of each group whether something holds for all its rows, given in ``order`` [G]."""
        failures = np.bincount(self.number[~holds], minlength=len(self.starts))
        return failures == 0


def groups_of_labels(labels: Ints | pd.Series) -> Groups:
    """Return the rows of each different label, of labels [N] in any order."""
    number, _ = pd.factorize(labels)
    order = np.argsort(number, kind="stable")
    sizes = np.bincount(number)
    starts = np.cumsum(sizes) - sizes
    return Groups(order, number[order], starts, sizes)


def groups_of_series(frame: pd.DataFrame) -> Groups:
    """Return the rows of each series; ``frame`` has a column ``unique_id``."""
    return groups_of_labels(frame["unique_id"])


def groups_of_keys(frame: pd.DataFrame) -> Groups:
    """Return the rows of each series and fold; ``frame`` has ``unique_id`` and ``fold``."""
    number, _ = pd.factorize(frame["unique_id"])
    fold, folds = pd.factorize(frame["fold"])
    return groups_of_labels(number * max(1, len(folds)) + fold)


def keys_of(frame: pd.DataFrame, rows: Ints) -> list[SeriesKey]:
    """Return the series and folds of some rows of a frame with ``unique_id`` and ``fold``."""
    columns: Sequence[np.ndarray] = [frame[name].to_numpy()[rows] for name in KEY_COLUMNS]
    names, folds = columns
    return [SeriesKey(name, int(fold)) for name, fold in zip(names, folds, strict=True)]
