"""The door: sources, servers and tables. Oracle: what was written by hand into the source."""

import hashlib
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.fetch import fetch
from statecast.data.series import Columns, long_frame, read_table

SHAMPOO = Path(__file__).parents[1] / "data" / "source" / "shampoo.csv"
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
            self.wfile.write(content[: len(content) // 2] if self.path == "/broken.csv" else content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Flaky.failures.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Flaky) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_url_brings_the_same_bytes_as_the_file(server: str) -> None:
    assert fetch(f"{server}/good.csv", **LIMITS) == SHAMPOO.read_bytes()


def test_passing_failures_are_tried_again(server: str) -> None:
    assert fetch(f"{server}/flaky.csv", **LIMITS) == SHAMPOO.read_bytes()
    assert Flaky.failures["flaky"] == 3


@pytest.mark.parametrize(
    ("page", "found"), [("missing.csv", "FileNotFound"), ("broken.csv", "Payload"), ("slow.csv", "Timeout")]
)
def test_unreadable_url_is_one_line(server: str, page: str, found: str) -> None:
    with pytest.raises(StatecastError, match=rf"download.source must be readable, got .*{page}.*{found}"):
        fetch(f"{server}/{page}", timeout=1, retries=0, max_bytes=10_000)


def test_size_limit_stops_the_download(server: str) -> None:
    with pytest.raises(StatecastError, match="at most 100 bytes"):
        fetch(f"{server}/good.csv", timeout=1, retries=0, max_bytes=100)


@pytest.mark.parametrize("source", ["no/such.csv", "ftp://127.0.0.1/x.csv", "http://127.0.0.1:9/x.csv"])
def test_source_that_is_not_there(source: str) -> None:
    with pytest.raises(StatecastError, match=r"download\.source must"):
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
        assert fetch("s3://series/shampoo.csv", timeout=5, retries=0, max_bytes=10_000) == SHAMPOO.read_bytes()
        with pytest.raises(StatecastError, match=r"s3://series/none\.csv: FileNotFoundError"):
            fetch("s3://series/none.csv", timeout=5, retries=0, max_bytes=10_000)
    finally:
        moto.stop()


def frame_of(text: str, **more: Any) -> pd.DataFrame:
    columns = {"value": "v", "time": "t"} | {name: more.pop(name) for name in Columns._fields if name in more}
    return long_frame(read_table(text.encode(), source="t.csv"), Columns(**columns), **more)


def test_rows_are_sorted_by_time_within_each_series() -> None:
    frame = frame_of("id,t,v\nb,2024-02,2\na,2024-03,5\nb,2024-01,1\n", unique_id="id")
    assert frame.to_csv(index=False) == "unique_id,ds,y\nb,2024-01-01,1.0\nb,2024-02-01,2.0\na,2024-03-01,5.0\n"


@pytest.mark.parametrize(
    ("times", "ds"),
    [
        (["10", "9"], [9, 10]),
        (["2024Q2", "2024Q1"], ["2024-01-01", "2024-04-01"]),
        (["2024/02/01", "2024/01/31"], ["2024-01-31", "2024-02-01"]),
        (["2024-01-01T12:00", "2024-01-01 11:30"], ["2024-01-01T11:30:00", "2024-01-01T12:00:00"]),
        (["2024-01-01T12:00+02:00", "2024-01-01T11:00+00:00"], ["2024-01-01T10:00:00", "2024-01-01T11:00:00"]),
    ],
)
def test_times_that_read_in_one_way_only(times: list[str], ds: list[object]) -> None:
    rows = "".join(f"{time},{row}\n" for row, time in enumerate(times))
    assert frame_of(f"t,v\n{rows}")["ds"].tolist() == ds


def test_other_dates_take_a_format() -> None:
    frame = frame_of("t,v\n02.01.2024,2\n01.02.2024,3\n", time_format="%d.%m.%Y")
    assert frame["ds"].tolist() == ["2024-01-02", "2024-02-01"]


def test_rows_without_times_are_counted() -> None:
    assert frame_of("v\n3\n1\n", time=None).to_csv(index=False) == "unique_id,ds,y\nv,1,3.0\nv,2,1.0\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("t,w\n1,2\n", r"download\.value_column must be a column: t, w, got 'v'"),
        ("u,v\n1,2\n", r"download\.time_column must be a column: u, v, got 't'"),
        ("t,v\n1,2\n2,\n", r"column 'v', line 3 must be a finite number, got a missing value"),
        ("t,v\n1,NaN\n2,1\n", r"line 2 must be a finite number, got a missing value"),
        ("t,v\n1,2\n2,inf\n", r"line 3 must be a finite number, got 'inf'"),
        ("t,v\n1,two\n", r"line 2 must be a finite number, got 'two'"),
        ("t,v\n1,2\n1,3\n", r"times of a series must differ, got 1 more than once in 'v' \(lines 2, 3\)"),
        ("t,v\n01/02/2024,1\n", r"line 2 must be an integer or a date with the year first.*download\.time_format"),
        ("t,v\n2024-13,1\n", r"line 2 must be an integer or a date"),
        ("", "must hold a header and rows, got an empty file"),
        ("t,v\n", "must hold a header and rows, got a header alone"),
        ("t,v\n1,2\n3,4,5\n", r"must be a CSV file"),
        ("t,v\n1,\0\n", "must be text in UTF-8, got a NUL character"),
    ],
)
def test_bad_table_is_refused_at_the_door(text: str, message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        frame_of(text)


def test_binary_file_is_no_text(project, source: Callable[[bytes], None]) -> None:
    source(b"\x89PNG\r\n\xff\xfe")
    assert "must be text in UTF-8, got byte 0" in project.fails("download")
    assert not (project.folder / "data" / "series.csv").exists()


def test_wrong_sha256_writes_nothing(project) -> None:
    project.set("download.sha256", "0" * 64)
    assert f"got {hashlib.sha256(SHAMPOO.read_bytes()).hexdigest()}" in project.fails("download")
    assert not (project.folder / "data" / "series.csv").exists()


def test_right_sha256_passes(project) -> None:
    project.set("download.sha256", hashlib.sha256(SHAMPOO.read_bytes()).hexdigest().upper())
    assert project.run("download").returncode == 0


def test_too_few_rows_for_the_later_stages(project, source: Callable[[str], None]) -> None:
    source("month,sales\n" + "".join(f"{row},{row}\n" for row in range(17)))
    assert "must have at least 18 rows" in project.fails("download")


def test_failed_download_keeps_the_series_of_before(project) -> None:
    assert project.run("download").returncode == 0
    before = (project.folder / "data" / "series.csv").read_bytes()
    project.set("download.source", "nowhere.csv")
    project.fails("download")
    assert (project.folder / "data" / "series.csv").read_bytes() == before
