"""The model in use and its journal agree, whatever happens.

Oracle: a second forecaster that observes what was taken, one value after the other.
"""

import shutil
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from statecast.base.errors import StatecastError
from statecast.service import saver
from statecast.service.journal import Answer, Journal
from statecast.service.left_out import Refusals
from statecast.service.live import Live
from statecast.service.model import open_model
from statecast.service.posted import Observation, Posted, Taken
from statecast.service.refusal import RefusedError
from tests.support.running_mean import OPENER, RunningMean, day, write_model

SECONDS = 10


def post(live: Live, unique_id: str, *values: tuple[Any, float]) -> Taken:
    reply: Future[Taken] = Future()
    observations = [Observation(ds, y) for ds, y in values]
    live.submit(Posted(unique_id, observations, reply.set_result))
    return reply.result(SECONDS)


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def series_of(live: Live) -> dict[str, list[Any]]:
    return live.model.forecaster.state.series  # type: ignore[attr-defined]


def walked(model: Path, *entries: tuple[str, Any, float]) -> dict[str, list[Any]]:
    forecaster = RunningMean(model)
    for entry in entries:
        forecaster.observe(*entry)
    return forecaster.state.series


def test_an_answer_is_the_forecast_of_the_next_value(live: Live) -> None:
    outcome = post(live, "a", (day(1), 2.0), (day(2), 4.0))
    assert [answer.forecast for answer in outcome.answers] == [2.0, 3.0]
    assert [answer.ds for answer in outcome.answers] == [day(2), day(3)]
    assert [entry.ds for entry in live.journal.after(0)] == [day(1), day(2)]


@pytest.mark.promise("service")
def test_the_same_observation_is_answered_as_before_and_counts_once(live: Live) -> None:
    first = post(live, "a", (day(1), 2.0))
    post(live, "a", (day(2), 8.0))
    again = post(live, "a", (day(1), 2.0))
    assert again.answers == first.answers
    assert again.fresh == []
    assert live.number == 2
    assert (live.metrics.observations, live.metrics.repeated) == (2, 1)


def test_twice_in_one_request_counts_once(live: Live) -> None:
    outcome = post(live, "a", (day(1), 2.0), (day(1), 2.0))
    assert outcome.answers[0] == outcome.answers[1]
    assert live.number == 1


def test_a_time_in_another_form_is_the_same_time(live: Live, model: Path) -> None:
    first = post(live, "a", (day(1), 2.0))
    assert post(live, "a", (f"{day(1)}T00:00:00", 2.0)).answers == first.answers
    assert series_of(live) == walked(model, ("a", day(1), 2.0))


@pytest.mark.promise("service")
def test_another_value_of_a_known_time_is_refused(live: Live, model: Path) -> None:
    post(live, "a", (day(1), 2.0))
    outcome = post(live, "a", (day(1), 3.0))
    assert outcome.refusal is not None
    assert outcome.refusal.status == 409
    assert series_of(live) == walked(model, ("a", day(1), 2.0))


def test_those_before_a_refused_one_are_kept(live: Live, model: Path) -> None:
    outcome = post(live, "a", (day(1), 2.0), (day(9), 3.0), (day(2), 4.0))
    assert len(outcome.answers) == 1
    assert outcome.refusal is not None
    assert series_of(live) == walked(model, ("a", day(1), 2.0))


def test_what_a_later_model_lacks_can_be_sent_again(model: Path, store: Path) -> None:
    journal = Journal(store)  # of a model that knew the day before
    journal.begin()
    journal.add("a", day(2), 4.0, "{}", Answer(day(3), 1.0, 0.0, 2.0, 0.9))
    journal.commit()
    journal.close()
    live = Live(model, store, OPENER)
    refusals = Refusals(1, day(2), f"`ds` must be {day(1)}, got {day(2)}")
    assert live.left_out("a") == refusals
    post(live, "a", (day(1), 2.0))
    live.close()
    live = Live(model, store, OPENER)
    assert live.left_out("a") == refusals  # it stands beside the state
    assert post(live, "a", (day(2), 5.0)).refusal  # it must stay as it was taken
    outcome = post(live, "a", (day(2), 4.0))
    assert [answer.forecast for answer in outcome.answers] == [3.0]
    assert live.left_out("a") is None
    killed = shutil.copytree(store, store.with_name("killed"))
    after_kill = Live(model, killed, OPENER)
    assert after_kill.left_out("a") is None
    after_kill.close()
    live.close()
    again = Live(model, store, OPENER)
    assert series_of(again) == walked(model, ("a", day(1), 2.0), ("a", day(2), 4.0))
    assert [entry.ds for entry in again.journal.after(0)] == [day(1), day(2)]
    again.close()


