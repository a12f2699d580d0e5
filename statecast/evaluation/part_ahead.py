"""Forecasts of several steps ahead from the rows of a part, the validation rows of folds say.

Weights of members and conformal intervals of each step ahead are made of them. Shape letters: J
members, D series, K origins, H steps ahead.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats
from statecast.base.identity import SeriesKey
from statecast.base.memory import require_memory
from statecast.data.inputs import Inputs
from statecast.evaluation.combining import Weights, combined
from statecast.evaluation.known_walks import walk_once
from statecast.evaluation.methods import Course
from statecast.evaluation.ridge_paths import ridge_paths
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.next_values import STEP_BYTES
from statecast.forecasting.paths import paths_in_turn
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo

PAIR_BYTES = 16  # of a mean forecast and its true value


class PartAhead(NamedTuple):
    """Forecasts of a part of a series or fold from some of its rows on, on the original scale."""

    key: SeriesKey
    forecast: Floats  # [K, H], NaN after the last row of the part
    y: Floats  # [K, H], NaN there too, and where the value was filled

    def residuals(self) -> Floats:
        """Return forecast minus truth [K, H]; NaN without a truth."""
        return self.forecast - self.y


def networks_ahead(
    networks: Rebatched,
    series: Sequence[AlignedSeries],
    part: str,
    *,
    inputs: Inputs,
    undo: Undo,
    horizon: int,
    stride: int = 1,
    warm_up: bool = True,
) -> list[PartAhead]:
    """Return the mean forecasts of the repeats, which are fed their own forecasts.

    Args:
        networks: trained and rebatched, also those of the folds.
        series: rows and true values of each series and fold; those without the part are left out.
        part: ``validation`` or ``test``.
        inputs: what a row is.
        undo: what brings forecasts to the original scale.
        horizon: H.
        stride: rows between two origins; the first row of the part is the first origin.
        warm_up: whether the state sees all rows before the part first; otherwise it is zero at the
            part's first row.

    Raises:
        StatecastError: the forecasts do not fit into memory, or one is not finite.

    """
    judged = [own for own in series if own.rows.count(part)]
    origins = [_origins(own, part, stride) for own in judged]
    repeats = len(networks.ensemble.seeds)
    require_memory(memory_of_part([len(own) for own in origins], repeats, horizon))
    ahead = paths_in_turn(
        networks,
        judged,
        inputs=inputs,
        undo=undo,
        origins=origins,
        horizon=horizon,
        starts=None if warm_up else [own.rows.part(part).start for own in judged],
    )
    return [
        _part_ahead(own, part, each, by_repeat.mean(axis=0))
        for own, each, by_repeat in zip(judged, origins, ahead, strict=True)
    ]


def memory_of_part(origins: Sequence[int], repeats: int, horizon: int) -> dict[str, int]:
    """Return what forecasts from the rows of a part take in memory, in words, and its bytes.

    Args:
        origins: how many of each series.
        repeats: R, whose forecasts are kept of one series at a time.
        horizon: H.

    """
    of_repeats = max(origins, default=0) * repeats * STEP_BYTES
    of_means = sum(origins) * PAIR_BYTES
    return {"`horizon` steps from all rows of a part": horizon * (of_repeats + of_means)}


def method_ahead(
    method: str,
    series: Sequence[AlignedSeries],
    part: str,
    *,
    season_length: int,
    horizon: int,
    stride: int = 1,
) -> list[PartAhead]:
    """Return the forecasts of a method from the same origins as those of ``networks_ahead``.

    Args:
        method: one of METHODS but ridge. It is fitted on the values before the part.
        series: rows and true values of each series and fold.
        part: ``validation`` or ``test``.
        season_length: rows in a season.
        horizon: H.
        stride: rows between two origins.

    Returns:
        Of each series and fold; all NaN if the method cannot forecast it.

    """
    judged = [own for own in series if own.rows.count(part)]
    origins = [_origins(own, part, stride) for own in judged]
    courses = [
        Course(str(own.key), own.y, own.places(part).start, own.first + np.array(each), horizon)
        for own, each in zip(judged, origins, strict=True)
    ]
    walked = walk_once(method, courses, season_length=season_length)
    forecasts = [None if own is None else own.forecast for own in walked]
    return [
        _part_ahead(own, part, each, _missing(each, horizon) if forecast is None else forecast)
        for own, each, forecast in zip(judged, origins, forecasts, strict=True)
    ]


def ridge_ahead(
    series: Sequence[AlignedSeries],
    part: str,
    *,
    alpha: float,
    inputs: Inputs,
    undo: Undo,
    horizon: int,
    stride: int = 1,
) -> list[PartAhead]:
    """Return the forecasts of ridge from the same origins as those of ``networks_ahead``.

    Args:
        series: rows and true values of each series and fold; the training rows are fitted.
        part: ``validation`` or ``test``.
        alpha: penalty on the squared weights, 0 or more.
        inputs: what a row is.
        undo: what brings forecasts to the original scale.
        horizon: H.
        stride: rows between two origins.

    Returns:
        Of each series and fold; all NaN if the forecasts grow beyond all numbers.

    """
    ahead = []
    for own in series:
        if own.rows.count(part):
            each = _origins(own, part, stride)
            paths = ridge_paths(own, alpha, inputs=inputs, undo=undo, origins=each, horizon=horizon)
            forecast = _missing(each, horizon) if paths is None else paths
            ahead.append(_part_ahead(own, part, each, forecast))
    return ahead


def combined_ahead(
    members: Sequence[Sequence[PartAhead]],
    names: Sequence[str],
    weights: Floats,
    weights_ahead: Floats,
    by: Weights = "validation",
) -> list[PartAhead]:
    """Return the forecasts of members together; the first step has weights of its own.

    Args:
        members: of each member [J] those of all series and folds, in the same order.
        names: of the series [D].
        weights: of the first step [J, D]; a member whose weight is 0 may have no forecast.
        weights_ahead: of the steps after it [J, D].
        by: as ``combined`` takes it.

    """
    places = {name: place for place, name in enumerate(names)}
    together = []
    for of_members in zip(*members, strict=True):
        series = places[of_members[0].key.unique_id]
        forecasts = np.stack([own.forecast for own in of_members])  # [J, K, H]
        is_within = np.isfinite(forecasts).any(axis=0)
        filled = np.where(is_within, forecasts, 0.0)
        forecast = combined(filled, weights_ahead[:, series], by)
        forecast[:, 0] = combined(filled[..., 0], weights[:, series], by)
        made = np.where(is_within, forecast, np.nan)
        together.append(of_members[0]._replace(forecast=made))
    return together


def residuals_by_series(ahead: Iterable[PartAhead]) -> dict[str, Floats]:
    """Return the errors by series [K, H], those of its folds one after the other.

    ``half_widths`` makes a conformal interval of them.
    """
    by_series: dict[str, list[Floats]] = {}
    for own in ahead:
        by_series.setdefault(own.key.unique_id, []).append(own.residuals())
    return {name: np.concatenate(residuals) for name, residuals in by_series.items()}


def rmse_by_series(
    ahead: Sequence[PartAhead], names: Sequence[str], *, step: int | None = None
) -> Floats:
    """Return the RMSE over all folds and origins of each series [D].

    Those of several members, stacked [J, D], are what ``member_weights`` takes.

    Args:
        ahead: of the folds or series.
        names: of the series [D].
        step: ahead, from 0; None: all steps.

    Returns:
        [D]; NaN where a forecast of a known value is missing, or no value is known.

    """
    squares: dict[str, list[Floats]] = {name: [] for name in names}
    for own in ahead:
        steps = slice(None) if step is None else slice(step, step + 1)
        is_known = np.isfinite(own.y[:, steps])
        squares[own.key.unique_id].append(own.residuals()[:, steps][is_known] ** 2)
    return np.sqrt([_mean(np.concatenate(of_series)) for of_series in squares.values()])


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else np.nan


def _origins(series: AlignedSeries, part: str, stride: int) -> range:
    """Return every so many rows of a part, the first among them."""
    rows = series.rows.part(part)
    return range(rows.start, rows.stop, stride)


def _missing(origins: Sequence[int], horizon: int) -> Floats:
    return np.full((len(origins), horizon), np.nan)


def _part_ahead(
    series: AlignedSeries, part: str, origins: Sequence[int], forecast: Floats
) -> PartAhead:
    """Return forecasts [K, H] beside the truth, both without what lies after the part."""
    horizon = forecast.shape[1]
    rows = np.array(origins)[:, None] + np.arange(horizon)  # [K, H]
    is_within = rows < series.rows.part(part).stop
    y = series.ahead(origins, horizon)
    return PartAhead(
        key=series.key,
        forecast=np.where(is_within, forecast, np.nan),
        y=np.where(is_within, y, np.nan),
    )
