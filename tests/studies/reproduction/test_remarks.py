"""Verdicts on published remarks. Oracles: samples whose verdict is known; the committed figures."""

import numpy as np
import pytest

from studies.reproduction.figures import Figures
from studies.reproduction.remarks import (
    REMARKS,
    all_below,
    in_half,
    median_within,
    verdicts_on,
)

AROUND_600 = np.linspace(590, 610, 50)


@pytest.mark.parametrize(
    ("highest", "word", "why"),
    [
        (9.0, "holds", "2 of 2 below 10.0, the highest has 9.0"),
        (11.0, "does not hold", "1 of 2 below 10.0, the highest has 11.0"),
    ],
)
def test_all_are_below_where_the_highest_is(highest: float, word: str, why: str):
    assert all_below(np.array([1.0, highest]), 10) == (word, why)


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (500, 700, "holds"),
        (600, 700, "undecided"),
        (620, 700, "does not hold"),
        (500, 580, "does not hold"),
    ],
)
def test_a_median_is_judged_by_its_whole_interval(low: int, high: int, word: str):
    assert median_within(AROUND_600, low, high).word == word


@pytest.mark.parametrize(
    ("number", "word"), [(25, "holds"), (30, "holds"), (45, "does not hold"), (5, "does not hold")]
)
def test_a_half_holds_where_the_interval_has_it(number: int, word: str):
    happens = np.arange(50) < number
    assert in_half(happens).word == word
    assert in_half(happens).why.startswith(f"{number} of 50: {2 * number}%, ")


def test_the_published_runs_of_500_epochs_beat_persistence(figures: Figures):
    # the highest of the ten published figures is 126.397
    published = verdicts_on(REMARKS[0], figures)["the published figures"]
    assert published == ("holds", "10 of 10 below 136.8, the highest has 126.4")


def test_the_published_batch_size_4_is_widest_with_the_lowest_median(figures: Figures):
    *_, widest, lowest = [verdicts_on(remark, figures) for remark in REMARKS]
    assert widest["the published figures"].why.startswith("16.0 is highest")
    assert lowest["the published figures"].why.startswith("91.6 is lowest")
