"""Validate a table at the door and make it a long frame ``unique_id, ds, y`` and features."""

import io
import logging
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, require
from statecast.data.folds import fold_of
from statecast.data.gaps import Gaps, without_gaps
from statecast.data.times import as_text, times

MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-"}

log = logging.getLogger(__name__)


def read_table(content: bytes, *, source: str, separator: str = ",") -> pd.DataFrame:
    """Return the table in a CSV file's bytes, every cell as text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StatecastError(f"{source} must be text in UTF-8, got byte {error.start} that is not") from None
    require("\0" not in text, source, "be text in UTF-8", "a NUL character")
    require(text.strip() != "", source, "hold a header and rows", "an empty file")
    try:
        table = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, index_col=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise StatecastError(f"{source} must be a CSV file, got: {' '.join(str(error).split())}") from None
    require(len(table) > 0, source, "hold a header and rows", "a header alone")
    return table


class Columns(NamedTuple):
    """Which column of a table is what."""

    value: str
    time: str | None = None  # None: rows are in order
    unique_id: str | None = None  # None: one series, named after the value column
    features: tuple[str, ...] = ()

    def require_in(self, table: pd.DataFrame) -> None:
        """Raise StatecastError, which names the key, for a column that the table does not have."""
        keys = {"download.value_column": self.value, "download.time_column": self.time}
        keys |= {"download.id_column": self.unique_id}
        for key, column in [*keys.items(), *(("frame.features", feature) for feature in self.features)]:
            holds = column is None or column in table.columns
            require(holds, f"params.yaml: {key}", f"be a column: {', '.join(table.columns)}", repr(column))
        own = [name for name in self.features if name in (self.value, self.time, self.unique_id)]
        require(not own, "params.yaml: frame.features", "be columns other than the series, its times and its id", own)


def long_frame(
    table: pd.DataFrame,
    columns: Columns,
    *,
    time_format: str | None = None,
    symbols: bool = False,
    gaps: Gaps | None = None,
) -> pd.DataFrame:
    """Return ``unique_id, ds, y`` and the features from a table of text, sorted by time within each series.

    Without a time column rows are taken in order and ``ds`` counts from 1. Dates become ISO text, integers stay
    integers. ``symbols`` leaves y as text. ``gaps`` says how missing times and missing values are filled.

    Raises StatecastError for a missing column, a value that is missing (and not filled), not a number or infinite, a
    time that cannot be read in one way only, two rows of a series with one time, a time that is missing (and not
    filled), and a series named like a fold; rows are counted as in a text editor.
    """
    columns.require_in(table)
    fill = gaps.fill if gaps else None
    require(not symbols or fill is None, "params.yaml: download.fill", "be null for symbols", fill)
    gaps = gaps or Gaps()
    filled = gaps.fill is not None
    text = table[columns.value]
    unique_id = table[columns.unique_id] if columns.unique_id else pd.Series(columns.value, index=table.index)
    frame = pd.DataFrame({"unique_id": unique_id.astype(str), "y": words(text) if symbols else numbers(text, filled)})
    frame = frame.assign(**{name: numbers(table[name], filled) for name in columns.features})
    _no_fold(frame["unique_id"])
    if columns.time is None:
        frame.insert(1, "ds", frame.groupby("unique_id", sort=False).cumcount() + 1)
        return without_gaps(frame, gaps)
    frame.insert(1, "ds", times(table[columns.time], time_format))
    frame = without_gaps(_sorted(frame).reset_index(drop=True), gaps)
    return frame.assign(ds=as_text(frame["ds"]))


def numbers(text: "pd.Series[str]", missing: bool = False) -> "pd.Series[float]":
    """Return a column of text as finite numbers, and as NaN what is ``missing`` where that may be."""
    stripped = text.str.strip()
    values = pd.to_numeric(stripped, errors="coerce")
    absent = stripped.str.lower().isin(MISSING)
    bad = np.flatnonzero(~np.isfinite(values) & ~(absent & missing))
    if len(bad):
        found = stripped.iloc[bad[0]]
        hint = "; params.yaml: download.fill can fill them" if absent.iloc[bad].all() else ""
        what = "a missing value" if absent.iloc[bad[0]] else repr(found)
        place = f"column {text.name!r}, line {bad[0] + 2}"
        raise StatecastError(f"{place} must be a finite number, got {what} ({len(bad)} such rows{hint})")
    return values.astype(float)


def _no_fold(unique_id: "pd.Series[str]") -> None:
    like = [name for name in unique_id.unique() if fold_of(name)[1] is not None]
    require(not like, "the name of a series", "not end like a fold of the validation", like[:1])


def words(text: "pd.Series[str]") -> "pd.Series[str]":
    """Return a column of symbols, none of them empty."""
    stripped = text.str.strip()
    bad = np.flatnonzero(stripped == "")
    if len(bad):
        raise StatecastError(f"column {text.name!r}, line {bad[0] + 2} must be a symbol, got a missing value")
    return stripped


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    twice = frame.duplicated(["unique_id", "ds"], keep=False)
    if twice.any():
        lines = ", ".join(str(row + 2) for row in np.flatnonzero(twice)[:5])
        first = frame[twice].iloc[0]
        found = f"{first['ds']} more than once in {first['unique_id']!r} (lines {lines})"
        raise StatecastError(f"the times of a series must differ, got {found}")
    position = frame["unique_id"].map({name: i for i, name in enumerate(frame["unique_id"].unique())})
    order = frame.assign(position=position).sort_values(["position", "ds"], kind="stable").index
    if not order.equals(frame.index):
        log.info("download: rows sorted by time")
    return frame.loc[order]


def require_rows(frame: pd.DataFrame, least: int, needed_for: str) -> None:
    """Raise StatecastError when a series has fewer rows than ``least``."""
    counts = frame.groupby("unique_id", sort=False).size()
    short = counts[counts < least]
    if len(short):
        name, found = short.index[0], short.iloc[0]
        raise StatecastError(f"series {name!r} must have at least {least} rows ({needed_for}), got {found}")
