"""From differences of a transformed series back to its original scale, for forecasts.

``inverse`` is what the stage difference writes: ``lags``, ``transform`` and ``power`` by unique_id. A fold of a series
has the power of the series, which is estimated before the rows of any fold's validation.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from statecast.data.differencing import Floats, difference, undifference, undifference_path
from statecast.data.folds import fold_of
from statecast.data.transforms import Transform, transform, untransform

Inverse = dict[str, Any]


def inverse_content(lags: Sequence[int], kind: Transform = "none", power: dict[str, float] | None = None) -> Inverse:
    """Return what is written of the differences and the transform."""
    return {"lags": list(lags), "transform": kind, "power": power or {}}


def forward(y: Floats, inverse: Inverse, unique_id: str) -> Floats:
    """Return the differences [N - sum(lags)] of the transformed values y [N]."""
    return difference(transform(y, *_transform_of(inverse, unique_id)), inverse["lags"])


def one_step(forecasts: Floats, y: Floats, inverse: Inverse, unique_id: str, *, start: int) -> Floats:
    """Return forecasts on the original scale, each from the true values before it.

    Args:
        forecasts: of the transformed and differenced values, for the rows ``start``, ``start + 1`` ... [..., M].
        y: true values on the original scale, at least those before the last of these rows [N], start + M - 1 <= N.
        inverse: what the stage difference wrote.
        unique_id: the series, or a fold of it.
        start: row of y that the first forecast is for, at least ``sum(lags)``.

    """
    kind, power = _transform_of(inverse, unique_id)
    lags, steps = inverse["lags"], forecasts.shape[-1]
    # the value of the last row itself is not used, and need not be known
    past = np.append(transform(y[: start + steps - 1], kind, power), 0.0)[start - sum(lags) :]
    return untransform(undifference(forecasts, past, lags), kind, power)


def path(forecasts: Floats, past: Floats, inverse: Inverse, unique_id: str) -> Floats:
    """Return forecasts of the steps after an origin on the original scale, from true values up to the origin alone.

    Args:
        forecasts: of the transformed and differenced values, for steps 1, 2 ... h after the origin [..., h].
        past: true values on the original scale up to the origin, the last one included [N], N >= sum(lags).
        inverse: what the stage difference wrote.
        unique_id: the series, or a fold of it.

    """
    kind, power = _transform_of(inverse, unique_id)
    lags = inverse["lags"]
    needed = past[len(past) - sum(lags) :]
    return untransform(undifference_path(forecasts, transform(needed, kind, power), lags), kind, power)


def _transform_of(inverse: Inverse, unique_id: str) -> tuple[Transform, float]:
    return inverse["transform"], inverse["power"].get(fold_of(unique_id)[0], 0.0)
