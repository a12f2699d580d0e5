"""Run iterators at the same time, a thread each, and hand their items on as they come.

XLA compiles and runs without Python's lock, so that threads use all cores and share the memory of
one TensorFlow. Between two calls of XLA a thread needs the lock, which whoever takes the items may
hold: it hands it on sooner than is usual.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import Full, Queue
from threading import Event
from typing import Any

WAITING = 40  # items at most that nobody has taken yet: a stack has many at once
SECONDS_BETWEEN_LOOKS = 0.1
TURN = 0.0005  # seconds that a thread may hold Python's lock while others want it; usual are 0.005

Work = Callable[[], Iterator[Any]]


class Stopped(Exception):  # noqa: N818 (no error: nobody takes the items any more)
    """Tell a thread that its items are not wanted any more."""


def at_once(works: Sequence[Work], threads: int, stop: Event) -> Iterator[Any]:
    """Yield the items of all works, those of each in their order.

    Args:
        works: each is called in a thread of its own.
        threads: how many at once, the first works first.
        stop: is set when no more items are wanted; works that take long look at it.

    Raises:
        Exception: what a work raises; the others end.

    """
    if threads == 1 or len(works) == 1:
        for work in works:
            yield from work()
        return
    items: Queue[tuple[Any, BaseException | None, bool]] = Queue(WAITING)
    with _short_turns(), ThreadPoolExecutor(threads) as pool:
        try:
            for work in works:
                pool.submit(_drain, work, items, stop)
            left = len(works)
            while left:
                item, error, is_end = items.get()
                if error is not None:
                    raise error
                if is_end:
                    left -= 1
                else:
                    yield item
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _short_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _drain(work: Work, items: Queue[Any], stop: Event) -> None:
    error: BaseException | None = None
    try:
        for item in work():
            _put((item, None, False), items, stop)
            if stop.is_set():
                return
    except Stopped:
        return
    except BaseException as raised:  # noqa: BLE001 (it is raised again where the items are taken)
        error = raised
    _put((None, error, True), items, stop)


def _put(entry: Any, items: Queue[Any], stop: Event) -> None:
    while not stop.is_set():
        try:
            items.put(entry, timeout=SECONDS_BETWEEN_LOOKS)
        except Full:
            continue
        return
