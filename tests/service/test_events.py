"""Those who listen hear what was taken, over HTTP, from a process of its own."""

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from statecast.service import events
from statecast.service.events import Events
from statecast.service.journal import Answer, Entry, ExpectedEntry
from statecast.service.refusal import RefusedError
from statecast.service.shapes import event_of
from tests.support.running_mean import day, write_model
from tests.support.service_process import SECONDS, Running, running

ANSWER = Answer(2, 0.0, None, None, None)


def entry(number: int, unique_id: str) -> Entry:
    return Entry(number, unique_id, number, 1.0, "{}", ANSWER)


def test_one_hears_its_own_series_alone() -> None:
    async def listen() -> list[int]:
        told = Events()
        with told.subscribed("a") as own:
            told.publish([entry(1, "a"), entry(2, "b"), entry(3, "a")])
            told.end()
            return [heard.number async for heard in own.heard()]

    assert asyncio.run(listen()) == [1, 3]


def test_one_who_is_far_behind_hears_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "UNREAD", 2)

    async def listen() -> list[int]:
        told = Events()
        with told.subscribed(None) as own:
            told.publish([entry(number, "a") for number in range(9)])
            return [heard.number async for heard in own.heard()]

    assert asyncio.run(listen()) == [0, 1]


def test_features_of_a_time_to_come_are_told_with_its_forecast() -> None:
    told = event_of(ExpectedEntry("a", 2, '{"p": 1.5}', ANSWER))
    assert (told["unique_id"], told["ds"], told["forecast"]) == ("a", 2, 0.0)
    assert told["features"] == {"p": 1.5}


def test_those_who_listen_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "SUBSCRIBERS", 1)
    told = Events()
    with told.subscribed(None), pytest.raises(RefusedError), told.subscribed(None):
        pass
    assert told.count == 0


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("events")
    model: Path = write_model(folder / "model", "a", "b")
    with running(model, folder / "store") as service:
        yield service


@pytest.mark.slow
def test_an_observation_is_told_while_somebody_listens(service: Running) -> None:
    address = f"{service.address}/events?unique_id=a"
    with urllib.request.urlopen(address, timeout=SECONDS) as stream:  # noqa: S310
        assert stream.readline() == b": listening\n"
        service.post("/series/b/observations", {"ds": day(1), "y": 1})
        service.post("/series/a/observations", {"ds": day(1), "y": 2})
        lines = iter(stream.readline, b"")
        data = next(line for line in lines if line.startswith(b"data: "))
    told = json.loads(data.removeprefix(b"data: "))
    assert (told["unique_id"], told["observed_ds"], told["y"]) == ("a", day(1), 2.0)
    assert (told["ds"], told["forecast"]) == (day(2), 2.0)


@pytest.mark.slow
def test_a_second_process_may_not_write_the_journal(service: Running, tmp_path: Path) -> None:
    del service
    model = write_model(tmp_path / "model", "a")
    with running(model, tmp_path / "store") as first:
        with pytest.raises(RuntimeError, match="did not start"), running(model, tmp_path / "store"):
            pass
        assert first.post("/series/a/observations", {"ds": day(1), "y": 2})[0] == 200
