"""Several value columns of a table. Oracle: the series written out by hand."""

from typing import Any

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.gaps import Gaps
from statecast.data.table import Columns, read_table
from statecast.data.targets import frame_of_targets

ONE = "t,a,b,p\n2,20,200,8\n1,10,100,9\n"
TWO = "t,id,a,b\n1,x,10,100\n2,x,20,200\n1,y,30,300\n"


def frame_of(text: str, columns: Columns, targets: list[str], **reading: Any) -> pd.DataFrame:
    table = read_table(text.encode(), source="t.csv")
    return frame_of_targets(table, columns, targets, **reading)


def written(frame: pd.DataFrame) -> str:
    return frame.astype({"y": int}).to_csv(index=False)


def test_each_target_is_a_series_named_after_its_column() -> None:
    frame = frame_of(ONE, Columns("a", "t"), ["a", "b"])
    assert written(frame) == (
        "unique_id,network,ds,y\na,a + b,1,10\na,a + b,2,20\nb,a + b,1,100\nb,a + b,2,200\n"
    )


def test_of_several_ids_each_has_a_network_for_its_targets() -> None:
    frame = frame_of(TWO, Columns("b", "t", "id"), ["b", "a"])
    assert written(frame) == (
        "unique_id,network,ds,y\n"
        "x/b,x,1,100\nx/b,x,2,200\ny/b,y,1,300\n"
        "x/a,x,1,10\nx/a,x,2,20\ny/a,y,1,30\n"
    )


def test_features_stand_beside_each_target() -> None:
    frame = frame_of(ONE, Columns("a", "t", features=("p",)), ["a", "b"])
    assert frame["p"].tolist() == [9, 8, 9, 8]


def test_a_single_target_is_a_series_as_ever() -> None:
    assert written(frame_of(ONE, Columns("b", "t"), ["b"])) == "unique_id,ds,y\nb,1,100\nb,2,200\n"


def test_gaps_of_each_target_are_filled_by_themselves() -> None:
    frame = frame_of("t,a,b\n1,10,\n2,,200\n", Columns("a", "t"), ["a", "b"], gaps=Gaps("previous"))
    assert frame["y"].tolist() == [10, 10, 200, 200]


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        (ONE, Columns("a", "t", features=("b",)), r"^`features` must be columns other .*\['b'\]"),
        (ONE, Columns("a", "t", lagged=("b",)), r"^`lagged` must be columns other .*\['b'\]"),
        ("t,a\n1,2\n", Columns("a", "t"), r"^`value_column` must be a column: t, a, got 'b'"),
        ("t,a,b\n1,2,x\n", Columns("a", "t"), r"^column 'b', line 2 must be a finite number"),
    ],
)
def test_mistake_in_a_target_is_named(text: str, columns: Columns, message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        frame_of(text, columns, ["a", "b"])


def test_ids_and_targets_must_not_make_the_same_name() -> None:
    """The series x/y of the column b, and the series x of the column y/b."""
    text = "t,id,b,y/b\n1,x,1,2\n1,x/y,3,4\n"
    with pytest.raises(StatecastError, match=r"make different names ID/COLUMN, got \['x/y/b'\]"):
        frame_of(text, Columns("b", "t", "id"), ["b", "y/b"])
