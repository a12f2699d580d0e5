"""Extensions beside the plain configuration. Oracles: worked by hand, scipy."""

import numpy as np
import pytest

from studies.extensions.comparison import effects, halfway_epoch, learning, with_never
from tests.studies.extensions.made import result

TEN = list(range(100, 110))


def test_the_effect_of_an_extension_is_its_change_and_welch_s_p():
    # t = -sqrt(2) with 2 degrees of freedom, so p = 1 - 1 / sqrt(2)
    effect = effects({"plain": result([1.0, 3.0]), "more": result([3.0, 5.0])})["more"]
    assert effect.change == 2
    assert effect.p == pytest.approx(1 - 1 / np.sqrt(2))


def test_the_effects_of_two_extensions_are_corrected_for_two_tests():
    results = {"plain": result([1.0, 3.0]), "a": result([3.0, 5.0]), "b": result([2.0, 4.0])}
    found = effects(results)
    assert found["a"].corrected == pytest.approx(2 * found["a"].p)


@pytest.mark.parametrize(
    ("rmse", "word"),
    [([1.0, 1.1, 0.9], "better"), ([9.0, 9.1, 8.9], "worse"), ([5.0, 5.1, 4.9], "not told apart")],
)
def test_the_effect_in_a_word(rmse: list[float], word: str):
    results = {"plain": result([5.0, 5.1, 4.9]), "more": result(rmse)}
    assert effects(results)["more"].word == word


@pytest.mark.parametrize(
    ("halfway", "speed"),
    [
        ([epoch + 50 for epoch in TEN], "slower"),
        ([epoch - 50 for epoch in TEN], "faster"),
        (TEN, "not told apart"),
        ([None] * 10, "slower"),
    ],
)
def test_who_is_halfway_later_learns_slower(halfway: list[int | None], speed: str):
    results = {"plain": result([1.0, 3.0], TEN), "more": result([1.0, 3.0], halfway)}
    assert learning(results)["more"].speed == speed


def test_repeats_that_are_all_halfway_at_once_are_not_told_apart():
    results = {"plain": result([1.0, 3.0], [7, 7]), "more": result([1.0, 3.0], [7, 7])}
    assert learning(results)["more"].speed == "not told apart"


def test_most_repeats_that_are_never_halfway_make_the_median_never():
    curves = result([1.0], [5, None, None]).curves
    assert halfway_epoch(curves) == np.inf


def test_never_is_infinity():
    assert with_never([3, None]).tolist() == [3, np.inf]
