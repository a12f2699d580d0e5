"""Tests between samples of which only size, mean and standard deviation may be known."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Literal, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from scipy import stats

from statecast.base.arrays import Floats

K = TypeVar("K", bound=Hashable)

LEVEL = 0.05  # a p-value below it is significant
POWER = 0.8  # four studies of five


class Moments(NamedTuple):
    """What a published table says of a sample."""

    size: int
    mean: float
    std: float  # divided by size - 1


class Quartiles(NamedTuple):
    """What a published box plot says of a sample."""

    size: int
    q25: float
    median: float
    q75: float

    @property
    def error(self) -> float:
        """Return the standard error of the median, from the box."""
        return 1.25 * (self.q75 - self.q25) / (1.35 * np.sqrt(self.size))


class Estimate(NamedTuple):
    """A figure and its 95 % confidence interval."""

    figure: float
    low: float
    high: float


class Trend(NamedTuple):
    """Rank correlation of values with the place of their group, and its p-value."""

    correlation: float
    p: float


def moments_of(values: npt.ArrayLike) -> Moments:
    """Return size, mean and standard deviation of values [N]."""
    array = np.asarray(values, float)
    return Moments(len(array), float(array.mean()), float(array.std(ddof=1)))


def welch(first: Moments, second: Moments) -> float:
    """Return the two-sided p-value of equal means, with no assumption on the spreads.

    Source: Welch (1947), Biometrika 34.
    """
    test = stats.ttest_ind_from_stats(
        first.mean,
        first.std,
        first.size,
        second.mean,
        second.std,
        second.size,
        equal_var=False,
    )
    return float(test.pvalue)


def equal_spreads(first: Moments, second: Moments) -> float:
    """Return the two-sided p-value of equal variances by the F test.

    The test takes both samples for normal.
    """
    ratio = (first.std / second.std) ** 2
    below = stats.f.cdf(ratio, first.size - 1, second.size - 1)
    above = stats.f.sf(ratio, first.size - 1, second.size - 1)
    return _two_sided(below, above)


def brown_forsythe(first: Floats, second: Floats) -> float:
    """Return the p-value of equal spreads of values [N] and [M].

    Source: Brown and Forsythe (1974), Journal of the American Statistical Association 69.
    """
    return float(stats.levene(first, second, center="median").pvalue)


def equal_medians(first: Floats, second: Floats) -> float:
    """Return the p-value of equal medians of values [N] and [M] by Mood's test.

    Source: Mood (1950), Introduction to the Theory of Statistics.
    """
    return float(stats.median_test(first, second).pvalue)


def notches(first: Quartiles, second: Quartiles) -> float:
    """Return the two-sided p-value of equal medians of which only the boxes are known.

    Source: McGill, Tukey and Larsen (1978), The American Statistician 32: the notches of box plots.
    """
    error = np.hypot(first.error, second.error)
    z = abs(first.median - second.median) / error
    return float(2 * stats.norm.sf(z))


def median_interval(values: npt.ArrayLike) -> Estimate:
    """Return the median of values [N] and its interval by order statistics.

    The interval holds for any distribution. Source: Conover (1999), Practical Nonparametric
    Statistics, 3.2.
    """
    array = np.sort(np.asarray(values, float))
    number = len(array)
    # as many values lie below the interval as above it, each side with 2.5 % at the most
    below = int(stats.binom.ppf(LEVEL / 2, number, 0.5)) - 1
    return Estimate(
        figure=float(np.median(array)),
        low=float(array[max(below, 0)]),
        high=float(array[number - 1 - max(below, 0)]),
    )


def share_interval(number: int, of: int) -> Estimate:
    """Return a share and its interval.

    Source: Clopper and Pearson (1934), Biometrika 26.
    """
    interval = stats.binomtest(number, of).proportion_ci(1 - LEVEL, method="exact")
    return Estimate(number / of, float(interval.low), float(interval.high))


def resampled_spread(published: Moments, values: npt.ArrayLike, draws: int = 2000) -> float:
    """Return how often a sample drawn from values is as far off as the published spread.

    The share is two-sided. Unlike the F test it takes nothing for normal.

    Args:
        published: the sample that is judged.
        values: [N], many more than ``published.size``.
        draws: how many samples are drawn.

    """
    shape = (draws, published.size)
    drawn = np.random.default_rng(0).choice(np.asarray(values, float), shape)
    spreads = drawn.std(axis=1, ddof=1)  # [draws]
    # the published sample counts as one of the draws, so that no share is 0
    above = (1 + np.sum(spreads >= published.std)) / (1 + draws)
    below = (1 + np.sum(spreads <= published.std)) / (1 + draws)
    return _two_sided(below, above)


def holm(p: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number, in the order given.

    Where all of them are compared with 0.05, the family errs in at most 5 %.

    Source: Holm (1979), Scandinavian Journal of Statistics 6.
    """
    order = np.argsort(p)
    weights = np.arange(len(p), 0, -1)
    stepped = np.asarray(p, float)[order] * weights
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(1, np.maximum.accumulate(stepped))
    return [float(value) for value in corrected]


def holm_by_name(p: Mapping[K, float]) -> dict[K, float]:
    """Return named p-values corrected by ``holm``."""
    corrected = holm(list(p.values()))
    return dict(zip(p, corrected, strict=True))


def rise(groups: Sequence[npt.ArrayLike]) -> Trend:
    """Return Spearman's rank correlation of values with the order of their groups.

    Args:
        groups: the values of each group, in the order in which they are said to rise.

    """
    return _spearman(groups, alternative="greater")


def trend(groups: Sequence[npt.ArrayLike]) -> Trend:
    """Return the same with a two-sided p-value: the values may rise or fall."""
    return _spearman(groups, alternative="two-sided")


def rising_means(samples: Sequence[Moments]) -> float:
    """Return the one-sided p-value of means that rise with the place of the sample.

    The test is a linear contrast: places, centred, are the weights of the means.
    """
    places = np.arange(len(samples))
    weights = places - places.mean()
    means = np.array([sample.mean for sample in samples])
    errors = np.array([sample.std / np.sqrt(sample.size) for sample in samples])
    slope = np.sum(weights * means)
    error = np.sqrt(np.sum((weights * errors) ** 2))
    return float(stats.norm.sf(slope / error))


def needed_repeats(difference: float, first: Moments, second: Moments) -> int:
    """Return how many repeats of each show a difference of means at 5 % in four studies of five."""
    deviations = stats.norm.ppf(1 - LEVEL / 2) + stats.norm.ppf(POWER)
    variance = first.std**2 + second.std**2
    repeats = variance * (deviations / difference) ** 2
    return int(np.ceil(repeats))


def _spearman(
    groups: Sequence[npt.ArrayLike], alternative: Literal["greater", "two-sided"]
) -> Trend:
    arrays = [np.asarray(group, float) for group in groups]
    sizes = [len(array) for array in arrays]
    places = np.repeat(np.arange(len(arrays)), sizes)  # of each value's group
    values = np.concatenate(arrays)
    test = stats.spearmanr(places, values, alternative=alternative)
    return Trend(float(test.statistic), float(test.pvalue))


def _two_sided(below: float, above: float) -> float:
    return float(min(1.0, 2 * min(below, above)))
