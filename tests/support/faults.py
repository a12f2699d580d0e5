"""A disk that fails, or a process that is killed, at one of the times that files are touched.

Python tells its audit hooks of every file that is to be opened, renamed, linked or removed, whoever
asks for it, pandas and zipfile too. A hook stays for the rest of the process, so that there is one,
which asks the disk of the moment.
"""

import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

OPENED = "opened for writing"
NEEDS_ROOM = (OPENED, "os.rename")
EVERY_KIND = (*NEEDS_ROOM, "os.link", "os.remove")
KILLED = 77  # the status of a process that ended at once

_current: "Disk | None" = None


class Disk:
    """Counts how often files below a folder are touched, and does something from a time on.

    At first it is done whatever is touched, and then where a file is opened for writing.
    """

    def __init__(
        self, folder: Path, kinds: Sequence[str], when: int | None, what: Callable[[], None]
    ) -> None:
        self.folder = str(folder)
        self.kinds = kinds
        self.count = 0
        self.when = when
        self.what = what

    def touched(self, kind: str, path: Any) -> None:
        """Count; do it if the time has come."""
        if kind not in self.kinds or not str(Path(path).absolute()).startswith(self.folder):
            return
        self.count += 1
        if self.when is None or self.count < self.when:
            return
        if self.count == self.when or kind == OPENED:  # a full disk stays full
            self.what()


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _current is None:
        return
    if event == "open" and _is_for_writing(*arguments):
        _current.touched(OPENED, arguments[0])
    elif event in EVERY_KIND:
        _current.touched(event, arguments[0])


def _is_for_writing(path: Any, mode: str | None, flags: int) -> bool:
    if not isinstance(path, str | os.PathLike):
        return False
    return any(letter in mode for letter in "wax+") if mode else bool(flags & os.O_CREAT)


sys.addaudithook(_hook)


@contextmanager
def disk(
    folder: Path,
    kinds: Sequence[str],
    when: int | None = None,
    what: Callable[[], None] = lambda: None,
) -> Iterator[Disk]:
    """Do something at one of the times, counted from 1, that files below a folder are touched."""
    global _current  # noqa: PLW0603
    _current = Disk(folder, kinds, when, what)
    try:
        yield _current
    finally:
        _current = None


def full() -> None:
    """Fail as a full disk does."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def killed() -> None:
    """End the process at once, without a word and without tidying up."""
    os._exit(KILLED)


def dies(folder: Path, when: int, run: Callable[[], None]) -> bool:
    """Run something in a copy of this process, which dies at a time; return whether it did."""
    child = os.fork()
    if child == 0:
        try:
            with disk(folder, EVERY_KIND, when, killed):
                run()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == KILLED
