"""Whether the repeats of one experiment are better than those of another by more than chance."""

from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats, Ints
from statecast.base.errors import require

LEVEL = 0.95  # of the interval
SIZES = ((0.2, "a negligible"), (0.5, "a small"), (0.8, "a medium"))  # of an effect: Cohen's words


class RepeatErrors(NamedTuple):
    """The RMSE of each repeat of an experiment."""

    seeds: Ints  # [R]
    rmse: Floats  # [R]


class Comparison(NamedTuple):
    """P-values, the difference of the means (second - first) and its bootstrap interval."""

    welch: float
    mann_whitney: float
    difference: float
    low: float
    high: float
    paired: bool  # by seed
    effect: float | None  # the difference in pooled standard deviations: Cohen's d


def compare(
    first: RepeatErrors, second: RepeatErrors, *, draws: int = 9999, seed: int = 0
) -> Comparison:
    """Compare the repeats of two experiments; the same seeds make them pairs.

    Args:
        first: at least two repeats.
        second: at least two repeats.
        draws: of the bootstrap.
        seed: of these draws.

    Raises:
        StatecastError: an experiment has fewer repeats.

    """
    from scipy import stats

    fewest = min(len(first.rmse), len(second.rmse))
    require(fewest >= 2, "each experiment", "have at least 2 repeats to compare", fewest)
    paired = np.array_equal(first.seeds, second.seeds)
    difference = float(second.rmse.mean() - first.rmse.mean())
    low, high = _interval(first.rmse, second.rmse, paired=paired, draws=draws, seed=seed)
    pooled = (first.rmse.var(ddof=1) + second.rmse.var(ddof=1)) / 2
    if pooled > 0:
        welch = float(stats.ttest_ind(first.rmse, second.rmse, equal_var=False).pvalue)
        effect = difference / float(np.sqrt(pooled))
    else:
        welch = float(difference == 0)
        effect = None
    mann_whitney = float(stats.mannwhitneyu(first.rmse, second.rmse).pvalue)
    return Comparison(welch, mann_whitney, difference, low, high, paired, effect)


def verdict(comparison: Comparison, first: str, second: str) -> str:
    """Return in one sentence which of two experiments is better, and by how much."""
    if comparison.low <= 0 <= comparison.high:
        return f"{first} and {second} cannot be told apart: the interval of the difference holds 0"
    is_second = comparison.difference < 0
    better, worse = (second, first) if is_second else (first, second)
    words = f"{better} is better than {worse} by {abs(comparison.difference):.4g} in mean RMSE"
    if comparison.effect is None:
        return words
    return f"{words}, {_size(abs(comparison.effect))} difference"


def _interval(
    first: Floats, second: Floats, *, paired: bool, draws: int, seed: int
) -> tuple[float, float]:
    """Return the bootstrap interval of the difference of the means."""
    from scipy import stats

    if _is_constant(first, second, paired=paired):
        difference = float(second.mean() - first.mean())
        return difference, difference

    def difference_of_means(second: Floats, first: Floats, axis: int = -1) -> Floats:
        return np.asarray(second.mean(axis=axis) - first.mean(axis=axis))

    bootstrap = stats.bootstrap(
        (second, first),
        difference_of_means,
        paired=paired,
        vectorized=True,
        n_resamples=draws,
        confidence_level=LEVEL,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    interval = bootstrap.confidence_interval
    return float(interval.low), float(interval.high)


def _is_constant(first: Floats, second: Floats, *, paired: bool) -> bool:
    """Return whether every draw of the bootstrap would be the same."""
    if paired:
        return bool(np.ptp(second - first) == 0)
    return bool(np.ptp(first) == 0 and np.ptp(second) == 0)


def _size(effect: float) -> str:
    """Return the size of an effect in words."""
    for bound, name in SIZES:
        if effect < bound:
            return name
    return "a large"
