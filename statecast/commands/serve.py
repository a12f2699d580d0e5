"""Serve a model folder over HTTP: observations in, forecasts out, and a page that moves."""

import argparse
from pathlib import Path

from statecast.base.errors import StatecastError, require
from statecast.base.paths import MODEL, SERVICE

INTERRUPTED = "the service has ended; the journal has every observation that was answered"
PORT = 8000
LAST_PORT = 65535


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the verb takes."""
    parser.add_argument("model", nargs="?", type=Path, default=MODEL, help=f"its folder ({MODEL})")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1)")
    parser.add_argument("--port", type=int, default=PORT, help=f"0: any that is free ({PORT})")
    parser.add_argument(
        "--token-file",
        type=Path,
        help="its first line is what clients must send; needed where others can reach the host",
    )
    parser.add_argument(
        "--journal", type=Path, default=SERVICE, help=f"folder of what was observed ({SERVICE})"
    )


def run(given: argparse.Namespace) -> bool:
    """Serve until the process is told to end.

    Raises:
        StatecastError: the extra is not installed, the folder is no model, the port is taken, or
            the host needs a token.

    """
    try:
        import fastapi  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError:
        must = "be installed: python -m pip install 'statecast[serve]'"
        raise StatecastError(f"fastapi and uvicorn must {must}") from None
    from statecast.service.access import access_of
    from statecast.service.online import OPENER
    from statecast.service.server import Address, serve

    require(0 <= given.port <= LAST_PORT, "--port", f"be from 0 to {LAST_PORT}", given.port)
    access = access_of(given.host, given.token_file)
    serve(given.model, given.journal, Address(given.host, given.port), access, OPENER)
    return True
