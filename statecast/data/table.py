"""A CSV file as a table of text, and its cells as numbers or symbols."""

import io
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, one_line, require

MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-"}
FIRST_LINE = 2  # of the rows, as a text editor counts: the header is line 1


class Columns(NamedTuple):
    """Which column of a table holds what."""

    value: str
    time: str | None = None  # None: the rows are in order
    unique_id: str | None = None  # None: one series, named after the value column
    features: tuple[str, ...] = ()

    def require_in(self, table: pd.DataFrame) -> None:
        """Check that a table has these columns.

        Raises:
            StatecastError: a column is missing, or a feature is the series, its times or its id.

        """
        wanted = [
            ("`value_column`", self.value),
            ("`time_column`", self.time),
            ("`id_column`", self.unique_id),
            *(("`features`", name) for name in self.features),
        ]
        known = ", ".join(table.columns)
        for argument, name in wanted:
            is_there = name is None or name in table.columns
            require(is_there, argument, f"be a column: {known}", repr(name))
        others = (self.value, self.time, self.unique_id)
        taken = [name for name in self.features if name in others]
        must = "be columns other than the series, its times and its id"
        require(not taken, "`features`", must, taken)


def read_table(content: bytes, *, source: str, separator: str = ",") -> pd.DataFrame:
    """Return the table in the bytes of a CSV file, every cell as text.

    Args:
        content: text in UTF-8, a header and rows.
        source: where the file came from, for the message of an error.
        separator: one character between the cells.

    Raises:
        StatecastError: the bytes are no such text, or have no rows.

    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = f"byte {error.start} that is not"
        raise StatecastError(f"{source} must be text in UTF-8, got {byte}") from None
    require("\0" not in text, source, "be text in UTF-8", "a NUL character")
    require(text.strip() != "", source, "hold a header and rows", "an empty file")
    try:
        table = pd.read_csv(
            io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, index_col=False
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        reason = one_line(error)
        raise StatecastError(f"{source} must be a CSV file, got: {reason}") from None
    require(len(table) > 0, source, "hold a header and rows", "a header alone")
    return table


def numbers(text: "pd.Series[str]", *, may_miss: bool = False) -> "pd.Series[float]":
    """Return a column of text as finite numbers.

    Args:
        text: the column; its name is for the message of an error.
        may_miss: whether a missing value becomes NaN instead of an error.

    Raises:
        StatecastError: a cell is no number, infinite, or missing.

    """
    stripped = text.str.strip()
    values = pd.to_numeric(stripped, errors="coerce")
    is_missing = stripped.str.lower().isin(MISSING)
    is_bad = ~np.isfinite(values) & ~(is_missing & may_miss)
    if is_bad.any():
        bad = np.flatnonzero(is_bad)
        raise StatecastError(_no_number(stripped, is_missing, bad))
    return values.astype(float)


def _no_number(text: pd.Series, is_missing: pd.Series, bad: np.ndarray) -> str:
    """Return in words which cell is the first of the bad ones, and what helps.

    Args:
        text: the column [N].
        is_missing: which of its cells are missing [N].
        bad: the rows of the cells that are no finite numbers, at least one.

    """
    first = bad[0]
    cell = "a missing value" if is_missing.iloc[first] else repr(text.iloc[first])
    all_missing = is_missing.iloc[bad].all()
    help_ = "; `fill` can fill them" if all_missing else ""
    where = f"column {text.name!r}, line {first + FIRST_LINE}"
    return f"{where} must be a finite number, got {cell} ({len(bad)} such rows{help_})"


def symbols(text: "pd.Series[str]") -> "pd.Series[str]":
    """Return a column of symbols.

    Raises:
        StatecastError: a cell is empty.

    """
    stripped = text.str.strip()
    empty = np.flatnonzero(stripped == "")
    if len(empty):
        where = f"column {text.name!r}, line {empty[0] + FIRST_LINE}"
        raise StatecastError(f"{where} must be a symbol, got a missing value")
    return stripped
