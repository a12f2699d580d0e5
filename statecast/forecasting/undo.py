"""Bring scaled forecasts back to the original scale of a series.

Shape letters: R repeats, M rows of a part, K origins, H steps ahead.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats
from statecast.data.inverse import Inverse, one_step, path
from statecast.data.scaling import Scaler, unscale
from statecast.forecasting.alignment import AlignedSeries


class Undo(NamedTuple):
    """What was done to series before the network saw them, and what brings forecasts back."""

    scaler: Scaler
    inverse: Inverse

    def one_step(self, scaled: np.ndarray, series: AlignedSeries, part: str) -> Floats:
        """Return forecasts on the original scale, each from the true values before it.

        Args:
            scaled: of the rows of a part [R, M].
            series: whose rows they are.
            part: ``train``, ``validation`` or ``test``.

        Returns:
            [R, M]

        """
        key = series.key
        differenced = unscale(scaled.astype(np.float64), self.scaler, key)
        start = series.places(part).start
        return one_step(differenced, series.y, self.inverse, key.unique_id, start=start)

    def paths(self, scaled: np.ndarray, series: AlignedSeries, origins: Sequence[int]) -> Floats:
        """Return forecasts of several steps on the original scale.

        Each uses the true values before its origin, and no later ones.

        Args:
            scaled: from ``rollout`` [R, K, H].
            series: whose rows they are.
            origins: the first row of each forecast [K].

        Returns:
            [R, K, H]

        """
        key = series.key
        differenced = unscale(scaled.astype(np.float64), self.scaler, key)
        needed = np.arange(-sum(self.inverse.lags), 0)  # values before an origin
        ends = series.first + np.asarray(origins)[:, None]
        past = series.y[ends + needed]  # [K, values needed]
        return path(differenced, past, self.inverse, key.unique_id, start=ends[:, 0])
