"""The journal: what is committed is there, and nothing else.

Oracles: the inverse, SQLite itself.
"""

import datetime as dt
import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.service.journal import (
    FILE,
    Answer,
    Journal,
    Observed,
    SavedState,
    read_journal,
    written_time,
)

ANSWER = Answer("2024-01-02", 1.5, 0.5, 2.5, 0.9)


def filled(folder: Path, count: int) -> Journal:
    journal = Journal(folder)
    journal.begin()
    for number in range(count):
        journal.add("a", number, 0.1 * number, "{}", ANSWER)
    journal.commit()
    return journal


def test_entries_come_back_as_they_were_added(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.begin()
    added = [
        journal.add("a", "2024-01-01", 1 / 3, '{"price": 2}', ANSWER),
        journal.add("ü/..", -5, 1e-300, "{}", Answer(6, 1.0, None, None, None)),
    ]
    journal.commit()
    assert list(journal.after(0)) == added
    assert list(journal.after(1)) == added[1:]
    journal.close()
    assert read_journal(tmp_path) == Observed(added, [])


def test_what_is_rolled_back_is_gone(tmp_path: Path) -> None:
    journal = filled(tmp_path, 2)
    journal.begin()
    journal.add("a", 7, 7.0, "{}", ANSWER)
    journal.roll_back()
    assert journal.last_number() == 2
    journal.close()


def test_readers_see_a_group_only_once_it_is_committed(tmp_path: Path) -> None:
    journal = filled(tmp_path, 1)
    journal.begin()
    entry = journal.add("a", 7, 7.0, "{}", ANSWER)
    assert journal.last_number() == 1
    assert journal.find_in_group("a", 7) == entry
    journal.commit()
    assert journal.last_number() == 2
    journal.close()


def test_a_time_of_a_series_is_kept_once(tmp_path: Path) -> None:
    journal = filled(tmp_path, 2)
    journal.begin()
    moved = journal.add("a", 0, 0.0, "{}", ANSWER)
    journal.commit()
    assert moved.number == 3
    assert [entry.ds for entry in journal.after(0)] == [1, 0]
    journal.close()


def test_recent_entries_are_the_last_of_a_series_oldest_first(tmp_path: Path) -> None:
    journal = filled(tmp_path, 5)
    assert [entry.ds for entry in journal.recent("a", 3)] == [2, 3, 4]
    assert journal.recent("b", 3) == []
    journal.close()


def test_entries_are_read_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statecast.service.journal.CHUNK", 2)
    journal = filled(tmp_path, 5)
    assert [entry.number for entry in journal.after(0)] == [1, 2, 3, 4, 5]
    journal.close()


def test_the_last_snapshot_is_noted(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal.snapshot() is None
    journal.note_snapshot(SavedState(1, "x", "state-1"))
    journal.note_snapshot(SavedState(2, "x", "state-2"))
    assert journal.snapshot() == SavedState(2, "x", "state-2")
    journal.close()


@pytest.mark.promise("service")
def test_every_commit_is_synchronous(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    full = journal._writer.execute("PRAGMA synchronous").fetchone()
    mode = journal._writer.execute("PRAGMA journal_mode").fetchone()
    assert (full, mode) == ((2,), ("wal",))
    journal.close()


def test_a_journal_that_is_moved_away_is_written_no_more(tmp_path: Path) -> None:
    journal = filled(tmp_path / "store", 1)
    assert journal.is_in_place
    (tmp_path / "store").rename(tmp_path / "elsewhere")
    assert not journal.is_in_place
    with pytest.raises(StatecastError, match="must stay in its place"):
        journal.begin()
    journal.close()


@pytest.mark.promise("service")
def test_a_journal_has_one_writer(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with pytest.raises(StatecastError, match="must be served by one process"):
        Journal(tmp_path)
    journal.close()
    Journal(tmp_path).close()


def test_a_damaged_file_is_a_mistake_in_one_line(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, and long enough to look at" * 50)
    with pytest.raises(StatecastError, match="be a journal that can be read and written"):
        Journal(tmp_path)


def test_another_version_is_refused(tmp_path: Path) -> None:
    Journal(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(StatecastError, match="must be of version 2, got 9"):
        Journal(tmp_path)


def test_a_journal_of_the_first_version_is_brought_to_this_one(tmp_path: Path) -> None:
    journal = filled(tmp_path, 2)
    added = list(journal.after(0))
    journal.note_snapshot(SavedState(1, "x", "state-1"))
    journal.close()
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("ALTER TABLE observations DROP COLUMN interval")
        connection.execute("ALTER TABLE snapshots DROP COLUMN left_out")
        connection.execute("DROP TABLE expected")
        connection.execute("PRAGMA user_version = 1")
    assert read_journal(tmp_path) == Observed(added, [])
    journal = Journal(tmp_path)
    assert journal.snapshot() == SavedState(1, "x", "state-1")
    journal.close()


def test_features_of_a_time_to_come_come_back(tmp_path: Path) -> None:
    journal = filled(tmp_path, 1)
    journal.begin()
    first = journal.expect("a", '{"p": 1.0}', Answer(7, 0.5, 0.0, 1.0, 0.9, "conformal"))
    later = journal.expect("a", '{"p": 2.0}', Answer(9, None, None, None, 0.9))
    assert journal.expected("a", 7) is None
    assert journal.coming_in_group("a", 7, 5) == [first, later]
    journal.commit()
    assert journal.expected("a", 7) == first
    assert journal.revisions == 0
    journal.begin()
    journal.expect("a", '{"p": 3.0}', later.answer)
    journal.commit()
    assert journal.revisions == 1
    journal.close()
    assert [entry.features for entry in read_journal(tmp_path).expected] == [
        '{"p": 1.0}',
        '{"p": 3.0}',
    ]


def test_no_journal_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StatecastError, match="got no such file"):
        read_journal(tmp_path)


@pytest.mark.parametrize(
    ("ds", "written"),
    [
        (5, 5),
        (np.int64(-5), -5),
        ("-5", -5),
        ("1904-01", "1904-01-01"),
        ("1904/01", "1904-01-01"),
        ("2024/01/31 05:00", "2024-01-31T05:00:00"),
        ("1904-01-01T00:00:00", "1904-01-01"),
        ("2024-01-01 05:00", "2024-01-01T05:00:00"),
        ("2024-01-01T05:00:00.25", "2024-01-01T05:00:00.250"),
        ("2024-01-01T05:00:00.250000000", "2024-01-01T05:00:00.250"),
        ("2024-01-01T05:00:00.250001000", "2024-01-01T05:00:00.250001"),
        (dt.date(2024, 1, 2), "2024-01-02"),
        (dt.datetime(2024, 1, 2, 3), "2024-01-02T03:00:00"),  # noqa: DTZ001 (what a clock showed)
        (np.datetime64("2024-01-02T00", "ns"), "2024-01-02"),
        (pd.Timestamp("2024-01-02 03:00"), "2024-01-02T03:00:00"),
        ("Q1", "Q1"),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),  # no forecaster takes a zone
        ("2024-01-01T00:00:00.1234567890123456", "2024-01-01T00:00:00.1234567890123456"),
        ("9" * 30 + "-01-01", "9" * 30 + "-01-01"),
    ],
)
def test_a_time_has_one_form(ds: object, written: object) -> None:
    assert written_time(ds) == written
