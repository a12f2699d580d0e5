"""Who may ask, and from where. Closed by default."""

import base64
import binascii
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

from statecast.base.errors import StatecastError, require
from statecast.service.limits import BODY

OPEN_PATHS = ("/healthz",)  # for those who watch the service
LEAST_TOKEN = 16  # characters
TOKEN = re.compile(r"[!-~]+")  # what fits into a header
PORT = re.compile(r":\d+$")
SAFE = ("GET", "HEAD", "OPTIONS")

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]


class Access(NamedTuple):
    """Who may ask."""

    host: str  # that the service is bound to
    token: str | None = None  # None: everybody on this machine


class Denial(NamedTuple):
    """Why a request is not answered."""

    status: int
    sentence: str


def access_of(host: str, token_file: Path | None) -> Access:
    """Return who may ask.

    Args:
        host: name or address to bind to.
        token_file: its first line is the token; None: only this machine may ask.

    Raises:
        StatecastError: the host is reached from other machines and there is no token, or the token
            is too short.

    """
    if token_file is None:
        must = "be 127.0.0.1, ::1 or localhost without --token-file"
        require(is_loopback(host), "--host", must, host)
        return Access(host)
    return Access(host, _read_token(token_file))


def is_loopback(host: str) -> bool:
    """Return whether a host can be reached from this machine alone."""
    name = host.strip("[]")
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def denial_of(access: Access, method: str, path: str, headers: Mapping[str, str]) -> Denial | None:
    """Return why a request is not answered; None: it is.

    Args:
        access: who may ask.
        method: of HTTP.
        path: of the address.
        headers: by their names in lower case.

    """
    host = headers.get("host", "")
    if access.token is None and not is_loopback(PORT.sub("", host)):
        # a page of another site may have a name that leads to this machine
        return Denial(403, "the header Host must be 127.0.0.1, ::1 or localhost")
    if path in OPEN_PATHS:
        return None
    if access.token is not None and not _has_token(access.token, headers.get("authorization", "")):
        return Denial(401, "the header Authorization must be: Bearer TOKEN")
    origin = headers.get("origin")
    if method not in SAFE and origin is not None and origin.partition("://")[2] != host:
        return Denial(403, "the header Origin must be this service, or missing")
    return _denial_of_body(headers)


def _denial_of_body(headers: Mapping[str, str]) -> Denial | None:
    if "transfer-encoding" in headers:
        return Denial(411, "the header Content-Length must say how long the body is")
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > BODY:
        return Denial(413, f"the body must be of at most {BODY} bytes")
    return None


def guarded(app: App, access: Access, denied: Callable[[Denial], App]) -> App:
    """Return an ASGI application that answers those alone who may ask.

    Args:
        app: what is guarded.
        access: who may ask.
        denied: makes the application that answers the others.

    """

    async def answer(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            headers = {
                key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
            }
            denial = denial_of(access, scope["method"], scope["path"], headers)
            if denial:
                await denied(denial)(scope, receive, send)
                return
        await app(scope, receive, send)

    return answer


def _has_token(token: str, authorization: str) -> bool:
    """Return whether a header has the token, as a bearer's or as the password of a browser."""
    kind, _, value = authorization.partition(" ")
    if kind.lower() == "basic":
        value = _password_in(value)
    elif kind.lower() != "bearer":
        return False
    return hmac.compare_digest(value.strip().encode(), token.encode())


def _password_in(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _read_token(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise StatecastError(f"--token-file must be a file of text, got {path}") from None
    token = lines[0].strip() if lines else ""
    fits = len(token) >= LEAST_TOKEN and TOKEN.fullmatch(token) is not None
    must = f"have a first line of {LEAST_TOKEN} or more ASCII characters without a space"
    require(fits, "--token-file", must, f"{len(token)} characters")
    return token
