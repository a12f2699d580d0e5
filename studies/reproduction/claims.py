"""The published conclusions, each judged by a test of its own."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np

from statecast.base.arrays import Floats
from studies.reproduction.markdown import p_text
from studies.reproduction.statistics import (
    LEVEL,
    Moments,
    Quartiles,
    brown_forsythe,
    equal_medians,
    equal_spreads,
    holm_by_name,
    moments_of,
    notches,
    rise,
    rising_means,
    welch,
)

UNITS = (1, 2, 3, 4, 5)
EPOCHS = (500, 1000, 2000, 4000, 6000)


class Claim(NamedTuple):
    """A published conclusion on settings that differ in one key."""

    words: str
    key: str  # epochs, batch_size or units
    settings: tuple[int, ...]
    # the lowest mean or median, the tightest or the widest spread, or a rise
    kind: Literal["mean", "median", "spread", "widest", "rise"]
    claimed: int = 0  # which setting is said to have it

    @property
    def others(self) -> list[int]:
        """Return the settings that are said not to have it."""
        return [setting for setting in self.settings if setting != self.claimed]

    @property
    def is_highest(self) -> bool:
        """Return whether the claimed setting is said to have the largest figure of all."""
        return self.kind == "widest"


class Verdict(NamedTuple):
    """What the test says of a conclusion, in a word and with its figures."""

    word: str  # holds, not shown, undecided, does not hold
    why: str

    def __str__(self) -> str:
        return f"{self.word} ({self.why})"


CLAIMS = (
    Claim("1000 epochs have the lowest mean of 500 to 6000", "epochs", EPOCHS, "mean", 1000),
    Claim("from 1000 epochs on, more are worse", "epochs", EPOCHS[1:], "rise"),
    Claim("batch size 1 has the lowest mean of 1, 2 and 4", "batch_size", (1, 2, 4), "mean", 1),
    Claim("1 unit has the lowest mean of 1 to 5", "units", UNITS, "mean", 1),
    Claim("1 unit has the tightest spread of 1 to 5", "units", UNITS, "spread", 1),
    Claim("more units are worse", "units", UNITS, "rise"),
)


def judge(claim: Claim, values: Mapping[int, Floats]) -> Verdict:
    """Return the verdict on measured values.

    Means are told apart by Welch's test, medians by Mood's and spreads by that of Brown and
    Forsythe, the claimed setting against each other one, with Holm's correction. A rise is tested
    by Spearman's rank correlation.

    Args:
        claim: what was published.
        values: the RMSE [N] of each setting.

    """
    if claim.kind == "rise":
        trend = rise([values[setting] for setting in claim.settings])
        word = "holds" if trend.p < LEVEL else "does not hold"
        return Verdict(word, f"rank correlation {trend.correlation:.2f}, {p_text(trend.p)}")
    figures = {setting: _figure(claim, values[setting]) for setting in claim.settings}
    claimed = values[claim.claimed]
    p = {other: _p(claim, claimed, values[other]) for other in claim.others}
    return _verdict_on_best(claim, figures, p)


def judge_published(claim: Claim, samples: Mapping[int, Moments]) -> Verdict:
    """Return the verdict on published samples; medians: ``judge_published_medians``.

    Means are told apart by Welch's test and spreads by the F test, with Holm's correction. A rise
    is tested by a linear contrast of the means.

    Args:
        claim: what was published.
        samples: that of each setting.

    """
    if claim.kind == "rise":
        p_rise = rising_means([samples[setting] for setting in claim.settings])
        word = "holds" if p_rise < LEVEL else "not shown"
        return Verdict(word, f"linear contrast, {p_text(p_rise)}")
    is_mean = claim.kind == "mean"
    test = welch if is_mean else equal_spreads
    p = {other: test(samples[claim.claimed], samples[other]) for other in claim.others}
    figures = {}
    for setting in claim.settings:
        sample = samples[setting]
        figures[setting] = sample.mean if is_mean else sample.std
    return _verdict_on_best(claim, figures, p)


def judge_published_medians(claim: Claim, samples: Mapping[int, Quartiles]) -> Verdict:
    """Return the verdict on published medians, told apart by their notches, with Holm's correction.

    Args:
        claim: of a lowest median.
        samples: that of each setting.

    """
    p = {other: notches(samples[claim.claimed], samples[other]) for other in claim.others}
    figures = {setting: samples[setting].median for setting in claim.settings}
    return _verdict_on_best(claim, figures, p)


def _verdict_on_best(claim: Claim, figures: Mapping[int, float], p: Mapping[int, float]) -> Verdict:
    """Return whether the claimed setting comes first, and is told from all others.

    Args:
        claim: of a lowest or largest figure.
        figures: that of each setting.
        p: of the claimed setting against each other one, not yet corrected.

    """
    corrected = holm_by_name(p)
    claimed = f"{figures[claim.claimed]:.1f}"
    choose = max if claim.is_highest else min
    best = choose(claim.settings, key=lambda setting: figures[setting])
    if best != claim.claimed:
        word = "does not hold" if corrected[best] < LEVEL else "undecided"
        both = f"{best} has {figures[best]:.1f}, {claim.claimed} has {claimed}"
        return Verdict(word, f"{both}, {p_text(corrected[best])}")
    alike = [other for other in claim.others if corrected[other] >= LEVEL]
    first = "highest" if claim.is_highest else "lowest"
    if alike:
        named = [
            f"{other} with {figures[other]:.1f} ({p_text(corrected[other])})" for other in alike
        ]
        return Verdict("not shown", f"{claimed} is {first}, but not told from {', '.join(named)}")
    at_most = p_text(max(corrected.values())).replace("=", "<=")
    others_are = "lower" if claim.is_highest else "higher"
    return Verdict("holds", f"{claimed}, all others are {others_are}, each with {at_most}")


def _figure(claim: Claim, values: Floats) -> float:
    if claim.kind == "median":
        return float(np.median(values))
    sample = moments_of(values)
    return sample.mean if claim.kind == "mean" else sample.std


def _p(claim: Claim, claimed: Floats, other: Floats) -> float:
    if claim.kind == "mean":
        return welch(moments_of(claimed), moments_of(other))
    if claim.kind == "median":
        return equal_medians(claimed, other)
    return brown_forsythe(claimed, other)
