"""Bring the bytes of a source here: a path, or an http, https, s3 or gs address."""

import hashlib
import logging
from typing import Any

import fsspec
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from statecast.base.errors import StatecastError, require

PROTOCOLS = ("file", "http", "https", "s3", "gs")
CHUNK = 1 << 16  # bytes read at a time
PASSING = {408, 425, 429}  # of the 4xx answers, those that a later try may not get

log = logging.getLogger(__name__)


def fetch(source: str, *, timeout: float, retries: int, max_bytes: int) -> bytes:
    """Return the bytes of ``source``.

    A passing failure (time-out, broken connection, 5xx) is tried again ``retries`` times, after 0.5, 1, 2 ... 10
    seconds; ``timeout`` is in seconds for each connection and each read.

    Raises StatecastError when the source cannot be read or is larger than ``max_bytes``.
    """
    protocol = fsspec.utils.get_protocol(source)
    where = "params.yaml: download.source"
    require(protocol in PROTOCOLS, where, f"be a path or start with {', '.join(PROTOCOLS[1:])}", source)
    attempts = Retrying(
        stop=stop_after_attempt(retries + 1),
        wait=wait_exponential(multiplier=0.5, max=10),
        retry=retry_if_exception(_may_pass),
        before_sleep=_log_retry,
        reraise=True,
    )
    try:
        return bytes(attempts(_read, source, _options(protocol, timeout), max_bytes))
    except StatecastError:
        raise
    except Exception as error:  # noqa: BLE001 ( each protocol's client has errors of its own; and all mean: not readable)
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise StatecastError(f"{where} must be readable, got {source}: {reason}") from None


def check_sha256(content: bytes, expected: str | None) -> None:
    """Raise StatecastError when ``content`` does not have the digest that the user expects."""
    found = hashlib.sha256(content).hexdigest()
    holds = expected is None or found == expected.lower()
    require(holds, "params.yaml: download.sha256", f"be the digest of the source, {expected}", found)


def _read(source: str, options: dict[str, Any], max_bytes: int) -> bytes:
    content = bytearray()
    with fsspec.open(source, "rb", **options) as file:
        while chunk := file.read(CHUNK):
            content += chunk
            limit = f"have at most {max_bytes} bytes (download.max_bytes)"
            require(len(content) <= max_bytes, f"the source {source}", limit, "more")
    return bytes(content)


def _options(protocol: str, timeout: float) -> dict[str, Any]:
    if protocol in ("http", "https"):
        from aiohttp import ClientTimeout

        limits = ClientTimeout(total=None, sock_connect=timeout, sock_read=timeout)
        return {"block_size": 0, "client_kwargs": {"timeout": limits}, "skip_instance_cache": True}
    if protocol == "s3":
        settings = {"connect_timeout": timeout, "read_timeout": timeout, "retries": {"total_max_attempts": 1}}
        return {"config_kwargs": settings, "skip_instance_cache": True}
    if protocol == "gs":
        return {"timeout": timeout, "skip_instance_cache": True}
    return {}


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, StatecastError | FileNotFoundError | PermissionError | IsADirectoryError | ImportError):
        return False
    status = getattr(error, "status", None)
    if isinstance(status, int) and 400 <= status < 500:
        return status in PASSING
    return isinstance(error, OSError | TimeoutError) or type(error).__module__.partition(".")[0] == "aiohttp"


def _log_retry(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    wait = state.next_action.sleep if state.next_action else 0
    log.info("download: try %d failed (%s), again in %.1f s", state.attempt_number, type(error).__name__, wait)
