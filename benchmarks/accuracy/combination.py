"""Several forecasts as one: the networks, and the networks with the automatic models.

Shape letters: K members, D series, H steps ahead.
"""

from collections.abc import Sequence

import numpy as np

from benchmarks.accuracy.competition import Competition
from benchmarks.accuracy.results import Entry
from statecast.base.arrays import Floats
from statecast.evaluation.combining import combined, member_weights
from statecast.evaluation.measures import rmse

POWER = 2  # of the errors on earlier months, by which members are weighted


def combinations(entries: Sequence[Entry], asked: Competition) -> list[Entry]:
    """Return the best single network by earlier months, all of them, and all with the methods."""
    networks = [entry for entry in entries if entry.kind == "network"]
    methods = [entry for entry in entries if entry.kind == "method"]
    halves = [
        averaged("networks together", networks),
        weighted("automatic models together", methods, asked),
    ]
    return [
        best_by_earlier("single network, by validation", networks, asked),
        *halves,
        averaged("networks and automatic models", halves),
    ]


def averaged(name: str, members: Sequence[Entry]) -> Entry:
    """Return the mean of the members' forecasts."""
    equal = np.full((len(members), len(members[0].forecast)), 1 / len(members))  # [K, D]
    return _of_weights(name, members, equal)


def weighted(name: str, members: Sequence[Entry], asked: Competition) -> Entry:
    """Return the forecasts, of each series the better members more than the others."""
    weights = member_weights(earlier_errors(members, asked), power=POWER)
    return _of_weights(name, members, weights)


def best_by_earlier(name: str, members: Sequence[Entry], asked: Competition) -> Entry:
    """Return of each series the forecasts of the member that was best before."""
    best = earlier_errors(members, asked).argmin(axis=0)  # [D]
    is_best = np.arange(len(members))[:, None] == best
    return _of_weights(name, members, is_best.astype(float))


def earlier_errors(members: Sequence[Entry], asked: Competition) -> Floats:
    """Return the RMSE of each member and series on the months before the test part [K, D]."""
    truth = asked.before().future
    return np.stack([rmse_by_series(entry.earlier, truth) for entry in members])


def rmse_by_series(forecast: Floats, truth: Floats) -> Floats:
    """Return the RMSE [D] of forecasts [D, H]."""
    pairs = zip(forecast, truth, strict=True)
    return np.array([rmse(own, y) for own, y in pairs])


def _of_weights(name: str, members: Sequence[Entry], weights: Floats) -> Entry:
    forecast = combined(np.stack([entry.forecast for entry in members]), weights)
    earlier = combined(np.stack([entry.earlier for entry in members]), weights)
    seconds = sum(entry.seconds for entry in members)
    return Entry(name, "combination", forecast, earlier, seconds)
