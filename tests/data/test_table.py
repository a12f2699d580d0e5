"""A CSV file as a table of text. Oracle: what was written by hand into the source."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecast.base.errors import StatecastError
from statecast.data.cells import numbers
from statecast.data.table import Columns, read_table
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
        ('t,v\n1,"2\n', r"must be a CSV file, got: .*\(line 2\)"),
        ('t,v\n1,2\n3,"4"5\n', r"must be a CSV file, got: .*\(line 3\)"),
        (f"t,v\n1,{'2' * 200_000}\n", "must be a CSV file, got: field larger"),
        ("t,v\n1,\0\n", "must be text in UTF-8, got a NUL character"),
    ],
)
def test_what_is_no_table_is_refused(text: str, message: str) -> None:
    with pytest.raises(StatecastError, match=rf"^t\.csv {message}") as error:
        table_of(text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("row", "cells"), [("1990-01,201,26", 3), ("1990-01", 1), ("1990-01,2,,5", 4)]
)
@pytest.mark.promise("source")
def test_a_row_has_as_many_cells_as_the_header(row: str, cells: int) -> None:
    message = rf"^t\.csv, line 3 must have as many cells as the header, 2, got {cells}"
    with pytest.raises(StatecastError, match=message) as error:
        table_of(f"t,v\n1,2\n{row}\n")
    assert ("decimal comma" in str(error.value)) == (cells > 2)


cell = st.text(st.characters(codec="utf-8", exclude_characters='",\0\r\n'), max_size=4)


@given(st.lists(st.tuples(cell, cell), min_size=1, max_size=5))
def test_plain_lines_are_read_as_the_strict_reader_reads_them(rows: list[tuple[str, str]]) -> None:
    plain = "t,v\n" + "".join(f"{first},{second}\n" for first, second in rows)
    quoted = plain.replace("v", '"v"', 1)  # which is left to the strict reader
    pd.testing.assert_frame_equal(table_of(plain), table_of(quoted), check_index_type=False)


def test_a_last_line_may_have_no_end() -> None:
    assert table_of("t,v\n1,2\n3,4").to_numpy().tolist() == [["1", "2"], ["3", "4"]]


def test_separators_at_the_ends_of_lines_are_no_columns() -> None:
    table = table_of("t,v,,\n1,2,,\n3,,\n5,6\n")
    assert list(table) == ["t", "v"]
    assert table.to_numpy().tolist() == [["1", "2"], ["3", ""], ["5", "6"]]


LINES = [
    ("t,v\n\n\n1,x\n", 4),
    ("\n\nt,v\n \n1,x\n", 5),
    ('t,v\n"a\nb",1\n1,x\n', 4),
    ('t,v\n"a\nb",x\n', 2),
    ("t,v\r\n\r\n1,x\r\n", 3),
    ("t,v\r1,1\r1,x\r", 3),
    ("t,v\n1,1\v\x1c\u2028\n1,x\n", 3),
]


@pytest.mark.parametrize(("text", "line"), LINES)
@pytest.mark.promise("source")
def test_lines_are_counted_as_in_an_editor(text: str, line: int) -> None:
    cells = table_of(text)["v"]
    assert cells[cells == "x"].index.tolist() == [line]
    with pytest.raises(StatecastError, match=rf"^column 'v', line {line} must .*got 'x'"):
        numbers(cells)


def test_a_time_that_comes_twice_names_the_lines() -> None:
    message = r"got 7 more than once in 'v' \(lines 4, 6\)$"
    with pytest.raises(StatecastError, match=message):
        frame_of("t,v\n\n1,1\n7,1\n\n7,2\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("t,v,v\n1,2,3\n", r"^the columns of t\.csv must have different names, got \['v'\]$"),
        ('t,"v\r"\n1,2\n', r"^the columns of t\.csv must have names without control characters"),
        (",v\n1,2\n", r"^`time_column` must be a column: , v, got 't'$"),
    ],
)
@pytest.mark.promise("source")
def test_names_of_columns_differ_and_fit_on_a_line(text: str, message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        frame_of(text)


@pytest.mark.parametrize(
    ("text", "hint"), [("t;v\n1;2\n", "';'"), ("t;v\n1;2,5\n", "';'"), ("t\tv\n1\t2\n", r"'\\t'")]
)
@pytest.mark.promise("source")
def test_another_separator_is_hinted_at(text: str, hint: str) -> None:
    message = rf"\(the header has {hint}: is that the `separator`\?\)$"
    with pytest.raises(StatecastError, match=message):
        frame_of(text)


@pytest.mark.parametrize("separator", ["\n", "\r", '"'])
def test_a_separator_is_no_end_of_a_line(separator: str) -> None:
    with pytest.raises(StatecastError, match=r"^`separator` must be no quote and no end"):
        read_table(b"t,v\n1,2\n", source="t.csv", separator=separator)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "latin-1", "utf-32"])
@pytest.mark.promise("source")
def test_other_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(StatecastError, match=r"^t\.csv must be text in UTF-8, got ") as error:
        read_table("t,v\n1,é\n".encode(encoding), source="t.csv")
    assert "\n" not in str(error.value)


def test_bytes_that_are_no_text_are_counted() -> None:
    with pytest.raises(
        StatecastError, match=r"^t\.csv must be text in UTF-8, got byte 2 that .*line 2"
    ):
        read_table(b"a\n\xff", source="t.csv")


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
        (Columns("v", "t", lagged=("p",)), r"^`lagged` must be a column: t, v, got 'p'"),
        (Columns("v", "t", lagged=("v",)), r"^`lagged` must be columns other .*got \['v'\]"),
    ],
)
def test_columns_that_a_table_cannot_have(columns: Columns, message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        columns.require_in(table_of("t,v\n1,2\n"))
