"""Files of a block appear together or not at all. Oracle: all files in the folder."""

import os
from pathlib import Path

import pytest

from statecast.base import writing
from statecast.base.errors import StatecastError
from statecast.base.files import write_text
from statecast.base.writing import (
    require_only,
    require_writable,
    whole_file,
    whole_folder,
    written_together,
)
from tests.support.faults import NEEDS_ROOM, disk, full

GONE = 2**22 + 1  # no process has this number: it is above the largest of Linux


def content_of(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def write_three(folder: Path, text: str) -> None:
    with written_together():
        for name in ("a", "deep/b", "c"):
            write_text(text, folder / name)


@pytest.mark.parametrize("when", range(1, 7))
@pytest.mark.parametrize("has_old", [True, False])
@pytest.mark.promise("files")
def test_where_one_file_cannot_be_written_all_stay_as_they_were(
    tmp_path: Path, when: int, has_old: bool
) -> None:
    if has_old:
        write_three(tmp_path, "old")
    before = content_of(tmp_path)
    with disk(tmp_path, NEEDS_ROOM, when, full), pytest.raises(StatecastError, match="No space"):
        write_three(tmp_path, "new")
    assert content_of(tmp_path) == before


def test_three_files_are_touched_six_times(tmp_path: Path) -> None:
    with disk(tmp_path, NEEDS_ROOM) as watched:
        write_three(tmp_path, "new")
    assert watched.count == 6


def test_a_file_system_without_links_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_link(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", no_link)
    write_three(tmp_path, "old")
    with disk(tmp_path, NEEDS_ROOM, 8, full), pytest.raises(StatecastError):
        write_three(tmp_path, "new")
    assert set(content_of(tmp_path).values()) == {"old"}
    write_three(tmp_path, "new")
    assert content_of(tmp_path) == {"a": "new", "deep/b": "new", "c": "new"}


@pytest.mark.promise("files")
def test_a_folder_holds_what_the_block_wrote_and_nothing_else(tmp_path: Path) -> None:
    write_text("old", tmp_path / "folder" / "stale")
    write_text("old", tmp_path / "folder" / "deep" / "stale")
    write_text("old", tmp_path / "folder" / "again")
    write_text("old", tmp_path / "beside")
    with written_together():
        with whole_folder(tmp_path / "folder"):
            write_text("new", tmp_path / "folder" / "again")
        write_text("new", tmp_path / "folder" / "later")  # of the same block
        assert (tmp_path / "folder" / "stale").exists()
    assert content_of(tmp_path) == {"folder/again": "new", "folder/later": "new", "beside": "old"}


@pytest.mark.parametrize("when", range(1, 6))
def test_a_folder_that_cannot_be_written_keeps_its_files(tmp_path: Path, when: int) -> None:
    for name in ("stale", "again"):
        write_text("old", tmp_path / name)
    before = content_of(tmp_path)
    with disk(tmp_path, NEEDS_ROOM, when, full), pytest.raises(StatecastError):  # noqa: SIM117
        with whole_folder(tmp_path):
            write_text("new", tmp_path / "again")
            write_text("new", tmp_path / "another")
    assert content_of(tmp_path) == before


def test_a_folder_of_a_block_that_raises_keeps_its_files(tmp_path: Path) -> None:
    write_text("old", tmp_path / "stale")
    with pytest.raises(RuntimeError), whole_folder(tmp_path):
        raise RuntimeError
    assert content_of(tmp_path) == {"stale": "old"}


def test_a_link_is_replaced_and_not_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("old")
    (tmp_path / "a").symlink_to(tmp_path / "cache")
    write_three(tmp_path, "new")
    assert (tmp_path / "cache").read_text() == "old"
    assert not (tmp_path / "a").is_symlink()


@pytest.mark.promise("files")
def test_what_a_killed_process_left_goes_with_the_next_file(tmp_path: Path) -> None:
    left = tmp_path / f".other.csv.{GONE}.3.part"
    left.write_text("half")
    write_text("new", tmp_path / "a")
    assert content_of(tmp_path) == {"a": "new"}


@pytest.mark.parametrize("name", [f".a.{os.getppid()}.3.part", ".a.part", "a.1.2.part"])
def test_what_others_may_still_need_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("theirs")
    write_text("new", tmp_path / "a")
    assert content_of(tmp_path) == {"a": "new", name: "theirs"}


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda path: path.parent.write_text(""), "File exists"),
        (lambda path: path.mkdir(parents=True), "Is a directory"),
    ],
    ids=["the folder is a file", "the file is a folder"],
)
@pytest.mark.promise("files")
def test_what_is_in_the_way_is_said_in_one_line(tmp_path: Path, prepare, reason: str) -> None:
    path = tmp_path / "plots" / "a.csv"
    prepare(path)
    with pytest.raises(StatecastError, match=f"a.csv must be writable, got: {reason}$"):
        write_text("new", path)


def test_the_reason_of_a_library_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StatecastError, match=r"must be writable, got: two lines$"):  # noqa: SIM117
        with whole_file(tmp_path / "a.h5"):
            raise OSError("two\nlines")


@pytest.mark.promise("files")
def test_a_read_only_folder_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who may do everything can write there, too: the answer of the system is played."""

    def read_only(path: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(writing, "_temporary_beside", read_only)
    with pytest.raises(StatecastError, match=r"must be writable, got: Permission denied$"):
        write_text("new", tmp_path / "a")


def test_a_folder_with_files_of_others_is_not_to_be_written_anew(tmp_path: Path) -> None:
    require_only(tmp_path / "new", ["a"])
    require_only(tmp_path, ["a"])
    write_text("mine", tmp_path / "a")
    write_text("", tmp_path / f".a.{GONE}.0.part")
    require_only(tmp_path, ["a", "b"])
    (tmp_path / "deep").mkdir()
    with pytest.raises(StatecastError, match=r"be a new folder, .* got one with 'deep'$"):
        require_only(tmp_path, ["a", "b"])


def test_folder_that_can_be_written_to_is_left_as_it_is(tmp_path: Path) -> None:
    require_writable(tmp_path / "new" / "deep")
    require_writable(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_folder_below_a_file_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StatecastError, match=r"file/deep must be writable, got: Not a directory$"):
        require_writable(tmp_path / "file" / "deep")
