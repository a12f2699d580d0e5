"""Verdicts on published conclusions. Oracle: samples whose verdict is known."""

import numpy as np
import pytest

from studies.reproduction.claims import (
    CLAIMS,
    Claim,
    judge,
    judge_published,
    judge_published_medians,
)
from studies.reproduction.statistics import Quartiles, moments_of

LOW = np.arange(30) * 1.0
HIGH = LOW + 100

BEST = Claim("1 is best", "units", (1, 2, 3), "mean", 1)
TIGHTEST = Claim("1 is tightest", "units", (1, 2), "spread", 1)
WIDEST = Claim("1 is widest", "units", (1, 2), "widest", 1)
LOWEST = Claim("1 has the lowest median", "units", (1, 2), "median", 1)
RISING = Claim("more is worse", "units", (1, 2), "rise")

ON_THE_BEST = pytest.mark.parametrize(
    ("values", "word"),
    [
        ({1: LOW, 2: HIGH, 3: HIGH}, "holds"),
        ({1: LOW, 2: LOW + 0.1, 3: HIGH}, "not shown"),
        ({1: LOW, 2: LOW - 0.1, 3: HIGH}, "undecided"),
        ({1: HIGH, 2: LOW, 3: HIGH}, "does not hold"),
    ],
)


@ON_THE_BEST
def test_claimed_best_is_judged_in_a_word(values: dict[int, np.ndarray], word: str):
    assert judge(BEST, values).word == word


@ON_THE_BEST
def test_published_best_is_judged_in_a_word(values: dict[int, np.ndarray], word: str):
    samples = {setting: moments_of(array) for setting, array in values.items()}
    assert judge_published(BEST, samples).word == word


@pytest.mark.parametrize(
    ("values", "word"),
    [({1: LOW, 2: 9 * LOW}, "holds"), ({1: 9 * LOW, 2: LOW}, "does not hold")],
)
def test_tightest_spread_is_judged(values: dict[int, np.ndarray], word: str):
    assert judge(TIGHTEST, values).word == word


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({1: 9 * LOW, 2: LOW}, "holds"),
        ({1: 1.01 * LOW, 2: LOW}, "not shown"),
        ({1: LOW, 2: 1.01 * LOW}, "undecided"),
        ({1: LOW, 2: 9 * LOW}, "does not hold"),
    ],
)
def test_widest_spread_is_judged(values: dict[int, np.ndarray], word: str):
    assert judge(WIDEST, values).word == word
    samples = {setting: moments_of(array) for setting, array in values.items()}
    assert judge_published(WIDEST, samples).word == word


def test_the_verdict_on_the_widest_says_that_it_is_the_highest():
    verdict = judge(WIDEST, {1: 9 * LOW, 2: LOW})
    assert str(verdict) == "holds (79.2, all others are lower, each with p < 0.001)"


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        (LOW, HIGH, "holds"),
        (LOW, LOW + 0.1, "not shown"),
        (LOW + 0.1, LOW, "undecided"),
        (HIGH, LOW, "does not hold"),
    ],
)
def test_lowest_median_is_judged(first: np.ndarray, second: np.ndarray, word: str):
    values = {1: first, 2: second}
    assert judge(LOWEST, values).word == word
    boxes = {}
    for setting, array in values.items():
        boxes[setting] = Quartiles(len(array), *np.quantile(array, [0.25, 0.5, 0.75]))
    assert judge_published_medians(LOWEST, boxes).word == word


@pytest.mark.parametrize(
    ("values", "word"), [({1: LOW, 2: HIGH}, "holds"), ({1: HIGH, 2: LOW}, "does not hold")]
)
def test_rise_is_judged(values: dict[int, np.ndarray], word: str):
    assert judge(RISING, values).word == word


@pytest.mark.parametrize(
    ("first", "second", "word"), [(LOW, HIGH, "holds"), (HIGH, LOW, "not shown")]
)
def test_published_rise_is_judged(first: np.ndarray, second: np.ndarray, word: str):
    samples = {1: moments_of(first), 2: moments_of(second)}
    assert judge_published(RISING, samples).word == word


def test_verdict_says_who_is_better():
    verdict = judge(BEST, {1: HIGH, 2: LOW, 3: HIGH})
    assert str(verdict) == "does not hold (2 has 14.5, 1 has 114.5, p < 0.001)"


def test_verdict_says_who_is_not_told_apart():
    verdict = judge(BEST, {1: LOW, 2: LOW + 0.1, 3: HIGH})
    assert verdict.why.startswith("14.5 is lowest, but not told from 2 with 14.6 (p = 0.9")
    assert "3 with" not in verdict.why


def test_each_claim_on_a_best_setting_claims_one_of_its_settings():
    for claim in CLAIMS:
        assert claim.kind == "rise" or claim.claimed in claim.settings
