"""The trained network at another batch size: the plan of its calls, and the proof that it computes the same."""

from typing import NamedTuple

import numpy as np

from statecast.model.dataset import Series
from statecast.model.forecast import forecast
from statecast.model.lanes import (
    Calls,
    Layout,
    State,
    Walk,
    calls,
    grid_calls,
    training_grid,
    training_walk,
    with_state,
)
from statecast.model.trained import Model


class Trained(NamedTuple):
    """How a network was trained, as far as its state goes."""

    batch_size: int
    layout: Layout = "interleaved"


def exact_walk(one: Series, trained: Trained) -> Walk:
    """Return the lane of each row of a series under which forecasts are those of the trained network."""
    grid = training_grid([one.sizes[0]], trained.batch_size, trained.layout)
    return training_walk(grid, sum(one.sizes[1:]), trained.layout)


def plan(one: Series, trained: Trained, *, batch_size: int, state: State) -> Calls:
    """Return the calls that forecast all rows of a series at a batch size and under a state policy."""
    walk = exact_walk(one, trained)
    return calls(with_state(walk, np.zeros(len(walk.lane), np.int64), state), batch_size)


def trained_plan(one: Series, trained: Trained) -> Calls:
    """Return the calls of the trained network itself: its grid, then the later rows at its own batch size."""
    grid = training_grid([one.sizes[0]], trained.batch_size, trained.layout)
    walk = exact_walk(one, trained)
    is_later = np.arange(len(walk.lane)) >= one.sizes[0]
    later = calls(walk._replace(lane=np.where(is_later, walk.lane, -1)), trained.batch_size)
    return Calls(*(np.concatenate(parts) for parts in zip(grid_calls(grid), later, strict=True)))


def largest_difference(model: Model, one: Series, trained: Trained, *, batch_size: int, state: State) -> float:
    """Return the largest absolute difference between the forecasts of both networks, scaled, over rows and repeats."""
    weights = model.of_series(one.unique_id)
    before = forecast(model.network, weights, one.x, trained_plan(one, trained))
    after = forecast(model.network, weights, one.x, plan(one, trained, batch_size=batch_size, state=state))
    return float(np.nanmax(np.abs(before - after)))
