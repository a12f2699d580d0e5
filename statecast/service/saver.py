"""Write the state of the forecaster from time to time, so that a restart is short."""

import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from statecast.base.errors import StatecastError, one_line
from statecast.service.forecaster import State
from statecast.service.journal import Journal, SavedState
from statecast.service.limits import SNAPSHOT_ROWS, SNAPSHOT_SECONDS
from statecast.service.metrics import Metrics
from statecast.service.model import ModelInUse
from statecast.service.snapshots import keep_snapshot, save_snapshot

log = logging.getLogger(__name__)


class Saver:
    """Writes states; all but the writing itself is done by the thread that commits.

    Args:
        journal: notes which state was written last.
        store: where states are written.
        in_worker: lets the thread that commits do something.
        metrics: count the states.

    """

    def __init__(
        self,
        journal: Journal,
        store: Path,
        in_worker: Callable[[Callable[[], None]], None],
        metrics: Metrics,
    ) -> None:
        self._journal = journal
        self._store = store
        self._in_worker = in_worker
        self._metrics = metrics
        before = journal.snapshot()
        self._number = before.number if before else 0  # of the last observation in a state
        self._at = time.monotonic()
        self._is_writing = False

    def is_due(self, number: int) -> bool:
        """Return whether enough was observed since the last state.

        Args:
            number: of the last observation.

        """
        entries = number - self._number
        is_late = time.monotonic() - self._at > SNAPSHOT_SECONDS
        return entries >= SNAPSHOT_ROWS or (entries > 0 and is_late)

    def save(self, model: ModelInUse, number: int) -> None:
        """Write the state as it is now, in a thread of its own."""
        if self._is_writing:
            return
        self._is_writing = True
        self._number = number
        self._at = time.monotonic()
        arguments = (model.forecaster.state, _unsaved(model, number))
        Thread(target=self._write_apart, args=arguments, daemon=True).start()

    def save_at_end(self, model: ModelInUse, number: int) -> None:
        """Write the state where something was observed since the last one."""
        if number > self._number:
            snapshot = self._written(model.forecaster.state, _unsaved(model, number))
            self._keep(snapshot)

    def _write_apart(self, state: State, unsaved: SavedState) -> None:
        snapshot = self._written(state, unsaved)
        self._in_worker(lambda: self._keep(snapshot))

    def _written(self, state: State, unsaved: SavedState) -> SavedState | None:
        try:
            name = save_snapshot(state, self._store)
        except (StatecastError, OSError) as error:
            log.warning("the state could not be written: %s", one_line(error))
            return None
        return unsaved._replace(folder=name)

    def _keep(self, snapshot: SavedState | None) -> None:
        """Note a state that was written, between two commits."""
        self._is_writing = False
        if snapshot is None:
            return
        try:
            keep_snapshot(self._journal, self._store, snapshot)
            self._metrics.snapshots += 1
        except (sqlite3.Error, StatecastError) as error:
            self._journal.roll_back()
            log.warning("the state could not be noted: %s", one_line(error))


def _unsaved(model: ModelInUse, number: int) -> SavedState:
    """Return what is to be noted of a state that is in no folder yet."""
    return SavedState(number, model.digest, "", model.left_out.as_text())
