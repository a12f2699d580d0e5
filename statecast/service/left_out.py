"""The observations of the journal that a model refuses, by their series."""

import json
from dataclasses import dataclass

from statecast.base.errors import shortened
from statecast.service.journal import Entry, Time


@dataclass
class Refusals:
    """Those of one series."""

    count: int
    ds: Time  # of the last one
    why: str  # it was refused


class LeftOut:
    """Those of all series."""

    def __init__(self) -> None:
        """Start without any."""
        self.by_series: dict[str, Refusals] = {}
        self.is_noted = True  # no one has been taken since they were noted beside the state

    @property
    def count(self) -> int:
        """Return how many observations are left out."""
        return sum(own.count for own in list(self.by_series.values()))

    def add(self, entry: Entry, why: str) -> None:
        """Add an observation that was refused."""
        own = self.by_series.setdefault(entry.unique_id, Refusals(0, entry.ds, ""))
        own.count += 1
        own.ds = entry.ds
        own.why = shortened(why)

    def remove(self, unique_id: str) -> None:
        """Count an observation of a series no more, which was sent again and is taken now."""
        own = self.by_series.get(unique_id)
        if own is None:
            return
        self.is_noted = False
        own.count -= 1
        if not own.count:
            del self.by_series[unique_id]

    def as_text(self) -> str:
        """Return all as JSON."""
        rows = {name: [own.count, own.ds, own.why] for name, own in self.by_series.items()}
        return json.dumps(rows)

    def resume(self, text: str) -> None:
        """Go on from what ``as_text`` wrote."""
        self.by_series = {name: Refusals(*row) for name, row in json.loads(text).items()}
