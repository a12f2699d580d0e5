"""Sources and servers. Oracle: the bytes of the file that the servers serve."""

import hashlib
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from statecast.base.errors import StatecastError
from statecast.data import fetch as module
from statecast.data.fetch import check_sha256, fetch, without_password
from tests.support.faulty_server import CONTENT, FaultyServer, faulty_server
from tests.support.project import ROOT
from tests.support.s3 import s3_client

SHAMPOO = ROOT / "data" / "source" / "shampoo.csv"
LIMITS = {"timeout": 0.3, "retries": 1, "max_bytes": 10_000}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[FaultyServer, str]]:
    with faulty_server() as running:
        yield running


@pytest.fixture
def server(served: tuple[FaultyServer, str], monkeypatch: pytest.MonkeyPatch) -> FaultyServer:
    """The server, which was asked for nothing; the waits between tries are short."""
    monkeypatch.setattr(module, "usual_wait", lambda _: 0.01)
    served[0].asked.clear()
    return served[0]


@pytest.fixture
def address(served: tuple[FaultyServer, str]) -> str:
    return served[1]


@pytest.mark.parametrize("before", ["", "file://"])
def test_path_brings_the_bytes_of_the_file(before: str) -> None:
    assert fetch(f"{before}{SHAMPOO}", **LIMITS) == CONTENT


@pytest.mark.parametrize("page", ["good", "packed", "redirect"])
def test_url_brings_the_same_bytes_as_the_file(
    server: FaultyServer, address: str, page: str
) -> None:
    assert fetch(f"{address}/{page}", **LIMITS) == CONTENT
    assert server.asked[page] == 1


@pytest.mark.parametrize("page", ["500-then-200", "reset-then-200"])
def test_a_failure_that_passes_is_tried_again(
    server: FaultyServer, address: str, page: str
) -> None:
    assert fetch(f"{address}/{page}", **LIMITS) == CONTENT
    assert server.asked[page] == 2


PASSING = [
    ("429", "the server answers 429 Too Many Requests"),
    ("500", "the server answers 500 Internal Server Error"),
    ("reset", "the answer breaks off"),
    ("short", "the answer breaks off"),
    ("no-length", "the answer .* is not what its headers say"),
    ("length-of-more", "the server is silent for longer than `timeout`"),
    ("silent", "the server is silent for longer than `timeout`"),
]
LASTING = [
    ("404", "the server answers 404 Not Found"),
    ("401", "the server answers 401 Unauthorized"),
    ("403", "the server answers 403 Forbidden"),
    ("429-later", "the server answers 429 Too Many Requests, again after 3600 s"),
    ("206", "the server answers 206 Partial Content"),
    ("204", "the server answers 204 No Content"),
    ("endless", r"it has more than 10000 bytes \(`max_bytes`\)"),
    ("bomb", r"it has more than 10000 bytes \(`max_bytes`\)"),
    ("loop", "the server redirects in a circle"),
    ("to-file", "NonHttpUrlRedirectClientError: file:///etc/hostname"),
]


def assert_refused(address: str, page: str, reason: str, *, retries: int) -> None:
    message = rf"^`source` must be readable, got {address}/{page}: {reason}"
    with pytest.raises(StatecastError, match=message) as error:
        fetch(f"{address}/{page}", **{**LIMITS, "retries": retries})
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("page", "reason"), PASSING)
@pytest.mark.promise("source")
def test_a_fault_that_may_pass_is_tried_again(
    server: FaultyServer, address: str, page: str, reason: str
) -> None:
    assert_refused(address, page, reason, retries=1)
    assert server.asked[page] == 2


@pytest.mark.parametrize(("page", "reason"), LASTING)
@pytest.mark.promise("source")
def test_a_fault_that_lasts_is_not_tried_again(
    server: FaultyServer, address: str, page: str, reason: str
) -> None:
    assert_refused(address, page, reason, retries=0)
    in_one_try = server.asked[page]  # redirects are followed in each
    assert_refused(address, page, reason, retries=2)
    assert server.asked[page] == 2 * in_one_try


