"""Bring the bytes of a source here: a path, or an http, https, s3 or gs address."""

import hashlib
import logging
import re
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

import fsspec
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
)

from statecast.base.errors import StatecastError, one_line, require, shortened
from statecast.data.attempt import CHUNK, WHOLE, Collected, FailureError, Limits

PROTOCOLS = ("file", "http", "https", "s3", "gs")
FIRST_WAIT = 0.5  # seconds before the second try; each further wait is twice as long
LONGEST_WAIT = 10  # seconds
LONGEST_ASKED = 60  # seconds that a server may ask to wait; after more there is no further try
LASTING = (FileNotFoundError, PermissionError, IsADirectoryError)
PASSWORD = re.compile(r"(?<=//)[^/@]*@")  # the user too

usual_wait = wait_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT)
log = logging.getLogger(__name__)


def fetch(source: str, *, timeout: float, retries: int, max_bytes: int) -> bytes:
    """Return the bytes of a source.

    Args:
        source: a path, or an address that begins with http, https, s3 or gs.
        timeout: seconds for each connection and each read. A whole try may take 20 times as long.
        retries: further tries after a failure that may pass: a time-out, a broken connection, a
            408, 425, 429 or 5xx answer. The waits between them are 0.5, 1, 2 ... 10 seconds, or
            what the server asks for, up to a minute.
        max_bytes: the most bytes that the source may have, unpacked.

    Raises:
        StatecastError: the source cannot be read, or has more bytes.

    """
    protocol = fsspec.utils.get_protocol(source)
    addresses = ", ".join(PROTOCOLS[1:])
    name = without_password(source)
    require(protocol in PROTOCOLS, "`source`", f"be a path or start with {addresses}", name)
    limits = Limits(timeout, max_bytes)
    attempts = Retrying(
        stop=stop_after_attempt(retries + 1),
        wait=_wait,
        retry=retry_if_exception(_may_pass),
        before_sleep=_log_retry,
        reraise=True,
    )
    try:
        return bytes(attempts(_in_time, partial(_read, protocol, source, limits), limits))
    except FailureError as error:
        reason = without_password(str(error))  # it may have the address
        raise StatecastError(f"`source` must be readable, got {name}: {reason}") from None


def without_password(text: str) -> str:
    """Return a text as a log may show it: in one line, not too long, addresses without password."""
    return shortened(PASSWORD.sub("", one_line(text)))


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


def _in_time(read: Callable[[], bytes], limits: Limits) -> bytes:
    """Return what ``read`` returns, unless it takes too long; its thread is then left behind.

    A time-out of a client starts anew with each byte, and the opening of a file has none.
    """
    outcome: Future[bytes] = Future()

    def work() -> None:
        try:
            outcome.set_result(read())
        except BaseException as error:  # noqa: BLE001 (it is raised where it is waited for)
            outcome.set_exception(error)

    Thread(target=work, daemon=True).start()
    try:
        return outcome.result(limits.seconds)
    except TimeoutError:
        longest = f"{limits.seconds:g} s ({WHOLE} times `timeout`)"
        raise FailureError(f"it takes longer than {longest}") from None


def _read(protocol: str, source: str, limits: Limits) -> bytes:
    if protocol in ("http", "https"):
        from statecast.data.web import read_web

        return read_web(source, limits)
    if protocol == "file":
        return _read_file(source, limits)
    return _read_object(source, _options(protocol, limits.timeout), limits)


def _read_file(source: str, limits: Limits) -> bytes:
    """Return the bytes of a file; a folder, pipe or device is refused, for it may never end."""
    try:
        path = Path(source.removeprefix("file://")).expanduser()
        if path.exists() and not path.is_file():
            raise FailureError("it is no file, but a folder, pipe or device")
        with path.open("rb") as file:
            return _all_chunks(file, limits)
    except (OSError, ValueError, RuntimeError) as error:
        raise FailureError(_in_words(error)) from None


def _read_object(address: str, options: dict[str, Any], limits: Limits) -> bytes:
    """Return the bytes of an object in a store."""
    try:
        with fsspec.open(address, "rb", **options) as file:
            return _all_chunks(file, limits)
    except FailureError:
        raise
    except Exception as error:  # noqa: BLE001 (each protocol's client has errors of its own)
        may_pass = isinstance(error, OSError) and not isinstance(error, LASTING)
        raise FailureError(_in_words(error), may_pass=may_pass) from None


def _all_chunks(file: BinaryIO, limits: Limits) -> bytes:
    collected = Collected(limits)
    while chunk := file.read(CHUNK):
        collected.add(chunk)
    return collected.content()


def _in_words(error: Exception) -> str:
    return shortened(one_line(f"{type(error).__name__}: {error}"))


def _options(protocol: str, timeout: float) -> dict[str, Any]:
    """Return the options with which a protocol's client times out and does not retry by itself."""
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
    """Return whether a later try may succeed, soon enough."""
    return isinstance(error, FailureError) and error.may_pass and error.wait <= LONGEST_ASKED


def _wait(state: RetryCallState) -> float:
    """Return the seconds before the next try."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, FailureError) else 0
    return max(asked, usual_wait(state))


def _log_retry(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    wait = state.next_action.sleep if state.next_action else 0
    reason = without_password(str(error))
    log.info("download: try %d failed (%s), again in %.1f s", state.attempt_number, reason, wait)
