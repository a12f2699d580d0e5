"""CSV bytes for Hypothesis: good series, and series that something has happened to."""

import csv
import io
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

Cells = list[list[str]]  # the header and the rows
FEWEST_ROWS = 9
MOST_ROWS = 16

FREQUENCIES = ["MS", "D", "W-SUN", "h", "B", "ME", "QS"]
PLAIN_NAMES = ["a", "b", "shop 2", "1", "01", "1.0"]
ODD_NAMES = [
    *("NA", "nan", "None", "true", "", " a", "a,b", 'say "x"', "é", "a fold 1", "`lookback`"),
    *("../../x", "/abs/x", "C:\\x", "x" * 300, "</script>", "=1+1", "a\nb", "a\rb", "unique_id"),
]
ODD_CELLS = [
    *("", "NA", "nan", "inf", "-", "?", "1e400", "1e39", "1e150", "-1e300", "1e-320", "1,5"),
    *("1_000", "1 000", "0x10", "١٢", "\uff11\uff12", "1.5.2", "=1+1", " 7 ", "+7", "9" * 400, "x"),
    *("2024-13-45", "2024-01-01T00:00:00+01:00", "2024-01-01T00:00:00.5", "19900101", "'", '"'),
]


class Source(NamedTuple):
    """The bytes of a CSV file, and the keys of params.yaml that describe it."""

    content: bytes
    keys: dict[str, Any]  # dotted


class Layout(NamedTuple):
    """What columns a file has."""

    times: str | None  # kind of times; None: no column
    names: list[str]  # of the series; one "" : no column
    covariate: str | None  # features or lagged; None: no column
    separator: str


@st.composite
def sources(draw: DrawFn) -> Source:
    """Return a good file; something has happened to the cells of some, and the bytes of some."""
    layout = draw(_layouts())
    cells = draw(_cells(layout))
    if draw(st.integers(0, 4)) == 4:
        cells = draw(st.sampled_from(TO_CELLS).flatmap(lambda happen: happen(cells)))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    content = _as_bytes(cells, layout.separator, quoting)
    if draw(st.integers(0, 7)) == 7:
        content = draw(st.sampled_from(TO_BYTES))(content)
    return Source(content, _keys(layout))


def _keys(layout: Layout) -> dict[str, Any]:
    keys: dict[str, Any] = {
        "download.time_column": None if layout.times is None else "t",
        "download.id_column": "id" if layout.names != [""] else None,
        "download.value_column": "v",
    }
    if layout.separator != ",":
        keys["download.separator"] = layout.separator
    if layout.covariate is not None:
        keys[f"frame.{layout.covariate}"] = ["f"]
    return keys


@st.composite
def _layouts(draw: DrawFn) -> Layout:
    kinds = [*FREQUENCIES, "integers", "twos", "quarters", "weeks", None]
    plain = st.lists(st.sampled_from(PLAIN_NAMES), min_size=1, max_size=2, unique=True)
    odd = st.lists(st.sampled_from(PLAIN_NAMES + ODD_NAMES), min_size=1, max_size=3, unique=True)
    names = [""]
    if draw(st.booleans()):
        names = draw(st.one_of(plain, odd))
    return Layout(
        times=draw(st.sampled_from(kinds)),
        names=names,
        covariate={4: "lagged", 5: "features"}.get(draw(st.integers(0, 5))),
        separator=draw(st.sampled_from([",", ",", ",", ";", "\t", "|", " "])),
    )


@st.composite
def _cells(draw: DrawFn, layout: Layout) -> Cells:
    """Return the header and the rows of each series."""
    rows: Cells = []
    for name in layout.names:
        count = draw(st.integers(FEWEST_ROWS, MOST_ROWS))
        columns = [_values(draw, count)]
        if layout.times is not None:
            columns.insert(0, _times(layout.times, count))
        if layout.names != [""]:
            columns.insert(0, [name] * count)
        if layout.covariate is not None:
            columns.append(_values(draw, count))
        rows += [list(row) for row in zip(*columns, strict=True)]
    header = ["v"]
    if layout.times is not None:
        header.insert(0, "t")
    if layout.names != [""]:
        header.insert(0, "id")
    if layout.covariate is not None:
        header.append("f")
    return [header, *rows]


