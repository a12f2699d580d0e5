"""How a network was trained, as far as its state goes, and the lane of each row that follows from it."""

from typing import NamedTuple

from statecast.network.lanes import (
    Grid,
    Layout,
    Remainder,
    Walk,
    sequence_walk,
    training_grid,
    training_walk,
)
from statecast.network.rows import Series


class Batching(NamedTuple):
    """How a network was trained, as far as its state goes; the names are those of params.yaml."""

    batch_size: int
    layout: Layout = "interleaved"
    remainder: Remainder = "drop"
    stateful: bool = True
    timesteps: int = 1


def grid_of(lengths: list[int], trained: Batching) -> Grid:
    """Return the training grid of one network's sequences."""
    return training_grid(
        lengths,
        trained.batch_size,
        trained.layout,
        remainder=trained.remainder,
        stateful=trained.stateful,
        timesteps=trained.timesteps,
    )


def exact_walk(one: Series, trained: Batching) -> Walk:
    """Return the lane of each row of a series under which forecasts are those of the trained network."""
    stateful, timesteps = trained.stateful, trained.timesteps
    if trained.layout == "sequences":
        return sequence_walk([len(one.y)], stateful=stateful, timesteps=timesteps)
    grid = grid_of([one.sizes[0]], trained)
    return training_walk(grid, sum(one.sizes[1:]), trained.layout, stateful=stateful, timesteps=timesteps)
