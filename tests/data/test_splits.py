"""Parts and folds of a series. Oracle: the rows counted by hand."""

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.splits import Split, split_folds, split_rows, split_sequences

ROWS = pd.DataFrame({"unique_id": ["a"] * 9 + ["b"] * 8, "ds": [*range(9), *range(8)], "y": 0})


def times(part: pd.DataFrame) -> dict[tuple[str, int], list[int]]:
    """Return the times of each series and fold."""
    return part.groupby(["unique_id", "fold"], sort=False)["ds"].apply(list).to_dict()


@pytest.fixture
def folds() -> Split:
    return split_folds(ROWS, validation_size=2, test_size=1, folds=2)


def test_split_is_at_the_end_of_each_series() -> None:
    framed = pd.DataFrame({"unique_id": list("aaaaabbbb"), "ds": range(9), "y": range(1, 10)})
    split = split_rows(framed, validation_size=1, test_size=2)
    assert [part["y"].tolist() for part in split] == [[1, 2, 6], [3, 7], [4, 5, 8, 9]]


def test_every_row_of_a_split_is_of_the_series_itself() -> None:
    for part in split_rows(ROWS, validation_size=1, test_size=2):
        assert list(part) == ["unique_id", "fold", "ds", "y"]
        assert set(part["fold"]) == {0}


def test_validation_may_be_empty() -> None:
    assert len(split_rows(ROWS, validation_size=0, test_size=1).validation) == 0


@pytest.mark.promise("forecast")
def test_each_fold_trains_on_the_rows_before_its_validation(folds: Split) -> None:
    assert times(folds.train) == {
        ("a", 0): [0, 1, 2, 3, 4, 5, 6, 7],
        ("a", 1): [0, 1, 2, 3],
        ("a", 2): [0, 1, 2, 3, 4, 5],
        ("b", 0): [0, 1, 2, 3, 4, 5, 6],
        ("b", 1): [0, 1, 2],
        ("b", 2): [0, 1, 2, 3, 4],
    }


def test_folds_are_validated_one_after_the_other_up_to_the_test_rows(folds: Split) -> None:
    assert times(folds.validation) == {
        ("a", 1): [4, 5],
        ("a", 2): [6, 7],
        ("b", 1): [3, 4],
        ("b", 2): [5, 6],
    }


def test_the_series_itself_alone_is_tested(folds: Split) -> None:
    assert times(folds.test) == {("a", 0): [8], ("b", 0): [7]}


def test_a_series_stands_before_its_folds(folds: Split) -> None:
    assert list(times(folds.train)) == [(name, fold) for name in "ab" for fold in (0, 1, 2)]


def test_a_series_named_like_a_fold_is_told_from_the_fold() -> None:
    rows = ROWS.replace({"unique_id": {"b": "a fold 1"}})
    split = split_folds(rows, validation_size=2, test_size=1, folds=1)
    assert times(split.test) == {("a", 0): [8], ("a fold 1", 0): [7]}
    assert times(split.validation) == {("a", 1): [6, 7], ("a fold 1", 1): [5, 6]}


def test_sequences_held_out_have_no_row_to_train_on() -> None:
    names = [*"aabbbccdd"]
    framed = pd.DataFrame({"unique_id": names, "ds": range(9), "y": range(9)})
    split = split_sequences(framed, test_size=2)
    assert split.train["y"].tolist() == [0, 1, 2, 3, 4]
    assert split.validation["y"].tolist() == []
    assert split.test["y"].tolist() == [5, 6, 7, 8]
    assert list(split.test) == ["unique_id", "fold", "ds", "y"]


def test_some_sequence_is_trained_on() -> None:
    with pytest.raises(StatecastError, match=r"^`test_size` must be below 2, .*, got 2$"):
        split_sequences(ROWS, test_size=2)
