"""A column of text as ids, numbers or symbols.

The index of a column is the line of each cell in its file, for the message of an error.
"""

import re

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, shown

MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-"}
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # tabs and ends of lines among them


def ids(text: "pd.Series[str]") -> "pd.Series[str]":
    """Return a column of ids, as they are.

    Raises:
        StatecastError: a cell is empty, or does not fit on a line.

    """
    different = text.drop_duplicates()  # the first of each
    is_there = different.str.strip() != ""
    _require_cells(different, is_there, "be the id of a series", "a missing value")
    _require_plain(different)
    return text


def numbers(
    text: "pd.Series[str]", *, decimal: str = ".", may_miss: bool = False
) -> "pd.Series[float]":
    """Return a column of text as finite numbers.

    Args:
        text: the column.
        decimal: the mark before the fraction, a point or a comma. The other one is in no number.
        may_miss: whether a missing value becomes NaN instead of an error.

    Raises:
        StatecastError: a cell is no number, infinite, or missing.

    """
    if decimal == ".":
        values = pd.to_numeric(text, errors="coerce")
        if np.isfinite(values).all():
            return values.astype(float)
    return _numbers_cell_by_cell(text, decimal, may_miss)


def _numbers_cell_by_cell(
    text: "pd.Series[str]", decimal: str, may_miss: bool
) -> "pd.Series[float]":
    """Return numbers of cells that may have spaces around, be missing or be none."""
    stripped = text.str.strip()
    pointed = stripped if decimal == "." else stripped.str.translate(str.maketrans(",.", ".,"))
    values = pd.to_numeric(pointed, errors="coerce")
    is_missing = stripped.str.lower().isin(MISSING)
    is_bad = ~np.isfinite(values) & ~(is_missing & may_miss)
    if is_bad.any():
        raise _no_number(stripped[is_bad], is_missing[is_bad], decimal)
    return values.astype(float)


def _no_number(
    bad: "pd.Series[str]", is_missing: "pd.Series[bool]", decimal: str
) -> StatecastError:
    """Return the error of the first of the cells that are no finite numbers, and what helps.

    Args:
        bad: these cells, at least one.
        is_missing: which of them are missing.
        decimal: as in ``numbers``.

    """
    cell = bad.iloc[0]
    got = "a missing value" if is_missing.iloc[0] else shown(cell)
    help_ = ""
    if is_missing.all():
        help_ = "; `fill` can fill them"
    elif decimal == "." and DECIMAL_COMMA.fullmatch(cell):
        help_ = "; a decimal comma? `decimal` can say so"
    must = "be a finite number"
    return cell_error(bad, bad.index[0], must, f"{got} ({len(bad)} such rows{help_})")


def symbols(text: "pd.Series[str]") -> "pd.Series[str]":
    """Return a column of symbols.

    Raises:
        StatecastError: a cell is empty, or does not fit on a line.

    """
    stripped = text.str.strip()
    different = stripped.drop_duplicates()
    _require_cells(different, different != "", "be a symbol", "a missing value")
    _require_plain(different)
    return stripped


def cell_error(column: pd.Series, line: int, must: str, got: str) -> StatecastError:
    """Return the error of a cell."""
    return StatecastError(f"column {shown(column.name)}, line {line} must {must}, got {got}")


def _require_cells(
    column: "pd.Series[str]", holds: "pd.Series[bool]", must: str, got: str = ""
) -> None:
    """Check each cell; ``got`` is said of the first that does not hold, or the cell itself."""
    if not holds.all():
        line = column.index[~holds][0]
        raise cell_error(column, line, must, got or shown(column[line]))


def _require_plain(column: "pd.Series[str]") -> None:
    """Check that no cell has a control character, which would break a line of a table."""
    is_plain = ~column.str.contains(CONTROL)
    _require_cells(column, is_plain, "have no control character")
