"""The published conclusions, each judged by a test of its own."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from scipy import stats

from studies.reproduction.comparison import LEVEL
from studies.reproduction.markdown import p_text
from studies.reproduction.statistics import Sample, equal_spreads, holm, rise, sample_of, welch


class Claim(NamedTuple):
    """A published conclusion on settings that differ in one key."""

    words: str
    key: str  # epochs, batch_size or units
    settings: tuple[int, ...]
    kind: str  # lowest mean, tightest spread, or rise
    claimed: int = 0  # which setting is said to be best


class Verdict(NamedTuple):
    """What the test says of a conclusion, in a word and with its figures."""

    word: str  # holds, not shown, undecided, does not hold
    why: str


CLAIMS = (
    Claim("1000 epochs have the lowest mean of 500 to 6000", "epochs", (500, 1000, 2000, 4000, 6000), "mean", 1000),
    Claim("from 1000 epochs on, more are worse", "epochs", (1000, 2000, 4000, 6000), "rise"),
    Claim("batch size 1 has the lowest mean of 1, 2 and 4", "batch_size", (1, 2, 4), "mean", 1),
    Claim("1 unit has the lowest mean of 1 to 5", "units", (1, 2, 3, 4, 5), "mean", 1),
    Claim("1 unit has the tightest spread of 1 to 5", "units", (1, 2, 3, 4, 5), "spread", 1),
    Claim("more units are worse", "units", (1, 2, 3, 4, 5), "rise"),
)


def judge(claim: Claim, values: Mapping[int, np.ndarray]) -> Verdict:
    """Return the verdict on measured values by setting.

    Means by Welch's test and spreads by that of Brown and Forsythe, the claimed best against each other setting, with
    Holm's correction; a rise by Spearman's rank correlation.
    """
    if claim.kind == "rise":
        found = rise([values[setting] for setting in claim.settings])
        word = "holds" if found.p < LEVEL else "does not hold"
        return Verdict(word, f"rank correlation {found.correlation:.2f}, {p_text(found.p)}")
    samples = {setting: sample_of(values[setting]) for setting in claim.settings}

    def test(other: int) -> float:
        if claim.kind == "mean":
            return welch(samples[claim.claimed], samples[other])
        return float(stats.levene(values[claim.claimed], values[other], center="median").pvalue)

    return _best(claim, samples, test)


def judge_published(claim: Claim, samples: Mapping[int, Sample]) -> Verdict:
    """Return the verdict on published samples: Welch or F test with Holm's correction, a linear contrast for a rise."""
    if claim.kind == "rise":
        p = rising_means([samples[setting] for setting in claim.settings])
        return Verdict("holds" if p < LEVEL else "not shown", f"linear contrast, {p_text(p)}")
    test = welch if claim.kind == "mean" else equal_spreads
    return _best(claim, samples, lambda other: test(samples[claim.claimed], samples[other]))


def rising_means(samples: list[Sample]) -> float:
    """Return the one-sided p-value of means that rise with the place of the sample, by a linear contrast."""
    weights = np.arange(len(samples)) - (len(samples) - 1) / 2
    slope = sum(weight * one.mean for weight, one in zip(weights, samples, strict=True))
    variance = sum((weight * one.std) ** 2 / one.size for weight, one in zip(weights, samples, strict=True))
    return float(stats.norm.sf(slope / np.sqrt(variance)))


def _best(claim: Claim, samples: Mapping[int, Sample], test: Callable[[int], float]) -> Verdict:
    others = [setting for setting in claim.settings if setting != claim.claimed]
    corrected = dict(zip(others, holm([test(other) for other in others]), strict=True))
    size = {setting: samples[setting].mean if claim.kind == "mean" else samples[setting].std for setting in samples}
    best = min(claim.settings, key=lambda setting: size[setting])
    own = f"{size[claim.claimed]:.1f}"
    if best != claim.claimed:
        word = "does not hold" if corrected[best] < LEVEL else "undecided"
        return Verdict(word, f"{best} has {size[best]:.1f}, {claim.claimed} has {own}, {p_text(corrected[best])}")
    alike = [other for other in others if corrected[other] >= LEVEL]
    if not alike:
        at_most = p_text(max(corrected.values())).replace("=", "<=")
        return Verdict("holds", f"{own}, all others are higher, each with {at_most}")
    figures = ", ".join(f"{other} with {size[other]:.1f} ({p_text(corrected[other])})" for other in alike)
    return Verdict("not shown", f"{own} is lowest, but not told from {figures}")
