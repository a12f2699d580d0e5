"""Tests between samples of which only size, mean and standard deviation may be known."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats


class Sample(NamedTuple):
    """What a published table says of a sample."""

    size: int
    mean: float
    std: float  # divided by size - 1


class Trend(NamedTuple):
    """Rank correlation of the values with the place of their group, and its p-value against a rise."""

    correlation: float
    p: float


def sample_of(values: npt.ArrayLike) -> Sample:
    """Return size, mean and standard deviation of values [N]."""
    array = np.asarray(values, float)
    return Sample(len(array), float(array.mean()), float(array.std(ddof=1)))


def welch(first: Sample, second: Sample) -> float:
    """Return the two-sided p-value of equal means, with no assumption on the spreads.

    Source: Welch (1947), Biometrika 34.
    """
    return float(stats.ttest_ind_from_stats(*_parts(first), *_parts(second), equal_var=False).pvalue)


def equal_spreads(first: Sample, second: Sample) -> float:
    """Return the two-sided p-value of equal variances by the F test; both samples are taken for normal."""
    ratio = (first.std / second.std) ** 2
    below = stats.f.cdf(ratio, first.size - 1, second.size - 1)
    above = stats.f.sf(ratio, first.size - 1, second.size - 1)
    return float(min(1.0, 2 * min(below, above)))


def resampled_spread(published: Sample, values: npt.ArrayLike, draws: int = 2000) -> float:
    """Return the two-sided share of samples drawn from ``values`` whose spread is as far off as the published one.

    Unlike the F test it takes nothing for normal; ``values`` should be many more than ``published.size``.
    """
    array = np.asarray(values, float)
    drawn = np.random.default_rng(0).choice(array, (draws, published.size)).std(axis=1, ddof=1)
    above = (1 + np.sum(drawn >= published.std)) / (1 + draws)
    below = (1 + np.sum(drawn <= published.std)) / (1 + draws)
    return float(min(1.0, 2 * min(above, below)))


def holm(p: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number, in the order given: below 0.05, the family errs in at most 5 %.

    Source: Holm (1979), Scandinavian Journal of Statistics 6.
    """
    order = np.argsort(p)
    stepped = np.asarray(p, float)[order] * np.arange(len(p), 0, -1)
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(1, np.maximum.accumulate(stepped))
    return [float(one) for one in corrected]


def rise(groups: Sequence[npt.ArrayLike]) -> Trend:
    """Return Spearman's rank correlation of values and the order of their groups, tested against a rise."""
    values = np.concatenate([np.asarray(group, float) for group in groups])
    places = np.repeat(np.arange(len(groups)), [len(np.asarray(group)) for group in groups])
    found = stats.spearmanr(places, values, alternative="greater")
    return Trend(float(found.statistic), float(found.pvalue))


def needed_repeats(difference: float, first: Sample, second: Sample) -> int:
    """Return how many repeats of each show a difference of means at 5 % in four studies of five."""
    wanted = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    return int(np.ceil((first.std**2 + second.std**2) * (wanted / difference) ** 2))


def _parts(sample: Sample) -> tuple[float, float, int]:
    return sample.mean, sample.std, sample.size
