"""What forecasts of several steps ahead are worth, step by step.

Shape letters: R repeats, K origins, H steps ahead.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.data.inverse import Inverse
from statecast.data.scaling import Scaler
from statecast.evaluation.measures import mean_over_series, rmse, summary
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.rollout import feedback_of, origins_of, paths_on_original_scale, rollout, truth_ahead
from statecast.network.ensemble import Model
from statecast.network.rows import Series


class Ahead(NamedTuple):
    """Forecasts of one series from every origin of a part, on the original scale."""

    forecast: np.ndarray  # [R, K, H]
    y: np.ndarray  # [K, H]
    persistence: np.ndarray  # [K, H], the last value known
    seasonal_naive: np.ndarray  # [K, H], the last value known of the same season


class Undo(NamedTuple):
    """What brings forecasts to the original scale, and back into the inputs."""

    row: dict[str, Any]  # what a row is: scaled/frame.json
    scaler: Scaler
    inverse: Inverse


def forecasts_ahead(
    model: Model,
    one: Series,
    y: np.ndarray,
    rebatched: Rebatched,
    undo: Undo,
    *,
    horizon: int,
    season_length: int,
) -> Ahead | None:
    """Return the forecasts of the test rows; None where they are fewer than the horizon.

    Args:
        model: the networks.
        one: the scaled series.
        y: its true values up to its last row.
        rebatched: how the networks were trained, and how they forecast now.
        undo: what brings forecasts to the original scale.
        horizon: H.
        season_length: rows in a season.

    """
    origins = origins_of(one, "test", horizon)
    if len(origins) == 0:
        return None
    feedback = feedback_of(undo.row, undo.scaler, one.unique_id)
    scaled = rollout(model, one, rebatched, feedback, origins=origins, horizon=horizon)
    paths = paths_on_original_scale(scaled, y, one, origins, scaler=undo.scaler, inverse=undo.inverse)
    first = len(y) - len(one.y)
    last = np.array([first + origin - 1 for origin in origins])[:, None]  # the last value known
    back = season_length - 1 - np.arange(horizon)[None] % season_length
    seasonal = y[np.maximum(last - back, 0)]
    persistence = np.repeat(y[last], horizon, axis=1)
    return Ahead(paths, truth_ahead(one, y, origins, horizon), persistence, seasonal)


def _by_step(forecast: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the RMSE over the origins: [..., K, H] and [K, H] to [..., H]."""
    return rmse(forecast.swapaxes(-1, -2), y.T)


def errors_ahead(found: Sequence[Ahead]) -> dict[str, np.ndarray]:
    """Return the RMSE at each step by method, the mean over series: ``network`` [R, H], the others [H]."""
    return {
        "network": mean_over_series([_by_step(one.forecast, one.y) for one in found]),
        "ensemble": mean_over_series([_by_step(one.forecast.mean(axis=0), one.y) for one in found]),
        "persistence": mean_over_series([_by_step(one.persistence, one.y) for one in found]),
        "seasonal_naive": mean_over_series([_by_step(one.seasonal_naive, one.y) for one in found]),
    }


def measures_ahead(errors: dict[str, np.ndarray]) -> dict[str, Any]:
    """Return the metrics by step: mean and standard deviation over the repeats, the ensemble and the naive methods."""
    content = {}
    for step in range(errors["ensemble"].shape[0]):
        over_repeats = summary(errors["network"][:, step])
        figures: dict[str, Any] = {"rmse": {name: over_repeats[name] for name in ("mean", "std")}}
        figures |= {name: float(values[step]) for name, values in errors.items() if name != "network"}
        content[f"step_{step + 1}"] = figures
    return content


def table_ahead(errors: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return ``step, method, rmse, std``; std is over the repeats, of the network alone."""
    frames = []
    for name, values in errors.items():
        each = values if name == "network" else values[None]
        std = each.std(axis=0, ddof=1) if len(each) > 1 else np.full(each.shape[1], np.nan)
        steps = np.arange(1, each.shape[1] + 1)
        frames.append(pd.DataFrame({"step": steps, "method": name, "rmse": each.mean(axis=0), "std": std}))
    return pd.concat(frames)
