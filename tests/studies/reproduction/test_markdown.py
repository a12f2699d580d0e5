"""Markdown. Oracle: worked by hand."""

import pytest

from studies.reproduction.markdown import mean_and_std, p_cell, p_text, table


def test_numbers_of_a_table_stand_at_the_right():
    assert table([{"name": "a", "number": 1}, {"name": "b", "number": 20}]) == [
        "| name | number |",
        "|---|---:|",
        "| a | 1 |",
        "| b | 20 |",
        "",
    ]


@pytest.mark.parametrize(
    ("p", "text", "cell"),
    [
        (0.0123, "p = 0.012", "0.012"),
        (0.001, "p = 0.001", "0.001"),
        (0.0009, "p < 0.001", "<0.001"),
    ],
)
def test_a_p_value_is_never_zero(p: float, text: str, cell: str):
    assert (p_text(p), p_cell(p)) == (text, cell)


def test_mean_and_std_have_one_decimal():
    assert mean_and_std(109.439, 14.874) == "109.4 ± 14.9"
