"""Bring forecasts of a transformed and differenced series back to its original scale."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from statecast.base.arrays import Floats
from statecast.base.errors import require, shown
from statecast.data.differencing import difference, undifference, undifference_path
from statecast.data.seasonal import Seasonal, with_season, without_season
from statecast.data.transforms import Transform, transform, untransform


class Inverse(NamedTuple):
    """What was done to each series, which says how to undo it.

    The season is taken out first, then the values are transformed, then differenced. A fold has the
    power and the factors of its series, which are fitted on the rows before the validation rows of
    all folds.
    """

    lags: tuple[int, ...]
    transform: Transform
    power: dict[str, float]  # of Box-Cox, by unique_id
    seasonal: Seasonal = "none"
    factors: dict[str, list[float]] | None = None  # of each place in a season [M], by unique_id

    def as_json(self) -> dict[str, Any]:
        """Return plain values that ``inverse_from_json`` takes."""
        plain = {"lags": list(self.lags), "transform": self.transform, "power": self.power}
        if self.seasonal == "none":
            return plain
        return {**plain, "seasonal": self.seasonal, "factors": self.factors}

    @property
    def keeps_scale(self) -> bool:
        """Return whether an error is the same multiple of one on the original scale in all rows."""
        return self.transform == "none" and self.seasonal != "multiplicative"

    def factors_of(self, unique_id: str) -> Sequence[float]:
        """Return the factor of each place in a season of a series [M]; none without a season.

        Raises:
            StatecastError: the factors are those of other series.

        """
        if self.factors is None:
            return ()
        must = "be one that difference.seasonal was fitted to"
        require(unique_id in self.factors, "the series", must, shown(unique_id))
        return self.factors[unique_id]

    def without_season(self, y: Floats, unique_id: str, start: npt.ArrayLike = 0) -> Floats:
        """Return values [..., N] of a series without their season.

        Args:
            y: on the original scale.
            unique_id: the series.
            start: the place of the first value in the series, or of each of several stretches.

        """
        return without_season(y, self.factors_of(unique_id), self.seasonal, start)

    def with_season(self, y: Floats, unique_id: str, start: npt.ArrayLike = 0) -> Floats:
        """Return what ``without_season`` was given; the arguments are the same."""
        return with_season(y, self.factors_of(unique_id), self.seasonal, start)

    def power_of(self, unique_id: str) -> float:
        """Return the power of a series; 0 if none was estimated."""
        return self.power.get(unique_id, 0.0)


def inverse_from_json(content: dict[str, Any]) -> Inverse:
    """Return the inverse that ``as_json`` described."""
    lags = tuple(content["lags"])
    seasonal = content.get("seasonal", "none")
    return Inverse(lags, content["transform"], content["power"], seasonal, content.get("factors"))


def forward(y: Floats, inverse: Inverse, unique_id: str) -> Floats:
    """Return the differences [N - sum(lags)] of the transformed values y [N] of a whole series."""
    alone = inverse.without_season(y, unique_id)
    transformed = transform(alone, inverse.transform, inverse.power_of(unique_id))
    return difference(transformed, inverse.lags)


def one_step(
    forecasts: Floats, y: Floats, inverse: Inverse, unique_id: str, *, start: int
) -> Floats:
    """Return forecasts on the original scale, each from the true values before it.

    Args:
        forecasts: of transformed and differenced values, for the rows ``start``, ``start + 1`` ...
            [..., M].
        y: true values on the original scale [N], from the first of the series on, at least those
            before the last of these rows: start + M - 1 <= N.
        inverse: what was done to the series.
        unique_id: the series.
        start: the row of y that the first forecast is for, ``sum(lags)`` or later.

    Returns:
        [..., M]

    """
    power = inverse.power_of(unique_id)
    stop = start + forecasts.shape[-1]
    past_values = inverse.without_season(y[: stop - 1], unique_id)
    transformed = transform(past_values, inverse.transform, power)
    with_last = np.append(transformed, 0.0)  # no forecast needs the last value: any number will do
    past = with_last[start - sum(inverse.lags) :]
    undifferenced = undifference(forecasts, past, inverse.lags)
    untransformed = untransform(undifferenced, inverse.transform, power)
    return inverse.with_season(untransformed, unique_id, start)


def path(
    forecasts: Floats,
    past: Floats,
    inverse: Inverse,
    unique_id: str,
    *,
    start: npt.ArrayLike = 0,
) -> Floats:
    """Return forecasts of the steps after an origin on the original scale.

    No true value after the origin is used.

    Args:
        forecasts: of transformed and differenced values, for the steps 1, 2 ... H after the origin
            [..., H].
        past: true values on the original scale up to the origin, the last one included, as many as
            sum(lags) or more [N], or of each of several origins [K, N]; forecasts are then
            [..., K, H].
        inverse: what was done to the series.
        unique_id: the series.
        start: the place of the first step in the series, or of that of each origin [K]; a series
            without a season needs none.

    Returns:
        [..., H]

    """
    power = inverse.power_of(unique_id)
    order = sum(inverse.lags)
    needed = past[..., past.shape[-1] - order :]
    before = np.asarray(start) - order
    transformed = transform(
        inverse.without_season(needed, unique_id, before), inverse.transform, power
    )
    undifferenced = undifference_path(forecasts, transformed, inverse.lags)
    untransformed = untransform(undifferenced, inverse.transform, power)
    return inverse.with_season(untransformed, unique_id, start)
