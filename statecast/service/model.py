"""A model folder in use, and whether the folder has changed since."""

import hashlib
import re
import time
from pathlib import Path
from typing import NamedTuple

from statecast.base.errors import StatecastError, one_line, require
from statecast.service.columns import Row, features_at, observed
from statecast.service.forecaster import LiveForecaster, Opener
from statecast.service.history import KnownHistory, read_history
from statecast.service.journal import Entry, Journal, written_time
from statecast.service.left_out import LeftOut
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
    left_out: LeftOut  # of the journal


def open_model(folder: Path, opener: Opener) -> ModelInUse:
    """Return the model of a folder, in the state after its own history.

    Raises:
        StatecastError: the folder is no model.

    """
    require(folder.is_dir(), "the model folder", "exist", f"{folder}, which is no folder")
    marks = marks_of(folder)
    digest = _digest_of(folder)
    return ModelInUse(
        forecaster=opener.forecaster(folder),
        history=read_history(folder),
        folder=folder,
        digest=digest,
        marks=marks,
        loaded_at=time.time(),
        left_out=LeftOut(),
    )


def restore_model(model: ModelInUse, journal: Journal, folder: Path, opener: Opener) -> int:
    """Bring a model to the state after the whole journal and return the last number.

    Args:
        model: as it was opened.
        journal: what was observed.
        folder: where the state was written.
        opener: how a state is read.

    """
    number = replay(model, journal, _restored(model, journal, folder, opener))
    expect_awaited(model.forecaster, journal)
    return number


def _restored(model: ModelInUse, journal: Journal, folder: Path, opener: Opener) -> int:
    """Set the state back that was written last; return the number of the last entry in it."""
    restored = read_snapshot(journal, folder, model.digest, opener)
    if restored is None:
        return 0
    try:
        model.forecaster.restore(restored.state)
    except StatecastError:  # of another version
        return 0
    model.left_out.resume(restored.left_out)
    return restored.number


def replay(model: ModelInUse, journal: Journal, number: int) -> int:
    """Let a model observe the entries of a journal and return the number of the last one.

    An entry that the model refuses is left out, and counted unless the model has its time in its
    own history.

    Args:
        model: in the state after the entry ``number``.
        journal: what was observed.
        number: what is returned where there are no entries after it.

    """
    forecaster = model.forecaster
    for entry in journal.after(number):
        number = entry.number
        try:
            observed(forecaster, _row_of(entry, forecaster, journal))
        except StatecastError as error:
            if not _is_behind(entry, forecaster):
                model.left_out.add(entry, one_line(error))
    return number


def expect_awaited(forecaster: LiveForecaster, journal: Journal) -> None:
    """Give a forecaster the features that were sent of the next times of its series.

    What it refuses stays awaited.

    Args:
        forecaster: after the last observation.
        journal: what was sent.

    """
    if not forecaster.features:
        return
    for unique_id in filter(forecaster.awaits, forecaster.series()):
        ds = written_time(forecaster.next_times(unique_id, 1)[0])
        entry = journal.expected(unique_id, ds)
        if entry is None:
            continue
        sent = features_from(entry.features)
        try:
            forecaster.expect(unique_id, {name: sent[name] for name in forecaster.features})
        except (StatecastError, KeyError):  # a model may have further features
            continue


def _row_of(entry: Entry, forecaster: LiveForecaster, journal: Journal) -> Row:
    """Return an entry with what was sent of its time and of the next one."""
    name, features = entry.unique_id, features_from(entry.features)
    if not forecaster.features:
        return Row(name, entry.ds, entry.y, features, {})
    here = {**features_at(journal.expected, name, entry.ds), **features}
    ahead = features_at(journal.expected, name, entry.answer.ds)
    return Row(name, entry.ds, entry.y, here, ahead)


def _is_behind(entry: Entry, forecaster: LiveForecaster) -> bool:
    """Return whether a series is at the time of an entry, or beyond."""
    try:
        last = written_time(forecaster.last(entry.unique_id)[0])
    except StatecastError:  # it has no such series
        return False
    # times of one series are integers, or ISO text
    return isinstance(last, type(entry.ds)) and entry.ds <= last  # type: ignore[operator]


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
