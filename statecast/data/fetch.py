"""Bring the bytes of a source here: a path, or an http, https, s3 or gs address."""

import hashlib
import logging
from typing import Any

import fsspec
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
)

from statecast.base.errors import StatecastError, one_line, require

PROTOCOLS = ("file", "http", "https", "s3", "gs")
CHUNK = 1 << 16  # bytes read at a time
FIRST_WAIT = 0.5  # seconds before the second try; each further wait is twice as long
LONGEST_WAIT = 10  # seconds
PASSING = {408, 425, 429}  # 4xx answers that a later try may not get
LASTING = (StatecastError, FileNotFoundError, PermissionError, IsADirectoryError, ImportError)

log = logging.getLogger(__name__)


def fetch(source: str, *, timeout: float, retries: int, max_bytes: int) -> bytes:
    """Return the bytes of a source.

    Args:
        source: a path, or an address that begins with http, https, s3 or gs.
        timeout: seconds for each connection and each read.
        retries: further tries after a failure that may pass: a time-out, a broken connection, a
            5xx answer. The waits between them are 0.5, 1, 2 ... 10 seconds.
        max_bytes: the most bytes that the source may have.

    Raises:
        StatecastError: the source cannot be read, or has more bytes.

    """
    protocol = fsspec.utils.get_protocol(source)
    addresses = ", ".join(PROTOCOLS[1:])
    require(protocol in PROTOCOLS, "`source`", f"be a path or start with {addresses}", source)
    attempts = Retrying(
        stop=stop_after_attempt(retries + 1),
        wait=wait_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT),
        retry=retry_if_exception(_may_pass),
        before_sleep=_log_retry,
        reraise=True,
    )
    try:
        return bytes(attempts(_read, source, _options(protocol, timeout), max_bytes))
    except StatecastError:
        raise
    except Exception as error:  # noqa: BLE001 (each protocol's client has errors of its own)
        reason = one_line(f"{type(error).__name__}: {error}")
        raise StatecastError(f"`source` must be readable, got {source}: {reason}") from None


def check_sha256(content: bytes, expected: str | None) -> None:
    """Check bytes against the digest that a user expects, in hexadecimal; None expects nothing.

    Raises:
        StatecastError: the digest is another one.

    """
    if expected is None:
        return
    digest = hashlib.sha256(content).hexdigest()
    same = digest == expected.lower()
    require(same, "`sha256`", f"be the digest of the source, {expected}", digest)


def _read(source: str, options: dict[str, Any], max_bytes: int) -> bytes:
    content = bytearray()
    limit = f"have at most {max_bytes} bytes (`max_bytes`)"
    with fsspec.open(source, "rb", **options) as file:
        while chunk := file.read(CHUNK):
            content += chunk
            require(len(content) <= max_bytes, f"the source {source}", limit, "more")
    return bytes(content)


def _options(protocol: str, timeout: float) -> dict[str, Any]:
    """Return the options with which a protocol's client times out and does not retry by itself."""
    if protocol in ("http", "https"):
        from aiohttp import ClientTimeout

        limits = ClientTimeout(total=None, sock_connect=timeout, sock_read=timeout)
        return {
            "block_size": 0,
            "client_kwargs": {"timeout": limits},
            "skip_instance_cache": True,
        }
    if protocol == "s3":
        settings = {
            "connect_timeout": timeout,
            "read_timeout": timeout,
            "retries": {"total_max_attempts": 1},
        }
        return {"config_kwargs": settings, "skip_instance_cache": True}
    if protocol == "gs":
        return {"timeout": timeout, "skip_instance_cache": True}
    return {}


def _may_pass(error: BaseException) -> bool:
    """Return whether a later try may succeed."""
    if isinstance(error, LASTING):
        return False
    status = getattr(error, "status", None)
    if isinstance(status, int) and 400 <= status < 500:
        return status in PASSING
    of_http = type(error).__module__.partition(".")[0] == "aiohttp"
    return of_http or isinstance(error, OSError | TimeoutError)


def _log_retry(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    wait = state.next_action.sleep if state.next_action else 0
    kind = type(error).__name__
    log.info("download: try %d failed (%s), again in %.1f s", state.attempt_number, kind, wait)
