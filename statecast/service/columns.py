"""The columns beside y: of which time each is, and which of them a forecaster is given."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from statecast.service.forecaster import LiveForecaster, Next
from statecast.service.journal import ExpectedEntry, Time
from statecast.service.stored import features_from

Features = Mapping[str, float]
Lookup = Callable[[str, Time], ExpectedEntry | None]


class Row(NamedTuple):
    """An observation, and what is known of its time and the next one."""

    unique_id: str
    ds: Time
    y: float
    here: Features
    ahead: Features  # of the next time; none: they are to come


def observed(forecaster: LiveForecaster, row: Row) -> Next:
    """Let a forecaster observe a row, of which it is given the columns that it knows.

    Raises:
        StatecastError: the row is refused; nothing has changed then.

    """
    lagged = _of(forecaster.lagged, row.here)
    known_here = _of(forecaster.features, row.here)
    ahead = _of(forecaster.features, row.ahead)
    return forecaster.observe(row.unique_id, row.ds, row.y, {**lagged, **ahead}, known_here)


def features_at(lookup: Lookup, unique_id: str, ds: Time) -> Features:
    """Return what was sent of the features of a time; none: nothing was."""
    entry = lookup(unique_id, ds)
    return features_from(entry.features) if entry else {}


def _of(names: Sequence[str], given: Features) -> dict[str, float]:
    return {name: given[name] for name in names if name in given}
