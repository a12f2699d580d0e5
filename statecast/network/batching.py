"""The batches that a network was trained with, and which lane they give each row."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from statecast.base.identity import SeriesKey, shared_key
from statecast.network.lanes import (
    Grid,
    Layout,
    Remainder,
    Sharing,
    Walk,
    dealt_walk,
    sequence_walk,
    training_grid,
    training_walk,
)
from statecast.network.rows import SeriesRows

WALKS_KEPT = 128  # series of the same sizes share one


class Batching(NamedTuple):
    """The batches of a training; the names are those of params.yaml."""

    batch_size: int
    layout: Layout = "interleaved"
    remainder: Remainder = "drop"
    stateful: bool = True
    rows_per_update: int = 1
    network: Sharing = "each"

    @property
    def is_shared(self) -> bool:
        """Return whether one network is trained on all series."""
        return self.network == "all"

    def series_by_network(self, series: Iterable[SeriesRows]) -> dict[SeriesKey, list[SeriesRows]]:
        """Return the series that each network of a seed is trained on, by what it is called.

        A shared network has all series, or one fold of all of them.
        """
        groups: dict[SeriesKey, list[SeriesRows]] = {}
        for rows in series:
            key = shared_key(rows.key) if self.is_shared else rows.key
            groups.setdefault(key, []).append(rows)
        return groups

    def grid(self, lengths: Sequence[int]) -> Grid:
        """Return the training grid of one network's series with these numbers of rows.

        Raises:
            StatecastError: the rows fill no batch.

        """
        return training_grid(
            lengths,
            self.batch_size,
            self.layout,
            network=self.network,
            remainder=self.remainder,
            stateful=self.stateful,
            rows_per_update=self.rows_per_update,
        )

    def exact_walk(self, series: SeriesRows) -> Walk:
        """Return the lane of each row under which forecasts are those of the trained network."""
        train = series.sizes[0]
        return _exact_walk(self, train, len(series.y))


@lru_cache(WALKS_KEPT)
def _exact_walk(batching: Batching, train: int, total: int) -> Walk:
    """Return the walk of a series with so many training rows, and rows in total."""
    stateful, rows = batching.stateful, batching.rows_per_update
    if batching.layout == "sequences":
        return _read_only(sequence_walk([total], stateful=stateful, rows_per_update=rows))
    if batching.is_shared:
        lanes = batching.batch_size
        return _read_only(dealt_walk(total, lanes, stateful=stateful, rows_per_update=rows))
    grid = batching.grid([train])
    later = total - train
    walk = training_walk(grid, later, batching.layout, stateful=stateful, rows_per_update=rows)
    return _read_only(walk)


def _read_only(walk: Walk) -> Walk:
    """Return a walk that several series can share."""
    for array in walk:
        array.flags.writeable = False
    return walk