def test_an_unknown_series_is_refused(live: Live) -> None:
    outcome = post(live, "z", (day(1), 2.0))
    assert outcome.refusal is not None
    assert outcome.refusal.status == 404
    assert live.number == 0


def test_a_series_may_begin_where_the_model_allows_it(tmp_path: Path, store: Path) -> None:
    live = Live(write_model(tmp_path / "all", "a", may_begin=True), store, OPENER)
    post(live, "z", (day(5), 2.0))
    assert live.series == ["a", "z"]
    assert live.last("z") == (day(5), 2.0)
    live.close()


def test_series_are_bounded(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statecast.service.taking.SERIES", 2)
    live = Live(write_model(tmp_path / "all", "a", may_begin=True), store, OPENER)
    assert post(live, "y", (day(1), 1.0)).refusal is None
    refusal = post(live, "z", (day(1), 1.0)).refusal
    assert refusal is not None
    assert refusal.status == 507
    live.close()


@pytest.mark.parametrize(
    ("unique_id", "ds", "y", "status"),
    [
        ("z", "2024-02-30", 1.0, 422),
        ("z", day(1), float("inf"), 422),
        ("a", day(9), 1.0, 409),
        ("a", day(1), float("inf"), 422),
    ],
)
def test_a_refusal_has_the_status_of_its_reason(
    tmp_path: Path, store: Path, unique_id: str, ds: str, y: float, status: int
) -> None:
    live = Live(write_model(tmp_path / "all", "a", may_begin=True), store, OPENER)
    refusal = post(live, unique_id, (ds, y)).refusal
    assert refusal is not None
    assert refusal.status == status
    live.close()


@pytest.mark.promise("service")
def test_a_long_forecast_lets_observations_pass(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = Event(), Event()

    def slow(*_: object) -> None:
        begun.set()
        assert may_end.wait(SECONDS)

    monkeypatch.setattr(live.model.forecaster, "prepare", slow)
    asking = Thread(target=live.forecast, args=("a", 3))
    asking.start()
    assert begun.wait(SECONDS)
    assert post(live, "a", (day(1), 2.0)).refusal is None
    may_end.set()
    asking.join()


def test_a_restart_equals_never_having_stopped(model: Path, store: Path) -> None:
    live = Live(model, store, OPENER)
    post(live, "a", (day(1), 2.0), (day(2), 5.0))
    before = series_of(live)
    live.close()
    again = Live(model, store, OPENER)
    assert series_of(again) == before
    post(again, "a", (day(3), 1.0))
    taken = [("a", day(1), 2.0), ("a", day(2), 5.0), ("a", day(3), 1.0)]
    assert series_of(again) == walked(model, *taken)
    again.close()


def test_a_restart_replays_what_came_after_the_last_state(
    model: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saver, "SNAPSHOT_ROWS", 2)
    live = Live(model, store, OPENER)
    post(live, "a", (day(1), 2.0), (day(2), 5.0))
    wait_until(lambda: live.metrics.snapshots == 1)
    monkeypatch.setattr(saver, "SNAPSHOT_ROWS", 100)
    post(live, "a", (day(3), 1.0))
    before = series_of(live)
    live._saver._number = live.number  # as if it were killed: no state at the end
    live.close()
    journal = Journal(store)
    snapshot = journal.snapshot()
    assert snapshot is not None
    assert snapshot.number == 2
    journal.close()
    again = Live(model, store, OPENER)
    assert series_of(again) == before
    again.close()


def test_a_damaged_state_is_replayed_from_the_beginning(model: Path, store: Path) -> None:
    live = Live(model, store, OPENER)
    post(live, "a", (day(1), 2.0))
    live.close()
    (state,) = store.glob("state-*/state.json")
    state.unlink()
    again = Live(model, store, OPENER)
    assert series_of(again) == walked(model, ("a", day(1), 2.0))
    again.close()


@pytest.mark.promise("service")
def test_what_cannot_be_committed_is_forgotten(live: Live, model: Path) -> None:
    post(live, "a", (day(1), 2.0))
    commit = live.journal.commit

    def full() -> None:
        live.journal.commit = commit  # type: ignore[method-assign]
        raise sqlite3.OperationalError("database or disk is full")

    live.journal.commit = full  # type: ignore[method-assign]
    outcome = post(live, "a", (day(2), 5.0))
    assert outcome.refusal is not None
    assert outcome.refusal.status == 503
    assert "disk" not in str(outcome.refusal)
    assert not live.is_well
    assert series_of(live) == walked(model, ("a", day(1), 2.0))
    assert post(live, "a", (day(2), 6.0)).refusal is None
    assert live.is_well


def test_too_many_requests_wait_no_longer(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statecast.service.live.WAITING", 0)
    with pytest.raises(RefusedError, match="too many"):
        live.submit(Posted("a", [], lambda _: None))


@pytest.mark.promise("service")
def test_a_new_model_takes_over_with_all_that_was_observed(live: Live, tmp_path: Path) -> None:
    post(live, "a", (day(1), 2.0))
    other = write_model(tmp_path / "other", "a", added=100.0)
    live.load(other)
    assert post(live, "a", (day(2), 4.0)).answers[0].forecast == 103.0
    assert post(live, "a", (day(1), 2.0)).answers[0].forecast == 2.0  # as it was answered


def test_a_model_without_a_series_leaves_its_observations_out(live: Live, tmp_path: Path) -> None:
    post(live, "a", (day(1), 2.0))
    post(live, "b/c", (day(1), 2.0), (day(2), 2.0))
    assert live.model.left_out.count == 0
    model = live.load(write_model(tmp_path / "other", "a"))
    assert live.series == ["a"]
    assert live.last("a") == (day(1), 2.0)
    assert model.left_out.count == 2
    why = "`unique_id` must be known, got b/c"
    assert live.left_out("b/c") == Refusals(2, day(2), why)
    assert live.left_out("a") is None


@pytest.mark.promise("service")
def test_a_folder_that_is_no_model_changes_nothing(live: Live, tmp_path: Path) -> None:
    post(live, "a", (day(1), 2.0))
    digest = live.model.digest
    (tmp_path / "empty").mkdir()
    with pytest.raises(StatecastError):
        live.load(tmp_path / "empty")
    assert live.model.digest == digest
    assert post(live, "a", (day(2), 4.0)).refusal is None


def test_a_changed_folder_is_loaded(
    model: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("statecast.service.watcher.WATCH_SECONDS", 0.02)
    live = Live(model, store, OPENER)
    post(live, "a", (day(1), 2.0))
    (model / "model.json").write_text("not a model")
    wait_until(lambda: live.metrics.models == 0)
    write_model(model, "a", added=7.0)
    wait_until(lambda: live.metrics.models == 1)
    assert post(live, "a", (day(2), 2.0)).answers[0].forecast == 9.0
    live.close()


def test_a_model_that_comes_at_the_end_is_not_loaded(live: Live, model: Path) -> None:
    live.close()
    with pytest.raises(RefusedError, match="is ending"):
        live.load(model)
    with pytest.raises(RefusedError, match="is ending"):
        live.submit(Posted("a", [], lambda _: None))


def test_a_state_that_cannot_be_made_stops_no_observation(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no state")

    monkeypatch.setattr(saver, "SNAPSHOT_ROWS", 1)
    monkeypatch.setattr(live._saver, "save", broken)
    post(live, "a", (day(1), 2.0))
    assert post(live, "a", (day(2), 2.0)).refusal is None
    assert live.is_well


def test_the_state_of_another_model_is_not_taken(model: Path, store: Path) -> None:
    live = Live(model, store, OPENER)
    post(live, "a", (day(1), 2.0))
    live.close()
    write_model(model, "a", "d")
    again = Live(model, store, OPENER)
    assert again.series == ["a", "d"]
    assert again.last("a") == (day(1), 2.0)
    again.close()


def test_a_digest_is_of_the_content(model: Path, tmp_path: Path) -> None:
    same = write_model(tmp_path / "same", "a", "b/c")
    other = write_model(tmp_path / "other", "a")
    digests = [open_model(folder, OPENER).digest for folder in (model, same, other)]
    assert digests[0] == digests[1] != digests[2]
