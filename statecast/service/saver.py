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
        arguments = (model, model.forecaster.state, number)
        Thread(target=self._write_apart, args=arguments, daemon=True).start()

    def save_at_end(self, model: ModelInUse, number: int) -> None:
        """Write the state where something was observed since the last one."""
        if number > self._number:
            self._keep(model, number, self._written(model.forecaster.state))

    def _write_apart(self, model: ModelInUse, state: State, number: int) -> None:
        folder = self._written(state)
        self._in_worker(lambda: self._keep(model, number, folder))

    def _written(self, state: State) -> str | None:
        try:
            return save_snapshot(state, self._store)
        except (StatecastError, OSError) as error:
            log.warning("the state could not be written: %s", one_line(error))
            return None

    def _keep(self, model: ModelInUse, number: int, folder: str | None) -> None:
        """Note a state that was written, between two commits."""
        self._is_writing = False
        if folder is None:
            return
        # what was left out then and is taken since comes after the state
        snapshot = SavedState(number, model.digest, folder, model.left_out.as_text())
        try:
            keep_snapshot(self._journal, self._store, snapshot)
            self._metrics.snapshots += 1
        except (sqlite3.Error, StatecastError) as error:
            self._journal.roll_back()
            log.warning("the state could not be noted: %s", one_line(error))
