"""The section on larger batches. Oracles: worked by hand, scipy; the committed figures."""

import numpy as np
import pytest

from studies.extensions.flat_line import flat_line
from studies.extensions.measured import Measurements
from studies.extensions.references import Reference
from studies.extensions.result import Results
from studies.extensions.settings import Settings
from tests.studies.extensions.made import result

ASKED: Settings = {
    "repeats": 3,
    "flat_line": {
        "sizes": {"one": {}, "two": {}},
        "as_many_updates": {"two, long": {}},
        "no_differences": {"raw": {}},
    },
}
REFERENCES = {"persistence: the value before": Reference(7.0, 1.0, 0.0)}
RIDGE = {"ridge": 4.0}
FLATTER = {
    "one": result([5.0, 5.1, 4.9], steps=[0.9, 0.8, 1.0], baselines=RIDGE),
    "two": result([3.0, 3.1, 2.9], steps=[0.2, 0.3, 0.1], baselines=RIDGE),
    "two, long": result([5.0, 5.1, 4.9], steps=[0.9, 0.8, 1.0]),
    "raw": result([9.0, 9.1, 8.9]),
}


def text_of(results: Results) -> str:
    return "\n".join(flat_line(results, REFERENCES, ASKED))


def test_a_lower_error_and_flatter_steps_are_said():
    text = text_of(FLATTER)
    assert "the RMSE falls (rank correlation -0.88" in text
    assert "the forecast steps become flatter (rank correlation -0.88" in text
    assert "from 0.90 to 0.20 of the true ones" in text


def test_a_higher_error_and_steps_that_move_more_are_said():
    text = text_of({**FLATTER, "one": FLATTER["two"], "two": FLATTER["one"]})
    assert "the RMSE rises (rank" in text
    assert "the forecast steps move more (rank" in text


def test_as_many_updates_are_told_from_as_many_epochs():
    text = text_of(FLATTER)
    assert "two, long has an RMSE of 5.00, which is told apart from that of two (3.00" in text
    assert "move 0.90 as much as the true ones, instead of 0.20 there and 0.90 at one" in text


def test_the_lowest_error_of_the_larger_batches_is_set_beside_batch_size_1():
    text = text_of(FLATTER)
    assert "Of the larger batches two has the lowest RMSE: 3.00 against 5.00 at one" in text
    assert "against 0.90 (p = 0.001): the line is flatter." in text


@pytest.mark.parametrize(
    ("steps", "words"),
    [([0.9, 0.8, 1.1], "the line is no flatter."), ([1.9, 1.8, 2.0], "the line moves more.")],
)
def test_a_lower_error_without_a_flatter_line_is_said(steps: list[float], words: str):
    text = text_of({**FLATTER, "two": result([3.0, 3.1, 2.9], steps=steps, baselines=RIDGE)})
    assert words in text


@pytest.mark.parametrize(
    ("persistence", "words"),
    [
        (7.0, "At every batch size all repeats are ahead of it: there is something to learn."),
        (4.95, "at least 33% of the repeats are ahead of it: there may be nothing."),
    ],
)
def test_the_best_reference_is_set_beside_every_batch_size(persistence: float, words: str):
    references = {"persistence: the value before": Reference(persistence, 1.0, 0.0)}
    text = "\n".join(flat_line(FLATTER, references, ASKED))
    assert f"the best, persistence, has an RMSE of {persistence:.2f}" in text
    assert words in text


def test_ridge_is_set_beside_every_batch_size():
    words = "Ridge regression learns it too, with 4.00: the mean repeat is ahead of that at 1 of 2"
    assert words in text_of(FLATTER)


def test_forecasts_without_differences_are_set_beside_those_with_them():
    text = text_of(FLATTER)
    assert "the values move 1.00 to 1.00 as much as the truth, the RMSE is 9 to 9" in text
    assert "with differences 1.00 to 1.00 as much, with 3 to 5." in text


def test_a_row_says_error_p_and_both_flatnesses():
    one, two, *_ = [line for line in text_of(FLATTER).splitlines() if line.startswith("| ")][1:]
    assert one == "| one | 5.00 ± 0.10 |  | 1.00 | 0.90 |"
    assert two == "| two | 3.00 ± 0.10 | <0.001 | 1.00 | 0.20 |"


def test_persistence_is_that_of_the_pipeline(measured: Measurements):
    persistence, *_ = measured.references.values()
    expected = measured.series["shampoo"].results["plain"].baselines["persistence"]
    assert persistence.rmse == pytest.approx(expected, rel=1e-5)


def test_persistence_moves_as_the_truth_does_and_its_steps_not_at_all(measured: Measurements):
    persistence, drift, mean = measured.references.values()
    assert persistence.flatness == pytest.approx(1, abs=0.2)
    assert (persistence.flatness_of_steps, drift.flatness_of_steps) == (0, pytest.approx(0))
    assert mean.flatness == pytest.approx(0)
    assert np.isfinite(mean.flatness_of_steps)
