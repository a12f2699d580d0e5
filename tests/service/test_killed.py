"""A service that is killed under load loses nothing that it answered.

Oracle: a second forecaster that observes all entries of the journal without a stop.
"""

import random
import threading
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from statecast.service.journal import read_journal
from tests.support.running_mean import RunningMean, day, write_model
from tests.support.service_process import SECONDS, Running, running

TIMES = 5
NAMES = ["a", "b", "c", "d"]


def load(service: Running, name: str, first: int, answered: dict[tuple[str, str], float]) -> None:
    """Post one value after the other until the service is gone; note what was answered."""
    for number in range(first, first + 100_000):
        try:
            status, answer = service.post(
                f"/series/{name}/observations", {"ds": day(number), "y": number % 7}
            )
        except (OSError, URLError, ValueError):
            return
        assert status == 200, answer
        answered[name, day(number)] = answer["forecast"]


def kill_under_load(
    model: Path, store: Path, answered: dict[tuple[str, str], float], seconds: float
) -> None:
    with running(model, store) as service:
        known = {row["unique_id"]: row["ds"] for row in service.get("/series")["series"]}
        threads = [
            threading.Thread(target=load, args=(service, name, _after(known[name]), answered))
            for name in NAMES
        ]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        service.process.kill()
        for thread in threads:
            thread.join()


def _after(ds: str) -> int:
    return next(number for number in range(1, 1_000_000) if day(number) > ds)


@pytest.mark.promise("service")
@pytest.mark.slow
def test_killed_five_times_nothing_that_was_answered_is_lost(tmp_path: Path) -> None:
    model, store = write_model(tmp_path / "model", *NAMES), tmp_path / "store"
    answered: dict[tuple[str, str], float] = {}
    chance = random.Random(0)  # noqa: S311
    for _ in range(TIMES):
        kill_under_load(model, store, answered, chance.uniform(0.1, 0.5))
    entries = read_journal(store).entries
    kept = {(entry.unique_id, entry.ds): entry.answer.forecast for entry in entries}
    assert len(answered) > 100
    assert answered.items() <= kept.items()
    never_stopped = RunningMean(model)
    for entry in entries:
        value = never_stopped.observe(entry.unique_id, entry.ds, entry.y)
        assert value.forecast == entry.answer.forecast
    with running(model, store) as service:
        for name in NAMES:
            (row,) = service.get(f"/series/{name}/forecast?h=1")["values"]
            assert row["forecast"] == never_stopped.forecast(name, 1).forecast[0]


def test_a_service_that_is_told_to_end_writes_its_state(tmp_path: Path) -> None:
    model = write_model(tmp_path / "model", "a")
    with running(model, tmp_path / "store") as service:
        service.post("/series/a/observations", {"ds": day(1), "y": 1})
        with urlopen(service.address + "/events", timeout=SECONDS) as heard:  # noqa: S310
            heard.readline()
            service.process.terminate()
            assert service.process.wait(SECONDS) == 0
    assert list((tmp_path / "store").glob("state-*"))
