"""Whether the repeats of one experiment are better than those of another by more than chance."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from statecast.base.errors import require

Floats = npt.NDArray[np.float64]
LEVEL = 0.95  # of the interval


class Sample(NamedTuple):
    """The RMSE of each repeat of an experiment."""

    seeds: npt.NDArray[np.int64]  # [R]
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


def compare(first: Sample, second: Sample, *, draws: int = 9999, seed: int = 0) -> Comparison:
    """Compare two samples of at least two repeats; paired by seed where the seeds are the same."""
    from scipy import stats

    least = min(len(first.rmse), len(second.rmse))
    require(least >= 2, "each experiment", "have at least 2 repeats to compare", least)
    paired = np.array_equal(first.seeds, second.seeds)
    difference = float(second.rmse.mean() - first.rmse.mean())
    low = high = difference
    if not _constant(first.rmse, second.rmse, paired=paired):
        low, high = stats.bootstrap(
            (second.rmse, first.rmse),
            lambda a, b, axis=-1: a.mean(axis=axis) - b.mean(axis=axis),
            paired=paired,
            vectorized=True,
            n_resamples=draws,
            confidence_level=LEVEL,
            method="percentile",
            rng=np.random.default_rng(seed),
        ).confidence_interval
    spread = float(np.sqrt((first.rmse.var(ddof=1) + second.rmse.var(ddof=1)) / 2))
    varies = spread > 0
    welch = (
        float(stats.ttest_ind(first.rmse, second.rmse, equal_var=False).pvalue) if varies else float(difference == 0)
    )
    ranks = float(stats.mannwhitneyu(first.rmse, second.rmse).pvalue)
    return Comparison(
        welch, ranks, difference, float(low), float(high), paired, difference / spread if varies else None
    )


def verdict(found: Comparison, first: str, second: str) -> str:
    """Return in one sentence which is better, and how far in standard deviations (Cohen's words)."""
    if found.low <= 0 <= found.high:
        return f"{first} and {second} cannot be told apart: the interval of the difference holds 0"
    better, worse = (second, first) if found.difference < 0 else (first, second)
    size = "" if found.effect is None else f", {_in_words(abs(found.effect))} difference"
    return f"{better} is better than {worse} by {abs(found.difference):.4g} in mean RMSE{size}"


def differing(first: dict[str, Any], second: dict[str, Any], prefix: str = "") -> list[tuple[str, Any, Any]]:
    """Return dotted key and both values of each param that differs; None where one has no such key."""
    found: list[tuple[str, Any, Any]] = []
    for key in dict.fromkeys([*first, *second]):
        one, other = first.get(key), second.get(key)
        if isinstance(one, dict) and isinstance(other, dict):
            found += differing(one, other, f"{prefix}{key}.")
        elif one != other:
            found.append((f"{prefix}{key}", one, other))
    return found


def _constant(first: Floats, second: Floats, *, paired: bool) -> bool:
    return bool(np.ptp(second - first) == 0) if paired else bool(np.ptp(first) == 0 and np.ptp(second) == 0)


def _in_words(effect: float) -> str:
    names = ((0.2, "a negligible"), (0.5, "a small"), (0.8, "a medium"))
    return next((name for bound, name in names if effect < bound), "a large")
