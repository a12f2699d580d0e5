"""Rows of a series by part. Oracle: by hand."""

import numpy as np
import pytest

from statecast.base.identity import SeriesKey
from statecast.network.rows import ScaledRows, SeriesRows
from tests.support.forecasts import random_rows


def series(sizes: tuple[int, int, int], *, test_is_train: bool = False) -> SeriesRows:
    count = sum(sizes)
    return SeriesRows(
        key=SeriesKey("a"),
        ds=np.arange(count),
        x=np.zeros((count, 6)),
        y=np.zeros((count, 2)),
        sizes=sizes,
        test_is_train=test_is_train,
    )


@pytest.mark.parametrize(
    ("part", "rows"), [("train", [0, 1, 2]), ("validation", [3, 4]), ("test", [5])]
)
def test_parts_lie_one_after_the_other(part: str, rows: list[int]) -> None:
    own = series((3, 2, 1))
    assert own.ds[own.part(part)].tolist() == rows
    assert own.count(part) == len(rows)


def test_test_rows_may_be_the_training_rows() -> None:
    own = series((3, 2, 0), test_is_train=True)
    assert own.part("test") == slice(0, 3)


def test_all_rows_for_training_leave_none_for_the_test() -> None:
    own = series((3, 2, 0), test_is_train=True).all_for_training()
    assert [own.count(part) for part in ("train", "validation", "test")] == [5, 0, 0]


def test_features_are_the_inputs_of_a_step() -> None:
    rows = ScaledRows([series((3, 2, 1))], steps=3)
    assert (rows.features, rows.outputs) == (2, 2)


def test_interval_folds_judge_the_newer_half_of_the_training_rows() -> None:
    """Thirteen training rows and 3 folds: 2 rows are left for each, the newest for the last."""
    rows = random_rows(13, 4)
    folds = rows.interval_folds(3)
    assert [fold.key.fold for fold in folds] == [1, 2, 3]
    assert [fold.sizes for fold in folds] == [(7, 2, 0), (9, 2, 0), (11, 2, 0)]
    judged = [fold.ds[fold.part("validation")].tolist() for fold in folds]
    assert judged == [[7, 8], [9, 10], [11, 12]]
    for fold in folds:
        np.testing.assert_array_equal(fold.x, rows.x[: len(fold.y)])
        assert fold.for_intervals
