"""Draws that can be run. Oracle: the rows that a configuration needs, counted by hand."""

from typing import Any

import pytest

from statecast.base.errors import StatecastError
from statecast.base.keys import with_values
from statecast.base.section import read_params, validated
from statecast.study.facts import SeriesFacts
from statecast.study.feasible import is_feasible, with_feasible_draws
from statecast.study.file import StudyFile

# 12 test rows and 3 folds of 4, a difference and one lag: 26 rows before the first that is trained
SIZES = {
    "frame.test_size": 12,
    "frame.validation_size": 4,
    "frame.validation_folds": 3,
    "train.batch_size": 2,
}
DATED = SeriesFacts(season=12, rows=28, lowest=1.0)


def feasible(facts: SeriesFacts = DATED, **changed: Any) -> bool:
    values = {**SIZES, **{key.replace("__", "."): value for key, value in changed.items()}}
    return is_feasible(with_values(read_params(), values), facts)


def test_rows_must_be_enough_for_a_batch_of_the_oldest_fold() -> None:
    assert feasible()
    assert not feasible(DATED._replace(rows=27))
    assert feasible(DATED._replace(rows=27), train__batch_size=1)


def test_lags_and_differences_take_rows() -> None:
    assert feasible(frame__lookback=2, difference__lags=[])
    assert not feasible(frame__lookback=2)
    assert not feasible(frame__lags=[1, 12])


def test_logarithm_needs_values_above_0() -> None:
    assert feasible(difference__transform="log")
    assert not feasible(DATED._replace(lowest=0.0), difference__transform="log")
    assert not feasible(DATED._replace(lowest=float("nan")), difference__transform="log")


def test_season_needs_two_of_them_before_the_rows_held_out() -> None:
    held_out = SIZES["frame.test_size"] + SIZES["frame.validation_size"] * 3
    long = DATED._replace(rows=held_out + 24)
    for kind in ("additive", "multiplicative"):
        assert feasible(long, difference__seasonal=kind)
        assert not feasible(long._replace(rows=held_out + 23), difference__seasonal=kind)
        assert not feasible(long._replace(season=1), difference__seasonal=kind)
    assert feasible(long._replace(lowest=0.0), difference__seasonal="additive")
    assert not feasible(long._replace(lowest=0.0), difference__seasonal="multiplicative")


def test_calendar_needs_dates() -> None:
    assert feasible(frame__calendar=["month"])
    assert not feasible(DATED._replace(has_dates=False), frame__calendar=["month"])


def drawn(rows: int, lookback: dict[str, Any]) -> StudyFile:
    ranges = {"frame.lookback": lookback, "train.seed": {"low": 0, "high": 99, "integer": True}}
    content = {"name": "s", "overrides": SIZES, "random": {"draws": 10, "ranges": ranges}}
    study = validated(StudyFile, content, "s.yaml")
    return with_feasible_draws(study, read_params(), DATED._replace(rows=rows), "s.yaml")


def test_draws_that_cannot_be_run_are_drawn_again() -> None:
    study = drawn(30, {"low": 1, "high": 9, "integer": True})
    assert len(study.configurations) == 10
    assert {own["frame.lookback"] for own in study.configurations} == {1, 2, 3}
    assert drawn(30, {"low": 1, "high": 9, "integer": True}) == study


def test_mistake_in_every_draw_is_said_instead_of_rows() -> None:
    content = {"random": {"draws": 2, "ranges": {"frame.lookback": {"choices": [1, 2]}}}}
    overrides = {**SIZES, "frame.test_size": 0}
    study = validated(StudyFile, {"name": "s", "overrides": overrides, **content}, "s.yaml")
    with pytest.raises(StatecastError, match=r"^s\.yaml: frame\.test_size must be greater than"):
        with_feasible_draws(study, read_params(), DATED, "s.yaml")


def test_ranges_without_a_draw_that_can_be_run_are_refused() -> None:
    with pytest.raises(
        StatecastError, match=r"^s\.yaml: random .* that 30 rows are enough for, got"
    ):
        drawn(30, {"choices": [12, 24]})
