"""The figures and tables of a combined forecast. Oracle: worked by hand."""

from typing import NamedTuple, cast

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from statecast.base.identity import SeriesKey
from statecast.data.inputs import Inputs
from statecast.evaluation.part_ahead import PartAhead
from statecast.evaluation.significance import diebold_mariano
from statecast.params.forecast import ForecastParams
from statecast.study.combined import (
    After,
    Combined,
    ahead_table,
    combined_figures,
    future_table,
    held_out_table,
    horizon_of,
    lines_of,
)
from statecast.study.measuring import AfterTheEnd, Ready
from statecast.study.members import Member
from statecast.study.together import Rule, combination_of, halves_held_out


class Forecasting(NamedTuple):
    """The part of a configuration that says how far it can forecast."""

    inputs: Inputs
    after: AfterTheEnd


DAYS = 9
ERRORS = np.arange(1.0, DAYS + 1)
OF_NETWORK = np.array([3.0, -4.0] * 4 + [0])
OF_ARIMA = np.array([5.0, -6.0] * 4 + [0])


def part(fold: int, errors: np.ndarray) -> PartAhead:
    """Return forecasts one and two steps ahead, the second with twice the error; all truths 0."""
    forecast = np.stack([errors, 2 * errors], axis=1)
    forecast[-1, 1] = np.nan
    y = np.where(np.isnan(forecast), np.nan, 0.0)
    return PartAhead(SeriesKey("a", fold), forecast, y)


def member(name: str, validation: np.ndarray, test: np.ndarray) -> Member:
    return Member(name, [part(1, validation)], [part(0, test)])


NETWORK = member("n", ERRORS, OF_NETWORK)
ARIMA = member("auto_arima", ERRORS, OF_ARIMA)
PERSISTENCE = member("persistence", ERRORS * 2, np.full(DAYS, 9.0))


def combined(
    *methods: Member, rule: Rule | None = None, level: float = 0.9, after: After | None = None
) -> Combined:
    made = combination_of([NETWORK, *methods], PERSISTENCE, rule or Rule())
    days = np.arange(DAYS)
    return Combined(made, 1, [days], halves_held_out(made, level), level, after)


COMBINED = combined(ARIMA)
FIGURES = combined_figures(COMBINED)


def test_the_interval_is_as_wide_as_the_errors_of_the_validation_rows() -> None:
    """Of nine residuals the 0.9 interval takes the greatest, 9."""
    table = held_out_table(COMBINED)
    assert list(table) == ["unique_id", "ds", "y", "forecast", "low", "high"]
    assert_allclose(table["forecast"], [4, -5] * 4 + [0])
    assert_allclose(table["low"], table["forecast"] - 9)
    assert (FIGURES["interval"]["coverage"], FIGURES["interval"]["width"]) == (1, 18)


def test_each_step_ahead_is_judged_by_the_interval_of_its_own() -> None:
    """Two steps ahead eight residuals are too few for 0.9; errors there are twice as large."""
    table = ahead_table(COMBINED)
    assert table["step"].tolist() == [1, 2]
    assert table["forecasts"].tolist() == [9, 8]
    assert_allclose(table["rmse"], [np.sqrt(4 * (16 + 25) / 9), np.sqrt(4 * (64 + 100) / 8)])
    assert_allclose(table["width"], [18, 18 * np.sqrt(2)])
    assert_allclose(table["coverage"], [1, 1])
    narrow = ahead_table(combined(ARIMA, level=0.4))  # the greatest of four: 4, and of three: 6
    assert_allclose(narrow["width"], [8, 2 * 8])
    assert_allclose(narrow["coverage"], [5 / 9, 4 / 8])


def test_rmse_of_several_series_is_the_mean_of_theirs() -> None:
    """Errors of 1 and of 100: 50.5, and not the root of the mean of all squares."""

    def of_two(name: str) -> Member:
        both = [(SeriesKey("a"), 1.0), (SeriesKey("b"), 100.0)]
        ahead = [PartAhead(key, np.full((3, 1), error), np.zeros((3, 1))) for key, error in both]
        return Member(name, ahead, ahead)

    made = combination_of([of_two("n")], of_two("persistence"), Rule())
    several = Combined(made, 1, [np.arange(3)] * 2, halves_held_out(made, 0.5), 0.5, None)
    assert ahead_table(several)["rmse"].tolist() == [50.5]
    assert combined_figures(several)["rmse"] == 50.5


