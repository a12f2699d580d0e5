"""Columns of text as ids, numbers and symbols. Oracle: what was written by hand into them."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.cells import ids, numbers, symbols
from tests.support.frames import frame_of


def test_a_decimal_comma() -> None:
    text = pd.Series(["1,5", "-2", "1e3", ",5"], name="v")
    assert numbers(text, decimal=",").tolist() == [1.5, -2, 1000, 0.5]


@pytest.mark.parametrize(("decimal", "cell"), [(",", "1.234"), (",", "1.234,5"), (".", "1,234.5")])
def test_a_mark_of_thousands_is_no_decimal_mark(decimal: str, cell: str) -> None:
    with pytest.raises(
        StatecastError, match=f"must be a finite number, got '{cell}' .1 such rows.$"
    ):
        numbers(pd.Series([cell], name="v"), decimal=decimal)


@pytest.mark.promise("source")
def test_a_decimal_comma_is_hinted_at() -> None:
    with pytest.raises(StatecastError, match=r"got '201,26' \(1 such rows; .*`decimal` can say so"):
        frame_of('t,v\n1,"201,26"\n')


CONTROLS = ["a\rb", "a\nb", "a\tb", "a\x1bb", "a\x85b", "a\u2028b"]


@pytest.mark.parametrize("cell", CONTROLS)
@pytest.mark.parametrize("check", [ids, symbols])
@pytest.mark.promise("source")
def test_what_would_break_a_line_is_refused(check: Callable[..., object], cell: str) -> None:
    with pytest.raises(StatecastError, match=r"^column 'c', line 3 must have no control char") as e:
        check(pd.Series(["a", cell], name="c", index=[2, 3]))
    assert str(e.value).splitlines() == [str(e.value)]


@pytest.mark.promise("source")
def test_an_id_is_text_as_it_is_written() -> None:
    names = ["1", "01", "1.0", "NA", "nan", " a", "é", "\u200d", '"', "a,b"]
    assert ids(pd.Series(names, name="c")).tolist() == names


@pytest.mark.parametrize("cell", ["", " "])
def test_a_missing_id_is_refused(cell: str) -> None:
    with pytest.raises(StatecastError, match="line 2 must be the id of a series, got a missing"):
        frame_of(f't,v,i\n1,1,"{cell}"\n', unique_id="i")


def test_numbers_by_hand() -> None:
    text = pd.Series([" 1", "-2.5 ", "1e3"], name="v")
    assert numbers(text).tolist() == [1, -2.5, 1000]


@pytest.mark.parametrize("cell", ["", " ", "NA", "n/a", "NaN", "null", "None", "?", "-"])
def test_a_missing_value_may_become_nan(cell: str) -> None:
    text = pd.Series([cell, "1"], name="v")
    np.testing.assert_array_equal(numbers(text, may_miss=True), [np.nan, 1])


def test_bad_cells_are_counted() -> None:
    with pytest.raises(StatecastError, match=r"line 3 must.*got 'x' \(2 such rows\)$"):
        numbers(pd.Series(["1", "x", "y"], name="v", index=[2, 3, 4]))


def test_filling_is_offered_where_all_bad_cells_are_missing() -> None:
    with pytest.raises(StatecastError, match=r"\(2 such rows; `fill` can fill them\)$"):
        numbers(pd.Series(["", "1", "NA"], name="v"))


def test_symbols_have_no_spaces_around() -> None:
    assert symbols(pd.Series([" a", "03 "], name="v")).tolist() == ["a", "03"]


def test_a_missing_symbol_is_refused() -> None:
    with pytest.raises(
        StatecastError, match=r"^column 'v', line 3 must be a symbol, got a missing"
    ):
        symbols(pd.Series(["a", " "], name="v", index=[2, 3]))
