"""Ridge regression on the inputs of a network, several steps ahead.

Shape letters: K origins, H steps ahead.
"""

import logging
from collections.abc import Sequence

import numpy as np

from statecast.base.arrays import Floats
from statecast.data.inputs import Inputs
from statecast.evaluation.ridge import fit_ridge
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.linear import Linear, linear_rollout
from statecast.forecasting.paths import launch_of
from statecast.forecasting.undo import Undo

log = logging.getLogger(__name__)


def ridge_paths(
    series: AlignedSeries,
    alpha: float,
    *,
    inputs: Inputs,
    undo: Undo,
    origins: Sequence[int],
    horizon: int,
) -> Floats | None:
    """Return forecasts of several steps on the original scale, the later ones fed the earlier ones.

    Args:
        series: rows and true values; the training rows are fitted. Targets of joint rows are fed
            the forecasts of all of them.
        alpha: penalty on the squared weights, 0 or more.
        inputs: what a row is.
        undo: what brings forecasts to the original scale.
        origins: the first row of each forecast, rising [K].
        horizon: H.

    Returns:
        [K, H], NaN for steps after the last row; None if they grow beyond all numbers.

    """
    rows = series.rows
    fitted = [fit_ridge(rows, alpha, output) for output in range(rows.y.shape[1])]
    weights = np.stack([own for own, _ in fitted], axis=1)
    model = Linear(weights, np.array([constant for _, constant in fitted]))
    scaled = linear_rollout(model, launch_of(rows, origins, inputs, undo), horizon)
    is_row = np.asarray(origins)[:, None] + np.arange(horizon) < len(rows.y)  # [K, H]
    with np.errstate(over="ignore", invalid="ignore"):  # checked below
        [forecasts] = undo.paths(scaled[None, ..., series.output], series, origins)
    if not np.isfinite(forecasts[is_row]).all():
        reason = "its forecasts are not finite"
        log.info("baseline: series %r: ridge left out (%s)", str(series.key), reason)
        return None
    return forecasts
