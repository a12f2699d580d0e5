"""The trained network at another batch size: the plan of its calls, and the proof of what it computes."""

from typing import NamedTuple

import numpy as np

from statecast.forecasting.calls import forecast
from statecast.network.batching import Batching, exact_walk, grid_of
from statecast.network.ensemble import Model
from statecast.network.lanes import IDLE, Calls, State, calls, grid_calls, predecessors, with_state
from statecast.network.rows import Series

POLICIES: tuple[State, ...] = ("lanes", "carry", "reset")


class Parity(NamedTuple):
    """Whether the rebatched network computes the trained one's function."""

    exact: bool  # every row goes on from the row that it went on from in training
    max_abs_difference: float  # between the forecasts of both, scaled, over rows and repeats
    exact_policies: list[str]  # those that would be exact


def plan(one: Series, trained: Batching, *, batch_size: int, state: State) -> Calls:
    """Return the calls that forecast all rows of a series at a batch size and under a state policy."""
    return calls(with_state(exact_walk(one, trained), state), batch_size)


def trained_plan(one: Series, trained: Batching) -> Calls:
    """Return the calls of the trained network itself: its grid, then the later rows at its own batch size."""
    walk = exact_walk(one, trained)
    if trained.layout == "sequences":
        return calls(walk, trained.batch_size)
    grid = grid_of([one.sizes[0]], trained)
    is_later = np.arange(len(walk.lane)) >= one.sizes[0]
    later = calls(walk._replace(lane=np.where(is_later, walk.lane, IDLE)), trained.batch_size)
    return Calls(*(np.concatenate(parts) for parts in zip(grid_calls(grid), later, strict=True)))


def exact_policies(one: Series, trained: Batching) -> list[str]:
    """Return the state policies under which every row goes on from the row that it went on from in training."""
    walk = exact_walk(one, trained)
    wanted = predecessors(walk)
    return [state for state in POLICIES if np.array_equal(predecessors(with_state(walk, state)), wanted)]


def parity(model: Model, series: list[Series], trained: Batching, *, batch_size: int, state: State) -> Parity:
    """Compare the forecasts of both networks over all rows and repeats of all series."""
    before = trained_forecasts(model, series, trained)
    after = [
        forecast(
            model.network, model.of_series(one.unique_id), one.x, plan(one, trained, batch_size=batch_size, state=state)
        )
        for one in series
    ]
    difference = max(float(np.nanmax(np.abs(old - new))) for old, new in zip(before, after, strict=True))
    exact: list[str] = [policy for policy in POLICIES if all(policy in exact_policies(one, trained) for one in series)]
    if model.network.cell == "dense":
        exact = list(POLICIES)  # without a state there is nothing to go on from
    return Parity(state in exact, difference, exact)


def trained_forecasts(model: Model, series: list[Series], trained: Batching) -> list[np.ndarray]:
    """Return the forecasts [R, N, O] of each series in the lanes of the training, NaN for rows left out."""
    found = [
        forecast(model.network, model.of_series(one.unique_id), one.x, trained_plan(one, trained)) for one in series
    ]
    if trained.layout == "sequences":
        grid = grid_of([one.sizes[0] for one in series], trained)
        x = np.concatenate([one.x[one.part("train")] for one in series])
        together = forecast(model.network, model.of_series(series[0].unique_id), x, grid_calls(grid))
        ends = np.cumsum([one.sizes[0] for one in series])
        for own, one, end in zip(found, series, ends, strict=True):
            own[:, one.part("train")] = together[:, end - one.sizes[0] : end]
    return found
