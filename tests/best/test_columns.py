"""Columns that are found. Oracle: tables written by hand."""

import pandas as pd
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
    assert columns(text, value="b", time="e") == SeriesColumns("b", "e", ("d",), ("a",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("d,a,b\n2024-01-01,1,2\n", "--value-column must name one of the columns of numbers.*a, b"),
        ("d,e,a\n2024-01-01,2024-01-01,1\n", "--time-column must name one .* of dates.*d, e"),
        ("d,t\n2024-01-01,x\n", "must have a column of numbers, got 'x' in t"),
        ("2024-01,5\n2024-02,6\n", "the first line must name the columns .*, got 2024-01, 5"),
        ("5\n6\n", "the first line must name the columns .*, got 5"),
        (
            "a," + ",".join(map(str, range(1990, 2020))),
            "a row for each time, got a column",
        ),
    ],
)
def test_what_is_not_clear_is_asked_for_by_name(text: str, message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        columns(text if text.endswith("\n") else f"{text}\nA{',1' * 30}\n")


MONTHS = [f"2024-{month:02d}" for month in range(1, 13)]


def monthly(*lines: str, name: str = "y") -> str:
    """Return a year of values, and lines below them."""
    rows = [f"{month},{place}" for place, month in enumerate(MONTHS)]
    return "\n".join([f"month,{name}", *rows, *lines]) + "\n"


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%Y/%m/%d %H:%M", "%d/%m/%Y", "%d.%m.%y"])
def test_date_that_no_calendar_has_is_named(form: str) -> None:
    days = pd.date_range("2024-02-01", periods=29).strftime(form).tolist()
    wrong = [day.replace("29", "30") for day in days]
    content = "day,y\n" + "\n".join(f"{day},{place}" for place, day in enumerate(wrong))
    with pytest.raises(StatecastError, match="line 30 must be a date of the calendar, got '"):
        columns_of(read_table(content.encode(), source="days.csv"))


def test_codes_that_look_like_dates_are_no_times() -> None:
    content = "code,y\n" + "\n".join(f"19{place:02d}-{place + 13},{place}" for place in range(30))
    assert columns_of(read_table(content.encode(), source="days.csv")).time is None


@pytest.mark.parametrize("last", ["Total,66", ",66", "2024,66"])
def test_line_below_the_times_is_named(last: str) -> None:
    with pytest.raises(
        StatecastError, match="column 'month', line 14 must be a time as the others"
    ):
        columns(monthly(last))


def test_total_below_years_is_named() -> None:
    years = "\n".join(f"{1990 + place},{place}" for place in range(12))
    with pytest.raises(StatecastError, match=r"column 'year', line 14 .*, got 'Sum'"):
        columns(f"year,y\n{years}\nSum,66\n")


@pytest.mark.parametrize("cells", [["1,234", "999"], ["1,234.5", "2,000.0"], ["1'234", "2'345"]])
def test_marks_between_thousands_are_named(cells: list[str]) -> None:
    text = "d;y\n" + "".join(f"2024-0{row};{cell}\n" for row, cell in enumerate(cells, start=1))
    table = read_table(text.encode(), source="t.csv", separator=";")
    form = form_of(text.encode())
    with pytest.raises(StatecastError, match="'y', line 2 must be a number without marks between"):
        columns_of(table, decimal=form.decimal)


def test_points_that_some_numbers_have_before_three_digits_are_named() -> None:
    with pytest.raises(StatecastError, match=r"line 3 must be a number without marks .*, got '1.2"):
        columns("d,y\n2024-01,999\n2024-02,1.234\n")


def test_point_before_three_digits_of_all_numbers_is_told() -> None:
    read = columns("d,y\n2024-01,1.234\n2024-02,2.345\n")
    assert read.remarks == ("the point in 1.234 is read as that of decimals",)


def test_days_of_a_spreadsheet_are_named_with_their_date() -> None:
    months = "\n".join(f"{day},1" for day in (45292, 45323, 45352, 45383))
    with pytest.raises(StatecastError, match=r"'day' must be dates, .*, got 45292 for 2024-01-01"):
        columns(f"day,y\n{months}\n")
    days = columns("day,y\n" + "\n".join(f"{45292 + day},1" for day in range(12)) + "\n")
    assert days.time == "day"
    assert "45292 for 2024-01-01" in days.remarks[0]


def test_numbers_of_the_rows_are_no_series() -> None:
    rows = "\n".join(f"{place},{month},5" for place, month in enumerate(MONTHS))
    assert columns(f"index,month,y\n{rows}\n") == SeriesColumns("y", "month")


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
        ('a,b\n1,"2,5"\n', FileForm(",", ",")),
        ('a,b\n1,"2,500"\n', FileForm()),
        ("a;b\n1;2,500\n2;3,500\n", FileForm(";", ",")),
        ("a;b\n1;2,500\n2;350\n", FileForm(";", ".")),
    ],
)
def test_form_of_a_file(text: str, form: FileForm) -> None:
    assert form_of(text.encode()) == form
