"""The stage frame. Oracle: the rows counted by hand."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from tests.support.project import Project

PARTS = ("train", "validation", "test")


def framed(project: Project, **keys: object) -> dict[str, pd.DataFrame]:
    """Return the parts."""
    project.set(**keys)
    project.call("download", "difference", "frame")
    return {part: project.table(f"data/framed/{part}.csv") for part in PARTS}


def test_parts_are_counted_from_the_end(project: Project) -> None:
    parts = framed(project, frame__validation_size=3, frame__lookback=2)
    assert [len(part) for part in parts.values()] == [36 - 1 - 2 - 3 - 12, 3, 12]


def test_columns_are_who_when_inputs_and_y(project: Project) -> None:
    parts = framed(project, frame__lookback=2)
    for part in parts.values():
        assert list(part) == ["unique_id", "fold", "ds", "lag_2", "lag_1", "y"]


def test_test_may_be_the_training_rows(project: Project) -> None:
    parts = framed(project, frame__test="train", frame__test_size=0)
    pd.testing.assert_frame_equal(parts["test"], parts["train"])
    assert len(parts["train"]) == 34


def test_symbols_are_moved_and_not_read(
    project: Project, source: Callable[[str | bytes], None]
) -> None:
    source("month,sales\n" + "".join(f"{row},0{row % 3}\n" for row in range(20)))
    project.set(download__values="symbols", difference__lags=[])
    framed(project)
    text = (project.folder / "data" / "framed" / "train.csv").read_text()
    assert text.splitlines()[1] == "sales,0,1,00,01"


def test_lookback_longer_than_the_series(scaled_project: Project) -> None:
    scaled_project.set(frame__lookback=30)
    line = scaled_project.fails("frame")
    assert "must have at least 43 rows (params.yaml: frame.lookback" in line


def test_test_size_that_leaves_no_training_row(scaled_project: Project) -> None:
    scaled_project.set(frame__test_size=34)
    line = scaled_project.refuses("frame")
    assert "must have at least 36 rows" in line
    assert "got 35" in line


def test_one_training_row_is_enough(scaled_project: Project) -> None:
    scaled_project.set(frame__test_size=33)
    scaled_project.call("frame")
    assert len(scaled_project.table("data/framed/train.csv")) == 1


def test_too_few_rows_of_a_downloaded_series(
    project: Project, source: Callable[[str | bytes], None]
) -> None:
    source("month,sales\n" + "".join(f"{row},{row}\n" for row in range(14)))
    message = (
        r"^series 'sales' must have at least 14 rows \(params\.yaml: frame\.lookback \+ "
        r"frame\.validation_size \+ frame\.test_size and one row to train on\), got 13$"
    )
    with pytest.raises(StatecastError, match=message):
        framed(project)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            {"frame__validation_size": 0},
            r"frame\.validation_size must be at least 1 for folds, got 0",
        ),
        (
            {"frame__test": "train", "frame__test_size": 0},
            r"frame\.validation_folds must be 0 where frame\.test is train, got 2",
        ),
        (
            {"frame__validation_folds": 8},
            r"have at least 38 rows .*frame\.validation_size x frame\.validation_folds.*got 35",
        ),
    ],
)
def test_folds_that_cannot_be_are_one_line(
    project: Project, keys: dict[str, object], message: str
) -> None:
    folds = {"frame__validation_size": 3, "frame__validation_folds": 2}
    with pytest.raises(StatecastError, match=message):
        framed(project, **folds | keys)


@pytest.mark.parametrize("as_", ["features", "timesteps"])
def test_features_reach_up_to_the_time_of_y(project: Project, as_: str) -> None:
    project.use_sales(lookback=3, calendar=["month"], validation_size=4, **{"as": as_})
    train = framed(project)["train"]
    source = project.table("data/source/sales.csv")
    count = len(train)
    np.testing.assert_array_equal(train["price_lag_0"], source["price"][4 : 4 + count])
    np.testing.assert_array_equal(train["price_lag_2"], source["price"][2 : 2 + count])
    np.testing.assert_allclose(train["lag_1"], source["sales"].diff()[3 : 3 + count])
