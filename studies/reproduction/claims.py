"""The published conclusions, each judged by a test of its own."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from statecast.base.arrays import Floats
from studies.reproduction.markdown import p_text
from studies.reproduction.statistics import (
    LEVEL,
    Moments,
    brown_forsythe,
    equal_spreads,
    holm_by_name,
    moments_of,
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
    kind: Literal["mean", "spread", "rise"]  # the lowest mean, the tightest spread, or a rise
    claimed: int = 0  # which setting is said to be best

    @property
    def others(self) -> list[int]:
        """Return the settings that are said to be worse."""
        return [setting for setting in self.settings if setting != self.claimed]


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

    Means are told apart by Welch's test and spreads by that of Brown and Forsythe, the claimed
    best against each other setting, with Holm's correction. A rise is tested by Spearman's rank
    correlation.

    Args:
        claim: what was published.
        values: the RMSE [N] of each setting.

    """
    if claim.kind == "rise":
        trend = rise([values[setting] for setting in claim.settings])
        word = "holds" if trend.p < LEVEL else "does not hold"
        return Verdict(word, f"rank correlation {trend.correlation:.2f}, {p_text(trend.p)}")
    samples = {setting: moments_of(values[setting]) for setting in claim.settings}
    p = {}
    for other in claim.others:
        if claim.kind == "mean":
            p[other] = welch(samples[claim.claimed], samples[other])
        else:
            p[other] = brown_forsythe(values[claim.claimed], values[other])
    return _verdict_on_best(claim, samples, p)


def judge_published(claim: Claim, samples: Mapping[int, Moments]) -> Verdict:
    """Return the verdict on published samples.

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
    test = welch if claim.kind == "mean" else equal_spreads
    p = {other: test(samples[claim.claimed], samples[other]) for other in claim.others}
    return _verdict_on_best(claim, samples, p)


def _verdict_on_best(
    claim: Claim, samples: Mapping[int, Moments], p: Mapping[int, float]
) -> Verdict:
    """Return whether the claimed setting is lowest, and told from all others.

    Args:
        claim: of a lowest mean or a tightest spread.
        samples: that of each setting.
        p: of the claimed setting against each other one, not yet corrected.

    """
    corrected = holm_by_name(p)
    measured = {setting: _measure(claim, samples[setting]) for setting in claim.settings}
    claimed = f"{measured[claim.claimed]:.1f}"
    best = min(claim.settings, key=lambda setting: measured[setting])
    if best != claim.claimed:
        word = "does not hold" if corrected[best] < LEVEL else "undecided"
        figures = f"{best} has {measured[best]:.1f}, {claim.claimed} has {claimed}"
        return Verdict(word, f"{figures}, {p_text(corrected[best])}")
    alike = [other for other in claim.others if corrected[other] >= LEVEL]
    if alike:
        named = [
            f"{other} with {measured[other]:.1f} ({p_text(corrected[other])})" for other in alike
        ]
        return Verdict("not shown", f"{claimed} is lowest, but not told from {', '.join(named)}")
    at_most = p_text(max(corrected.values())).replace("=", "<=")
    return Verdict("holds", f"{claimed}, all others are higher, each with {at_most}")


def _measure(claim: Claim, sample: Moments) -> float:
    return sample.mean if claim.kind == "mean" else sample.std
