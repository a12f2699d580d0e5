"""Several forecasts as one: the networks, and the networks with the automatic models.

Shape letters: K members, D series, H steps ahead.
"""

from collections.abc import Sequence

import numpy as np

from benchmarks.accuracy.competition import HORIZON, Competition, scaled_errors
from benchmarks.accuracy.results import Entry
from statecast.base.arrays import Floats
from statecast.evaluation.combining import combined, member_weights
from statecast.evaluation.measures import rmse

POWER = 16  # of the errors on earlier months, by which members are weighted


def combinations(entries: Sequence[Entry], asked: Competition) -> list[Entry]:
    """Return the best single network by earlier months, all of them, and all with the methods."""
    networks = [entry for entry in entries if entry.kind == "network"]
    methods = [entry for entry in entries if entry.kind == "method"]
    halves = [
        averaged("networks together", networks),
        weighted_by_step("automatic models together", methods, asked),
    ]
    return [
        best_by_earlier("single network, by validation", networks, asked),
        *halves,
        averaged("networks and automatic models", halves),
    ]


def averaged(name: str, members: Sequence[Entry]) -> Entry:
    """Return the mean of the members' forecasts."""
    equal = np.full((len(members), 1, 1), 1 / len(members))
    return _of_weights(name, members, equal)


def weighted_by_step(name: str, members: Sequence[Entry], asked: Competition) -> Entry:
    """Return the forecasts, at each step ahead the better members more than the others.

    All series have the same weights: single series have too few earlier months to tell members
    apart at one step.
    """
    weights = member_weights(errors_by_step(members, asked), power=POWER)  # [K, H]
    return _of_weights(name, members, weights[..., None])


def best_by_earlier(name: str, members: Sequence[Entry], asked: Competition) -> Entry:
    """Return of each series the forecasts of the member that was best before."""
    best = earlier_errors(members, asked).argmin(axis=0)  # [D]
    is_best = np.arange(len(members))[:, None] == best  # [K, D]
    return _of_weights(name, members, is_best.astype(float)[:, None])


def errors_by_step(members: Sequence[Entry], asked: Competition) -> Floats:
    """Return the MASE of each member and step on the months before the test part [K, H]."""
    before = asked.before()
    return np.stack([scaled_errors(own.earlier, before).mean(axis=0) for own in members])


def earlier_errors(members: Sequence[Entry], asked: Competition) -> Floats:
    """Return the RMSE of each member and series on the months before the test part [K, D]."""
    truth = asked.before().future
    return np.stack([rmse_by_series(entry.earlier, truth) for entry in members])


def rmse_by_series(forecast: Floats, truth: Floats) -> Floats:
    """Return the RMSE [D] of forecasts [D, H]."""
    pairs = zip(forecast, truth, strict=True)
    return np.array([rmse(own, y) for own, y in pairs])


def _of_weights(name: str, members: Sequence[Entry], weights: Floats) -> Entry:
    """Return the weighted means of the members' forecasts; weights are [K, H or 1, D or 1]."""
    shape = (len(members), HORIZON, len(members[0].forecast))
    by_step = np.broadcast_to(weights, shape)  # [K, H, D]
    forecast = combined(np.stack([entry.forecast.T for entry in members]), by_step)
    earlier = combined(np.stack([entry.earlier.T for entry in members]), by_step)
    seconds = sum(entry.seconds for entry in members)
    return Entry(name, "combination", forecast.T, earlier.T, seconds)
