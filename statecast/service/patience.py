"""Connections: they are bounded, and clients that send slowly or nothing at all are let go."""

import asyncio
import json
from typing import Any

from starlette.exceptions import HTTPException
from uvicorn.protocols.http.h11_impl import H11Protocol

from statecast.service.access import App, Scope
from statecast.service.limits import CONNECTIONS, SECONDS_OF_BODY, SECONDS_OF_HEAD

TOO_LATE = 408
CROWDED = "too many connections are open; try again in a second"
NO_HTTP = "the request must be HTTP that can be read"


class PunctualProtocol(H11Protocol):
    """HTTP on a connection that is closed where no request comes in time."""

    _seen: Any = None  # the last request at the look before; there was none at the first

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to look at the connection from time to time; one too many is told so."""
        super().connection_made(transport)
        if len(self.connections) > 2 * CONNECTIONS:
            transport.close()
        elif len(self.connections) > CONNECTIONS:
            self.app = _crowded
        self.loop.call_later(SECONDS_OF_HEAD, self._look)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        del msg
        body = _body_of(NO_HTTP)
        head = f"HTTP/1.1 400 Bad Request\r\ncontent-length: {len(body)}\r\nconnection: close\r\n"
        self.transport.write(f"{head}content-type: application/json\r\n\r\n".encode() + body)
        self.transport.close()

    def _look(self) -> None:
        """Close the connection if it has done nothing since the last look."""
        if self.transport.is_closing():
            return
        is_idle = self.cycle is None or self.cycle.response_complete
        if is_idle and self.cycle is self._seen:
            self.transport.close()
            return
        self._seen = self.cycle
        self.loop.call_later(SECONDS_OF_HEAD, self._look)


def with_deadline(app: App) -> App:
    """Return an ASGI application that is given a body in time, or status 408."""

    async def answer(scope: Scope, receive: Any, send: Any) -> None:
        deadline = asyncio.get_running_loop().time() + SECONDS_OF_BODY
        is_whole = False

        async def received() -> Any:
            nonlocal is_whole
            if is_whole:  # what comes now is the end of the connection
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(TOO_LATE) from None
            is_whole = not message.get("more_body", False)
            return message

        await app(scope, received if scope["type"] == "http" else receive, send)

    return answer


async def _crowded(_: Any, __: Any, send: Any) -> None:
    body = _body_of(CROWDED)
    headers = {
        b"content-type": b"application/json",
        b"content-length": str(len(body)).encode(),
        b"connection": b"close",
        b"retry-after": b"1",
    }
    start = {"type": "http.response.start", "status": 503, "headers": list(headers.items())}
    await send(start)
    await send({"type": "http.response.body", "body": body})


def _body_of(sentence: str) -> bytes:
    return json.dumps({"detail": sentence}).encode()
