"""Forecasts of several steps ahead on the original scale.

Shape letters: R repeats, K origins, H steps ahead.
"""

from collections.abc import Sequence

from statecast.base.arrays import Floats
from statecast.data.inputs import Inputs
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.rollout import feedback_of, held_of, rollout
from statecast.forecasting.undo import Undo


def paths(
    networks: Rebatched,
    series: AlignedSeries,
    *,
    inputs: Inputs,
    undo: Undo,
    origins: Sequence[int],
    horizon: int,
) -> Floats:
    """Return the forecasts of ``rollout`` for a series, which may be a target of joint rows.

    Args:
        networks: trained and rebatched.
        series: rows and true values.
        inputs: what a row is.
        undo: what brings forecasts to the original scale.
        origins: the first row of each forecast [K], rising.
        horizon: H.

    Returns:
        [R, K, H]; NaN for steps after the last row.

    """
    rows = series.rows
    feedback = feedback_of(inputs, undo.scaler, rows.forecast_keys())
    held = held_of(inputs, undo.scaler, rows.forecast_keys())
    scaled = rollout(networks, rows, feedback, origins=origins, horizon=horizon, held=held)
    return undo.paths(scaled[..., series.output], series, origins)
