"""A client that sends observations at a steady rate and notes how long each answer took.

``python -m benchmarks.service_load PORT FILE RATE``: the file has a list of series, time and value
in JSON. How long an answer took counts from when its request was due, so that a service that falls
behind cannot hide it.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import NamedTuple

HOST = "127.0.0.1"
CONNECTIONS = 32
END = b"\r\n\r\n"
LENGTH = b"content-length: "


class Plan(NamedTuple):
    """What one connection sends."""

    first: int  # of its requests, counted over all connections
    every: int  # how many requests on the next of its own comes
    total: int  # requests over all connections
    rate: float  # requests a second over all connections


def request_of(name: str, ds: str, y: float) -> bytes:
    """Return a request as it goes over the wire."""
    body = json.dumps({"ds": ds, "y": y}).encode()
    head = (
        f"POST /series/{name}/observations HTTP/1.1\r\nHost: {HOST}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def send(port: int, plan: Plan, requests: list[bytes], start: float) -> list[float]:
    """Send the requests of a connection when they are due; return how late their answers came."""
    reader, writer = await asyncio.open_connection(HOST, port)
    late = []
    for number in range(plan.first, plan.total, plan.every):
        due = start + number / plan.rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        writer.write(requests[number])
        head = await reader.readuntil(END)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        length = head.lower().partition(LENGTH)[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
        late.append(time.perf_counter() - due)
    writer.close()
    return late


async def load(port: int, requests: list[bytes], rate: float) -> list[float]:
    """Send all requests over some connections; return how late each answer came, in seconds."""
    start = time.perf_counter() + 0.1
    plans = [Plan(first, CONNECTIONS, len(requests), rate) for first in range(CONNECTIONS)]
    parts = await asyncio.gather(*(send(port, plan, requests, start) for plan in plans))
    return [seconds for part in parts for seconds in part]


def main() -> None:
    """Send the lines of a file, one observation each, and print how late the answers came."""
    port, path, rate = sys.argv[1:]
    lines = json.loads(Path(path).read_text(encoding="utf-8"))
    requests = [request_of(*line) for line in lines]
    print(json.dumps(asyncio.run(load(int(port), requests, float(rate)))))


if __name__ == "__main__":
    main()