def test_too_few_validation_rows_give_no_interval() -> None:
    without = combined(ARIMA, level=0.95)
    assert held_out_table(without)["low"].isna().all()
    assert combined_figures(without)["interval"]["coverage"] is None


def test_values_that_were_filled_are_not_judged() -> None:
    def unknown(own: Member) -> Member:
        test = own.test[0]
        y = np.where(np.arange(DAYS)[:, None] < 2, np.nan, test.y)
        return own._replace(test=[test._replace(y=y)])

    members = [unknown(own) for own in (NETWORK, ARIMA, PERSISTENCE)]
    made = combination_of(members[:2], members[2], Rule())
    figures = combined_figures(COMBINED._replace(together=made))
    assert figures["unjudged"] == 2
    assert figures["rmse"] == pytest.approx(np.sqrt(3 * (16 + 25) / 7))
    assert "not judged: 2 test rows in or right after a gap" in lines_of(figures)
    assert held_out_table(COMBINED._replace(together=made))["y"].isna().sum() == 2


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
    errors = COMBINED.together.test[0].forecast[:, 0]
    test = diebold_mariano(errors, OF_ARIMA)
    best = FIGURES["best_baseline"]
    assert best["method"] == "auto_arima"
    assert best["diebold_mariano"]["p"] == pytest.approx(test.p)  # type: ignore[union-attr]


def test_persistence_is_told_once_where_it_is_a_member_too() -> None:
    figures = combined_figures(combined(PERSISTENCE, rule=Rule("mean")))
    assert figures["members"]["persistence"]["weight"] == 0.5


def filled(name: str) -> Member:
    """Return a member whose test rows were all filled: nothing is known to judge it by."""
    test = part(0, OF_NETWORK)
    return Member(name, [part(1, ERRORS)], [test._replace(y=np.full_like(test.y, np.nan))])


def test_where_all_test_rows_were_filled_nothing_is_judged() -> None:
    persistence = filled("persistence")
    made = combination_of([filled("n"), persistence], persistence, Rule("mean"))
    held_out = halves_held_out(made, 0.9)
    figures = combined_figures(Combined(made, 1, [np.arange(DAYS)], held_out, 0.9, None))
    assert figures["best_baseline"]["method"] == "persistence"
    assert figures["best_baseline"]["rmse"] is None
    assert figures["interval"]["coverage_ahead"] is None


def test_lines_of_the_terminal_begin_with_the_error() -> None:
    lines = lines_of(FIGURES)
    assert lines[0] == "combined: RMSE 4.269, weights validation"
    assert lines[3] == "interval for 90%: coverage 1, at all steps 1"
    assert lines[4] == "weight 0.500 n"


def test_what_comes_next_has_an_interval_around_it() -> None:
    after = After([np.array([9, 10])], [np.array([1.0, 2.0])], {"a": np.array([3.0, 4.0])})
    table = future_table(combined(ARIMA, after=after))
    expected = [["a", 9, 1, 1.0, -2.0, 4.0], ["a", 10, 2, 2.0, -2.0, 6.0]]
    assert table.to_numpy().tolist() == expected
    assert list(table) == ["unique_id", "ds", "step", "forecast", "low", "high"]


def test_nothing_asked_for_is_a_table_without_rows() -> None:
    assert future_table(COMBINED).empty
    assert isinstance(future_table(COMBINED), pd.DataFrame)


def test_nothing_is_forecast_that_one_of_the_configurations_cannot() -> None:
    """What a price will be is not known, whether the configuration with it is the best or not."""

    def able(horizon: int, *features: str) -> Ready:
        after = AfterTheEnd(ForecastParams(horizon=horizon), pd.DataFrame(), None, None)
        return cast("Ready", Forecasting(Inputs(1, features), after))

    assert horizon_of([able(12), able(6)]) == 6
    assert horizon_of([able(12), able(12, "price")]) == 0
