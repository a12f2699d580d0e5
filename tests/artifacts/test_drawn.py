"""Tables behind charts over time. Oracle: worked by hand."""

import pandas as pd
import pytest

from statecast.artifacts import drawn as module
from statecast.artifacts.drawn import (
    SERIES_DRAWN,
    baselines_drawn,
    drawn_of,
    future_drawn,
    series_drawn,
)

SERIES = pd.DataFrame({"unique_id": ["a"] * 3 + ["b"] * 2, "ds": [*"123", *"12"], "y": range(5)})


def test_few_series_are_all_drawn() -> None:
    names = [f"s{place}" for place in range(SERIES_DRAWN)]
    assert drawn_of(names) == (names, None)


def test_of_many_series_the_first_are_drawn_and_counted() -> None:
    names = [f"s{place}" for place in range(1428)]
    assert drawn_of(names) == (names[:24], "the first 24 of 1428 series")


def test_rows_are_those_of_the_series_drawn() -> None:
    drawn = drawn_of(["b", "c"])
    assert drawn.rows(SERIES)["y"].tolist() == [3, 4]


def test_of_a_long_series_the_last_rows_are_drawn_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two repeats of three rows of a and two of b; the last two times of each are drawn."""
    monkeypatch.setattr(module, "ROWS_DRAWN", 2)
    twice = pd.concat([SERIES.assign(seed=0), SERIES.assign(seed=1)])
    rows = drawn_of(["a", "b"]).rows(twice)
    assert rows.sort_values(["seed", "y"])["y"].tolist() == [1, 2, 3, 4] * 2
    only = drawn_of(["b"])
    assert only.rows(twice)["y"].tolist() == [3, 4] * 2


def test_words_say_which_rows_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn_of(["a", "b"]).words_of(SERIES) is None
    monkeypatch.setattr(module, "ROWS_DRAWN", 2)
    assert drawn_of(["b"]).words_of(SERIES) is None
    assert drawn_of(["a"]).words_of(SERIES) == "the last 2 of 3 rows"
    assert drawn_of(["a", "b"]).words_of(SERIES) == "the last 2 rows of each series"
    many = [*"ab", *map(str, range(30))]
    words = "the first 24 of 32 series, the last 2 rows of each"
    assert drawn_of(many).words_of(SERIES) == words


def test_a_long_series_of_categories_is_cut_in_the_same_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As the forecasts are kept: names that no row has, are no series."""
    monkeypatch.setattr(module, "ROWS_DRAWN", 2)
    names = pd.Categorical(SERIES["unique_id"], categories=[*"abc"])
    categories = SERIES.assign(unique_id=names, ds=pd.Categorical(SERIES["ds"]))
    drawn = drawn_of([*"abc"])
    assert drawn.rows(categories)["y"].tolist() == [1, 2, 3, 4]
    assert drawn.words_of(categories) == "the last 2 rows of each series"


def test_rows_of_the_test_part_are_marked() -> None:
    test = pd.DataFrame({"unique_id": [*"aab"], "ds": [*"332"]})  # two repeats of a
    table = series_drawn(SERIES.assign(price=1.0), test)
    assert list(table) == ["unique_id", "ds", "y", "part"]
    assert table["part"].tolist() == ["", "", "test", "", "test"]


def test_the_mean_of_the_repeats_stands_before_the_baselines() -> None:
    forecasts = pd.DataFrame(
        {
            "unique_id": pd.Categorical(["a"] * 4),
            "ds": pd.Categorical([*"1212"]),
            "seed": [0, 0, 1, 1],
            "y": [5.0, 6.0] * 2,
            "forecast": [1.0, 2.0, 3.0, 4.0],
        }
    )
    rows = {"unique_id": "a", "fold": 0, "ds": [*"12"], "part": "test", "method": "drift"}
    baselines = pd.DataFrame({**rows, "y": [5.0, 6.0], "forecast": [8.0, 9.0], "far_away": 0})
    table = baselines_drawn(forecasts, baselines)
    assert table.to_numpy().tolist() == [
        ["a", "1", "ensemble", 5, 2],
        ["a", "2", "ensemble", 6, 3],
        ["a", "1", "drift", 5, 8],
        ["a", "2", "drift", 6, 9],
    ]


@pytest.mark.parametrize(("horizon", "rows"), [(1, 36), (6, 36), (12, 72)])
def test_six_horizons_are_drawn_with_what_comes_next(horizon: int, rows: int) -> None:
    series = pd.DataFrame({"unique_id": "a", "ds": range(200), "y": range(200)})
    future = pd.DataFrame({"unique_id": "a", "ds": range(200, 200 + horizon), "forecast": 1.0})
    table = future_drawn(series, future, horizon)
    assert len(table) == rows
    assert table["ds"].tolist() == list(range(200 + horizon - rows, 200 + horizon))
    assert table["y"].notna().sum() == rows - horizon
