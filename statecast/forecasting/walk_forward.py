"""Walk-forward forecasts of a part of a series: forecast a row, reveal its true value, move on.

Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), section 5.10. The
networks stay as they are.
"""

import numpy as np

from statecast.base.arrays import Floats, Singles
from statecast.base.errors import require
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.calls import calls_of, forecast
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo
from statecast.network.lanes import IDLE
from statecast.network.rows import SeriesRows


def walk_forward(
    networks: Rebatched, series: SeriesRows, part: str, *, warm_up: bool = True
) -> Singles:
    """Return one-step forecasts of a part, scaled, each made after the true rows before it.

    Args:
        networks: trained and rebatched.
        series: the scaled rows.
        part: ``train``, ``validation`` or ``test``.
        warm_up: whether the state sees all rows before the part first; otherwise it is zero at the
            part's first row.

    Returns:
        [R, rows of the part, O]

    Raises:
        StatecastError: a row of the part was left out in training, and so belongs to no lane.

    """
    walk = networks.walk(series)
    wanted = series.part(part)
    rows = np.arange(len(walk.lane))
    is_later = rows >= wanted.stop
    is_earlier = rows < wanted.start
    left_out = int((walk.lane[wanted] == IDLE).sum())
    must = "all be forecast: set `remainder`: pad, or another `batch_size`"
    got = f"{left_out} of {series.count(part)} left out in training"
    require(left_out == 0, f"the {part} rows", must, got)
    needed = walk.without(is_later if warm_up else is_later | is_earlier)
    calls = calls_of(needed, networks.batch_size)
    ensemble = networks.ensemble
    forecasts = forecast(ensemble.network, ensemble.weights_of(series.key), series.x, calls)
    return forecasts[:, wanted]


def forecast_part(
    networks: Rebatched, series: AlignedSeries, part: str, undo: Undo, *, warm_up: bool = True
) -> Floats:
    """Return the forecasts [R, rows of the part] of ``walk_forward`` on the original scale.

    Raises:
        StatecastError: as ``walk_forward``.

    """
    scaled = walk_forward(networks, series.rows, part, warm_up=warm_up)
    return undo.one_step(scaled[..., series.output], series, part)


def training_errors(networks: Rebatched, series: AlignedSeries, undo: Undo, repeats: int) -> Floats:
    """Return the errors of one-step forecasts of the training rows, from the zero state.

    Args:
        networks: trained and rebatched.
        series: rows and true values.
        undo: what brings forecasts to the original scale.
        repeats: at most so many, the first ones.

    Returns:
        [repeats, rows trained on]; rows that were left out in training have none.

    """
    walk = networks.walk(series.rows)
    train = series.rows.part("train")
    is_later = np.arange(len(walk.lane)) >= train.stop
    calls = calls_of(walk.without(is_later), networks.batch_size)
    ensemble = networks.ensemble
    weights = [weight[:repeats] for weight in ensemble.weights_of(series.rows.key)]
    scaled = forecast(ensemble.network, weights, series.rows.x, calls)
    values = undo.one_step(scaled[:, train, series.output], series, "train")
    errors = values - series.values("train")
    return errors[:, walk.lane[train] != IDLE]
