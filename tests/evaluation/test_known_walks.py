"""Forecasts that are made once. Oracle: ``walk``, which makes them anew."""

import numpy as np
import pytest

from statecast.evaluation import known_walks
from statecast.evaluation.known_walks import walk_once
from statecast.evaluation.methods import Course, walk

COURSE = Course("a", np.array([3.0, 1.0, 4.0, 1.0, 5.0]), 3, np.array([3, 4]))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[Course]]:
    """Return the courses of each call of ``walk``, which starts with none known."""
    calls: list[list[Course]] = []

    def noted(method: str, courses: list[Course], *, season_length: int) -> object:
        calls.append(courses)
        return walk(method, courses, season_length=season_length)

    monkeypatch.setattr(known_walks, "walk", noted)
    return calls


def test_forecasts_are_made_once(asked: list[list[Course]]) -> None:
    first = walk_once("drift", [COURSE], season_length=1)
    again = walk_once("drift", [COURSE._replace(name="b")], season_length=1)
    assert len(asked) == 1
    np.testing.assert_array_equal(first[0].forecast, again[0].forecast)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "other",
    [
        COURSE._replace(train=2),
        COURSE._replace(times=np.array([4])),
        COURSE._replace(y=COURSE.y + 1),
    ],
    ids=["fitted on others", "other times", "other values"],
)
def test_other_courses_are_forecast_anew(other: Course, asked: list[list[Course]]) -> None:
    walk_once("drift", [COURSE], season_length=1)
    (mine,) = walk_once("drift", [other], season_length=1)
    (oracle,) = walk("drift", [other], season_length=1)
    np.testing.assert_array_equal(mine.forecast, oracle.forecast)  # type: ignore[union-attr]
    assert [len(courses) for courses in asked] == [1, 1]


def test_known_and_new_courses_keep_their_order(asked: list[list[Course]]) -> None:
    other = COURSE._replace(y=COURSE.y * 2)
    walk_once("persistence", [COURSE], season_length=1)
    first, second = walk_once("persistence", [other, COURSE], season_length=1)
    assert asked[1] == [other]
    assert first.forecast.tolist() == [[8], [2]]  # type: ignore[union-attr]
    assert second.forecast.tolist() == [[4], [1]]  # type: ignore[union-attr]


def test_series_that_cannot_be_forecast_stay_so(asked: list[list[Course]]) -> None:
    short = Course("a", np.array([1.0, 2.0]), 1, np.array([1]))
    assert walk_once("drift", [short], season_length=1) == [None]
    assert walk_once("drift", [short], season_length=1) == [None]
    assert len(asked) == 1