def _times(kind: str, count: int) -> list[str]:
    if kind == "integers":
        return [str(1 + row) for row in range(count)]
    if kind == "twos":
        return [str(-3 + 2 * row) for row in range(count)]
    if kind == "quarters":
        return [f"{2001 + row // 4}Q{1 + row % 4}" for row in range(count)]
    if kind == "weeks":
        return [f"2020-W{1 + row:02d}" for row in range(count)]
    dates = pd.date_range("2021-03-01", periods=count, freq=kind)
    if kind == "h":
        return [f"{date:%Y-%m-%d %H:%M}" for date in dates]
    return [f"{date:%Y-%m-%d}" for date in dates]


def _values(draw: DrawFn, count: int) -> list[str]:
    kind = draw(st.sampled_from(["wave", "wave", "whole", "trend", "walk", "flat", "powers"]))
    seed = draw(st.integers(0, 99))
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=count)
    rows = np.arange(count)
    values = {
        "wave": 10 + 3 * np.sin(rows) + noise,
        "whole": rng.integers(0, 9, count),
        "trend": 100.5 + 2 * rows,
        "walk": np.cumsum(noise),
        "flat": np.full(count, 7),
        "powers": 10.0 ** (rng.integers(-8, 8) + noise),
    }
    return [str(value) for value in values[kind]]


def _as_bytes(cells: Cells, separator: str, quoting: int) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=quoting, lineterminator="\n")  # type: ignore[arg-type]
    writer.writerows(cells)
    return text.getvalue().encode()


@st.composite
def _odd_cell(draw: DrawFn, cells: Cells) -> Cells:
    row = draw(st.integers(0, len(cells) - 1))
    column = draw(st.integers(0, len(cells[0]) - 1))
    changed = [list(of_row) for of_row in cells]
    changed[row][column] = draw(st.sampled_from(ODD_CELLS))
    return changed


@st.composite
def _added_to_cells(draw: DrawFn, cells: Cells) -> Cells:
    """Return a column with something behind every cell."""
    column = draw(st.integers(0, len(cells[0]) - 1))
    end = draw(st.sampled_from(["Z", "+01:00", ".5", " ", "%", "e300", "e-300", "0" * 40]))
    header, *rows = [list(of_row) for of_row in cells]
    for row in rows:
        row[column] += end
    return [header, *rows]


@st.composite
def _lost_row(draw: DrawFn, cells: Cells) -> Cells:
    row = draw(st.integers(0, len(cells) - 1))
    return cells[:row] + cells[row + 1 :]


@st.composite
def _row_twice(draw: DrawFn, cells: Cells) -> Cells:
    row = draw(st.integers(0, len(cells) - 1))
    return [*cells[:row], cells[row], *cells[row:]]


@st.composite
def _other_order(draw: DrawFn, cells: Cells) -> Cells:
    header, *rows = cells
    return [header, *draw(st.permutations(rows))]


@st.composite
def _long_or_short_row(draw: DrawFn, cells: Cells) -> Cells:
    row = draw(st.integers(0, len(cells) - 1))
    changed = list(cells)
    changed[row] = draw(st.sampled_from([[*cells[row], "26"], cells[row][:-1], []]))
    return changed


@st.composite
def _column_twice(draw: DrawFn, cells: Cells) -> Cells:
    column = draw(st.integers(0, len(cells[0]) - 1))
    return [[*row, row[column]] if row else row for row in cells]


@st.composite
def _few_rows(draw: DrawFn, cells: Cells) -> Cells:
    return cells[: draw(st.integers(0, 5))]


TO_CELLS: list[Callable[[Cells], SearchStrategy[Cells]]] = [
    _odd_cell,
    _odd_cell,
    _added_to_cells,
    _lost_row,
    _row_twice,
    _other_order,
    _long_or_short_row,
    _column_twice,
    _few_rows,
]
TO_BYTES: list[Callable[[bytes], bytes]] = [
    lambda content: b"\xef\xbb\xbf" + content,
    lambda content: content.replace(b"\n", b"\r\n"),
    lambda content: content.replace(b"\n", b"\r"),
    lambda content: content.replace(b"\n", b"\n\n"),
    lambda content: content.replace(b"\n", b" \n"),
    lambda content: content.replace(b".", b","),
    lambda content: content.rstrip(),
    lambda content: content + b"\n\n \n",
    lambda content: content + b"# total\n",
    lambda content: content[: len(content) // 2],
    lambda content: content.replace(b"1", b'"', 1),
    lambda content: content.replace(b"1", b"\0", 1),
    lambda content: content.replace(b"1", b"\xff", 1),
    lambda content: content.decode(errors="replace").encode("utf-16"),
    lambda content: content[:0],
]
