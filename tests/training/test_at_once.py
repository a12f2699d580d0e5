"""Works that run at the same time."""

import sys
from collections.abc import Iterator
from functools import partial
from threading import Barrier, Event

import pytest

from statecast.training.at_once import TURN, Stopped, at_once

SECONDS = 10  # that a test waits at most


def counting(start: int) -> Iterator[int]:
    yield from range(start, start + 3)


@pytest.mark.parametrize("threads", [1, 2])
def test_items_of_each_work_come_in_their_order(threads: int) -> None:
    works = [partial(counting, start) for start in (0, 10, 20)]
    items = list(at_once(works, threads, Event()))
    assert sorted(items) == [0, 1, 2, 10, 11, 12, 20, 21, 22]
    for start in (0, 10, 20):
        own = [item for item in items if start <= item < start + 3]
        assert own == sorted(own)


def test_two_works_run_at_the_same_time() -> None:
    both = Barrier(2, timeout=SECONDS)

    def waits() -> Iterator[int]:
        both.wait()  # breaks if the other one does not come
        yield 1

    assert list(at_once([waits, waits], 2, Event())) == [1, 1]


def test_an_error_ends_all_works() -> None:
    def fails() -> Iterator[int]:
        yield 1
        raise ValueError("of the work")

    stop = Event()

    def looks() -> Iterator[int]:
        stop.wait(SECONDS)
        raise Stopped
        yield

    with pytest.raises(ValueError, match="of the work"):
        list(at_once([fails, looks], 2, stop))
    assert stop.is_set()


def test_works_end_when_nobody_takes_their_items() -> None:
    stop = Event()

    def endless() -> Iterator[int]:
        while True:
            yield 1

    items = at_once([endless, endless], 2, stop)
    assert next(items) == 1
    items.close()  # type: ignore[attr-defined]  # a generator
    assert stop.is_set()


def test_turns_are_short_until_the_last_item() -> None:
    before = sys.getswitchinterval()
    works = [partial(counting, start) for start in (0, 10)]
    turns = [sys.getswitchinterval() for _ in at_once(works, 2, Event())]
    assert turns == pytest.approx([TURN] * 6, abs=1e-6)
    assert sys.getswitchinterval() == before
