"""What all series of a forecaster share, and what each has of its own that never changes.

Shape letters: R repeats, F inputs of a row.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from statecast.base.arrays import Floats, Singles
from statecast.base.errors import StatecastError, require, shown
from statecast.data.calendar import calendar_columns
from statecast.data.differencing import past_terms
from statecast.data.filling import Fill
from statecast.data.inputs import Inputs
from statecast.data.inverse import Inverse
from statecast.data.magnitudes import OF_A_SERIES
from statecast.data.scaling import Line, Scaler
from statecast.data.transforms import transform, untransform
from statecast.forecasting.rebatched import Rebatched

LARGEST = OF_A_SERIES[1]


class OutOfTurnError(StatecastError):
    """An observation is not the next one, or what must come before it has not come."""


@contextmanager
def in_turn() -> Iterator[None]:
    """Raise errors inside the block as errors of the order."""
    try:
        yield
    except StatecastError as error:
        raise OutOfTurnError(str(error)) from None


class Kit(NamedTuple):
    """What all series share."""

    networks: Rebatched
    inputs: Inputs
    inverse: Inverse
    level: float  # the share of the values that an interval is to hold
    fill: Fill | None  # of skipped times; None: they are refused
    season_length: int  # rows

    @property
    def order(self) -> int:
        """Return how many values before it a difference is made of."""
        return sum(self.inverse.lags)

    @property
    def rows_before(self) -> int:
        """Return how many values of a series come before the one of its first row."""
        return self.order + self.inputs.lookback

    @property
    def values_kept(self) -> int:
        """Return how many values on the original scale are kept, for a fill."""
        return self.season_length if self.fill == "seasonal" else 1

    @property
    def sources(self) -> list[str]:
        """Return the columns that inputs come from: y, those of the series, the calendar."""
        waves = calendar_columns(self.inputs.calendar)
        return ["y", *self.inputs.lagged, *self.inputs.features, *waves]

    @property
    def waves(self) -> int:
        """Return how many of the sources, the last ones, are of the calendar."""
        return len(calendar_columns(self.inputs.calendar))

    @property
    def rows_kept(self) -> int:
        """Return how far back inputs reach: so many values of each source are kept."""
        return max(back for _, back in self.back())

    def back(self) -> list[tuple[int, int]]:
        """Return of each input [F] its source and how far back in it, 1 for the newest.

        Features and the calendar are known up to the time that is forecast, all else up to the one
        before.
        """
        ahead = {*self.inputs.features, *calendar_columns(self.inputs.calendar)}
        sources = self.sources
        return [
            (sources.index(column), lag + (column in ahead))
            for _, column, lag in self.inputs.columns()
        ]


class Scales(NamedTuple):
    """How a series is scaled."""

    scale: Floats  # [F], of each input: value * scale + offset
    offset: Floats  # [F]
    y: Line


def scales_of(scaler: Scaler, lines: Sequence[Line]) -> Scales:
    """Return the scales of a series with a line for each column of a scaler."""
    of_column = dict(zip(scaler.columns, lines, strict=True))
    y = of_column.pop("y")
    scale = np.array([line.scale for line in of_column.values()])
    offset = np.array([line.offset for line in of_column.values()])
    return Scales(scale, offset, y)


class Undoing(NamedTuple):
    """Brings what is scaled, transformed and differenced back to the original scale, by steps."""

    inverse: Inverse
    unique_id: str
    power: float
    y: Line
    terms: list[tuple[int, float]]  # of the past in a difference: rows back, and coefficient

    def transformed(self, value: float, place: int) -> float:
        """Return a value transformed, without its season.

        Args:
            value: on the original scale.
            place: of the value in its series, from 0.

        """
        inverse = self.inverse
        if inverse.transform == "none" and inverse.seasonal == "none":
            return value
        alone = inverse.without_season(np.array([value]), self.unique_id, place)
        return float(transform(alone, inverse.transform, self.power)[0])

    def known(self, transformed: Sequence[float]) -> float:
        """Return what transformed values of the past say of the next one, as ``known_part``."""
        known = 0.0
        for back, coefficient in self.terms:
            known -= coefficient * transformed[-back]
        return known

    def values(self, scaled: Singles, known: float, place: int) -> Floats:
        """Return forecasts of the next value, which has a place, on the original scale [R]."""
        differenced = (scaled.astype(np.float64) - self.y.offset) / self.y.scale
        untransformed = untransform(differenced + known, self.inverse.transform, self.power)
        if self.inverse.seasonal == "none":  # which spares a microsecond an observation
            return untransformed
        return self.inverse.with_season(untransformed[:, None], self.unique_id, place)[:, 0]


def undoing_of(inverse: Inverse, unique_id: str, y: Line) -> Undoing:
    """Return what undoes the transform, the differences and the scale of a series."""
    power = inverse.power_of(unique_id)
    return Undoing(inverse, unique_id, power, y, past_terms(inverse.lags))


def name_of(unique_id: Any) -> str:
    """Return the id of a series as text; a whole number is the text of its digits.

    Raises:
        StatecastError: it is neither.

    """
    if isinstance(unique_id, str):
        return unique_id
    is_number = isinstance(unique_id, int | np.integer) and not isinstance(unique_id, bool)
    require(is_number, "`unique_id`", "be text or a whole number", shown(unique_id))
    return str(unique_id)


def checked_value(y: Any, where: str, *, is_positive: bool) -> float:
    """Return an observed value as a float.

    Args:
        y: the value.
        where: what it is of, for the message of an error.
        is_positive: whether a transform needs a value above 0.

    Raises:
        StatecastError: it is no number that can be computed with.

    """
    is_number = isinstance(y, float | int | np.floating | np.integer) and not isinstance(y, bool)
    if not is_number or abs(y) > LARGEST or not math.isfinite(y):
        raise StatecastError(f"{where} must be a finite number of a usual size, got {shown(y)}")
    if is_positive and y <= 0:
        raise StatecastError(f"{where} must be above 0 for the transform, got {shown(y)}")
    return float(y)


def named_columns(given: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return columns by name; None has none of them.

    Raises:
        StatecastError: it is no mapping.

    """
    columns = {} if given is None else given
    is_mapping = isinstance(columns, Mapping)
    require(is_mapping, "`features`", "have values by the name of their column", shown(given))
    return columns


def checked_columns(
    given: Mapping[str, Any] | None, names: Sequence[str], unique_id: str
) -> list[float]:
    """Return the values of columns as floats, in the order of their names.

    Args:
        given: by name.
        names: of all columns that must be there.
        unique_id: the series.

    Raises:
        StatecastError: another column is given, or one is missing or no number.

    """
    given = named_columns(given)
    must = f"be {', '.join(names) or 'none'} for {shown(unique_id)}"
    got = ", ".join(map(str, given)) or "none"
    require(set(given) == set(names), "the columns of `features`", must, got)
    return [
        checked_value(given[name], f"{name} of {shown(unique_id)}", is_positive=False)
        for name in names
    ]
