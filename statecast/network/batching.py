"""The batches that a network was trained with, and which lane they give each row."""

from collections.abc import Sequence
from typing import NamedTuple

from statecast.network.lanes import (
    TOGETHER,
    Grid,
    Layout,
    Remainder,
    Walk,
    dealt_walk,
    sequence_walk,
    training_grid,
    training_walk,
)
from statecast.network.rows import SeriesRows


class Batching(NamedTuple):
    """The batches of a training; the names are those of params.yaml."""

    batch_size: int
    layout: Layout = "interleaved"
    remainder: Remainder = "drop"
    stateful: bool = True
    rows_per_update: int = 1

    @property
    def is_together(self) -> bool:
        """Return whether one network is trained on all series."""
        return self.layout in TOGETHER

    def grid(self, lengths: Sequence[int]) -> Grid:
        """Return the training grid of one network's sequences with these numbers of rows.

        Raises:
            StatecastError: the rows fill no batch.

        """
        return training_grid(
            lengths,
            self.batch_size,
            self.layout,
            remainder=self.remainder,
            stateful=self.stateful,
            rows_per_update=self.rows_per_update,
        )

    def exact_walk(self, series: SeriesRows) -> Walk:
        """Return the lane of each row under which forecasts are those of the trained network."""
        if self.layout == "interleaved_sequences":
            return dealt_walk(
                len(series.y),
                self.batch_size,
                stateful=self.stateful,
                rows_per_update=self.rows_per_update,
            )
        if self.layout == "sequences":
            return sequence_walk(
                [len(series.y)], stateful=self.stateful, rows_per_update=self.rows_per_update
            )
        train, *later = series.sizes
        return training_walk(
            self.grid([train]),
            sum(later),
            self.layout,
            stateful=self.stateful,
            rows_per_update=self.rows_per_update,
        )
