"""The observations of a journal as further lines of the file that the pipeline reads.

They are written as the lines above them are. The result is read as the stage download reads it.
What does not come back as it was observed is an error, and nothing is written.
"""

import csv
import datetime as dt
import io
import zoneinfo
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from statecast.base.errors import require, shown
from statecast.data.features import features_ahead
from statecast.data.gaps import Gaps
from statecast.data.series import long_frame
from statecast.data.table import Columns, read_table
from statecast.data.times import LENGTHS, QUARTER, WEEK, TimeForm
from statecast.service.columns import Features
from statecast.service.journal import Entry, ExpectedEntry, Observed, Time, written_time
from statecast.service.stored import features_from

MONTH = 7  # characters of 2024-01
DAY = 10
Key = tuple[str, Time]


class SourceForm(NamedTuple):
    """How the file is written; as in the sections download and frame of params.yaml."""

    name: str  # of the file, for messages
    columns: Columns
    times: TimeForm
    gaps: Gaps
    separator: str = ","
    decimal: str = "."


class Extended(NamedTuple):
    """A file with further lines."""

    content: bytes
    added: list[Entry]  # those that it did not have


def extended(content: bytes, journal: Observed, form: SourceForm) -> Extended:
    """Return a file with the observations that it does not have yet.

    Args:
        content: of the file.
        journal: what was observed, and the features that were known before.
        form: how the file is written.

    Raises:
        StatecastError: the file has another value of an observed time, or an observation cannot be
            written so that it is read again.

    """
    table = read_table(content, source=form.name, separator=form.separator)
    known = _values_of(table, form)
    by_time = sorted(journal.entries, key=lambda entry: (entry.unique_id, entry.ds))
    _require_same(by_time, known, form)
    added = [entry for entry in by_time if (entry.unique_id, entry.ds) not in known]
    if not added:
        return Extended(content, [])
    rows = _rows_of(table, journal.expected, added, form)
    longer = _with_lines(content, rows, form.separator)
    read = _values_of(read_table(longer, source=form.name, separator=form.separator), form)
    for entry in added:
        got = read.get((entry.unique_id, entry.ds), "no such line")
        where = f"{form.name}: {entry.ds} of {shown(entry.unique_id)}"
        require(got == entry.y, where, f"be read as it was observed, {entry.y!r}", got)
    return Extended(longer, added)


def with_expected(
    content: bytes, expected: Iterable[ExpectedEntry], form: SourceForm
) -> tuple[bytes, int]:
    """Return a file of features with those of times that it does not have, and how many these are.

    Args:
        content: of the file that ``forecast.features`` names.
        expected: what was sent of times to come.
        form: how the file is written; its columns have a time.

    Raises:
        StatecastError: the file cannot be read, or what was sent cannot be written so that it is
            read again.

    """
    columns = form.columns
    table = read_table(content, source=form.name, separator=form.separator)
    known = _features_of(table, form)
    has_ids = columns.unique_id is not None
    by_key = {(entry.unique_id if has_ids else "", entry.ds): entry for entry in expected}
    rows, added = [], {}
    for key in sorted(by_key.keys() - known.keys()):
        sent = features_from(by_key[key].features)
        if sent.keys() >= set(columns.features):
            added[key] = [sent[name] for name in columns.features]
            cells = _cells_of(by_key[key], sent, table, form)
            rows.append([cells.get(name, "") for name in table.columns])
    longer = _with_lines(content, rows, form.separator)
    read = _features_of(read_table(longer, source=form.name, separator=form.separator), form)
    for key, values in added.items():
        got = read.get(key, "no such line")
        must = f"be read as it was sent, {values}"
        require(got == values, f"{form.name}: features of {key[1]}", must, str(got))
    return longer, len(added)


def _features_of(table: pd.DataFrame, form: SourceForm) -> dict[Key, list[float]]:
    """Return the features in a table by series and time; without ids the series is nameless."""
    frame = features_ahead(table, form.columns, form=form.times, decimal=form.decimal)
    ids = frame["unique_id"].tolist() if "unique_id" in frame else [""] * len(frame)
    keys = zip(ids, map(written_time, frame["ds"].tolist()), strict=True)
    return dict(zip(keys, frame[list(form.columns.features)].to_numpy().tolist(), strict=True))


def _values_of(table: pd.DataFrame, form: SourceForm) -> dict[Key, float]:
    """Return the values of a table by series and time."""
    frame = long_frame(table, form.columns, form=form.times, decimal=form.decimal, gaps=form.gaps)
    times = map(written_time, frame["ds"].tolist())
    keys = zip(frame["unique_id"].tolist(), times, strict=True)
    return dict(zip(keys, frame["y"].tolist(), strict=True))


