"""Errors of forecasts of several steps, kept for the series that were asked for last.

Shape letters: K origins, J steps ahead.
"""

from collections import OrderedDict
from threading import Lock

from statecast.base.arrays import Floats

MOST_BYTES = 64_000_000  # of all series together, where they are several


class KeptErrors:
    """The errors of some series; the ones not asked for the longest go where they are too many.

    Two threads may use it at once.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Begin without any; more bytes are kept of one series alone."""
        self.most_bytes = most_bytes
        self._by_series: OrderedDict[str, Floats] = OrderedDict()  # each [K, J]
        self._bytes = 0
        self._lock = Lock()

    @property
    def bytes_kept(self) -> int:
        """Return how many bytes the errors take."""
        return self._bytes

    def of(self, unique_id: str, steps: int) -> Floats | None:
        """Return the errors of a series at so many steps ahead [K, J]; None: they are not kept."""
        with self._lock:
            kept = self._by_series.get(unique_id)
            if kept is None or kept.shape[1] < steps:
                return None
            self._by_series.move_to_end(unique_id)
        return kept[:, :steps]

    def keep(self, unique_id: str, errors: Floats) -> None:
        """Keep the errors of a series [K, J]."""
        with self._lock:
            self._drop(unique_id)
            self._by_series[unique_id] = errors
            self._bytes += errors.nbytes
            while self._bytes > self.most_bytes and len(self._by_series) > 1:
                self._drop(next(iter(self._by_series)))

    def _drop(self, unique_id: str) -> None:
        errors = self._by_series.pop(unique_id, None)
        if errors is not None:
            self._bytes -= errors.nbytes
