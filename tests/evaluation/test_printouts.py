"""Lines for the log. Oracle: worked by hand."""

import numpy as np
import pandas as pd
import pytest

from statecast.evaluation.printouts import (
    both_ends,
    first_of,
    forecast_lines,
    repeat_lines,
    symbol_lines,
)


def forecasts(repeats: int, names: tuple[str, ...] = ("sales",)) -> pd.DataFrame:
    """Return forecasts of two rows a series: that of repeat r is r above the true value."""
    rows = [
        (name, ds, seed, ds * 10.0, ds * 10.0 + seed)
        for name in names
        for seed in range(repeats)
        for ds in (1, 2)
    ]
    return pd.DataFrame(rows, columns=["unique_id", "ds", "seed", "y", "forecast"])


def test_a_repeat_is_a_line_with_both_errors():
    lines = repeat_lines(np.array([0.25, 1.5]), np.array([0.5, 2.0]))
    assert lines == [
        "0) TrainRMSE=0.250000, TestRMSE=0.500000",
        "1) TrainRMSE=1.500000, TestRMSE=2.000000",
    ]


def test_only_the_first_ten_repeats_are_lines():
    lines = repeat_lines(np.zeros(10), np.ones(30))
    assert len(lines) == 10
    assert lines[-1].startswith("9)")


def test_a_row_is_a_line_with_the_forecasts_of_all_repeats():
    assert forecast_lines(forecasts(3), None) == [
        "test rows of sales, 3 repeats",
        ">Expected=10.0, Predicted=10.0 11.0 12.0",
        ">Expected=20.0, Predicted=20.0 21.0 22.0",
    ]


def test_of_many_repeats_the_first_ten_are_shown():
    head, first, _ = forecast_lines(forecasts(30), 0)
    assert head == "test rows of sales, the first 10 of 30 repeats"
    assert first == ">Expected=10, Predicted=10 11 12 13 14 15 16 17 18 19"


def test_of_many_series_the_first_is_shown():
    lines = forecast_lines(forecasts(2, ("b", "a")), 2)
    assert lines == [
        "test rows of b, 2 repeats",
        ">Expected=10.00, Predicted=10.00 11.00",
        ">Expected=20.00, Predicted=20.00 21.00",
    ]


def test_of_many_rows_both_ends_are_shown():
    ends = ["0", "1", "2", "3", "4", "5", "...", "94", "95", "96", "97", "98", "99"]
    assert both_ends(100, str) == ends


def test_twelve_rows_are_all_shown():
    assert both_ends(12, str) == [str(row) for row in range(12)]


def test_a_transition_is_a_line_with_what_each_repeat_says():
    inputs = np.array([[2, 0], [0, 1]])
    predicted = np.array([[1, 0], [1, 2], [0, 2]])
    lines = symbol_lines("first", inputs, np.array([1, 2]), predicted, ["a", "b", "c"])
    assert lines == [
        "sequence first, 3 repeats",
        "X=c,a y=b yhat=b b a (2 of 3 right)",
        "X=a,b y=c yhat=a c c (2 of 3 right)",
    ]


def test_all_repeats_are_counted_and_ten_are_shown():
    predicted = np.ones((30, 1), dtype=int)
    head, line = symbol_lines("first", np.array([[0]]), np.array([1]), predicted, ["a", "b"])
    assert head == "sequence first, the first 10 of 30 repeats"
    assert line == "X=a y=b yhat=b b b b b b b b b b (30 of 30 right)"


@pytest.mark.parametrize(
    ("repeats", "words"),
    [(1, "1 repeat"), (10, "10 repeats"), (11, "the first 10 of 11 repeats")],
)
def test_the_repeats_that_are_shown_in_words(repeats: int, words: str):
    assert first_of(repeats) == words
