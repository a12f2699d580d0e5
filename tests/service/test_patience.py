"""Clients that send slowly are let go, over sockets. Oracle: what arrives on them."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from statecast.service import patience
from statecast.service.access import Access
from statecast.service.app import create_app
from statecast.service.live import Live
from statecast.service.patience import PunctualProtocol

SHORT = 0.1  # seconds
SLOW = 0.5
LONG = 10.0
HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


async def slow_application(scope: Any, _: Any, send: Any) -> None:
    if scope["type"] == "http":
        await asyncio.sleep(SLOW)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"late"})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(patience, "SECONDS_OF_HEAD", SHORT)
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        slow_application, http=PunctualProtocol, lifespan="off", log_level="warning"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()


def received(port: int, content: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), LONG) as client:
        client.sendall(content)
        parts = []
        while part := client.recv(4096):
            parts.append(part)
        return b"".join(parts)


@pytest.mark.parametrize("content", [b"", b"GET / HT"])
def test_a_connection_without_a_request_is_closed(port: int, content: bytes) -> None:
    assert received(port, content) == b""


def test_an_answer_that_takes_long_is_waited_for(port: int) -> None:
    assert b"late" in received(port, HEAD)


def test_what_is_no_http_is_said_in_a_sentence(port: int) -> None:
    answer = received(port, b"\x16\x03 nonsense\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.endswith(b'{"detail": "the request must be HTTP that can be read"}')


def test_connections_are_bounded(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "CONNECTIONS", 1)
    monkeypatch.setattr(patience, "SECONDS_OF_HEAD", LONG)
    with socket.create_connection(("127.0.0.1", port), LONG) as first:
        answer = received(port, HEAD)
        with socket.create_connection(("127.0.0.1", port), LONG):
            assert received(port, b"") == b""  # far too many: closed at once
        first.sendall(HEAD)
        assert first.recv(4096).startswith(b"HTTP/1.1 200 ")
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert answer.endswith(b'{"detail": "too many connections are open; try again in a second"}')


def test_a_body_that_does_not_come_is_said_in_a_sentence(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS_OF_BODY", SHORT)
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/series/a/observations",
        "query_string": b"",
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"content-type", b"application/json"),
            (b"content-length", b"9"),
        ],
    }
    sent: list[dict[str, Any]] = []

    async def nothing() -> None:
        await asyncio.sleep(LONG)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    start = time.monotonic()
    asyncio.run(create_app(live, Access("127.0.0.1"))(scope, nothing, send))
    assert time.monotonic() - start < LONG
    assert [message.get("status") for message in sent] == [408, None]
    assert sent[1]["body"] == b'{"detail":"the body must arrive within 30 seconds"}'
