"""Whether what is asked for fits into memory, and how often Python looks for what it may free."""

import gc
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psutil

from statecast.base.errors import require

UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")
THOUSAND = 1000
SELDOM = 50_000  # new objects between two looks; Python's own choice is 700 to 10,000


def free_memory() -> int:
    """Return how many bytes programs may still take."""
    return int(psutil.virtual_memory().available)


def require_memory(wanted: Mapping[str, int], free: int | None = None) -> None:
    """Check that all that is wanted fits into memory together.

    Args:
        wanted: what takes memory, in words with the names of arguments, and its bytes.
        free: bytes that may be taken; None: those that the machine has now.

    Raises:
        StatecastError: it does not fit; the message names what takes most.

    """
    there = free_memory() if free is None else free
    total = sum(wanted.values())
    most = max(wanted, key=wanted.__getitem__)
    must = f"fit into the {bytes_in_words(there)} of memory that are free"
    require(total <= there, most, must, bytes_in_words(total))


def bytes_in_words(count: int) -> str:
    """Return bytes with two digits or more and a unit: ``1.5 GB``."""
    if count < THOUSAND:
        return f"{count} bytes"
    power = min(int(math.log(count, THOUSAND)), len(UNITS) - 1)
    return f"{count / THOUSAND**power:.3g} {UNITS[power]}"


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Let Python look seldom for objects that only refer to each other.

    It walks over all objects of the libraries each time, which is a tenth of a study's time.
    """
    before = gc.get_threshold()
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
