"""The combination of members: weights by validation errors, forecasts, intervals, figures.

Shape letters: J members, K origins, H steps ahead, T test rows.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats
from statecast.best.members import Member, rmse_of
from statecast.evaluation.combining import combined, member_weights, weights_above_persistence
from statecast.evaluation.part_ahead import PartAhead
from statecast.forecasting.intervals import Interval, half_width, half_widths
from statecast.study.combination import Rule


class Combination(NamedTuple):
    """Members together; the last of them is persistence."""

    members: list[Member]  # [J]
    weights: Floats  # [J], one step ahead
    weights_ahead: Floats  # [J], of forecasts of several steps
    validation: list[PartAhead]
    test: PartAhead
    rule: Rule

    def methods(self, networks: int) -> list[str]:
        """Return the names of the members behind so many networks."""
        return [own.name for own in self.members[networks:]]

    def test_forecast(self) -> Floats:
        """Return the forecasts one step ahead [T]."""
        return self.test.forecast[:, 0]

    def after(self, forecasts: Sequence[Floats | None]) -> Floats:
        """Return the forecast after the end [H] of those of the members.

        Args:
            forecasts: of each member [H]; None counts nothing.

        """
        known = [own is not None for own in forecasts]
        weights = np.where(known, self.weights_ahead, 0.0)
        if weights.sum() == 0:
            weights[-1] = 1.0
        horizon = len(next(own for own in forecasts if own is not None))
        missing = np.full(horizon, np.nan)
        stacked = np.stack([missing if own is None else own for own in forecasts])
        return combined(stacked, weights / weights.sum(), self.rule.weights)


def combination_of(members: Sequence[Member], persistence: Member, rule: Rule) -> Combination:
    """Return members together, weighed by their errors on the validation rows of the folds.

    Args:
        members: networks and methods.
        persistence: stands in where all are worse than it, if there is a floor.
        rule: how members are weighed.

    """
    weights = _weights(members, persistence, rule, step=0)
    ahead = _weights(members, persistence, rule, step=None)
    every = [*members, persistence]
    validation = [
        _together([own.validation[fold] for own in every], weights, ahead, rule)
        for fold in range(len(persistence.validation))
    ]
    test = _together([own.test for own in every], weights, ahead, rule)
    return Combination(every, weights, ahead, validation, test, rule)


def interval_held_out(together: Combination, level: float) -> Interval | None:
    """Return the interval one step ahead on the test rows [T], of the validation errors alone.

    Args:
        together: the combination.
        level: the share of the values that it is to hold.

    Returns:
        The interval; None if there are too few validation rows.

    """
    residuals = np.concatenate([own.residuals()[:, 0] for own in together.validation])
    half = half_width(residuals, level)
    forecast = together.test_forecast()
    return None if half is None else Interval(forecast - half, forecast + half)


def interval_after(together: Combination, forecast: Floats, level: float) -> Interval | None:
    """Return the interval after the end [H], of the validation and test errors at each step.

    Args:
        together: the combination.
        forecast: after the end [H].
        level: the share of the values that it is to hold.

    Returns:
        The interval; None if there are too few rows.

    """
    parts = [*together.validation, together.test]
    half = half_widths(np.concatenate([own.residuals() for own in parts]), level)
    return None if half is None else Interval(forecast - half, forecast + half)


def figures_of(together: Combination) -> dict[str, float]:
    """Return the RMSE on the test rows one step ahead: together, and of each member by its name."""
    figures = {"together": rmse_of([together.test], step=0)}
    return figures | {own.name: own.test_rmse() for own in together.members}


def _weights(
    members: Sequence[Member], persistence: Member, rule: Rule, *, step: int | None
) -> Floats:
    """Return the weights of members and, as the last one, of persistence [J].

    A member that cannot forecast all test rows has none.
    """
    errors = np.array([own.validation_rmse(step=step) for own in members])
    is_usable = [np.isfinite(rmse_of([own.test])) for own in members]
    errors = np.where(is_usable, errors, np.inf)
    floor = persistence.validation_rmse(step=step)
    if rule.is_floored:
        return weights_above_persistence(errors, floor, rule.weights, power=rule.power)
    return np.append(member_weights(errors, rule.weights, power=rule.power), 0.0)


def _together(parts: Sequence[PartAhead], weights: Floats, ahead: Floats, rule: Rule) -> PartAhead:
    """Return the forecasts of members together; the first step has weights of its own."""
    forecasts = np.stack([own.forecast for own in parts])  # [J, K, H]
    is_known = np.isfinite(parts[0].y)
    filled = np.where(is_known, forecasts, 0.0)
    forecast = combined(filled, ahead, rule.weights)
    forecast[:, 0] = combined(filled[..., 0], weights, rule.weights)
    return parts[0]._replace(forecast=np.where(is_known, forecast, np.nan))
