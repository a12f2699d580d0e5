"""The bytes behind an http or https address: all of them, or the reason why not."""

import asyncio
import email.utils
import time

import aiohttp

from statecast.base.errors import one_line, shortened
from statecast.data.attempt import CHUNK, Collected, FailureError, Limits

WHOLE_ANSWER = 200  # the one status with all the bytes; 206 has a part of them
PASSING = {408, 425, 429}  # 4xx answers that a later try may not get
LASTING = (  # errors that a later try gets too
    ValueError,
    aiohttp.ClientSSLError,
    aiohttp.NonHttpUrlRedirectClientError,
    aiohttp.TooManyRedirects,
)
BROKEN = "the answer breaks off, or is not what its headers say"
WORDS: dict[type[Exception], str] = {  # where aiohttp's own would mislead; the first that fits
    aiohttp.TooManyRedirects: "the server redirects in a circle",
    aiohttp.ServerTimeoutError: "the server is silent for longer than `timeout`",
    aiohttp.ClientPayloadError: BROKEN,
    aiohttp.ClientResponseError: BROKEN,
}


def read_web(address: str, limits: Limits) -> bytes:
    """Return the bytes behind an address.

    Redirects are followed to http and https alone. No event loop may run in this thread. What a
    server sends beyond its Content-Length is no part of an answer (RFC 9112, section 6.3), so a
    Content-Length that is too small cuts the file.

    Raises:
        FailureError: the server cannot be reached, has another answer than 200, sends fewer bytes
            than it says, or too many.

    """
    try:
        return asyncio.run(_get(address, limits))
    except (aiohttp.ClientError, OSError, ValueError) as error:
        may_pass = not isinstance(error, LASTING)
        raise FailureError(_in_words(error), may_pass=may_pass) from None


async def _get(address: str, limits: Limits) -> bytes:
    each = limits.timeout
    timeouts = aiohttp.ClientTimeout(total=None, sock_connect=each, sock_read=each)
    async with (
        aiohttp.ClientSession(timeout=timeouts) as session,
        session.get(address) as answer,
    ):
        _require_whole(answer)
        collected = Collected(limits)
        collected.expect(answer.content_length or 0)
        async for chunk in answer.content.iter_chunked(CHUNK):
            collected.add(chunk)
        return collected.content()


def _require_whole(answer: aiohttp.ClientResponse) -> None:
    """Check that an answer has the bytes."""
    status = answer.status
    if status == WHOLE_ANSWER:
        return
    may_pass = status >= 500 or status in PASSING
    wait = _seconds(answer.headers.get("Retry-After", ""))
    again = f", again after {wait:.0f} s" if wait else ""
    reason = one_line(f"the server answers {status} {answer.reason or ''}{again}")
    raise FailureError(shortened(reason), may_pass=may_pass, wait=wait)


def _seconds(retry_after: str) -> float:
    """Return the seconds that a Retry-After header asks for, RFC 9110, section 10.2.3."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return 0
    return max(moment.timestamp() - time.time(), 0)


def _in_words(error: Exception) -> str:
    for kind, words in WORDS.items():
        if isinstance(error, kind):
            return words
    return shortened(one_line(f"{type(error).__name__}: {error}"))
