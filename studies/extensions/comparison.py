"""Each extension beside the plain configuration: its error, and how fast it learns."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from scipy import stats

from statecast.base.arrays import Floats
from studies.extensions.result import ExtensionResult, MeanCurves, Results
from studies.reproduction.statistics import LEVEL, Moments, holm_by_name, moments_of, welch

Speed = Literal["slower", "faster", "not told apart"]


class Effect(NamedTuple):
    """What an extension does to the mean RMSE."""

    change: float  # of the mean
    p: float  # Welch's test against the plain configuration
    corrected: float  # the same after Holm, over the extensions of the series

    @property
    def word(self) -> str:
        """Return the verdict in a word."""
        if self.corrected >= LEVEL:
            return "not told apart"
        return "better" if self.change < 0 else "worse"


class LearningSpeed(NamedTuple):
    """When the repeats are half trained, beside those of the plain configuration."""

    halfway: float  # median of the repeats; inf: most of them never are
    speed: Speed  # told apart at 5 % by ranks, after Holm


def moments(result: ExtensionResult) -> Moments:
    """Return size, mean and standard deviation of the RMSE."""
    return moments_of(result.rmse)


def effects(results: Results) -> dict[str, Effect]:
    """Return what each extension does to the mean; the first result is the plain one."""
    plain, *extensions = results
    before = moments(results[plain])
    p = {name: welch(before, moments(results[name])) for name in extensions}
    corrected = holm_by_name(p)
    return {
        name: Effect(moments(results[name]).mean - before.mean, p[name], corrected[name])
        for name in extensions
    }


def learning(results: Results) -> dict[str, LearningSpeed]:
    """Return how fast the repeats of each extension learn; the first result is the plain one.

    Epochs are told apart by the rank test of Mann and Whitney, two-sided, with Holm's correction; a
    repeat that is never half trained is the last of all.
    """
    plain, *extensions = results
    before = with_never(results[plain].curves.halfway)
    later = {name: _later(with_never(results[name].curves.halfway), before) for name in extensions}
    corrected = holm_by_name({name: test.p for name, test in later.items()})
    return {
        name: LearningSpeed(
            halfway=halfway_epoch(results[name].curves),
            speed=_speed(later[name].is_later, corrected[name]),
        )
        for name in extensions
    }


def halfway_epoch(curves: MeanCurves) -> float:
    """Return the median epoch at which a repeat is half trained; infinity stands for never."""
    return float(np.median(with_never(curves.halfway)))


def with_never(epochs: Sequence[int | None]) -> Floats:
    """Return epochs [R] in which infinity stands for never."""
    return np.array([np.inf if epoch is None else epoch for epoch in epochs])


class _Later(NamedTuple):
    is_later: bool
    p: float


def _later(epochs: Floats, others: Floats) -> _Later:
    """Return whether epochs are later than others, and the p-value of a rank test."""
    test = stats.mannwhitneyu(epochs, others, method="asymptotic")
    pairs = len(epochs) * len(others)
    p = 1.0 if np.isnan(test.pvalue) else float(test.pvalue)  # NaN: all of them are equal
    return _Later(bool(test.statistic > pairs / 2), p)


def _speed(is_later: bool, corrected: float) -> Speed:
    if corrected >= LEVEL:
        return "not told apart"
    return "slower" if is_later else "faster"
