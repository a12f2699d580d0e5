"""The section ``difference`` of params.yaml."""

from typing import ClassVar

from statecast.base.section import Count, Section
from statecast.data.transforms import Transform


class DifferenceParams(Section):
    """What evens out the variance, and the lags of the differences, taken one after the other."""

    section: ClassVar[str] = "difference"

    lags: list[Count]
    transform: Transform = "none"

    def rows_lost(self) -> int:
        """Return how many rows at the start of a series have no difference."""
        return sum(self.lags)
