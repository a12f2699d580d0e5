"""A CSV file as text, numbers and symbols. Oracle: what was written by hand into the source."""

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.table import Columns, numbers, read_table, symbols
from tests.support.frames import frame_of


def table_of(text: str) -> pd.DataFrame:
    return read_table(text.encode(), source="t.csv")


def test_every_cell_is_text() -> None:
    assert table_of("t,v\n01, 2\n,NA\n").to_numpy().tolist() == [["01", " 2"], ["", "NA"]]


def test_byte_order_mark_is_no_part_of_a_name() -> None:
    assert list(read_table("t,v\n1,2\n".encode("utf-8-sig"), source="t.csv")) == ["t", "v"]


def test_another_separator() -> None:
    table = read_table(b"t;v\n1;2,5\n", source="t.csv", separator=";")
    assert table.to_numpy().tolist() == [["1", "2,5"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must hold a header and rows, got an empty file"),
        (" \n", "must hold a header and rows, got an empty file"),
        ("t,v\n", "must hold a header and rows, got a header alone"),
        ("t,v\n1,2\n3,4,5\n", "must be a CSV file"),
        ("t,v\n1,\0\n", "must be text in UTF-8, got a NUL character"),
    ],
)
def test_what_is_no_table_is_refused(text: str, message: str) -> None:
    with pytest.raises(StatecastError, match=rf"^t\.csv {message}") as error:
        table_of(text)
    assert "\n" not in str(error.value)


def test_bytes_that_are_no_text_are_counted() -> None:
    with pytest.raises(StatecastError, match=r"^t\.csv must be text in UTF-8, got byte 2 that"):
        read_table(b"ab\xff", source="t.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("t,w\n1,2\n", r"^`value_column` must be a column: t, w, got 'v'"),
        ("u,v\n1,2\n", r"^`time_column` must be a column: u, v, got 't'"),
        ("t,v\n1,2\n2,\n", r"column 'v', line 3 must be a finite number, got a missing value"),
        ("t,v\n1,NaN\n2,1\n", r"line 2 must be a finite number, got a missing value"),
        ("t,v\n1,2\n2,inf\n", r"line 3 must be a finite number, got 'inf'"),
        ("t,v\n1,two\n", r"line 2 must be a finite number, got 'two'"),
    ],
)
def test_bad_table_is_refused_at_the_door(text: str, message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        frame_of(text)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (Columns("v", "t", "id"), r"^`id_column` must be a column: t, v, got 'id'"),
        (Columns("v", "t", None, ("p",)), r"^`features` must be a column: t, v, got 'p'"),
        (
            Columns("v", "t", None, ("v",)),
            r"^`features` must be columns other than the series, its times and its id, got \['v'\]",
        ),
        (Columns("v", "t", None, ("t",)), r"^`features` must be columns other .*got \['t'\]"),
    ],
)
def test_columns_that_a_table_cannot_have(columns: Columns, message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        columns.require_in(table_of("t,v\n1,2\n"))


def test_numbers_by_hand() -> None:
    text = pd.Series([" 1", "-2.5 ", "1e3"], name="v")
    assert numbers(text).tolist() == [1, -2.5, 1000]


@pytest.mark.parametrize("cell", ["", " ", "NA", "n/a", "NaN", "null", "None", "?", "-"])
def test_a_missing_value_may_become_nan(cell: str) -> None:
    text = pd.Series([cell, "1"], name="v")
    np.testing.assert_array_equal(numbers(text, may_miss=True), [np.nan, 1])


def test_bad_cells_are_counted() -> None:
    with pytest.raises(StatecastError, match=r"line 3 must.*got 'x' \(2 such rows\)$"):
        numbers(pd.Series(["1", "x", "y"], name="v"))


def test_filling_is_offered_where_all_bad_cells_are_missing() -> None:
    with pytest.raises(StatecastError, match=r"\(2 such rows; `fill` can fill them\)$"):
        numbers(pd.Series(["", "1", "NA"], name="v"))


def test_symbols_have_no_spaces_around() -> None:
    assert symbols(pd.Series([" a", "03 "], name="v")).tolist() == ["a", "03"]


def test_a_missing_symbol_is_refused() -> None:
    with pytest.raises(
        StatecastError, match=r"^column 'v', line 3 must be a symbol, got a missing"
    ):
        symbols(pd.Series(["a", " "], name="v"))
