"""Walk-forward forecasts of a part of series: forecast a row, reveal its true value, move on.

Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), section 5.10. The
networks stay as they are.
"""

from collections.abc import Sequence

import numpy as np

from statecast.base.arrays import Floats, Ints, Singles
from statecast.base.errors import require
from statecast.forecasting.alignment import AlignedSeries, different_rows
from statecast.forecasting.calls import Calls, calls_of
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.together import forecast_together, groups_of
from statecast.forecasting.undo import Undo
from statecast.network.lanes import IDLE, Walk
from statecast.network.rows import SeriesRows


def walk_forward(
    networks: Rebatched, series: Sequence[SeriesRows], part: str, *, warm_up: bool = True
) -> list[Singles]:
    """Return one-step forecasts of a part of each series, made after the true rows before it.

    Args:
        networks: trained and rebatched.
        series: the scaled rows of each.
        part: ``train``, ``validation`` or ``test``.
        warm_up: whether the state sees all rows before the part first; otherwise it is zero at the
            part's first row.

    Returns:
        Of each series [R, rows of the part, O], scaled.

    Raises:
        StatecastError: a row of the part was left out in training, and so belongs to no lane.

    """
    calls = [_calls_to(networks, rows, part, warm_up=warm_up) for rows in series]
    repeats = len(networks.ensemble.seeds)
    of_part: list[Singles] = []
    for group in groups_of([rows.y.size * repeats for rows in series]):
        forecasts = _walked(networks, series[group], calls[group])
        pairs = zip(forecasts, series[group], strict=True)
        of_part += [own[:, rows.part(part)].copy() for own, rows in pairs]  # the others go
    return of_part


def forecast_part(
    networks: Rebatched,
    series: Sequence[AlignedSeries],
    part: str,
    undo: Undo,
    *,
    warm_up: bool = True,
) -> list[Floats]:
    """Return the forecasts of ``walk_forward`` on the original scale.

    Args:
        networks: trained and rebatched.
        series: rows and true values of each; targets of one network share their rows.
        part: as in ``walk_forward``.
        undo: what brings forecasts to the original scale.
        warm_up: as in ``walk_forward``.

    Returns:
        Of each series [R, rows of the part].

    Raises:
        StatecastError: as ``walk_forward``.

    """
    rows = different_rows(series)
    walked = walk_forward(networks, list(rows.values()), part, warm_up=warm_up)
    scaled = dict(zip(rows, walked, strict=True))
    return [undo.one_step(scaled[own.rows.key][..., own.output], own, part) for own in series]


def training_errors(
    networks: Rebatched, series: Sequence[AlignedSeries], undo: Undo, repeats: int
) -> list[Floats]:
    """Return the errors of one-step forecasts of the training rows, from the zero state.

    Args:
        networks: trained and rebatched.
        series: rows and true values of each.
        undo: what brings forecasts to the original scale.
        repeats: at most so many, the first ones.

    Returns:
        Of each series [repeats, rows trained on]; rows that were left out in training have none.

    """
    first = networks._replace(ensemble=networks.ensemble.first(repeats))
    walks = [networks.walk(own.rows) for own in series]
    pairs = list(zip(series, walks, strict=True))
    calls = [_calls_before(networks, walk, own.rows.part("train").stop) for own, walk in pairs]
    forecasts = _walked(first, [own.rows for own in series], calls)
    errors = []
    for (own, walk), scaled in zip(pairs, forecasts, strict=True):
        train = own.rows.part("train")
        values = undo.one_step(scaled[:, train, own.output], own, "train")
        is_trained = walk.lane[train] != IDLE
        errors.append((values - own.values("train"))[:, is_trained])
    return errors


def _walked(
    networks: Rebatched, series: Sequence[SeriesRows], calls: Sequence[Calls]
) -> list[Singles]:
    """Return the forecasts [R, N, O] of each series in its calls."""
    keys = [rows.key for rows in series]
    return forecast_together(networks.ensemble, keys, [rows.x for rows in series], calls)


def _calls_to(networks: Rebatched, series: SeriesRows, part: str, *, warm_up: bool) -> Calls:
    """Return the calls up to the end of a part.

    Raises:
        StatecastError: a row of the part was left out in training.

    """
    walk = networks.walk(series)
    wanted = series.part(part)
    left_out = int((walk.lane[wanted] == IDLE).sum())
    must = "all be forecast: set `remainder`: pad, or another `batch_size`"
    got = f"{left_out} of {series.count(part)} left out in training"
    require(left_out == 0, f"the {part} rows", must, got)
    if not warm_up:
        walk = walk.without(_rows(walk) < wanted.start)
    return _calls_before(networks, walk, wanted.stop)


def _calls_before(networks: Rebatched, walk: Walk, stop: int) -> Calls:
    """Return the calls of the rows before ``stop``."""
    is_later = _rows(walk) >= stop
    return calls_of(walk.without(is_later), networks.batch_size)


def _rows(walk: Walk) -> Ints:
    return np.arange(len(walk.lane))
