"""What a request brings, and what becomes of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from statecast.service.journal import Answer, Entry, ExpectedEntry
from statecast.service.refusal import RefusedError


class Observation(NamedTuple):
    """A value and its time."""

    ds: int | str
    y: float
    features: Mapping[str, float] | None = None  # of the same time
    next: Mapping[str, float] | None = None  # features of the next time


class Expectation(NamedTuple):
    """The features of a time to come."""

    ds: int | str
    features: Mapping[str, float]


class Taken(NamedTuple):
    """What became of the rows of a request."""

    answers: list[Answer]  # of those that were taken, or were known with the same values
    fresh: list[Entry | ExpectedEntry]  # those that were taken
    refusal: RefusedError | None = None  # of the one after them


class Posted(NamedTuple):
    """The rows of a request, in order; ``reply`` is called once they are on the disk."""

    unique_id: str
    rows: Sequence[Observation | Expectation]
    reply: Callable[[Taken], None]


Done = list[tuple[Posted, Taken]]


def reply_to_each(done: Done) -> None:
    """Answer requests one after the other."""
    for posted, outcome in done:
        posted.reply(outcome)
