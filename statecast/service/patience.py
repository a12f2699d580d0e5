"""Clients that send slowly, or nothing at all, are let go: a connection is one of a few."""

import asyncio
from typing import Any

from starlette.exceptions import HTTPException
from uvicorn.protocols.http.h11_impl import H11Protocol

from statecast.service.access import App, Scope
from statecast.service.limits import SECONDS_OF_BODY, SECONDS_OF_HEAD

TOO_LATE = 408


class PunctualProtocol(H11Protocol):
    """HTTP on a connection that is closed where no request comes in time."""

    _seen: Any = None  # the last request at the look before; there was none at the first

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to look at the connection from time to time."""
        super().connection_made(transport)
        self.loop.call_later(SECONDS_OF_HEAD, self._look)

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