@pytest.mark.promise("source")
def test_a_server_that_drips_is_left_after_twenty_times_the_timeout(
    server: FaultyServer, address: str
) -> None:
    begin = time.perf_counter()
    with pytest.raises(StatecastError, match=r"longer than 2 s \(20 times `timeout`\)$"):
        fetch(f"{address}/drip", timeout=0.1, retries=3, max_bytes=10_000)
    assert 2 <= time.perf_counter() - begin < 4
    assert server.asked["drip"] == 1


@pytest.mark.promise("source")
def test_a_server_is_asked_again_when_it_says(server: FaultyServer, address: str) -> None:
    begin = time.perf_counter()
    fetch(f"{address}/429-soon", **LIMITS)
    assert time.perf_counter() - begin >= 1  # what Retry-After says
    assert server.asked["429-soon"] == 2


def test_the_log_says_why_there_is_another_try(
    server: FaultyServer, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    fetch(f"{address}/500-then-200", **LIMITS)
    assert "try 1 failed (the server answers 500 Internal Server Error), again in" in caplog.text
    assert server.asked["500-then-200"] == 2


@pytest.mark.promise("source")
def test_no_file_is_read_that_may_never_end(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, Path("/dev/zero")):
        with pytest.raises(StatecastError, match="it is no file, but a folder"):
            fetch(str(path), **LIMITS)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("no/such.csv", "FileNotFoundError"),
        ("ftp://127.0.0.1/x.csv", "be a path or start with"),
        ("http://127.0.0.1:9/x.csv", "ClientConnectorError"),
        ("http://[::1/x.csv", "InvalidUrl"),
        (f"http://{'x' * 5000}", "UnicodeError"),
        ("x" * 5000, "File name too long"),
        ("a\0b", "null byte"),
        ("a\nb", "a b: FileNotFoundError"),
        ("s3://", "ValueError"),
        ("data:,hello", "FileNotFoundError"),
        ("no/*.csv", "FileNotFoundError"),
        ("~nobody-here/x.csv", "RuntimeError"),
    ],
)
def test_source_that_is_not_there_is_one_short_line(source: str, reason: str) -> None:
    with pytest.raises(StatecastError, match=rf"^`source` must .*{reason}") as error:
        fetch(source, timeout=1, retries=0, max_bytes=100)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 700


@pytest.mark.parametrize("host", ["127.0.0.1:9", "[::1"])
@pytest.mark.promise("source")
def test_a_password_is_not_shown(host: str) -> None:
    assert without_password("https://me:secret@host/x@y.csv") == "https://host/x@y.csv"
    with pytest.raises(StatecastError) as error:
        fetch(f"http://me:secret@{host}/x.csv", timeout=1, retries=0, max_bytes=100)
    assert "secret" not in str(error.value)


def test_s3_object_comes_from_a_real_s3_server(monkeypatch: pytest.MonkeyPatch) -> None:
    with s3_client(monkeypatch) as client:
        client.create_bucket(Bucket="series")
        client.put_object(Bucket="series", Key="shampoo.csv", Body=CONTENT)
        content = fetch("s3://series/shampoo.csv", timeout=5, retries=0, max_bytes=10_000)
        assert content == CONTENT
        with pytest.raises(StatecastError, match=r"s3://series/none\.csv: FileNotFoundError"):
            fetch("s3://series/none.csv", timeout=5, retries=0, max_bytes=10_000)
        with pytest.raises(StatecastError, match=r"more than 100 bytes \(`max_bytes`\)"):
            fetch("s3://series/shampoo.csv", timeout=5, retries=0, max_bytes=100)


DIGEST = hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize("expected", [None, DIGEST, DIGEST.upper()])
def test_right_digest_passes(expected: str | None) -> None:
    check_sha256(b"abc", expected)


@pytest.mark.promise("source")
def test_a_wrong_digest_is_shown_beside_the_right_one() -> None:
    message = f"`sha256` must be the digest of the source, {'0' * 64}, got {DIGEST}"
    with pytest.raises(StatecastError, match=message):
        check_sha256(b"abc", "0" * 64)