def _require_same(entries: Sequence[Entry], known: dict[Key, float], form: SourceForm) -> None:
    for entry in entries:
        value = known.get((entry.unique_id, entry.ds), entry.y)
        where = f"{form.name}: {entry.ds} of {shown(entry.unique_id)}"
        require(value == entry.y, where, f"be what was observed, {entry.y!r}", value)


def _rows_of(
    table: pd.DataFrame,
    expected: Iterable[ExpectedEntry],
    added: Sequence[Entry],
    form: SourceForm,
) -> list[list[str]]:
    """Return the cells of the lines to be added, in the order of the table's columns."""
    sent = {(entry.unique_id, entry.ds): features_from(entry.features) for entry in expected}
    rows = []
    for entry in added:
        before = sent.get((entry.unique_id, entry.ds), {})
        cells = _cells_of(entry, {**before, **features_from(entry.features)}, table, form)
        cells[form.columns.value] = _number(entry.y, form.decimal)
        rows.append([cells.get(name, "") for name in table.columns])
    return rows


def _cells_of(
    entry: Entry | ExpectedEntry, features: Features, table: pd.DataFrame, form: SourceForm
) -> dict[str, str]:
    """Return series, time and features of an entry as a table has them, by column."""
    columns = form.columns
    cells = {}
    if columns.unique_id is not None:
        cells[columns.unique_id] = entry.unique_id
    if columns.time is not None:
        last = str(table[columns.time].iloc[-1]).strip() if len(table) else ""
        cells[columns.time] = time_in_form(entry.ds, last, form.times)
    for name in (*columns.features, *columns.lagged):
        cells[name] = _number(features[name], form.decimal) if name in features else ""
    return cells


def _number(value: float, decimal: str) -> str:
    return repr(value).replace(".", decimal)


def _with_lines(content: bytes, rows: Sequence[Sequence[str]], separator: str) -> bytes:
    """Return a file with further lines, which end as its first one does."""
    end = "\r\n" if b"\r\n" in content.partition(b"\n")[0] + b"\n" else "\n"
    lines = io.StringIO(newline="")
    csv.writer(lines, delimiter=separator, lineterminator=end).writerows(rows)
    between = b"" if content.endswith(b"\n") else end.encode()
    return content + between + lines.getvalue().encode()


def time_in_form(ds: Time, last: str, form: TimeForm) -> str:
    """Return a time as the times of a file are written.

    Args:
        ds: an integer, or ISO text.
        last: the last time of the file, as it stands there.
        form: what params.yaml says of its times.

    """
    whole = form.time_prefix + last
    text = str(ds) if isinstance(ds, int) else _date_in_form(ds, whole, form)
    return text.removeprefix(form.time_prefix)


def _date_in_form(ds: str, last: str, form: TimeForm) -> str:
    moment = _with_offset(dt.datetime.fromisoformat(ds), last, form)
    if form.time_format is not None:
        return moment.strftime(form.time_format)
    quarter = QUARTER.fullmatch(last)
    if quarter:
        between = last[quarter.end(1) : quarter.start(2)]
        return f"{moment.year}{between}{(moment.month + 2) // 3}"
    week = WEEK.fullmatch(last)
    if week:
        return moment.strftime(f"%G{last[week.end(1) : week.start(2)]}%V")
    in_digits = {length: own for own, length in LENGTHS.items()}
    if last.isdecimal() and len(last) in in_digits:
        return moment.strftime(in_digits[len(last)])
    return _iso(ds, moment, last)


def _with_offset(moment: dt.datetime, last: str, form: TimeForm) -> dt.datetime:
    """Return what a clock showed with the offset from UTC of the last time, if that has one."""
    try:
        if form.time_format is None:
            offset = dt.datetime.fromisoformat(last.replace("/", "-")).tzinfo
        else:
            offset = dt.datetime.strptime(last, form.time_format).tzinfo  # noqa: DTZ007 (it may)
    except ValueError:  # it is in no form with an offset
        return moment
    if offset is None:
        return moment
    clock = zoneinfo.ZoneInfo(form.time_zone) if form.time_zone else offset
    return moment.replace(tzinfo=clock).astimezone(offset)


def _iso(ds: str, moment: dt.datetime, last: str) -> str:
    """Return ISO text that is as long as another one, or longer where it must be."""
    if len(last) == MONTH and ds.endswith("-01"):
        text = ds[:MONTH]
    elif len(last) > DAY:
        text = moment.isoformat(last[DAY], "auto" if moment.microsecond else "seconds")
        text = text.replace("+00:00", "Z") if last.endswith("Z") else text
    else:
        text = ds
    return text.replace("-", "/") if "/" in last else text
