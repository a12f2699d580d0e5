"""Sentences about extensions. Oracle: figures whose sentence is known."""

import numpy as np
import pytest

from studies.extensions.comparison import Effect, LearningSpeed
from studies.extensions.settings import DepthPair
from studies.extensions.verdicts import (
    best_epoch,
    epoch_text,
    on_baselines,
    on_depth,
    on_slower_learning,
    on_speed,
    sentence,
)
from tests.studies.extensions.made import result

BASELINES = {"persistence": 4.0, "auto_arima": 3.5, "ridge": 2.5}
TEN = list(range(100, 110))
LATER = [epoch + 50 for epoch in TEN]


@pytest.mark.parametrize(
    ("effect", "speed", "words"),
    [
        (Effect(-2, 0.001, 0.01), LearningSpeed(9, "faster"), "Better by 2.0; learns faster."),
        (
            Effect(2.04, 0.001, 0.01),
            LearningSpeed(9, "not told apart"),
            "Worse by 2.0; its speed is not told apart.",
        ),
        (
            Effect(2, 0.3, 0.9),
            LearningSpeed(9, "faster"),
            "Not told apart from plain; learns faster.",
        ),
        (
            Effect(2, 0.01, 0.09),
            LearningSpeed(9, "slower"),
            "Not told apart from plain after Holm (p = 0.010 in itself); learns slower.",
        ),
        (
            Effect(2, 0.001, 0.01),
            LearningSpeed(np.inf, "slower"),
            "Worse by 2.0; learns slower: most repeats never get halfway.",
        ),
    ],
)
def test_the_verdict_on_an_extension(effect: Effect, speed: LearningSpeed, words: str):
    assert sentence(effect, speed) == words


def test_an_epoch_that_never_comes_is_never():
    assert (epoch_text(120.4), epoch_text(np.inf)) == ("120", "never")


def test_the_best_epoch_is_the_median_of_the_repeats():
    assert best_epoch(result([1.0, 2.0, 3.0])) == "2"


def test_the_best_baseline_is_named_with_who_is_ahead_of_it():
    results = {
        "plain": result([1.0, 3.0], baselines=BASELINES),
        "more": result([3.0, 5.0], baselines={"ridge": 5.0}),
    }
    words = on_baselines(results)
    assert "The best baseline is ridge with 2.50: the mean repeat is ahead of it in 1 of 2" in words
    assert "configurations, the ensemble in 2." in words
    assert "loses to the mean repeat in 2 of them" in words


def test_without_ridge_it_is_not_spoken_of():
    assert on_baselines({"plain": result([1.0, 3.0], baselines={"drift": 1.0})}) == (
        "The best baseline is drift with 1.00: the mean repeat is ahead of it in 0 of 1"
        " configurations, the ensemble in 0."
    )


def test_what_slows_learning_is_told_by_what_it_does_to_the_error():
    results = {
        "plain": result([5.0, 5.1, 4.9], TEN),
        "good": result([1.0, 1.1, 0.9], LATER),
        "bad": result([9.0, 9.1, 8.9], LATER),
        "quick": result([9.0, 9.1, 8.9], TEN),
    }
    words = "2 extensions slow learning: 1 better (good), 1 worse (bad)."
    assert on_slower_learning(results) == words


def test_where_nothing_slows_learning_it_says_so():
    results = {"plain": result([5.0, 5.1], TEN), "quick": result([9.0, 9.1], TEN)}
    assert on_slower_learning(results) == "No extension slows learning."


def test_slower_and_faster_learning_are_counted_over_all_series():
    one = {
        "plain": result([5.0, 5.1, 4.9], TEN),
        "good": result([1.0, 1.1, 0.9], LATER),
        "same": result([5.0, 5.1, 4.9], LATER),
    }
    other = {
        "plain": result([5.0, 5.1, 4.9], LATER),
        "bad": result([9.0, 9.1, 8.9], TEN),
        "like plain": result([9.0, 9.1, 8.9], LATER),
    }
    assert on_speed([one, other]) == (
        "Does slower learning help? Of 2 cases in which an extension slows learning, the mean RMSE"
        " is better in 1, not told apart in 1, worse in 0; of 1 in which it speeds it up, better in"
        " 0, not told apart in 0, worse in 1."
    )


@pytest.mark.parametrize(
    ("deep", "words"),
    [
        ([1.0, 1.1, 0.9], "depth is better (p < 0.001)."),
        ([9.0, 9.1, 8.9], "depth is worse (p < 0.001)."),
        ([5.0, 5.1, 4.9], "not told apart (p = 1.000)."),
    ],
)
def test_depth_is_told_from_width(deep: list[float], words: str):
    results = {"one": result([5.0, 5.1, 4.9], weights=7), "two": result(deep, weights=8)}
    (verdict,) = on_depth([DepthPair("the same number of units", "one", "two")], results)
    assert verdict.startswith("Depth at the same number of units: one (7 weights) 5.00, two (8")
    assert verdict.endswith(words)


def test_two_pairs_are_corrected_for_two_tests():
    # Welch's p of each is 1 - 1 / sqrt(2)
    results = {"one": result([1.0, 3.0]), "two": result([3.0, 5.0])}
    pairs = [DepthPair("units", "one", "two"), DepthPair("weights", "one", "two")]
    verdicts = on_depth(pairs, results)
    assert [verdict[-12:] for verdict in verdicts] == ["(p = 0.586)."] * 2
