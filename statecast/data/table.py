"""A CSV file as a table of text."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, one_line, quoted, require, shortened, shown
from statecast.base.files import cells_from
from statecast.data.cells import CONTROL

USUAL_SEPARATORS = (";", "\t", "|", ",")
NO_SEPARATORS = ('"', "\n", "\r", "\0")
NAMES_SHOWN = 20  # of columns, in the message of an error


class Columns(NamedTuple):
    """Which column of a table holds what."""

    value: str
    time: str | None = None  # None: the rows are in order
    unique_id: str | None = None  # None: one series, named after the value column
    features: tuple[str, ...] = ()
    lagged: tuple[str, ...] = ()

    @property
    def covariates(self) -> tuple[str, ...]:
        """Return the columns that stand beside the series."""
        return (*self.features, *self.lagged)

    def require_in(self, table: pd.DataFrame) -> None:
        """Check that a table has these columns.

        Raises:
            StatecastError: a column is missing, or a covariate is the series, its times or its id.

        """
        wanted = [
            ("`value_column`", self.value),
            ("`time_column`", self.time),
            ("`id_column`", self.unique_id),
            *(("`features`", name) for name in self.features),
            *(("`lagged`", name) for name in self.lagged),
        ]
        names = list(table.columns)
        known = ", ".join(names[:NAMES_SHOWN]) + (" ..." if len(names) > NAMES_SHOWN else "")
        for argument, name in wanted:
            is_there = name is None or name in names
            got = f"{shown(name)}{_other_separator(names)}"
            require(is_there, argument, f"be a column: {shortened(quoted(known))}", got)
        self._require_apart("`features`", self.features)
        self._require_apart("`lagged`", self.lagged)

    def _require_apart(self, argument: str, names: tuple[str, ...]) -> None:
        others = (self.value, self.time, self.unique_id)
        taken = [name for name in names if name in others]
        must = "be columns other than the series, its times and its id"
        require(not taken, argument, must, taken)


def read_table(content: bytes, *, source: str, separator: str = ",") -> pd.DataFrame:
    """Return the table in the bytes of a CSV file, every cell as text.

    Blank lines are skipped, and so are separators at the ends of lines that no column belongs to.

    Args:
        content: text in UTF-8, a header and rows.
        source: where the file came from, for the message of an error.
        separator: one character between the cells.

    Returns:
        A row for each row of the file. The index is the line on which it begins, counted as in a
        text editor.

    Raises:
        StatecastError: the bytes are no such text, have no rows, two columns of one name, or a row
            that has not as many cells as the header.

    """
    ends = separator in NO_SEPARATORS
    require(not ends, "`separator`", "be no quote and no end of a line", repr(separator))
    text = _decoded(content, source)
    content = content.removeprefix(codecs.BOM_UTF8)
    if _is_plain(content, separator):
        return _plain_table(content, source, separator)
    records = _records(text, source, separator)
    names = _header(records, source)
    lines = []
    rows = []
    for line, cells in records:
        row = cells if len(cells) == len(names) else _fitted(cells, len(names))
        if len(row) != len(names):
            raise _wrong_count(len(row), names, f"{source}, line {line}", separator)
        lines.append(line)
        rows.append(row)
    require(rows != [], source, "hold a header and rows", "a header alone")
    return pd.DataFrame(rows, columns=names, index=pd.Index(lines), dtype=str)


def _is_plain(content: bytes, separator: str) -> bool:
    """Return whether every line is a row of as many cells, two or more, and needs no strict reader.

    There are then no quotes, and no lines that are blank or too long for one cell.
    """
    if separator not in USUAL_SEPARATORS or b'"' in content or b"\r" in content:
        return False
    characters = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(characters == ord("\n"))
    if not content.endswith(b"\n"):
        ends = np.append(ends, len(content))
    if len(ends) < 2:
        return False
    lengths = np.diff(ends, prepend=-1)
    separators = np.flatnonzero(characters == ord(separator))
    counts = np.diff(np.searchsorted(separators, ends), prepend=0)
    same = counts[0] > 0 and (counts == counts[0]).all()
    _, _, last = content[: ends[0]].decode().rpartition(separator)
    has_last = last.strip() != ""  # an empty name is of no column
    return bool(same and has_last and lengths.max() < csv.field_size_limit())


def _plain_table(content: bytes, source: str, separator: str) -> pd.DataFrame:
    """Return the table of lines that are plain."""
    header, _, _ = content.partition(b"\n")
    cells = header.decode().split(separator)
    names = _header(iter([(1, cells)]), source)
    table = cells_from(content, names, separator)
    table.index = pd.RangeIndex(2, 2 + len(table))
    return table


def _decoded(content: bytes, source: str) -> str:
    """Return bytes as text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = f"byte {error.start} that is not (line {line})"
        raise StatecastError(f"{source} must be text in UTF-8, got {byte}") from None
    require("\0" not in text, source, "be text in UTF-8", "a NUL character")
    return text


def _records(text: str, source: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each record begins, and its cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if not _is_blank(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        reason = f"{one_line(error)} (line {line})"
        raise StatecastError(f"{source} must be a CSV file, got: {reason}") from None


def _is_blank(cells: list[str]) -> bool:
    """Return whether a line has nothing but spaces; an empty text in quotes is a cell."""
    if len(cells) == 1:
        return cells[0].isspace()
    return cells == []


def _without_empty_end(cells: list[str]) -> list[str]:
    """Return cells without the empty ones at the end."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _fitted(cells: list[str], count: int) -> list[str]:
    """Return cells without those beyond the header, if they are empty."""
    needed = len(_without_empty_end(cells))
    return cells[: max(needed, count)]


def _header(records: Iterator[tuple[int, list[str]]], source: str) -> list[str]:
    """Return the names of the columns, which differ and fit on a line."""
    _, cells = next(records, (0, []))
    names = _without_empty_end(cells)
    require(names != [], source, "hold a header and rows", "an empty file")
    where = f"the columns of {source}"
    twice = [name for name, count in Counter(names).items() if count > 1]
    require(not twice, where, "have different names", twice)
    odd = [name for name in names if CONTROL.search(name)]
    got = f"{shown(odd)}{_other_separator(names)}"
    require(not odd, where, "have names without control characters", got)
    return names


def _wrong_count(count: int, names: Sequence[str], where: str, separator: str) -> StatecastError:
    """Return the error of a row that has another number of cells than the header."""
    hint = _other_separator(names)
    if separator == "," and count > len(names) and not hint:
        hint = " (a decimal comma? then quote the numbers or take another `separator`)"
    must = f"have as many cells as the header, {len(names)}"
    return StatecastError(f"{where} must {must}, got {count}{hint}")


def _other_separator(names: Sequence[str]) -> str:
    """Return a hint if a header seems to have another separator than the one it was read with."""
    if len(names) > 1:
        return ""
    seen = [separator for separator in USUAL_SEPARATORS if separator in names[0]]
    return f" (the header has {seen[0]!r}: is that the `separator`?)" if seen else ""
