"""Bring forecasts of a transformed and differenced series back to its original scale."""

from typing import Any, NamedTuple

import numpy as np

from statecast.base.arrays import Floats
from statecast.data.differencing import difference, undifference, undifference_path
from statecast.data.transforms import Transform, transform, untransform


class Inverse(NamedTuple):
    """What was done to each series, which says how to undo it.

    A fold has the power of its series, which is estimated on the rows before the validation rows of
    all folds.
    """

    lags: tuple[int, ...]
    transform: Transform
    power: dict[str, float]  # of Box-Cox, by unique_id

    def as_json(self) -> dict[str, Any]:
        """Return plain values that ``inverse_from_json`` takes."""
        return {"lags": list(self.lags), "transform": self.transform, "power": self.power}

    def power_of(self, unique_id: str) -> float:
        """Return the power of a series; 0 if none was estimated."""
        return self.power.get(unique_id, 0.0)


def inverse_from_json(content: dict[str, Any]) -> Inverse:
    """Return the inverse that ``as_json`` described."""
    lags = tuple(content["lags"])
    return Inverse(lags, content["transform"], content["power"])


def forward(y: Floats, inverse: Inverse, unique_id: str) -> Floats:
    """Return the differences [N - sum(lags)] of the transformed values y [N] of a series."""
    transformed = transform(y, inverse.transform, inverse.power_of(unique_id))
    return difference(transformed, inverse.lags)


def one_step(
    forecasts: Floats, y: Floats, inverse: Inverse, unique_id: str, *, start: int
) -> Floats:
    """Return forecasts on the original scale, each from the true values before it.

    Args:
        forecasts: of transformed and differenced values, for the rows ``start``, ``start + 1`` ...
            [..., M].
        y: true values on the original scale [N], at least those before the last of these rows:
            start + M - 1 <= N.
        inverse: what was done to the series.
        unique_id: the series.
        start: the row of y that the first forecast is for, ``sum(lags)`` or later.

    Returns:
        [..., M]

    """
    power = inverse.power_of(unique_id)
    stop = start + forecasts.shape[-1]
    transformed = transform(y[: stop - 1], inverse.transform, power)
    with_last = np.append(transformed, 0.0)  # no forecast needs the last value: any number will do
    past = with_last[start - sum(inverse.lags) :]
    undifferenced = undifference(forecasts, past, inverse.lags)
    return untransform(undifferenced, inverse.transform, power)


def path(forecasts: Floats, past: Floats, inverse: Inverse, unique_id: str) -> Floats:
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

    Returns:
        [..., H]

    """
    power = inverse.power_of(unique_id)
    needed = past[..., past.shape[-1] - sum(inverse.lags) :]
    transformed = transform(needed, inverse.transform, power)
    undifferenced = undifference_path(forecasts, transformed, inverse.lags)
    return untransform(undifferenced, inverse.transform, power)
