"""Prove by a number whether rebatched networks compute what the trained ones compute.

Shape letters: R repeats, N rows, O outputs.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from statecast.base.arrays import Singles
from statecast.forecasting.calls import Calls, calls_of, grid_calls
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.together import forecast, forecast_together, groups_of
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble
from statecast.network.lanes import StatePolicy, predecessors, with_policy
from statecast.network.rows import SeriesRows

ROUNDING = 1e-3  # of a scaled forecast in single precision; more is worth a word
POLICIES: tuple[StatePolicy, ...] = ("lanes", "carry", "reset")


class Parity(NamedTuple):
    """Whether rebatched networks compute the function of the trained ones."""

    exact: bool  # whether every row goes on from the same row as in training
    max_abs_difference: float  # between the forecasts of both, scaled, over rows and repeats
    exact_policies: list[StatePolicy]  # the policies that would be exact

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return self._asdict()

    def in_words(self, networks: Rebatched) -> str:
        """Return a sentence: whether the networks compute the function that was trained."""
        batching = networks.batching
        sizes = f"batch size {batching.batch_size} to {networks.batch_size}"
        change = f"{sizes}, {batching.layout}, state {networks.policy}"
        return f"{change}: {self._function()}"

    def _function(self) -> str:
        """Return which function it is, and by how much its forecasts differ."""
        difference = f"forecasts differ by at most {self.max_abs_difference:.2g} (scaled)"
        if self.exact and self.max_abs_difference <= ROUNDING:
            return f"the same function as trained, {difference}"
        if self.exact:
            return f"rows go on from the same rows as in training, but {difference}: by rounding"
        others = f"exact here: {', '.join(self.exact_policies)}"
        if self.max_abs_difference == 0:
            return f"rows go on from other rows than in training, but no forecast differs; {others}"
        return f"ANOTHER function than trained, {difference}; {others}"


def parity(networks: Rebatched, series: Sequence[SeriesRows]) -> Parity:
    """Compare the forecasts of trained and rebatched networks over all rows of all series.

    The forecasts of a few series are kept at a time.
    """
    difference = max(_difference(networks, group) for group in _groups(networks, series))
    exact = exact_policies(networks, series)
    return Parity(networks.policy in exact, difference, exact)


def _groups(networks: Rebatched, series: Sequence[SeriesRows]) -> Iterator[Sequence[SeriesRows]]:
    """Yield series that are compared at a time; those of a shared network stay together."""
    batching = networks.batching
    if batching.is_shared:
        yield from batching.series_by_network(series).values()
        return
    repeats = len(networks.ensemble.seeds)
    for group in groups_of([rows.y.size * repeats for rows in series]):
        yield series[group]


def _difference(networks: Rebatched, series: Sequence[SeriesRows]) -> float:
    """Return the largest absolute difference between the forecasts of some series."""
    trained = trained_forecasts(networks.ensemble, networks.batching, series)
    rebatched = rebatched_forecasts(networks, series)
    pairs = zip(trained, rebatched, strict=True)
    return max(float(np.nanmax(np.abs(before - after))) for before, after in pairs)


def exact_policies(networks: Rebatched, series: Sequence[SeriesRows]) -> list[StatePolicy]:
    """Return the state policies under which every row goes on from the same row as in training.

    They compute the trained function.
    """
    if networks.ensemble.network.cell == "dense":
        return list(POLICIES)  # without a state all policies are the same
    exact = list(POLICIES)
    by_sizes = {(rows.sizes, len(rows.y)): rows for rows in series}  # they say what the walk is
    for rows in by_sizes.values():
        walk = networks.batching.exact_walk(rows)
        wanted = predecessors(walk)
        exact = [
            policy
            for policy in exact
            if np.array_equal(predecessors(with_policy(walk, policy)), wanted)
        ]
    return exact


def rebatched_forecasts(networks: Rebatched, series: Sequence[SeriesRows]) -> list[Singles]:
    """Return the forecasts of each series at the new batch size.

    Returns:
        Of each series [R, N, O]; NaN for rows that are left out.

    """
    calls = [calls_of(networks.walk(rows), networks.batch_size) for rows in series]
    return _forecasts(networks.ensemble, series, calls)


def _forecasts(
    ensemble: Ensemble, series: Sequence[SeriesRows], calls: Sequence[Calls]
) -> list[Singles]:
    """Return the forecasts of each series in its calls."""
    keys = [rows.key for rows in series]
    return forecast_together(ensemble, keys, [rows.x for rows in series], calls)


def trained_calls(series: SeriesRows, batching: Batching) -> Calls:
    """Return the calls of the trained network itself.

    The grid of its training comes first, then the later rows at the same batch size.
    """
    walk = batching.exact_walk(series)
    if batching.is_shared:
        return calls_of(walk, batching.batch_size)
    train = series.sizes[0]
    is_training = np.arange(len(walk.lane)) < train
    later = calls_of(walk.without(is_training), batching.batch_size)
    return grid_calls(batching.grid([train])).then(later)


def trained_forecasts(
    ensemble: Ensemble, batching: Batching, series: Sequence[SeriesRows]
) -> list[Singles]:
    """Return the forecasts of each series in the lanes of the training.

    Returns:
        Of each series [R, N, O]; NaN for rows that are left out.

    """
    by_series = _forecasts(ensemble, series, [trained_calls(rows, batching) for rows in series])
    if batching.is_shared:
        forecasts = {rows.key: own for rows, own in zip(series, by_series, strict=True)}
        for group in batching.series_by_network(series).values():
            shared = _side_by_side(ensemble, batching, group)
            _put_training_rows([forecasts[rows.key] for rows in group], shared, group)
    return by_series


def _side_by_side(ensemble: Ensemble, batching: Batching, series: Sequence[SeriesRows]) -> Singles:
    """Return the forecasts of the grid in which all series of a network were trained.

    Returns:
        [R, training rows of all series, O]

    """
    lengths = [rows.sizes[0] for rows in series if rows.sizes[0]]
    calls = grid_calls(batching.grid(lengths))
    x = np.concatenate([rows.x[rows.part("train")] for rows in series])
    weights = ensemble.weights_of(series[0].key)
    return forecast(ensemble.network, weights, x, calls)


def _put_training_rows(
    by_series: list[Singles], together: Singles, series: Sequence[SeriesRows]
) -> None:
    """Write forecasts [R, training rows of all series, O] over those of each series."""
    start = 0
    for forecasts, rows in zip(by_series, series, strict=True):
        stop = start + rows.sizes[0]
        forecasts[:, rows.part("train")] = together[:, start:stop]
        start = stop
