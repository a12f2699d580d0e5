"""Files appear whole or not at all, and those of one block together.

A file is written under a temporary name beside its own, ``.NAME.PROCESS.NUMBER.part``. At the end
of the block the files of before are kept aside under such names, the new ones get theirs, and where
one cannot have it, all is put back. A process that is killed in that moment leaves each name with
its old or its new file: DVC finds outputs that its lock does not know, and runs the stage again.
What a killed process left under temporary names goes with the next file written beside it.
"""

import itertools
import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from statecast.base.errors import StatecastError, one_line, require, shown

TEMPORARY = re.compile(r"\..+\.(\d+)\.\d+\.part", re.DOTALL)  # with the number of the process


@dataclass
class Block:
    """What a block has written so far."""

    files: list[tuple[Path, Path]] = field(default_factory=list)  # temporary name, and name to be
    folders: list[Path] = field(default_factory=list)  # whose other files go

    def take(self, inner: "Block") -> None:
        """Wait with the files of an inner block."""
        self.files += inner.files
        self.folders += inner.folders

    def stale(self) -> list[Path]:
        """Return the files of before in the folders, which the block has not written again."""
        new = {path for _, path in self.files}
        before: list[Path] = []
        for folder in dict.fromkeys(self.folders):
            before += filter(_is_file, sorted(folder.rglob("*")))
        return [path for path in before if path not in new and not TEMPORARY.fullmatch(path.name)]


_block: ContextVar[Block | None] = ContextVar("block", default=None)
_numbers = itertools.count()  # of temporary files: no two of them have the same name


@contextmanager
def written_together() -> Iterator[Block]:
    """Give all files that are written inside the block their names when the block ends well.

    If the block raises, or one of the files cannot have its name, no file appears. The files of a
    block inside another block wait for the outer one. If two files have the same name, the later
    one stays.

    Raises:
        StatecastError: a file cannot be written.

    """
    outer = _block.get()
    block = Block()
    token = _block.set(block)
    try:
        yield block
        if outer is None:
            _name_all(block)
        else:
            outer.take(block)
    except BaseException:
        _remove(temporary for temporary, _ in block.files)
        raise
    finally:
        _block.reset(token)


@contextmanager
def written_apart() -> Iterator[None]:
    """Let files that are written inside the block appear at once, whatever block is around it.

    A stage that runs a whole pipeline needs that: its stages read what earlier ones wrote.
    """
    token = _block.set(None)
    try:
        yield
    finally:
        _block.reset(token)


@contextmanager
def whole_folder(folder: Path) -> Iterator[None]:
    """Leave nothing in the folder but the files that the block, or one around it, writes there.

    The files of before go when the new ones appear.
    """
    with written_together() as block:
        block.folders.append(folder)
        yield


def require_only(folder: Path, names: Collection[str]) -> None:
    """Check that a folder, where it exists, has nothing but files that may be written anew.

    Args:
        folder: which ``whole_folder`` is to write.
        names: of these files.

    Raises:
        StatecastError: there is something else, which would be lost.

    """
    with _writable(folder):
        found = sorted(folder.iterdir()) if folder.is_dir() else []
    others = [path.name for path in found if not TEMPORARY.fullmatch(path.name)]
    lost = [name for name in others if name not in names]
    must = "be a new folder, or one that was written before"
    require(not lost, str(folder), must, f"one with {', '.join(map(shown, lost[:3]))}")


def require_writable(folder: Path) -> None:
    """Check that files can be written to a folder, which need not be there yet; nothing is left.

    Raises:
        StatecastError: they cannot.

    """
    there = next(own for own in (folder, *folder.absolute().parents) if own.exists())
    trial = _temporary_beside(there / "trial")
    with _writable(folder):
        trial.touch()
        trial.unlink()


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a temporary name beside ``path`` that takes its place when the block ends well.

    Raises:
        StatecastError: the file cannot be written: the disk is full, say.

    """
    with written_together() as block, _writable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = _temporary_beside(path)
        block.files.append((temporary, path))
        yield temporary


def _name_all(block: Block) -> None:
    """Give the files of a block their names; where one cannot have its own, put all back."""
    with ExitStack() as undo:
        aside = [_moved_aside(path, undo) for path in block.stale()]
        for temporary, path in block.files:
            aside.append(_kept_aside(path, undo))
            with _writable(path):
                temporary.replace(path)
        undo.pop_all()
    _remove(aside)
    for folder in {path.parent for _, path in block.files}:
        _sweep(folder)


def _moved_aside(path: Path, undo: ExitStack) -> Path:
    """Give a file of before a temporary name, which is returned."""
    kept = _temporary_beside(path)
    undo.callback(_put_back, kept, path)
    with _writable(path):
        path.rename(kept)
    return kept


def _kept_aside(path: Path, undo: ExitStack) -> Path:
    """Give a file of before a second, temporary name, which is returned, until it is replaced."""
    kept = _temporary_beside(path)
    undo.callback(_put_back, kept, path)
    while _is_file(path):
        with _writable(path):
            if _is_linked_or_renamed(path, kept):
                return kept
    undo.callback(_remove, [path])  # a name that is new
    return kept


def _is_linked_or_renamed(path: Path, kept: Path) -> bool:
    """Give a file its second name; False where another writer replaced it meanwhile."""
    try:
        _link_or_rename(path, kept)
    except FileNotFoundError:
        return False
    return True


def _link_or_rename(path: Path, kept: Path) -> None:
    try:
        os.link(path, kept, follow_symlinks=False)
    except FileNotFoundError:
        raise
    except OSError:  # not every file system has links
        path.rename(kept)


def _put_back(kept: Path, path: Path) -> None:
    if _is_file(kept):
        kept.replace(path)
        _remove([kept])  # to replace a file by a link to itself leaves both


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink()


def _sweep(folder: Path) -> None:
    """Remove the temporary files of processes that are gone."""
    for path in folder.glob(".*.part"):
        match = TEMPORARY.fullmatch(path.name)
        if match and not _is_running(int(match[1])):
            _remove([path])


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)  # asks, and sends nothing
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _temporary_beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.{next(_numbers)}.part")


def _is_file(path: Path) -> bool:
    return path.is_symlink() or path.is_file()


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    """Say in one line why a file cannot be written."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or one_line(error)
        must = f"be writable, got: {reason}"
        raise StatecastError(f"{path} must {must}") from None
