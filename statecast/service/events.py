"""What was observed, told to those who listen. Everything here runs in the event loop."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from statecast.service.journal import Entry, ExpectedEntry
from statecast.service.limits import SUBSCRIBERS, UNREAD
from statecast.service.refusal import UNAVAILABLE, RefusedError

Told = Entry | ExpectedEntry


class Subscriber:
    """One who listens, to one series or to all."""

    def __init__(self, unique_id: str | None) -> None:
        self.unique_id = unique_id
        self.entries: asyncio.Queue[Told | None] = asyncio.Queue(UNREAD + 1)
        self.is_late = False

    def tell(self, entry: Told | None) -> None:
        """Put an entry where it will be read; one who is far behind hears no more."""
        if self.is_late:
            return
        if self.entries.qsize() >= UNREAD:
            self.is_late = True
            entry = None
        self.entries.put_nowait(entry)

    async def heard(self) -> AsyncIterator[Told]:
        """Yield entries until there are no more."""
        while (entry := await self.entries.get()) is not None:
            yield entry


class Events:
    """Those who listen."""

    def __init__(self) -> None:
        self._subscribers: set[Subscriber] = set()

    @property
    def count(self) -> int:
        """Return how many listen."""
        return len(self._subscribers)

    def publish(self, entries: list[Told]) -> None:
        """Tell entries to those who listen to their series."""
        for subscriber in self._subscribers:
            for entry in entries:
                if subscriber.unique_id in (None, entry.unique_id):
                    subscriber.tell(entry)

    def end(self) -> None:
        """Tell everybody that there is no more."""
        for subscriber in self._subscribers:
            subscriber.tell(None)

    @contextmanager
    def subscribed(self, unique_id: str | None) -> Iterator[Subscriber]:
        """Listen inside the block.

        Raises:
            RefusedError: too many listen.

        """
        if self.count >= SUBSCRIBERS:
            must = f"be listened to by at most {SUBSCRIBERS} at once, got one more"
            raise RefusedError(f"events must {must}", UNAVAILABLE)
        subscriber = Subscriber(unique_id)
        self._subscribers.add(subscriber)
        try:
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)
