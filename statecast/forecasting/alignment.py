"""Scaled rows beside the true values that they are made of.

Shape letters: N rows, V values, K origins, H steps ahead.
"""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Bools, Floats
from statecast.base.identity import FILLED, SeriesKey
from statecast.data.inverse import Inverse
from statecast.network.rows import SeriesRows, Transformed


class AlignedSeries(NamedTuple):
    """The rows of a series or fold, and the true values of the series on its original scale.

    The first values have no row, because differences and lags were made of them. The last value is
    that of the last row of the series. Rows after the end have no value, and their y is NaN.
    """

    rows: SeriesRows
    y: Floats  # [V]
    output: int = 0  # of the rows, which forecasts the series
    filled: Bools | None = None  # [V or more], values that filled a gap; None: none did

    @property
    def key(self) -> SeriesKey:
        """Return which series or fold this is: of joint rows, which target."""
        return self.rows.forecast_keys()[self.output]

    @property
    def first(self) -> int:
        """Return the place of the first row's value among the values."""
        rows_with_value = int(np.isfinite(self.rows.y[:, 0]).sum())
        return len(self.y) - rows_with_value

    def places(self, part: str) -> slice:
        """Return the places of a part's rows among the values."""
        rows = self.rows.part(part)
        return slice(self.first + rows.start, self.first + rows.stop)

    def values(self, part: str) -> Floats:
        """Return the true values of a part [rows of the part]."""
        return self.y[self.places(part)]

    @property
    def known(self) -> Floats:
        """Return the values [V], NaN in place of those that were filled."""
        if self.filled is None:
            return self.y
        return np.where(self.filled[: len(self.y)], np.nan, self.y)

    @property
    def judged(self) -> Floats:
        """Return the values [V] that forecasts are judged by, NaN in place of the others.

        Those are the filled ones, and the value after each gap: a line into the gap has seen it, so
        that it is in the last value that its forecast was made from.
        """
        if self.filled is None:
            return self.y
        is_after_gap = np.roll(self.filled[: len(self.y)], 1)
        is_after_gap[0] = False
        return np.where(is_after_gap, np.nan, self.known)

    def judged_values(self, part: str) -> Floats:
        """Return the values of a part from ``judged``, in the shape of ``values``."""
        return self.judged[self.places(part)]

    def values_before(self, part: str) -> Floats:
        """Return the value before each row of a part, which persistence forecasts.

        The shape is that of ``values``.
        """
        places = self.places(part)
        return self.y[places.start - 1 : places.stop - 1]

    def training_values(self) -> Floats:
        """Return the values that the training rows and their lags are made of."""
        return self.y[: self.places("train").stop]

    def known_training_values(self) -> Floats:
        """Return ``training_values``, NaN in place of those that were filled."""
        return self.known[: self.places("train").stop]

    def past(self, origin: int) -> Floats:
        """Return the values before row ``origin``."""
        return self.y[: self.first + origin]

    def ahead(self, origins: Sequence[int], horizon: int) -> Floats:
        """Return the values of the rows at each origin and after it that are judged.

        Args:
            origins: the first row of each stretch [K].
            horizon: rows of a stretch, H.

        Returns:
            [K, H]; NaN after the last value, where a value was filled, and in all of a stretch
            after a filled value, which has seen the one at the end of the gap.

        """
        after_end = np.full(horizon, np.nan)
        y = np.concatenate([self.known, after_end])
        starts = [self.first + origin for origin in origins]
        stretches = [y[start : start + horizon] for start in starts]
        if self.filled is not None:
            is_after_filled = [self.filled[start - 1] for start in starts]
            return np.where(np.array(is_after_filled)[:, None], np.nan, np.stack(stretches))
        return np.stack(stretches)


def different_rows(series: Sequence[AlignedSeries]) -> dict[SeriesKey, SeriesRows]:
    """Return the rows of the series, those that targets share once, by their key."""
    return {own.rows.key: own.rows for own in series}


def with_truth(aligned: Sequence[AlignedSeries], inverse: Inverse) -> list[SeriesRows]:
    """Return rows that know what brings their errors back, and which of them are judged.

    Args:
        aligned: the rows beside their true values, from ``align``.
        inverse: what was done to the series.

    """
    series = []
    for _, group in itertools.groupby(aligned, key=lambda own: own.rows.key):
        outputs = list(group)
        rows = outputs[0].rows
        judged = np.stack([own.judged[own.first :] for own in outputs], axis=1)
        if np.isnan(judged).any():
            rows = rows._replace(unjudged=np.isnan(judged))
        if inverse.seasonal == "multiplicative":
            factors = np.stack([_factors(own, inverse) for own in outputs], axis=1)
            rows = rows._replace(factors=factors)
        if inverse.transform != "none":
            values = np.stack([_without_season(own, inverse) for own in outputs], axis=1)
            power = tuple(inverse.power_of(own.key.unique_id) for own in outputs)
            rows = rows._replace(transformed=Transformed(values, power))
        series.append(rows)
    return series


def _factors(series: AlignedSeries, inverse: Inverse) -> Floats:
    """Return how much 1 without the season is on the original scale, of each row [N]."""
    ones = np.ones(len(series.y))
    return inverse.with_season(ones, series.key.unique_id)[series.first :]


def _without_season(series: AlignedSeries, inverse: Inverse) -> Floats:
    return inverse.without_season(series.y, series.key.unique_id)[series.first :]


def align(series: Sequence[SeriesRows], frame: pd.DataFrame) -> list[AlignedSeries]:
    """Return each series beside its true values up to its last row; of joint rows each target.

    The values of a fold are those of its series, up to the fold's last row.

    Args:
        series: scaled rows of series and folds.
        frame: ``unique_id, ds, y`` on the original scale, ``ds`` as the rows have it; ``filled``
            where some values were.

    """
    y = frame["y"].to_numpy(float)
    filled = frame[FILLED].to_numpy(bool) if FILLED in frame else None
    ds = frame["ds"].to_numpy()
    groups = frame.groupby("unique_id", sort=False).indices
    places = {str(name): rows for name, rows in groups.items()}
    aligned = []
    for rows in series:
        for output, key in enumerate(rows.forecast_keys()):
            own = places[key.unique_id]
            is_last = ds[own] == rows.ds[-1]
            last = int(np.flatnonzero(is_last)[-1])
            values = own[: last + 1]
            of_own = None if filled is None else filled[values]
            aligned.append(AlignedSeries(rows, y[values], output, of_own))
    return aligned
