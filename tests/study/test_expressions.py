"""Values worked out of season and rows. Oracle: arithmetic by hand."""

import pytest

from statecast.base.errors import StatecastError
from statecast.study.expressions import (
    amount_of,
    has_expressions,
    is_expression,
    with_amounts,
)

KNOWN = {"season": 12, "rows": 100}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("season", 12),
        ("2 * season + 1", 25),
        ("rows // 3 - 1", 32),
        ("rows / 8", 12.5),
        ("-(season - 20)", 8),
        ("max(1, min(season, rows // 9))", 11),
    ],
)
def test_expression_comes_to_its_amount(text: str, amount: float) -> None:
    assert amount_of(text, KNOWN) == amount


@pytest.mark.parametrize(
    "text",
    [
        "season ** 9",
        "season.real",
        "__import__('os').system('rows')",
        "rows and 1",
        "[season]",
        "max(season, key=rows)",
        "max()",
        "months * season",
        "season / 0",
        "True + season",
        "rows * 10000 * 10000 * 10000",
        "season +",
        "1 + " * 200 + "season",
        "lambda: season",
    ],
)
def test_what_is_no_sum_is_refused(text: str) -> None:
    with pytest.raises(StatecastError, match="an expression must be a sum of numbers"):
        amount_of(text, KNOWN)


@pytest.mark.parametrize("value", ["seasonal", "none", "log", 12, None, "rows_per_update"])
def test_what_names_no_fact_stays_what_it_is(value: object) -> None:
    assert not is_expression(value)
    assert with_amounts([value], KNOWN) == [value]


def test_expressions_are_seen_within_lists_and_mappings() -> None:
    assert has_expressions({"choices": [[1], [1, "season"]]})
    assert not has_expressions({"choices": [[1], ["month"]], "low": 1})


def test_list_that_has_an_amount_twice_is_left_out() -> None:
    lags = [[], [1], ["season"], [1, "season"], [2, 2]]
    assert with_amounts(lags, {"season": 12, "rows": 1}) == [[], [1], [12], [1, 12], [2, 2]]
    assert with_amounts(lags, {"season": 1, "rows": 1}) == [[], [1], [1], [2, 2]]
