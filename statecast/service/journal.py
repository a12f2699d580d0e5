"""What was observed and answered, in one SQLite file that is written before an answer is given.

The file is in WAL mode and every commit is synchronous: what is committed survives the end of the
process and a loss of power. One process writes it; others may read it meanwhile.
"""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np

from statecast.base.errors import StatecastError, one_line
from statecast.online.clock import DATE
from statecast.service.limits import LONGEST_TIME

FILE = "journal.sqlite"
LOCK = "lock.sqlite"
VERSION = 2  # of the tables
CHUNK = 10_000  # rows read at once
INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)

TABLES = """
CREATE TABLE IF NOT EXISTS observations (
    number INTEGER PRIMARY KEY, -- in the order in which they were taken
    unique_id TEXT NOT NULL,
    ds NOT NULL, -- an integer, or ISO text
    y REAL NOT NULL,
    features TEXT NOT NULL, -- JSON
    next_ds NOT NULL, -- of the value that the answer forecasts
    forecast REAL, -- null: the inputs of the next value were not given
    low REAL,
    high REAL,
    level REAL,
    taken_at REAL NOT NULL, -- seconds since 1970
    interval TEXT, -- what low and high are made of; null: not known
    UNIQUE (unique_id, ds)
);
CREATE TABLE IF NOT EXISTS expected (
    unique_id TEXT NOT NULL,
    ds NOT NULL, -- a time to come when it was sent
    features TEXT NOT NULL, -- JSON, of the columns that are known ahead
    forecast REAL, -- of the value at that time; null: it was not the next one
    low REAL,
    high REAL,
    level REAL,
    interval TEXT,
    taken_at REAL NOT NULL,
    PRIMARY KEY (unique_id, ds)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS snapshots (
    number INTEGER NOT NULL, -- of the last observation in the state
    model TEXT NOT NULL, -- digest
    folder TEXT NOT NULL,
    left_out TEXT NOT NULL DEFAULT '{}' -- JSON, of the observations that the model refused
);
"""
FROM_VERSION_1 = """
ALTER TABLE observations ADD COLUMN interval TEXT;
ALTER TABLE snapshots ADD COLUMN left_out TEXT NOT NULL DEFAULT '{}';
"""
COLUMNS = "number, unique_id, ds, y, features, next_ds, forecast, low, high, level, interval"
INSERT = (
    "INSERT OR REPLACE INTO observations (unique_id, ds, y, features, next_ds, forecast, low, high,"
    " level, interval, taken_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
EXPECTED = "unique_id, ds, features, forecast, low, high, level, interval"
EXPECT = (
    "INSERT OR REPLACE INTO expected (unique_id, ds, features, forecast, low, high, level,"
    " interval, taken_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
# an answer without a forecast, whose features came later, has the one that was made then
RECENT = """
SELECT o.number, o.unique_id, o.ds, o.y, o.features, o.next_ds,
    COALESCE(o.forecast, e.forecast), COALESCE(o.low, e.low), COALESCE(o.high, e.high),
    COALESCE(o.level, e.level), COALESCE(o.interval, e.interval)
FROM observations o LEFT JOIN expected e ON e.unique_id = o.unique_id AND e.ds = o.next_ds
WHERE o.unique_id = ? ORDER BY o.ds DESC LIMIT ?
"""

UNITS = ("D", "s", "ms", "us")  # that a date is written in, the first one that suffices

Time = int | str


class Answer(NamedTuple):
    """The forecast of a value to come."""

    ds: Time  # of the value that is forecast
    forecast: float | None  # None: the inputs of the value were not given
    low: float | None
    high: float | None
    level: float | None
    interval: str | None = None  # what low and high are made of: conformal, or repeats


class Entry(NamedTuple):
    """An observation that was taken, and what was answered."""

    number: int
    unique_id: str
    ds: Time
    y: float
    features: str  # JSON
    answer: Answer


class ExpectedEntry(NamedTuple):
    """The features of a time to come."""

    unique_id: str
    ds: Time
    features: str  # JSON
    answer: Answer  # of the value at that time


class SavedState(NamedTuple):
    """A state that was written."""

    number: int  # of the last observation in it
    model: str  # digest of the model that it belongs to
    folder: str
    left_out: str = "{}"  # JSON, of the observations that the model refused


def written_time(ds: object) -> Time:
    """Return a time in the one form that the journal has: an integer, or the shortest ISO text.

    Args:
        ds: an integer, text of a date as a forecaster takes it, a date or a timestamp; other text
            stays as it is.

    """
    if isinstance(ds, int | np.integer) or (isinstance(ds, str) and INTEGER.fullmatch(ds)):
        return int(ds)
    date = ds.replace("/", "-") if isinstance(ds, str) else ds
    if isinstance(date, str) and not DATE.fullmatch(date):
        return date[:LONGEST_TIME]
    try:
        moment = np.datetime64(date)  # type: ignore[call-overload]
    except ValueError:
        return str(ds)[:LONGEST_TIME]
    for unit in UNITS:
        shorter = moment.astype(f"M8[{unit}]")
        if shorter == moment:
            return str(shorter)
    return str(moment)


class Journal:
    """The journal of a folder, opened to write.

    Observations are added between ``begin`` and ``commit`` by one thread; every thread may read.
    """

    def __init__(self, folder: Path) -> None:
        """Open the journal, and make it where there is none.

        Raises:
            StatecastError: another process writes it, or the file is damaged.

        """
        path = folder / FILE
        with _in_words(path):
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(folder / LOCK)
            self._writer = _opened(path)
            _prepare(self._writer, path)
            self._reader = _opened(path)
        self._reading = Lock()
        self._path = path
        self._identity = _identity_of(path)
        self.revisions = 0  # of features that were sent before

    @property
    def is_in_place(self) -> bool:
        """Return whether the file is where it was opened."""
        return _identity_of(self._path) == self._identity

    def begin(self) -> None:
        """Begin a group of observations that are committed together.

        Raises:
            StatecastError: the file is gone, or is another one: what is written would be lost.

        """
        if not self.is_in_place:
            raise StatecastError(f"{self._path} must stay in its place while it is written")
        self._writer.execute("BEGIN IMMEDIATE")

    def add(self, unique_id: str, ds: Time, y: float, features: str, answer: Answer) -> Entry:
        """Add an observation and its answer to the group.

        One that is there already, which a later model refused at its place, moves to the end.
        """
        values = (unique_id, ds, y, features, *answer, time.time())
        number = self._writer.execute(INSERT, values).lastrowid or 0
        return Entry(number, unique_id, ds, y, features, answer)

    def expect(self, unique_id: str, features: str, answer: Answer) -> ExpectedEntry:
        """Add the features of a time to come to the group, for those that it had.

        Args:
            unique_id: the series.
            features: JSON.
            answer: of the value at that time.

        """
        ds, *numbers = answer
        before = self.expected_in_group(unique_id, ds)
        self.revisions += before is not None and before.features != features
        self._writer.execute(EXPECT, (unique_id, ds, features, *numbers, time.time()))
        return ExpectedEntry(unique_id, ds, features, answer)

    def commit(self) -> None:
        """Write the group for good; it takes as long as the disk."""
        self._writer.execute("COMMIT")

    def roll_back(self) -> None:
        """Forget the group."""
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    def find_in_group(self, unique_id: str, ds: Time) -> Entry | None:
        """Return what is known of a time, with the group that is not committed yet."""
        found = self._writer.execute(
            f"SELECT {COLUMNS} FROM observations WHERE unique_id = ? AND ds = ?",  # noqa: S608
            (unique_id, ds),
        )
        row = found.fetchone()
        return _entry(row) if row else None

    def expected_in_group(self, unique_id: str, ds: Time) -> ExpectedEntry | None:
        """Return the features of a time, with the group that is not committed yet."""
        found = self._writer.execute(
            f"SELECT {EXPECTED} FROM expected WHERE unique_id = ? AND ds = ?",  # noqa: S608
            (unique_id, ds),
        )
        row = found.fetchone()
        return _expected_entry(row) if row else None

    def coming_in_group(self, unique_id: str, ds: Time, count: int) -> list[ExpectedEntry]:
        """Return the features of at most ``count`` times from one on, in their order."""
        found = self._writer.execute(
            f"SELECT {EXPECTED} FROM expected WHERE unique_id = ? AND ds >= ?"  # noqa: S608
            " ORDER BY ds LIMIT ?",
            (unique_id, ds, count),
        )
        return list(map(_expected_entry, found.fetchall()))

    def expected(self, unique_id: str, ds: Time) -> ExpectedEntry | None:
        """Return the committed features of a time."""
        with self._reading:
            row = self._reader.execute(
                f"SELECT {EXPECTED} FROM expected WHERE unique_id = ? AND ds = ?",  # noqa: S608
                (unique_id, ds),
            ).fetchone()
        return _expected_entry(row) if row else None

    def after(self, number: int) -> Iterator[Entry]:
        """Yield the committed entries after a number, in their order."""
        return _entries(self._reader, self._reading, number)

    def recent(self, unique_id: str, count: int) -> list[Entry]:
        """Return the last committed entries of a series, oldest first."""
        with self._reading:
            rows = self._reader.execute(RECENT, (unique_id, count)).fetchall()
        return [_entry(row) for row in reversed(rows)]

    def last_number(self) -> int:
        """Return the number of the last committed entry; 0 where there is none."""
        with self._reading:
            row = self._reader.execute("SELECT MAX(number) FROM observations").fetchone()
        return int(row[0] or 0)

    def note_snapshot(self, snapshot: SavedState) -> None:
        """Note that a state was written; it is the only one noted afterwards."""
        self.begin()
        self._writer.execute("DELETE FROM snapshots")
        self._writer.execute("INSERT INTO snapshots VALUES (?, ?, ?, ?)", snapshot)
        self.commit()

    def note_left_out(self, model: str, left_out: str) -> None:
        """Note in the group which observations a model refuses now, beside its state.

        Args:
            model: its digest.
            left_out: JSON.

        """
        self._writer.execute("UPDATE snapshots SET left_out = ? WHERE model = ?", (left_out, model))

    def snapshot(self) -> SavedState | None:
        """Return the state that was written last."""
        with self._reading:
            row = self._reader.execute(
                "SELECT number, model, folder, left_out FROM snapshots"
            ).fetchone()
        return SavedState(*row) if row else None

    def close(self) -> None:
        """Close the file; another process may write it then."""
        for connection in (self._reader, self._writer, self._lock):
            connection.close()


class Observed(NamedTuple):
    """All that a journal has."""

    entries: list[Entry]
    expected: list[ExpectedEntry]


def read_journal(folder: Path) -> Observed:
    """Return what a journal has, which another process may be writing.

    Raises:
        StatecastError: there is no journal, or it is damaged.

    """
    path = folder / FILE
    if not path.is_file():
        raise StatecastError(f"{path} must exist, got no such file; statecast serve writes it")
    with _in_words(path), closing(_opened(path)) as connection:
        _prepare(connection, path)
        connection.execute("BEGIN")  # both tables as they are at one moment
        entries = list(_entries(connection, Lock(), 0))
        expected = connection.execute(f"SELECT {EXPECTED} FROM expected")  # noqa: S608
        return Observed(entries, list(map(_expected_entry, expected)))


def _entries(connection: sqlite3.Connection, lock: Lock, number: int) -> Iterator[Entry]:
    """Yield entries in chunks, so that the lock is never held for long."""
    while True:
        with lock:
            rows = connection.execute(
                f"SELECT {COLUMNS} FROM observations WHERE number > ?"  # noqa: S608
                " ORDER BY number LIMIT ?",
                (number, CHUNK),
            ).fetchall()
        yield from map(_entry, rows)
        if len(rows) < CHUNK:
            return
        number = rows[-1][0]


def _entry(row: tuple) -> Entry:
    number, unique_id, ds, y, features, *answer = row
    return Entry(number, unique_id, ds, y, features, Answer(*answer))


def _identity_of(path: Path) -> tuple[int, int]:
    """Return what tells a file from another one at its place."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return status.st_dev, status.st_ino


def _expected_entry(row: tuple) -> ExpectedEntry:
    unique_id, ds, features, *numbers = row
    return ExpectedEntry(unique_id, ds, features, Answer(ds, *numbers))


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables where there are none, and bring those of an earlier version to this one."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version not in range(VERSION + 1):
        raise StatecastError(f"{path} must be of version {VERSION}, got {version}")
    if version == VERSION:
        return
    further = FROM_VERSION_1 if version else ""
    version_now = f"PRAGMA user_version = {VERSION};"
    connection.executescript(f"BEGIN IMMEDIATE; {further}{TABLES}{version_now} COMMIT;")


def _locked(path: Path) -> sqlite3.Connection:
    """Return a connection that holds a lock until it is closed or its process ends."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=0, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        connection.close()
        must = "be served by one process, got another one that writes it"
        raise StatecastError(f"{path.parent} must {must}") from None
    return connection


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        must = f"be a journal that can be read and written, got: {one_line(error)}"
        raise StatecastError(f"{path} must {must}") from None
