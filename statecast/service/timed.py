"""Count and time every request."""

import time
from typing import Any

from statecast.service.access import App, Scope
from statecast.service.metrics import Metrics

ENDLESS = ("/events",)  # last as long as somebody listens


def with_head(app: App) -> App:
    """Return an ASGI application that answers HEAD as GET; the server leaves the body out."""

    async def answer(scope: Scope, receive: Any, send: Any) -> None:
        is_head = scope["type"] == "http" and scope["method"] == "HEAD"
        if is_head and scope["path"] not in ENDLESS:
            scope = {**scope, "method": "GET"}
        await app(scope, receive, send)

    return answer


def timed(app: App, metrics: Metrics) -> App:
    """Return an ASGI application that counts its answers and how long they took."""

    async def answer(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        start = time.perf_counter()

        async def counted(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                metrics.requests[message["status"]] += 1
                if scope["path"] not in ENDLESS:
                    metrics.latency.add(time.perf_counter() - start)
            await send(message)

        await app(scope, receive, counted)

    return answer
