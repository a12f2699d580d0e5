"""Members together: weights by validation errors, forecasts, intervals.

Shape letters: J members, D series, K origins, H steps ahead.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats
from statecast.base.errors import require
from statecast.evaluation.combining import (
    Weights,
    combined,
    member_weights,
    weights_above_persistence,
)
from statecast.evaluation.part_ahead import PartAhead, combined_ahead, residuals_by_series
from statecast.forecasting.intervals import half_widths
from statecast.study.members import Member

Halves = dict[str, Floats | None]  # by series: half the width of the interval at each step [H]


class Rule(NamedTuple):
    """How members are weighed."""

    weights: Weights = "validation"
    power: float = 4
    is_floored: bool = True  # whether members that are worse than persistence have no weight


class Combination(NamedTuple):
    """Members together; the last of them is persistence."""

    members: list[Member]  # [J]
    names: list[str]  # of the series [D]
    weights: Floats  # [J, D], one step ahead
    weights_ahead: Floats  # [J, D], of forecasts of several steps
    validation: list[PartAhead]
    test: list[PartAhead]  # of each series [D]
    rule: Rule

    def after(self, forecasts: Sequence[Sequence[Floats | None]]) -> list[Floats]:
        """Return the forecast of each series after its end [H].

        Args:
            forecasts: of each member those of each series [H]; None counts nothing.

        """
        of_series = zip(*forecasts, strict=True)
        return [self._after(own, self.weights_ahead[:, at]) for at, own in enumerate(of_series)]

    def _after(self, forecasts: Sequence[Floats | None], weights: Floats) -> Floats:
        known = [own is not None for own in forecasts]
        left = np.where(known, weights, 0.0)
        if left.sum() == 0:
            left[-1] = 1.0
        horizon = len(next(own for own in forecasts if own is not None))
        missing = np.full(horizon, np.nan)
        stacked = np.stack([missing if own is None else own for own in forecasts])
        return combined(stacked, left / left.sum(), self.rule.weights)


def combination_of(members: Sequence[Member], persistence: Member, rule: Rule) -> Combination:
    """Return members together, weighed by their errors on the validation rows of each series.

    Args:
        members: networks and methods.
        persistence: stands in for a series on which all are worse, if there is a floor.
        rule: how members are weighed.

    Raises:
        StatecastError: members forecast different rows.

    """
    _require_same_rows(members, persistence)
    names = [own.key.unique_id for own in persistence.test]
    weights = _weights(members, persistence, names, rule, step=0)
    ahead = _weights(members, persistence, names, rule, step=None)
    every = [*members, persistence]

    def of_part(parts: Sequence[Sequence[PartAhead]]) -> list[PartAhead]:
        return combined_ahead(parts, names, weights, ahead, rule.weights)

    validation = of_part([own.validation for own in every])
    test = of_part([own.test for own in every])
    return Combination(every, names, weights, ahead, validation, test, rule)


def halves_held_out(together: Combination, level: float) -> Halves:
    """Return half the widths of the intervals on the test rows, of the validation errors alone.

    Args:
        together: the combination.
        level: the share of the values that they are to hold.

    Returns:
        Of each series [H]; None where there are too few validation rows.

    """
    return _halves(together.validation, level)


def halves_after(together: Combination, level: float) -> Halves:
    """Return half the widths of the intervals after the end, of the validation and test errors.

    The arguments and what is returned are those of ``halves_held_out``.
    """
    return _halves([*together.validation, *together.test], level)


def _halves(ahead: Iterable[PartAhead], level: float) -> Halves:
    residuals = residuals_by_series(ahead)
    return {name: half_widths(own, level) for name, own in residuals.items()}


def _require_same_rows(members: Sequence[Member], persistence: Member) -> None:
    for own in members:
        same = _same_rows(own.validation, persistence.validation)
        same = same and _same_rows(own.test, persistence.test)
        require(same, "configurations to combine", "forecast the same rows", "others")


def _same_rows(own: Sequence[PartAhead], other: Sequence[PartAhead]) -> bool:
    """Return whether two members have the same series and folds, with the same true values."""
    if [part.key for part in own] != [part.key for part in other]:
        return False
    pairs = zip(own, other, strict=True)
    return all(np.array_equal(one.y, two.y, equal_nan=True) for one, two in pairs)


def _weights(
    members: Sequence[Member],
    persistence: Member,
    names: Sequence[str],
    rule: Rule,
    *,
    step: int | None,
) -> Floats:
    """Return the weights of members and, as the last one, of persistence [J, D].

    A member that cannot forecast all test rows of a series has none there.
    """
    errors = np.stack([own.validation_rmse(names, step=step) for own in members])
    is_usable = np.stack([own.can_forecast_all(names) for own in members])
    errors = np.where(is_usable & np.isfinite(errors), errors, np.inf)
    floor = persistence.validation_rmse(names, step=step)
    if rule.is_floored:
        return weights_above_persistence(errors, floor, rule.weights, power=rule.power)
    weights = member_weights(errors, rule.weights, power=rule.power)
    has_none = np.isnan(weights).any(axis=0, keepdims=True)  # [1, D]
    return np.concatenate([np.where(has_none, 0.0, weights), has_none.astype(np.float64)])
