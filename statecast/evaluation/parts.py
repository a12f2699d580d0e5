"""The forecasts of one part of one series on the original scale, and the tables made of them.

Shape letters: R repeats, N rows of the part.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Bools, Floats, Ints
from statecast.base.identity import SeriesKey
from statecast.forecasting.intervals import Interval


class PartForecasts(NamedTuple):
    """Forecasts of a part of a series, and what they are measured against."""

    key: SeriesKey
    ds: np.ndarray  # [N]
    y: Floats  # [N]
    is_judged: Bools  # [N], see AlignedSeries.judged
    before: Floats  # [N], the value before each, which is the forecast of persistence
    naive_error: float  # from seasonal_naive_error, of the training values
    forecast: Floats  # [R, N]
    baselines: dict[str, Floats]  # method to [N]
    far_away: frozenset[str] = frozenset()  # baselines that are, see is_far_away

    def judged(self) -> "PartForecasts":
        """Return the rows that are judged: the figures are those of them alone."""
        if self.is_judged.all():
            return self
        judged = self.is_judged
        return self._replace(
            ds=self.ds[judged],
            y=self.y[judged],
            is_judged=judged[judged],
            before=self.before[judged],
            forecast=self.forecast[:, judged],
            baselines={method: own[judged] for method, own in self.baselines.items()},
        )

    def ensemble(self) -> Floats:
        """Return the averaged forecast of all repeats [N]."""
        return np.asarray(self.forecast.mean(axis=0))

    def residuals(self) -> Floats:
        """Return the errors of the ensemble [N]."""
        return self.ensemble() - self.y


def forecasts_table(by_part: Mapping[str, Sequence[PartForecasts]], seeds: Ints) -> pd.DataFrame:
    """Return ``unique_id, fold, part, ds, seed, y, forecast`` of repeats with some seeds [R].

    Names and times are categories: a long table repeats few of them.

    Args:
        by_part: the forecasts of each part of the rows, ``test`` say.
        seeds: of the repeats.

    """
    listed = [(name, own) for name, parts in by_part.items() for own in parts]
    repeats = len(seeds)
    rows = np.array([len(own.y) for _, own in listed])

    def in_each_row(values: list[object]) -> pd.Categorical:
        return _categories(np.repeat(np.array(values, object), rows * repeats))

    columns = {
        "unique_id": in_each_row([own.key.unique_id for _, own in listed]),
        "fold": np.repeat([own.key.fold for _, own in listed], rows * repeats),
        "part": in_each_row([name for name, _ in listed]),
        "ds": _categories(np.concatenate([np.tile(own.ds, repeats) for _, own in listed])),
        "seed": np.concatenate([np.repeat(seeds, count) for count in rows]),
        "y": np.concatenate([np.tile(own.y, repeats) for _, own in listed]),
        "forecast": np.concatenate([own.forecast.ravel() for _, own in listed]),
    }
    return pd.DataFrame(columns)


def interval_table(
    parts: Sequence[PartForecasts], intervals: Mapping[str, Sequence[Interval | None]]
) -> pd.DataFrame:
    """Return ``unique_id, ds, y, ensemble, method, low, high``.

    Args:
        parts: the forecasts.
        intervals: method to the interval of each part; one that is None has no rows.

    """
    known = [
        (method, part, interval)
        for method, by_part in intervals.items()
        for part, interval in zip(parts, by_part, strict=True)
        if interval is not None
    ]
    rows = [len(part.y) for _, part, _ in known]

    def in_each_row(names: list[str]) -> np.ndarray:
        return np.repeat(np.array(names, object), rows)

    columns = {
        "unique_id": in_each_row([part.key.unique_id for _, part, _ in known]),
        "ds": np.concatenate([part.ds for _, part, _ in known]),
        "y": np.concatenate([part.y for _, part, _ in known]),
        "ensemble": np.concatenate([part.ensemble() for _, part, _ in known]),
        "method": in_each_row([method for method, _, _ in known]),
        "low": np.concatenate([interval.low for _, _, interval in known]),
        "high": np.concatenate([interval.high for _, _, interval in known]),
    }
    return pd.DataFrame(columns)


def residuals_by_series(parts: Sequence[PartForecasts]) -> dict[str, Floats]:
    """Return the errors of the ensemble by series, those of its folds one after the other."""
    by_series: dict[str, list[Floats]] = {}
    for part in parts:
        by_series.setdefault(part.key.unique_id, []).append(part.residuals())
    return {name: np.concatenate(residuals) for name, residuals in by_series.items()}


def _categories(values: np.ndarray) -> pd.Categorical:
    """Return values as categories, in the order in which they appear."""
    codes, known = pd.factorize(values)
    return pd.Categorical.from_codes(codes, pd.Index(known))
