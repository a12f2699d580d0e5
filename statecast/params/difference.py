"""The section ``difference`` of params.yaml."""

from typing import ClassVar

from statecast.base.errors import require
from statecast.base.section import Count, Section
from statecast.data.seasonal import Seasonal
from statecast.data.transforms import Transform


class DifferenceParams(Section):
    """What is taken out of a series: its season, its variance, and its differences, in turn."""

    section: ClassVar[str] = "difference"

    lags: list[Count]
    transform: Transform = "none"
    seasonal: Seasonal = "none"

    def rows_lost(self) -> int:
        """Return how many rows at the start of a series have no difference."""
        return sum(self.lags)

    def check(self) -> None:
        """Check that values stay above 0 where a transform needs that.

        Raises:
            StatecastError: an additive season is taken off before a transform.

        """
        fits = self.seasonal != "additive" or self.transform == "none"
        must = "be none or multiplicative with a transform, whose values stay above 0"
        require(fits, "`seasonal`", must, self.seasonal)
