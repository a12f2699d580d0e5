"""Which series, fold and part a row or a network belongs to."""

from typing import NamedTuple

PARTS = ("train", "validation", "test")  # of a series or fold, oldest first
WHOLE = 0  # in place of a fold: the series itself

KEY_COLUMNS = ("unique_id", "fold")
NETWORK = "network"  # column, of several targets: which series a network forecasts together
FILLED = "filled"  # column, where gaps were filled: 1 in the rows whose y is not true


class SeriesKey(NamedTuple):
    """A series, or one of its folds.

    A fold trains on a part of the series and is validated on the rows after that part.
    """

    unique_id: str
    fold: int = WHOLE  # counted from 1, the oldest first

    @property
    def is_whole(self) -> bool:
        """Return whether this is the series itself and no fold."""
        return self.fold == WHOLE

    def __str__(self) -> str:
        return self.unique_id if self.is_whole else f"{self.unique_id} (fold {self.fold})"


ALL_SERIES = SeriesKey("*")  # in place of a series: the network was trained on every one


def shared_key(key: SeriesKey) -> SeriesKey:
    """Return what a network is called that was trained on all series, or on this fold of all."""
    return ALL_SERIES._replace(fold=key.fold)
