"""Columns that are found. Oracle: tables written by hand."""

import pytest

from statecast.base.errors import StatecastError
from statecast.best.columns import FileForm, SeriesColumns, columns_of, form_of
from statecast.data.table import read_table


def columns(text: str, **named: str) -> SeriesColumns:
    table = read_table(text.encode(), source="t.csv")
    return columns_of(table, **named)


def test_dates_and_the_only_numbers_are_found() -> None:
    assert columns("y,when\n1,2024-01\n2,2024-02\n") == SeriesColumns("y", "when")


def test_integers_that_rise_evenly_are_times_in_the_first_column() -> None:
    assert columns("year,y\n1990,7\n1991,7\n") == SeriesColumns("y", "year")
    assert columns("week,y\n0,7\n2,9\n") == SeriesColumns("y", "week")


def test_single_column_is_the_series_without_times() -> None:
    assert columns("y\n1\n2\n") == SeriesColumns("y", None)


def test_missing_values_are_no_text() -> None:
    assert columns("day,y\n2024-01-01,\n2024-01-02,3\n") == SeriesColumns("y", "day")


def test_text_is_left_and_named() -> None:
    read = columns("day,place,y\n2024-01-01,A,1\n2024-01-02,A,3\n")
    assert read == SeriesColumns("y", "day", ("place",))


def test_named_columns_are_taken() -> None:
    text = "d,e,a,b\n2024-01-01,2024-02-01,1,2\n2024-01-02,2024-02-02,3,4\n"
    assert columns(text, value="b", time="e") == SeriesColumns("b", "e", ("d",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("d,a,b\n2024-01-01,1,2\n", "--value-column must name one of the columns of numbers.*a, b"),
        ("d,e,a\n2024-01-01,2024-01-01,1\n", "--time-column must name one .* of dates.*d, e"),
        ("d,t\n2024-01-01,x\n", "must have a column of numbers, got none"),
    ],
)
def test_what_is_not_clear_is_asked_for_by_name(text: str, message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        columns(text)


def test_named_column_must_be_there() -> None:
    with pytest.raises(StatecastError, match="--value-column must be a column: d, a, got 'z'"):
        columns("d,a\n2024-01-01,1\n", value="z")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("a,b\n1,2\n", FileForm()),
        ("a\n1\n", FileForm()),
        ("a;b\n1;2.5\n", FileForm(";")),
        ("a;b\n2024-01;2,5\n", FileForm(";", ",")),
        ("a\tb\n1\t2\n", FileForm("\t")),
    ],
)
def test_form_of_a_file(text: str, form: FileForm) -> None:
    assert form_of(text.encode()) == form
