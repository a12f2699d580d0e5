"""A local server that serves the shampoo series in all the ways in which servers fail."""

import gzip
import http.server
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tests.support.project import ROOT

CONTENT = (ROOT / "data" / "source" / "shampoo.csv").read_bytes()
BOMB = gzip.compress(bytes(50_000_000), mtime=0)  # 49 kB
LINGER = struct.pack("ii", 1, 0)  # a socket that is closed with a reset


class FaultyServer(http.server.ThreadingHTTPServer):
    """A server that counts how often each page was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Faulty)
        self.asked: Counter[str] = Counter()

    def handle_error(self, *args: object) -> None:
        """Say nothing: a client that goes away is no error here."""


class Faulty(http.server.BaseHTTPRequestHandler):
    """Answer with the fault that the path names: ``/404``, ``/drip``."""

    server: FaultyServer

    def do_GET(self) -> None:
        fault = self.path.strip("/")
        self.server.asked[fault] += 1
        with suppress(OSError):
            FAULTS[fault](self)

    def log_message(self, *args: object) -> None:
        pass

    def answer(self, status: int, **headers: object) -> None:
        """Send a status line and headers; an underscore in their names stands for a hyphen."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def whole(self) -> None:
        """Send the series as a server should."""
        self.answer(200, Content_Length=len(CONTENT))
        self.wfile.write(CONTENT)

    def is_first(self) -> bool:
        """Return whether this page is asked for the first time."""
        return self.server.asked[self.path.strip("/")] == 1


def _status(status: int, **headers: object) -> Callable[[Faulty], None]:
    return lambda page: page.answer(status, Content_Length=0, **headers)


def _then_whole(status: int, **headers: object) -> Callable[[Faulty], None]:
    def serve(page: Faulty) -> None:
        if page.is_first():
            page.answer(status, Content_Length=0, **headers)
        else:
            page.whole()

    return serve


def _reset(page: Faulty) -> None:
    page.answer(200, Content_Length=len(CONTENT))
    page.wfile.write(CONTENT[:100])
    page.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
    page.connection.close()


def _reset_then_whole(page: Faulty) -> None:
    if page.is_first():
        _reset(page)
    else:
        page.whole()


def _drip(page: Faulty) -> None:
    page.answer(200, Content_Length=len(CONTENT))
    for byte in CONTENT:
        page.wfile.write(bytes([byte]))
        threading.Event().wait(0.05)


def _silent(page: Faulty) -> None:
    page.answer(200, Content_Length=len(CONTENT))
    threading.Event().wait(2)


def _endless(page: Faulty) -> None:
    page.answer(200)
    while True:
        page.wfile.write(CONTENT)


def _short(page: Faulty) -> None:
    page.answer(200, Content_Length=len(CONTENT))
    page.wfile.write(CONTENT[:-10])


def _length_of_more(page: Faulty) -> None:
    page.answer(200, Content_Length=len(CONTENT) + 10)
    page.wfile.write(CONTENT)
    threading.Event().wait(2)


def _no_length(page: Faulty) -> None:
    page.answer(200, Content_Length="many")
    page.wfile.write(CONTENT)


def _part(page: Faulty) -> None:
    end = len(CONTENT) // 2
    page.answer(206, Content_Length=end, Content_Range=f"bytes 0-{end - 1}/{len(CONTENT)}")
    page.wfile.write(CONTENT[:end])


def _bomb(page: Faulty) -> None:
    page.answer(200, Content_Length=len(BOMB), Content_Encoding="gzip")
    page.wfile.write(BOMB)


def _packed(page: Faulty) -> None:
    packed = gzip.compress(CONTENT)
    page.answer(200, Content_Length=len(packed), Content_Encoding="gzip")
    page.wfile.write(packed)


FAULTS: dict[str, Callable[[Faulty], None]] = {
    "good": Faulty.whole,
    "packed": _packed,
    "redirect": _status(302, Location="/good"),
    "404": _status(404),
    "401": _status(401),
    "403": _status(403),
    "429": _status(429),
    "429-later": _status(429, Retry_After=3600),
    "429-soon": _then_whole(429, Retry_After=1),
    "500": _status(500),
    "500-then-200": _then_whole(500),
    "206": _part,
    "204": _status(204),
    "reset": _reset,
    "reset-then-200": _reset_then_whole,
    "drip": _drip,
    "silent": _silent,
    "endless": _endless,
    "short": _short,
    "length-of-more": _length_of_more,
    "no-length": _no_length,
    "loop": _status(302, Location="/loop"),
    "to-file": _status(302, Location="file:///etc/hostname"),
    "bomb": _bomb,
}


@contextmanager
def faulty_server() -> Iterator[tuple[FaultyServer, str]]:
    """Yield a running server, and its address."""
    with FaultyServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server, f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
