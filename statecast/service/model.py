"""A model folder in use, and whether the folder has changed since."""

import hashlib
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from statecast.base.errors import StatecastError, require
from statecast.service.forecaster import LiveForecaster, Opener
from statecast.service.history import KnownHistory, read_history
from statecast.service.journal import Entry, Journal
from statecast.service.limits import FOLDER
from statecast.service.refusal import INVALID, RefusedError
from statecast.service.snapshots import read_snapshot
from statecast.service.stored import features_from

DIGITS = 16  # of a digest: 64 bits

Marks = tuple[tuple[str, int, int], ...]


class ModelInUse(NamedTuple):
    """A forecaster, and the folder that it came from."""

    forecaster: LiveForecaster
    history: KnownHistory
    folder: Path
    digest: str  # of the content of the folder
    marks: Marks  # of its files when it was read
    loaded_at: float  # seconds since 1970


def open_model(folder: Path, opener: Opener) -> ModelInUse:
    """Return the model of a folder, in the state after its own history.

    Raises:
        StatecastError: the folder is no model.

    """
    require(folder.is_dir(), "the model folder", "exist", f"{folder}, which is no folder")
    marks = marks_of(folder)
    digest = _digest_of(folder)
    return ModelInUse(
        opener.forecaster(folder), read_history(folder), folder, digest, marks, time.time()
    )


def restore_model(model: ModelInUse, journal: Journal, folder: Path, opener: Opener) -> int:
    """Bring a model to the state after the whole journal and return the last number.

    Args:
        model: as it was opened.
        journal: what was observed.
        folder: where the state was written.
        opener: how a state is read.

    """
    restored = read_snapshot(journal, folder, model.digest, opener)
    if restored is None:
        return replay(model.forecaster, journal.after(0), 0)
    try:
        model.forecaster.restore(restored.state)
    except StatecastError:  # of another version
        return replay(model.forecaster, journal.after(0), 0)
    return replay(model.forecaster, journal.after(restored.number), restored.number)


def replay(forecaster: LiveForecaster, entries: Iterable[Entry], number: int) -> int:
    """Let a forecaster observe entries and return the number of the last one.

    An entry that the forecaster refuses is left out: a new model has it in its history, or has no
    such series.

    Args:
        forecaster: in the state after the entry ``number``.
        entries: those after it, in their order.
        number: what is returned where there are none.

    """
    for entry in entries:
        number = entry.number
        try:
            forecaster.observe(entry.unique_id, entry.ds, entry.y, features_from(entry.features))
        except StatecastError:
            continue
    return number


def marks_of(folder: Path) -> Marks:
    """Return names, sizes and times of the files of a folder, sorted."""
    marks = []
    try:
        for path in sorted(folder.rglob("*")):
            status = path.stat()
            marks.append((str(path.relative_to(folder)), status.st_size, status.st_mtime_ns))
    except OSError:  # it is being written
        return ()
    return tuple(marks)


def sibling(folder: Path, name: str | None) -> Path:
    """Return a folder beside a model folder; no name is the folder itself.

    Raises:
        RefusedError: the name is not a plain one.

    """
    if name is None:
        return folder
    if not re.fullmatch(FOLDER, name):
        raise RefusedError(f"folder must be a name that matches {FOLDER}", INVALID)
    return folder.parent / name


def _digest_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = hashlib.sha256(path.read_bytes()).digest()
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + content)
    return digest.hexdigest()[:DIGITS]
