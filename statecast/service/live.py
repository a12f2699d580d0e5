"""The model in use, kept in step with the journal.

One thread, the worker, takes observations: it lets the forecaster observe, adds to the journal,
commits many requests at once and then answers them. What it could not commit it forgets, by going
back to the last state and replaying the journal.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Any

from statecast.base.errors import StatecastError, one_line
from statecast.service.columns import Features
from statecast.service.forecaster import Opener
from statecast.service.journal import Entry, Journal, written_time
from statecast.service.left_out import Refusals
from statecast.service.limits import COMMITTED, HORIZON, WAITING
from statecast.service.metrics import Metrics
from statecast.service.model import (
    ModelInUse,
    expect_awaited,
    open_model,
    replay,
    restore_model,
)
from statecast.service.posted import Done, Posted, Taken, reply_to_each
from statecast.service.refusal import UNAVAILABLE, UNKNOWN, RefusedError
from statecast.service.saver import Saver
from statecast.service.stored import features_from, plain_number
from statecast.service.taking import Taker, require_columns
from statecast.service.vega import Vega
from statecast.service.watcher import watch

NOT_WRITTEN = "the journal could not be written; nothing was kept, try again"
BUSY = "too many observations wait; try again in a second"
LOOK = 0.2  # seconds after which to look whether the worker still works
ENDING = "the service is ending; try again"

Action = Callable[[], None]

log = logging.getLogger(__name__)


class Live:
    """A model folder that is served.

    Args:
        folder: of the model.
        store: folder of the journal and the states.
        opener: how forecasters and states are read.

    """

    def __init__(self, folder: Path, store: Path, opener: Opener) -> None:
        """Open the model and replay the journal.

        Raises:
            StatecastError: the folder is no model, or the journal cannot be opened.

        """
        self.metrics = Metrics()
        self.on_commit: Callable[[Done], None] = reply_to_each
        self.on_end: Action = _end
        self.store = store
        self.vega = Vega(store)
        self._opener = opener
        self._lock = Lock()  # of the forecaster's state
        self._preparing = Lock()  # a forecast, one after the other: each takes memory
        self._loading = Lock()
        self._ending = Event()
        self._waiting: SimpleQueue[Posted | Action] = SimpleQueue()
        self._is_behind = False  # state and journal may differ
        self._has_failed = False  # the last commit
        model = open_model(folder, opener)
        self.journal = Journal(store)
        self._use(model, restore_model(model, self.journal, store, opener))
        self._saver = Saver(self.journal, store, self._waiting.put, self.metrics)
        self._worker = Thread(target=self._work, name="journal", daemon=True)
        self._worker.start()
        watched = (lambda: self.model, self.load, self._ending)
        self._watcher = Thread(target=watch, args=watched, daemon=True)
        self._watcher.start()

    def submit(self, posted: Posted) -> None:
        """Let the observations of a request be taken; ``on_commit`` is called later.

        Raises:
            RefusedError: too many requests wait, or the service ends.

        """
        if self._ending.is_set():
            raise RefusedError(ENDING, UNAVAILABLE)
        if self.waiting >= WAITING:
            raise RefusedError(BUSY, UNAVAILABLE)
        self._waiting.put(posted)

    def forecast(
        self,
        unique_id: str,
        horizon: int,
        level: float | None = None,
        features: Mapping[str, Sequence[float]] | None = None,
    ) -> Any:
        """Return the forecast of the next values of a series.

        Args:
            unique_id: the series.
            horizon: H.
            level: as in ``LiveForecaster.forecast``.
            features: of these values, each [H]; None: those that were sent.

        Raises:
            RefusedError: there is no such series, or its next values cannot be forecast.

        """
        self._require_series(unique_id)
        if features is not None:
            require_columns("features", features, self.model.forecaster.features)
        try:
            with self._preparing:  # observations are taken meanwhile
                self.model.forecaster.prepare(unique_id, horizon)
            with self._lock:
                forecaster = self.model.forecaster
                if features is None and forecaster.features:
                    features = self._features_sent(unique_id, horizon)
                return forecaster.forecast(unique_id, horizon, level, features)
        except RefusedError:
            raise
        except StatecastError as error:
            raise RefusedError(one_line(error)) from None

    def known_ahead(self, unique_id: str) -> int | None:
        """Return how many times to come have their features; None: the model needs none.

        Raises:
            RefusedError: there is no such series.

        """
        self._require_series(unique_id)
        with self._lock:
            if not self.model.forecaster.features:
                return None
            return len(self._coming(unique_id, HORIZON))

    def left_out(self, unique_id: str) -> Refusals | None:
        """Return which observations of a series the model has refused; None: no one."""
        return self.model.left_out.by_series.get(unique_id)

    def level(self, unique_id: str) -> float | None:
        """Return which share of the values the intervals of a series are to hold.

        Raises:
            RefusedError: there is no such series.

        """
        self._require_series(unique_id)
        with self._lock:
            return plain_number(self.model.forecaster.next_value(unique_id).level)

    def last(self, unique_id: str) -> tuple[int | str, float]:
        """Return time and value of the last observation of a series.

        Raises:
            RefusedError: there is no such series.

        """
        self._require_series(unique_id)
        with self._lock:
            ds, y = self.model.forecaster.last(unique_id)
        return written_time(ds), float(y)

    def health(self, unique_id: str) -> Any:
        """Return how large the errors of the forecasts of a series were.

        Raises:
            RefusedError: there is no such series.

        """
        self._require_series(unique_id)
        with self._lock:
            return self.model.forecaster.health(unique_id)

    @property
    def series(self) -> list[str]:
        """Return the series, in the order of the model."""
        return list(self._names)

    @property
    def count(self) -> int:
        """Return how many series there are."""
        return len(self._names)

    @property
    def waiting(self) -> int:
        """Return how many requests wait for the journal."""
        return self._waiting.qsize()

    @property
    def number(self) -> int:
        """Return the number of the last observation."""
        return self._number

    @property
    def is_well(self) -> bool:
        """Return whether observations are taken."""
        has_failed = self._has_failed or self._is_behind
        return self._worker.is_alive() and self.journal.is_in_place and not has_failed

    def load(self, folder: Path) -> ModelInUse:
        """Load a model, replay the journal, and serve it from then on.

        Raises:
            StatecastError: the folder is no model; the one before is still served.
            RefusedError: another model is being loaded, or the service ends.

        """
        if self._ending.is_set():
            raise RefusedError(ENDING, UNAVAILABLE)
        if not self._loading.acquire(blocking=False):
            raise RefusedError("another model is being loaded; try again", UNAVAILABLE)
        try:
            model = open_model(folder, self._opener)
            revisions = self.journal.revisions
            number = replay(model, self.journal, 0)
            self._wait_for(lambda: self._switch(model, number, revisions))
        finally:
            self._loading.release()
        log.info("serving %s, model %s", folder, self.model.digest)
        return self.model

    def close(self) -> None:
        """Answer what waits, write the state and close the journal; a second time does nothing."""
        if self._ending.is_set():
            return
        self._ending.set()
        self._waiting.put(_end)
        self._worker.join()
        self._watcher.join()
        if not self._is_behind:
            self._saver.save_at_end(self.model, self._number)
        self.journal.close()

    def _require_series(self, unique_id: str) -> None:
        if unique_id in self._names:
            return
        refusals = self.left_out(unique_id)
        must = "be a series of the model, got another one"
        if refusals is None:
            raise RefusedError(f"unique_id must {must}", UNKNOWN)
        left = "is" if refusals.count == 1 else "are"
        what = f"{refusals.count} of its observations {left} left out: {refusals.why}"
        raise RefusedError(f"unique_id must {must}; {what}", UNKNOWN)

    def _features_sent(self, unique_id: str, horizon: int) -> dict[str, list[float]]:
        """Return what was sent of the features of the next times, each [H].

        Raises:
            RefusedError: it is not enough.

        """
        names = self.model.forecaster.features
        rows = self._coming(unique_id, horizon)
        if len(rows) < horizon:
            ds = written_time(self.model.forecaster.next_times(unique_id, len(rows) + 1)[-1])
            must = f"be sent to expected first, {len(rows)} of {horizon} times have them"
            raise RefusedError(f"features ({', '.join(names)}) of {ds} must {must}")
        return {name: [row[name] for row in rows] for name in names}

    def _coming(self, unique_id: str, horizon: int) -> list[Features]:
        """Return the features of the next times, up to the first whose features are not known."""
        forecaster = self.model.forecaster
        times = list(map(written_time, forecaster.next_times(unique_id, horizon)))
        sent = self.journal.coming_in_group(unique_id, times[0], horizon)
        by_time = {entry.ds: features_from(entry.features) for entry in sent}
        rows: list[Features] = []
        for ds in times:
            row = by_time.get(ds, {})
            if not row.keys() >= set(forecaster.features):
                return rows
            rows.append(row)
        return rows

    def _use(self, model: ModelInUse, number: int) -> None:
        """Serve a model in the state after an observation."""
        with self._lock:
            self.model = model
            self._number = number
            self._names = dict.fromkeys(model.forecaster.series())

    def _wait_for(self, action: Action) -> None:
        """Let the worker do something between two commits, and wait for it."""
        done = Event()
        errors: list[Exception] = []

        def act() -> None:
            try:
                action()
            except Exception as error:  # noqa: BLE001 (it is raised where it is waited for)
                errors.append(error)
            done.set()

        self._waiting.put(act)
        while not done.wait(LOOK):
            if not self._worker.is_alive():
                raise RefusedError(ENDING, UNAVAILABLE)
        if errors:
            raise errors[0]

    # the rest is done by the worker alone

    def _work(self) -> None:
        action: Action | None = None
        while action is not _end:
            batch, action = self._next_batch()
            if batch:
                self.on_commit(self._take_together(batch))
            try:
                self._do_between(action)
            except Exception:  # observations must be taken all the same
                log.exception("something failed between two commits")

    def _do_between(self, action: Action | None) -> None:
        """Do what was asked for between two commits, and write the state if it is time."""
        if action:
            action()
        if not self._is_behind and self._saver.is_due(self._number):
            self._saver.save(self.model, self._number)

    def _next_batch(self) -> tuple[list[Posted], Action | None]:
        """Return the requests that wait, and what is to be done after them."""
        item = self._waiting.get()
        batch: list[Posted] = []
        while isinstance(item, Posted):
            batch.append(item)
            if len(batch) == COMMITTED:
                return batch, None
            try:
                item = self._waiting.get_nowait()
            except Empty:
                return batch, None
        return batch, item

    def _take_together(self, batch: Sequence[Posted]) -> Done:
        """Take the observations of some requests in one commit."""
        start = time.perf_counter()
        try:
            if self._is_behind:
                self._recover()
            outcomes = self._commit(batch)
        except Exception:  # whatever it is, state and journal must agree afterwards
            log.exception("observations could not be taken")
            self._forget()
            refusal = RefusedError(NOT_WRITTEN, UNAVAILABLE)
            return [(posted, Taken([], [], refusal)) for posted in batch]
        self.metrics.commits.add(time.perf_counter() - start)
        return list(zip(batch, outcomes, strict=True))

    def _commit(self, batch: Sequence[Posted]) -> list[Taken]:
        self.journal.begin()
        taker = Taker(self.model, self._names, self.journal)
        with self._lock:
            outcomes = list(map(taker.take, batch))
        self._note_left_out()
        self.journal.commit()
        self._has_failed = False
        for outcome in outcomes:
            self._count(outcome)
        return outcomes

    def _note_left_out(self) -> None:
        """Note which observations are left out if one of them was taken: a replay takes it too."""
        left_out = self.model.left_out
        if not left_out.is_noted:
            self.journal.note_left_out(self.model.digest, left_out.as_text())
            left_out.is_noted = True

    def _count(self, outcome: Taken) -> None:
        observed = [entry for entry in outcome.fresh if isinstance(entry, Entry)]
        if observed:
            self._number = observed[-1].number
        self.metrics.observations += len(observed)
        self.metrics.expected += len(outcome.fresh) - len(observed)
        self.metrics.repeated += len(outcome.answers) - len(outcome.fresh)
        self.metrics.refused += outcome.refusal is not None

    def _forget(self) -> None:
        """Go back to what the journal has, now or with the next requests."""
        self.metrics.failed_commits += 1
        self._has_failed = True
        self._is_behind = True
        try:
            self._recover()
        except Exception:
            log.exception("the state could not be restored")

    def _recover(self) -> None:
        self.journal.roll_back()
        model = open_model(self.model.folder, self._opener)
        self._use(model, restore_model(model, self.journal, self.store, self._opener))
        self._is_behind = False

    def _switch(self, model: ModelInUse, number: int, revisions: int) -> None:
        """Replay what was taken since a model was loaded, and serve it."""
        if revisions != self.journal.revisions:  # it may have been given features of before
            model = open_model(model.folder, self._opener)
            number = 0
        number = replay(model, self.journal, number)
        expect_awaited(model.forecaster, self.journal)
        self._use(model, number)
        self._is_behind = False
        self.metrics.models += 1
        self._saver.save(model, number)


def _end() -> None:
    """Say that the worker is to end; there is nothing else to do."""
