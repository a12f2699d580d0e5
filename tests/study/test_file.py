"""What a study file may say, and what keys exclude each other."""

import datetime as dt
import math
import time
from typing import Any

import pytest

from statecast.base.errors import StatecastError
from statecast.base.section import validated
from statecast.study.file import Range, StudyFile

GRID = {"train.epochs": [1]}
SEARCH = {"trials": 1, "ranges": {"train.epochs": {"low": 1, "high": 2, "integer": True}}}

SPACE = {"ranges": SEARCH["ranges"]}
DATE = dt.date(2024, 1, 31)
PLAIN = "must be text, a number, true, false or null"
MILLION = {"train.epochs": list(range(1000)), "train.seed": list(range(1000))}
LISTED = [{"train.seed": seed} for seed in range(6000)]


def study_of(**content: Any) -> StudyFile:
    return validated(StudyFile, {"name": "s", **content}, "s.yaml")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"curves": True, "grid": GRID}, "must have register false for curves"),
        ({"variants": {"a": {}}, "optuna": SEARCH}, "must have no variants for optuna"),
        ({"grid": GRID, "optuna": SEARCH}, "must have one of grid, configurations"),
    ],
)
def test_keys_that_exclude_each_other_are_refused(content: dict[str, Any], message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        study_of(**content)


def test_measured_study_may_have_curves() -> None:
    assert study_of(register=False, curves=True, grid=GRID).curves


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"choices": [1], "low": 1}, "must have choices alone, or low and high"),
        ({"choices": [1], "log": True}, "must have choices alone, or low and high"),
        ({"low": 2, "high": 1}, "must have choices, or low and high with low at most high"),
        ({"low": 0, "high": 1, "log": True}, "must have low above 0 where log is true"),
        ({"low": 0.5, "high": 2, "integer": True}, "must have whole low and high"),
        ({"choices": []}, "choices"),
    ],
)
def test_range_that_is_no_range_is_refused(content: dict[str, Any], message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        validated(Range, content, "s.yaml")


def drawn_from(**content: Any) -> dict[str, Any]:
    """Return a study that draws from a range."""
    return {"random": {"draws": 2, "ranges": {"train.epochs": content}}}


def searched(**content: Any) -> dict[str, Any]:
    return {"optuna": {**SEARCH, **content}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"name": "n" * 300, "grid": GRID}, "name must be at most 80 letters"),
        ({"prefix": "n" * 300, "grid": GRID}, "prefix must be at most 80 letters"),
        ({"name": "s\n", "grid": GRID}, "name must be at most 80 letters"),
        ({"name": "", "grid": GRID}, "name must be at most 80 letters"),
        ({"grid": {"train.epochs": [DATE]}}, f"grid.train.epochs.0 {PLAIN}"),
        ({"overrides": {"train.seed": DATE}, "grid": GRID}, f"overrides.train.seed {PLAIN}"),
        ({"configurations": [{"a.b": [DATE]}]}, f"configurations.0.a.b {PLAIN}"),
        ({"variants": {"v": {"a.b": b"1"}}, "grid": GRID}, f"variants.v.a.b {PLAIN}"),
        ({"grid": {"train.seed": [math.nan]}}, "grid.train.seed.0 must be a finite number"),
        ({"grid": {"a.b": [{1: 2}]}}, "grid.a.b.0 must have names of keys"),
        (drawn_from(choices=[4, DATE]), f"train.epochs.choices.1 {PLAIN}"),
        (drawn_from(low=1, high=1e300), "train.epochs.high must be less than or equal to 1e+30"),
        (drawn_from(low=1, high=1e20, integer=True), "must have low and high within 2^53"),
        (drawn_from(lwo=1, high=2), "train.epochs.lwo is not a key here, did you mean low?"),
        (drawn_from(other=1), "train.epochs.other is not a key here; keys are low, high, log"),
        (searched(register={"best": 0}), "optuna.register.best must be greater than or equal to 1"),
        (searched(register={}), "optuna.register.best must be given"),
        (searched(register="some"), "optuna.register must be all, or best: NUMBER"),
        (searched(register=None), "optuna.register must be all, or best: NUMBER"),
    ],
)
def test_odd_value_is_told_with_its_key(content: dict[str, Any], message: str) -> None:
    with pytest.raises(StatecastError) as raised:
        study_of(**content)
    assert message in str(raised.value)


def test_choices_of_two_kinds_are_taken() -> None:
    study = study_of(**drawn_from(choices=[4, "x", [1, 2], None]))
    assert study.random is not None
    assert study.random.ranges["train.epochs"].choices == [4, "x", [1, 2], None]


@pytest.mark.parametrize(
    ("content", "key", "count", "days"),
    [
        ({"grid": MILLION}, "grid", "1,000,000", "11.6"),
        ({"random": {"draws": 10_000_000, **SPACE}}, "random", "10,000,000", "115.7"),
        ({"optuna": {"trials": 100_000, **SPACE}}, "optuna", "100,000", "1.2"),
        (
            {"configurations": LISTED, "variants": {"a": {}, "b": {}}},
            "configurations",
            "12,000",
            "0.1",
        ),
    ],
)
def test_study_that_would_take_days_is_refused_before_it_is_expanded(
    content: dict[str, Any], key: str, count: str, days: str
) -> None:
    before = time.process_time()
    with pytest.raises(StatecastError) as raised:
        study_of(**content)
    assert time.process_time() - before < 1
    got = f"{count}, which would take {days} days at a second each"
    expected = f"s.yaml: {key} must give at most 10,000 configurations, got {got}"
    assert str(raised.value) == expected
