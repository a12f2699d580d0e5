"""Forecasts of several steps ahead by weighted sums of the inputs, which know no state.

Shape letters: F inputs of a row, L lookback, K origins, H steps ahead, O outputs.
"""

from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats
from statecast.forecasting.rollout import Launch, feed_back, held_at, hold


class Linear(NamedTuple):
    """Outputs that are weighted sums of the inputs, and a constant."""

    weights: Floats  # [F, O]
    constant: Floats  # [O]


def linear_rollout(model: Linear, launch: Launch, horizon: int) -> Floats:
    """Return scaled forecasts of the row of each origin and the ``horizon - 1`` rows after it.

    Lags of y after an origin are forecasts; lagged columns stay as they are before it.

    Args:
        model: the weights.
        launch: the series with its origins.
        horizon: H.

    Returns:
        [K, H, O]; NaN for steps after the last row. What grows beyond all numbers is infinite.

    """
    x = launch.series.x
    origins = np.asarray(launch.origins)
    forecasts = np.full((len(origins), horizon, len(model.constant)), np.nan)
    held = held_at(x[origins], launch.held)
    for ahead in range(horizon):
        row = origins + ahead  # [K]
        inputs = x[np.minimum(row, len(x) - 1)]  # [K, F]
        hold(inputs, held, ahead)
        for output, feedback in enumerate(launch.feedback):
            feed_back(inputs, forecasts[:, :ahead, output], feedback)
        with np.errstate(over="ignore", invalid="ignore"):  # the caller sees what is not finite
            said = inputs @ model.weights + model.constant
        forecasts[:, ahead] = np.where((row < len(x))[:, None], said, np.nan)
    return forecasts
