"""States of a forecaster beside the journal; a restart replays what came after the last one."""

import shutil
import uuid
from pathlib import Path
from typing import Any, NamedTuple

from statecast.base.errors import StatecastError
from statecast.service.forecaster import Opener, State
from statecast.service.journal import Journal, SavedState

PREFIX = "state-"


class Restored(NamedTuple):
    """A state that was written before."""

    number: int  # of the last observation in it
    state: Any
    left_out: str  # JSON


def save_snapshot(state: State, folder: Path) -> str:
    """Write a state into a new folder below this one and return its name."""
    name = f"{PREFIX}{uuid.uuid4().hex}"
    state.save(folder / name)
    return name


def keep_snapshot(journal: Journal, folder: Path, snapshot: SavedState) -> None:
    """Note a state that was written, and remove all others."""
    journal.note_snapshot(snapshot)
    for path in folder.glob(f"{PREFIX}*"):
        if path.name != snapshot.folder:
            shutil.rmtree(path, ignore_errors=True)


def read_snapshot(journal: Journal, folder: Path, model: str, opener: Opener) -> Restored | None:
    """Return the state that was written last, if it belongs to this model and is whole.

    Args:
        journal: which state was written last.
        folder: where.
        model: digest of the model.
        opener: how a state is read.

    """
    snapshot = journal.snapshot()
    if snapshot is None or snapshot.model != model:
        return None
    try:
        state = opener.state(folder / snapshot.folder)
    except (StatecastError, OSError):  # the journal has everything that it had
        return None
    return Restored(snapshot.number, state, snapshot.left_out)
