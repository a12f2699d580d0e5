"""The figures of a combined forecast. Oracle: worked by hand."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from statecast.evaluation.significance import diebold_mariano
from statecast.study.combination import ForecastRows, MemberForecasts, Rule, together
from statecast.study.combined import combined_figures, combined_table, lines_of

DAYS = 9


def part(fold: int) -> pd.DataFrame:
    return pd.DataFrame({"unique_id": "a", "fold": fold, "ds": range(DAYS), "y": 0.0})


ROWS = ForecastRows(validation=part(1), test=part(0))
ERRORS = np.arange(1.0, DAYS + 1)
NETWORK = MemberForecasts("n", ERRORS, np.array([3.0, -4.0] * 4 + [0]))
ARIMA = MemberForecasts("auto_arima", ERRORS, np.array([5.0, -6.0] * 4 + [0]))
PERSISTENCE = MemberForecasts("persistence", ERRORS * 2, np.full(DAYS, 9.0))
TOGETHER = together([NETWORK, ARIMA], PERSISTENCE, ROWS, Rule())
FIGURES = combined_figures(TOGETHER, [NETWORK], [ARIMA], PERSISTENCE, ROWS, rule=Rule(), level=0.9)


def test_the_interval_is_as_wide_as_the_errors_of_the_validation_rows() -> None:
    """Of nine residuals the 0.9 interval takes the greatest, 9."""
    table = combined_table(TOGETHER, ROWS, 0.9)
    assert list(table) == ["unique_id", "ds", "y", "forecast", "low", "high"]
    assert_allclose(table["forecast"], [4, -5] * 4 + [0])
    assert_allclose(table["low"], table["forecast"] - 9)
    assert FIGURES["interval"] == {"level": 0.9, "coverage": 1, "width": 18}


def test_too_few_validation_rows_give_no_interval() -> None:
    table = combined_table(TOGETHER, ROWS, 0.95)
    assert table["low"].isna().all()


def test_members_have_their_weights_and_errors() -> None:
    members = FIGURES["members"]
    assert {name: own["weight"] for name, own in members.items()} == {
        "n": 0.5,
        "auto_arima": 0.5,
        "persistence": 0,
    }
    assert members["n"]["rmse"] == pytest.approx(np.sqrt(4 * (9 + 16) / 9))
    assert members["n"]["validation_rmse"] == pytest.approx(np.sqrt(np.mean(ERRORS**2)))
    assert FIGURES["rmse"] == pytest.approx(np.sqrt(4 * (16 + 25) / 9))


def test_the_best_baseline_is_the_hardest_to_beat() -> None:
    test = diebold_mariano(TOGETHER.test, ARIMA.test)
    best = FIGURES["best_baseline"]
    assert best["method"] == "auto_arima"
    assert best["diebold_mariano"]["p"] == pytest.approx(test.p)  # type: ignore[union-attr]


def test_persistence_is_told_once_where_it_is_a_member_too() -> None:
    members = [NETWORK, PERSISTENCE]
    made = together(members, PERSISTENCE, ROWS, Rule("mean"))
    figures = combined_figures(
        made, [NETWORK], [PERSISTENCE], PERSISTENCE, ROWS, rule=Rule("mean"), level=0.9
    )
    assert figures["members"]["persistence"]["weight"] == 0.5


def test_lines_of_the_terminal_begin_with_the_error() -> None:
    lines = lines_of(FIGURES)
    assert lines[0] == "combined: RMSE 4.269, weights validation"
    assert lines[3] == "interval for 90%: coverage 1"
    assert lines[4] == "weight 0.500 n"
