"""What a study file may say, and what keys exclude each other."""

from typing import Any

import pytest

from statecast.base.errors import StatecastError
from statecast.base.section import validated
from statecast.study.file import Range, StudyFile

GRID = {"train.epochs": [1]}
SEARCH = {"trials": 1, "ranges": {"train.epochs": {"low": 1, "high": 2, "integer": True}}}


def study_of(**content: Any) -> StudyFile:
    return validated(StudyFile, {"name": "s", **content}, "s.yaml")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"register": False, "combine": 1, "grid": GRID},
            "must have register true for optuna and combine",
        ),
        (
            {"register": False, "optuna": SEARCH},
            "must have register true for optuna and combine",
        ),
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
