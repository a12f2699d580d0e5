"""From the history of series to series that live: one walk over all rows, many series at once.

Shape letters: R repeats, L lanes, N rows, K origins, H steps ahead.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.base.errors import require, shown
from statecast.base.identity import WHOLE, SeriesKey
from statecast.data.calendar import calendar_frame
from statecast.data.groups import Groups, groups_of_series
from statecast.data.inputs import add_inputs
from statecast.data.scaling import Scaler, scale_frame
from statecast.data.splits import with_fold
from statecast.data.transforms import transform
from statecast.flow.difference import applied
from statecast.forecasting.alignment import AlignedSeries, align
from statecast.forecasting.calls import calls_of
from statecast.forecasting.intervals import half_width
from statecast.forecasting.rollout import feedback_of, held_of
from statecast.forecasting.together import WalkedSeries, walk_together
from statecast.forecasting.undo import Undo
from statecast.network.network import Weights, lifted
from statecast.network.rows import SeriesRows
from statecast.online.clock import Clock
from statecast.online.health import root_mean_square
from statecast.online.kit import Kit, scales_of, undoing_of
from statecast.online.lanes import lane_of_row
from statecast.online.series import Fixed, LiveSeries, Memory, unstacked

Sizes = Mapping[str, tuple[int, int, int]]  # rows of train, validation and test of each series


class Past(NamedTuple):
    """The history of series that are to live, oldest first within each."""

    frame: pd.DataFrame  # unique_id, ds, y and the covariates
    scaler: Scaler  # fitted to each of them
    clocks: Mapping[str, Clock]


def framed(frame: pd.DataFrame, kit: Kit) -> pd.DataFrame:
    """Return the rows of series as the stage frame has them, before they are scaled."""
    return with_fold(
        add_inputs(applied(frame, kit.inverse).reset_index(drop=True), kit.inputs), WHOLE
    )


def scaled_rows(past: Past, kit: Kit, sizes: Sizes) -> list[SeriesRows]:
    """Return the rows of each series as the network sees them.

    Args:
        past: the series.
        kit: what a row is.
        sizes: of their parts; of a series that is not there all rows are validation rows.

    Raises:
        StatecastError: the sizes are not those of the rows.

    """
    scaled = scale_frame(framed(past.frame, kit), past.scaler)
    groups = groups_of_series(scaled)
    ds = scaled["ds"].to_numpy()[groups.order]
    names = [column.name for column in kit.inputs.columns()]
    x = scaled[names].to_numpy(float)[groups.order]
    y = scaled[["y"]].to_numpy(float)[groups.order]
    of_group = scaled["unique_id"].to_numpy()[groups.first_rows]
    rows = []
    for name, own in zip(of_group, groups.slices(), strict=True):
        count = own.stop - own.start
        own_sizes = sizes.get(name, (0, count, 0))
        must = f"be {count} in all, as history.parquet says"
        require(sum(own_sizes) == count, f"the parts of {shown(name)}", must, own_sizes)
        key = SeriesKey(name)
        scale = past.scaler.line(key).scale
        rows.append(SeriesRows(key, ds[own], x[own], y[own], own_sizes, scale))
    return rows


def live_series(past: Past, kit: Kit, sizes: Sizes, weights: "SharedWeights") -> list[LiveSeries]:
    """Return series that stand after the last row of their history, in its order.

    Args:
        past: the series.
        kit: what all series share.
        sizes: rows of train, validation and test of each; test is 0 where it is train.
        weights: of each series.

    """
    aligned = align(scaled_rows(past, kit, sizes), past.frame)
    groups = groups_of_series(past.frame)
    sources = dict(zip([own.key.unique_id for own in aligned], _sources(past, kit), strict=True))
    last = groups.order[groups.starts + groups.sizes - 1]  # row of each series
    last_ds = dict(zip(sources, past.frame["ds"].to_numpy()[last], strict=True))
    live: dict[str, LiveSeries] = {}
    for own, walked in _walked(aligned, kit):
        name = own.key.unique_id
        residuals = _residuals(own, walked, Undo(past.scaler, kit.inverse))
        train = own.rows.sizes[0]
        fixed = fixed_of(own.key, past, kit, weights, train=train, residuals=residuals)
        memory = Memory(
            lanes=unstacked(walked.state),
            values=own.y[-kit.values_kept :].tolist(),
            transformed=_transformed(own, kit),
            sources=sources[name],
        )
        number = fixed.clock.number_of(last_ds[name])
        live[name] = LiveSeries(kit, fixed, memory, len(own.rows.y), number)
    for series in live.values():
        series.start()
    return [live[own.key.unique_id] for own in aligned]


class SharedWeights:
    """The lifted weights of each series; one network for all series has them once."""

    def __init__(self, kit: Kit) -> None:
        """Take those of an ensemble."""
        self._ensemble = kit.networks.ensemble
        self._is_shared = kit.networks.batching.is_shared
        self._shared: Weights | None = None

    def of(self, key: SeriesKey) -> Weights:
        """Return the weights of a series."""
        if self._shared is None or not self._is_shared:
            self._shared = lifted(self._ensemble.weights_of(key))
        return self._shared


def later_rows(rows: SeriesRows) -> range:
    """Return the validation and test rows, which the networks were not trained on."""
    return range(0) if rows.test_is_train else range(rows.sizes[0], len(rows.y))


def _walked(
    aligned: Sequence[AlignedSeries], kit: Kit
) -> Iterator[tuple[AlignedSeries, WalkedSeries]]:
    """Yield each series with what a walk over its rows leaves behind."""
    rows = [own.rows for own in aligned]
    calls = [calls_of(kit.networks.walk(own), 1) for own in rows]
    lanes = lane_of_row(kit.networks, 0).lanes
    ensemble = kit.networks.ensemble
    keys = [own.key for own in rows]
    x = [own.x for own in rows]
    for index, walked in walk_together(ensemble, keys, x, calls, lanes):
        yield aligned[index], walked


def fixed_of(
    key: SeriesKey,
    past: Past,
    kit: Kit,
    weights: SharedWeights,
    *,
    train: int = 0,
    residuals: Floats | None = None,
) -> Fixed:
    """Return what a series has that no observation changes.

    Args:
        key: the series.
        past: its scaler and its clock.
        kit: what all series share.
        weights: of each series.
        train: how many training rows it has.
        residuals: errors on rows that were not trained on [K]; None: there are none.

    """
    if residuals is None:
        residuals = np.zeros(0)
    return Fixed(
        unique_id=key.unique_id,
        clock=past.clocks[key.unique_id],
        lane_of=lane_of_row(kit.networks, train),
        weights=weights.of(key),
        scales=scales_of(past.scaler, past.scaler.lines[key]),
        undoing=undoing_of(kit.inverse, key.unique_id, past.scaler.line(key)),
        feedback=feedback_of(kit.inputs, past.scaler, [key]),
        held=held_of(kit.inputs, past.scaler, [key]),
        half=half_width(residuals, kit.level),
        validation_rmse=root_mean_square(residuals),
    )


def _residuals(own: AlignedSeries, walked: WalkedSeries, undo: Undo) -> Floats:
    """Return the errors of the ensemble on known values that it was not trained on [K]."""
    later = later_rows(own.rows)
    parts = ("validation", "test") if len(later) else ()
    errors = [np.zeros(0)]
    for part in parts:
        if own.rows.count(part):
            scaled = walked.forecasts[:, own.rows.part(part), 0]
            forecast = undo.one_step(scaled, own, part).mean(axis=0)
            errors.append(forecast - own.judged_values(part))
    residuals = np.concatenate(errors)
    return residuals[np.isfinite(residuals)]


def _transformed(own: AlignedSeries, kit: Kit) -> list[float]:
    order = kit.order
    power = kit.inverse.power_of(own.key.unique_id)
    y = kit.inverse.without_season(own.y, own.key.unique_id)
    last = y[len(y) - order :]
    values: list[float] = transform(last, kit.inverse.transform, power).tolist()
    return values


def _sources(past: Past, kit: Kit) -> list[list[list[float]]]:
    """Return what the next inputs of each series are made of, the newest value last."""
    frame = applied(past.frame, kit.inverse).reset_index(drop=True)
    waves = calendar_frame(frame["ds"], kit.inputs.calendar)
    columns = pd.concat([frame, waves], axis=1)
    groups: Groups = groups_of_series(frame)
    kept = kit.rows_kept
    values = columns[kit.sources].to_numpy(float)[groups.order]
    return [values[own][-kept:].T.tolist() for own in groups.slices()]
