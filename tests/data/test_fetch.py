"""Sources and servers. Oracle: the bytes of the file that the servers serve."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest

from statecast.base.errors import StatecastError
from statecast.data.fetch import check_sha256, fetch
from tests.support.project import ROOT

SHAMPOO = ROOT / "data" / "source" / "shampoo.csv"
LIMITS = {"timeout": 1.0, "retries": 2, "max_bytes": 10_000}


class Flaky(http.server.BaseHTTPRequestHandler):
    """Serve the shampoo series in the ways that servers do."""

    failures: ClassVar[dict[str, int]] = {}

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        content = SHAMPOO.read_bytes()
        if self.path == "/missing.csv":
            self.send_error(404)
            return
        if self.path == "/flaky.csv" and self.command == "GET":
            self.failures["flaky"] = self.failures.get("flaky", 0) + 1
            if self.failures["flaky"] <= 2:
                self.send_error(503)
                return
        if self.path == "/slow.csv" and self.command == "GET":
            threading.Event().wait(3)
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            half = content[: len(content) // 2]
            self.wfile.write(half if self.path == "/broken.csv" else content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Flaky.failures.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Flaky) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_path_brings_the_bytes_of_the_file() -> None:
    assert fetch(str(SHAMPOO), **LIMITS) == SHAMPOO.read_bytes()


def test_url_brings_the_same_bytes_as_the_file(server: str) -> None:
    assert fetch(f"{server}/good.csv", **LIMITS) == SHAMPOO.read_bytes()


def test_passing_failures_are_tried_again(server: str) -> None:
    assert fetch(f"{server}/flaky.csv", **LIMITS) == SHAMPOO.read_bytes()
    assert Flaky.failures["flaky"] == 3


@pytest.mark.parametrize(
    ("page", "reason"),
    [("missing.csv", "FileNotFound"), ("broken.csv", "Payload"), ("slow.csv", "Timeout")],
)
def test_unreadable_url_is_one_line(server: str, page: str, reason: str) -> None:
    message = rf"^`source` must be readable, got .*{page}.*{reason}"
    with pytest.raises(StatecastError, match=message) as error:
        fetch(f"{server}/{page}", timeout=1, retries=0, max_bytes=10_000)
    assert "\n" not in str(error.value)


def test_size_limit_stops_the_download(server: str) -> None:
    with pytest.raises(StatecastError, match=r"at most 100 bytes \(`max_bytes`\)"):
        fetch(f"{server}/good.csv", timeout=1, retries=0, max_bytes=100)


@pytest.mark.parametrize(
    "source", ["no/such.csv", "ftp://127.0.0.1/x.csv", "http://127.0.0.1:9/x.csv"]
)
def test_source_that_is_not_there(source: str) -> None:
    with pytest.raises(StatecastError, match=r"^`source` must"):
        fetch(source, timeout=1, retries=0, max_bytes=100)


def test_s3_object_comes_from_a_real_s3_server(monkeypatch: pytest.MonkeyPatch) -> None:
    boto3 = pytest.importorskip("boto3")
    from moto.server import ThreadedMotoServer

    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    try:
        host, port = moto.get_host_and_port()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        client = boto3.client("s3")
        client.create_bucket(Bucket="series")
        client.put_object(Bucket="series", Key="shampoo.csv", Body=SHAMPOO.read_bytes())
        content = fetch("s3://series/shampoo.csv", timeout=5, retries=0, max_bytes=10_000)
        assert content == SHAMPOO.read_bytes()
        with pytest.raises(StatecastError, match=r"s3://series/none\.csv: FileNotFoundError"):
            fetch("s3://series/none.csv", timeout=5, retries=0, max_bytes=10_000)
    finally:
        moto.stop()


DIGEST = hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize("expected", [None, DIGEST, DIGEST.upper()])
def test_right_digest_passes(expected: str | None) -> None:
    check_sha256(b"abc", expected)


def test_wrong_digest_is_shown_beside_the_right_one() -> None:
    message = f"`sha256` must be the digest of the source, {'0' * 64}, got {DIGEST}"
    with pytest.raises(StatecastError, match=message):
        check_sha256(b"abc", "0" * 64)
