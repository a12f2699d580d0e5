"""Serve a model folder over HTTP until the process is told to end."""

import logging
import signal
import socket
from pathlib import Path
from typing import Any, NamedTuple

import uvicorn

from statecast.base.errors import StatecastError, one_line
from statecast.service.access import Access
from statecast.service.app import create_app
from statecast.service.forecaster import Opener
from statecast.service.live import Live
from statecast.service.patience import PunctualProtocol

SECONDS_TO_END = 2  # for requests that are being answered
BACKLOG = 1024  # connections that wait to be accepted


class Address(NamedTuple):
    """Where the service listens."""

    host: str
    port: int  # 0: any that is free


class _Server(uvicorn.Server):
    """Lets those who listen to events go at the end, who would be waited for."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._live.on_end()
        await super().shutdown(sockets)


def serve(folder: Path, store: Path, address: Address, access: Access, opener: Opener) -> None:
    """Serve a model until Ctrl-C or a signal to end.

    Args:
        folder: of the model.
        store: of the journal and the states.
        address: where to listen.
        access: who may ask.
        opener: how forecasters and states are read.

    Raises:
        StatecastError: the folder is no model, the journal is another process's, or the port is
            taken.

    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s: %(message)s")
    # uvicorn raises it again once it has ended; as it is by default the state would not be written
    signal.signal(signal.SIGTERM, _end)
    with _bound(address) as listening:
        live = Live(folder, store, opener)
        try:
            live.vega.make_soon()
            _announce(live, listening, folder)
            config = uvicorn.Config(
                create_app(live, access),
                http=PunctualProtocol,
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=SECONDS_TO_END,
            )
            _Server(config, live).run(sockets=[listening])
        finally:
            live.close()


def _bound(address: Address) -> socket.socket:
    """Return a socket that is bound to an address."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, place = found[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
        listening.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        where = f"{address.host}, port {address.port}"
        raise StatecastError(f"{where} must be free to listen on, got: {one_line(error)}") from None
    return listening


def _end(_: int, __: Any) -> None:
    """End the process, and all that must be closed before."""
    raise SystemExit(0)


def _announce(live: Live, listening: socket.socket, folder: Path) -> None:
    """Say where the service listens, and what it serves."""
    host, port = listening.getsockname()[:2]
    name = f"[{host}]" if ":" in host else host
    what = f"{live.count} series of {folder}, {live.number} observations in the journal"
    print(f"http://{name}:{port} serves {what}", flush=True)  # noqa: T201
