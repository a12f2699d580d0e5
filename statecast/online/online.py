"""A forecaster that lives with its series: observe a value, get the forecast of the next one.

Shape letters: R repeats, K origins, H steps ahead.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.artifacts.forecaster import StoredForecaster, read_forecaster
from statecast.base.arrays import Floats
from statecast.base.errors import StatecastError, require, shown
from statecast.base.files import undamaged
from statecast.base.identity import NETWORK, SeriesKey
from statecast.base.level import checked_share
from statecast.base.memory import require_memory
from statecast.base.paths import MODEL
from statecast.base.section import validated
from statecast.data.groups import groups_of_series
from statecast.data.scaling import Scaler
from statecast.forecasting.alignment import align
from statecast.forecasting.next_values import (
    ERRORS_AHEAD,
    NextPaths,
    future_table,
    memory_of_errors,
    memory_of_horizon,
    residuals_ahead,
)
from statecast.forecasting.undo import Undo
from statecast.online.clock import clocks_of
from statecast.online.health import Errors, Health
from statecast.online.kept_errors import KeptErrors
from statecast.online.kit import Kit, name_of
from statecast.online.lanes import lane_of_row
from statecast.online.newcomer import Newcomer, Rescaling, kit_with, scaler_of_begun
from statecast.online.opening import Past, SharedWeights, fixed_of, live_series, scaled_rows
from statecast.online.series import Fixed, LiveSeries, NextValue
from statecast.online.state import (
    Begun,
    OnlineState,
    Shapes,
    arrays_of,
    require_arrays,
    resumed,
    shapes_of,
)
from statecast.params.download import DownloadParams
from statecast.params.forecast import ForecastParams
from statecast.params.scale import ScaleParams
from statecast.params.series import SeriesParams

MOST_STEPS = 10_000  # of a forecast


class FirstFitted(NamedTuple):
    """What is fitted to the first rows of a series that began after the training."""

    scaler: Scaler
    power: float  # of a Box-Cox transform


def open_online(folder: str | Path = MODEL) -> "Online":
    """Return a forecaster that stands after the last rows of the series of a model folder.

    Args:
        folder: what the stage rebatch wrote.

    Raises:
        StatecastError: a file is missing or damaged, or the networks forecast symbols or several
            targets together.

    """
    return Online(read_forecaster(folder))


class Online:
    """Forecast series that go on: each observation moves the states of its series one row ahead.

    An observation takes the same time and memory however many came before. What is refused changes
    nothing. Calls must come one after the other: no two threads at once.
    """

    def __init__(self, stored: StoredForecaster) -> None:
        """Walk over the history of all series.

        Args:
            stored: from ``read_forecaster``.

        Raises:
            StatecastError: the networks forecast symbols, or several targets together.

        """
        require(not stored.is_symbols, "the series", "be numbers", "symbols")
        together = NETWORK in stored.history
        must = "be forecast by networks of their own, or by one for all series"
        require(not together, "the series", must, "several targets of one network")
        self._kit = kit_of(stored)
        self._past = past_of(stored)
        self._sizes = {key.unique_id: own for key, own in stored.sizes.items() if key.is_whole}
        self._rows_of = self._past.frame.groupby("unique_id", sort=False).indices
        self._weights = SharedWeights(self._kit)
        sizes = {name: own[:3] for name, own in self._sizes.items()}
        live = live_series(self._past, self._kit, sizes, self._weights)
        self._series: dict[str, LiveSeries | Newcomer]
        self._series = {own.fixed.unique_id: own for own in live}
        self._trained = {own.fixed.unique_id: own.fixed for own in live}
        self._grown: dict[str, FirstFitted] = {}  # of series that began after the training
        self._rescaling = rescaling_of(stored)
        self._errors_ahead = KeptErrors()
        self._horizon = max(
            1, validated(ForecastParams, stored.params.get("forecast", {}), "").horizon
        )

    def series(self) -> list[str]:
        """Return the names of the series that are known."""
        return list(self._series)

    @property
    def features(self) -> tuple[str, ...]:
        """Return the columns of ``frame.features``, which are known ahead."""
        return tuple(self._kit.inputs.features)

    @property
    def lagged(self) -> tuple[str, ...]:
        """Return the columns of ``frame.lagged``, which are known once y is."""
        return tuple(self._kit.inputs.lagged)

    @property
    def may_begin(self) -> bool:
        """Return whether a series is taken that the networks were not trained on."""
        has_one_step = len(set(self._past.clocks.values())) == 1
        is_plain = self._kit.inverse.seasonal == "none"  # a new series has no factors
        return self._kit.networks.batching.is_shared and has_one_step and is_plain

    def awaits(self, unique_id: str) -> bool:
        """Return whether the features of the next time of a series are to come by ``expect``.

        Raises:
            StatecastError: the series is not known.

        """
        series = self._known(unique_id)
        return isinstance(series, LiveSeries) and series.next_row is None

    def next_times(self, unique_id: str, h: int) -> list[str]:
        """Return the times of the next values of a series [H].

        Raises:
            StatecastError: the series is not known, or its calendar ends.

        """
        return list(self._known(unique_id).next_times(h))

    def last(self, unique_id: str) -> tuple[str, float]:
        """Return time and value of the last observation of a series.

        Raises:
            StatecastError: the series is not known.

        """
        return self._known(unique_id).last

    def observe(
        self,
        unique_id: str,
        ds: Any,
        y: float,
        features: Mapping[str, Any] | None = None,
        known_here: Mapping[str, Any] | None = None,
    ) -> NextValue:
        """Take an observation, and return the forecast of the next value.

        Args:
            unique_id: the series; 7 and "7" are one.
            ds: the time: text as data/series.csv has it, an integer, or a date.
            y: the value.
            features: of each column of ``frame.lagged`` its value at this time, and of each of
                ``frame.features`` its value at the next time, which is what they are known for.
                Without the latter the next value is not forecast before ``expect`` has them.
            known_here: of each column of ``frame.features`` its value at this time, which
                ``expect`` may have had before; then they must be the same.

        Raises:
            OutOfTurnError: the time is not the next one of the series, and ``download.fill`` fills
                nothing between, or its features are not known. Nothing has changed then.
            StatecastError: The value is not finite, or does not suit the transform. The series is
                not known. Columns are missing. Nothing has changed then.

        """
        name = name_of(unique_id)
        series = self._series.get(name)
        if isinstance(series, LiveSeries):
            return series.observe(ds, y, features, known_here)
        return self._observe_new(series or self._newcomer(name), ds, y, features, known_here)

    def expect(self, unique_id: str, features: Mapping[str, Any]) -> NextValue:
        """Take the features of the next time of a series, and return the forecast of its value.

        Raises:
            StatecastError: they are known already, or one is missing or no number.

        """
        return self._alive(unique_id).expect(features)

    def next_value(self, unique_id: str) -> NextValue:
        """Return the forecast of the next value of a series; nothing changes.

        Raises:
            StatecastError: the series is not known.

        """
        return self._known(unique_id).next_value()

    def forecast(
        self,
        unique_id: str,
        h: int,
        level: float | None = None,
        features: Mapping[str, Sequence[Any]] | None = None,
    ) -> pd.DataFrame:
        """Return the next values; each network is fed its own forecasts, and nothing changes.

        Args:
            unique_id: the series.
            h: how many values, H.
            level: the share of the values that the interval is to hold; None: that of
                ``forecast.level``.
            features: of each column of ``frame.features`` its values at these times [H].

        Returns:
            ``unique_id, ds, step, forecast, low, high, interval``, as data/future.csv.

        Raises:
            StatecastError: the series is not known, ``h`` or ``level`` is out of bounds, the
                forecast does not fit into memory, or features are missing.

        """
        series = self._alive(unique_id)
        name = series.fixed.unique_id
        self._require_steps(name, h)
        share = self._kit.level if level is None else checked_share(level, "`level`")
        ds, by_repeat = series.paths(int(h), features)
        residuals = self._residuals_of(name, int(h))
        return future_table([name], [NextPaths(ds, by_repeat).values(residuals, share)])

    def prepare(self, unique_id: str, h: int) -> None:
        """Work out the errors that intervals of a forecast are made of, for ``forecast``.

        They are those of the history, and may take seconds for a long one. Another thread may work
        them out while observations are taken. Those of the series that were asked for last are
        kept: 64 MB, or one series.

        Args:
            unique_id: the series; of one that began later there are none.
            h: as in ``forecast``.

        Raises:
            StatecastError: ``h`` is out of bounds, or the errors do not fit into memory.

        """
        name = name_of(unique_id)
        self._require_steps(name, h)
        self._residuals_of(name, int(h))

    def health(self, unique_id: str) -> Health:
        """Return how well the latest forecasts of a series did.

        Raises:
            StatecastError: the series is not known.

        """
        series = self._known(unique_id)
        if isinstance(series, Newcomer):
            return Errors().health(math.nan)
        return series.errors.health(series.fixed.validation_rmse)

    @property
    def state(self) -> OnlineState:
        """Return a copy of all that observations have changed."""
        alive = {name: own for name, own in self._series.items() if isinstance(own, LiveSeries)}
        begun = {name: _begun(fitted, name) for name, fitted in self._grown.items()}
        for name, own in self._series.items():
            if isinstance(own, Newcomer):
                begun[name] = own.as_begun()
        arrays = arrays_of(list(alive.values()), self._shapes)
        return OnlineState(self.model, list(alive), arrays, begun)

    def restore(self, state: OnlineState) -> None:
        """Go on from a state of a forecaster with the same networks.

        Raises:
            StatecastError: it is that of other networks, or is damaged; nothing has changed then.

        """
        is_state = isinstance(state, OnlineState)
        require(is_state, "`state`", "be one of read_state or of a forecaster", shown(state))
        require(state.model == self.model, "the state", "be one of these networks", "another")
        require_arrays(state.arrays, state.names, self._shapes)
        missing = [name for name in self._trained if name not in state.names]
        must = "have every series that the networks were trained on"
        require(not missing, "the state", must, f"no {', '.join(map(shown, missing[:5]))}")
        grown = {}
        series: dict[str, LiveSeries | Newcomer] = {}
        with undamaged("the state"):
            for place, name in enumerate(state.names):
                fixed = self._trained.get(name)
                if fixed is None:
                    grown[name] = self._fitted_of(name, state.begun[name])
                    fixed = self._fixed(name, grown[name])
                series[name] = resumed(self._kit, fixed, state.arrays, place)
            for name, begun in state.begun.items():
                if name not in series:
                    series[name] = self._newcomer(name, begun)
        self._series = series
        self._grown = grown

    @cached_property
    def model(self) -> str:
        """Return a digest of the networks and of all that a state depends on."""
        networks = self._kit.networks
        described = {
            "networks": networks.as_json(),
            "inputs": self._kit.inputs.as_json(),
            "scaler": self._past.scaler.as_json(),
            "inverse": self._kit.inverse.as_json(),
            "fill": [self._kit.fill, self._kit.season_length],
            "sizes": self._sizes,
        }
        digest = hashlib.sha256(json.dumps(described).encode())
        for weight in networks.ensemble.weights:
            digest.update(weight.tobytes())
        return digest.hexdigest()

    @property
    def _shapes(self) -> Shapes:
        return shapes_of(self._kit, lane_of_row(self._kit.networks, 0).lanes)

    def _observe_new(
        self,
        series: Newcomer,
        ds: Any,
        y: Any,
        features: Mapping[str, Any] | None,
        known_here: Mapping[str, Any] | None,
    ) -> NextValue:
        """Take an observation of a series that has no forecast yet."""
        series.observe(ds, y, features, known_here)
        name = series.unique_id
        try:
            value = series.next_value()
            grown = series.grown(self._weights) if series.is_ready else None
        except StatecastError:
            series.forget()
            raise
        if grown is None:
            self._series[name] = series
            return value
        self._series[name] = grown.series
        self._grown[name] = FirstFitted(grown.scaler, grown.power)
        return grown.series.next_value()

    def _newcomer(self, unique_id: str, begun: Begun | None = None) -> Newcomer:
        """Return a series that the networks were not trained on.

        Raises:
            StatecastError: there is no network for all series, their seasons are taken out, or
                their times differ.

        """
        if not self._kit.networks.batching.is_shared:
            must = "be one that the networks were trained on"
            raise StatecastError(f"the series must {must}, got {shown(unique_id)}")
        name = shown(unique_id)
        must = "be one that difference.seasonal was fitted to"
        require(self._kit.inverse.seasonal == "none", "the series", must, name)
        clocks = set(self._past.clocks.values())
        must = "have the same step, which a new series then has"
        require(len(clocks) == 1, "the times of all series", must, f"several, and {name} is new")
        series = Newcomer(self._kit, unique_id, next(iter(clocks)), self._rescaling)
        if begun is not None:
            series.ds = list(begun.ds)
            series.rows = [list(row) for row in begun.rows]
        return series

    def _fitted_of(self, unique_id: str, begun: Begun) -> FirstFitted:
        scaler = self._past.scaler
        own = scaler_of_begun(unique_id, begun, scaler.columns, scaler.method)
        return FirstFitted(own, begun.power)

    def _fixed(self, unique_id: str, fitted: FirstFitted) -> Fixed:
        """Return what a series has that began after the training."""
        clock = next(iter(self._past.clocks.values()))
        past = Past(self._past.frame, fitted.scaler, {unique_id: clock})
        kit = kit_with(self._kit, unique_id, fitted.power)
        return fixed_of(SeriesKey(unique_id), past, kit, self._weights)

    def _known(self, unique_id: str) -> LiveSeries | Newcomer:
        series = self._series.get(name_of(unique_id))
        if series is None:
            raise StatecastError(f"the series must be known, got {shown(unique_id)}")
        return series

    def _alive(self, unique_id: str) -> LiveSeries:
        series = self._known(unique_id)
        if isinstance(series, Newcomer):
            must = f"have {series.needed} observations for its first forecast"
            got = str(len(series.rows))
            raise StatecastError(f"series {shown(unique_id)} must {must}, got {got}")
        return series

    def _require_steps(self, unique_id: str, h: Any) -> None:
        """Check that a forecast may have so many steps, and that it fits into memory.

        Raises:
            StatecastError: it may not, or does not.

        """
        is_count = isinstance(h, int | np.integer) and not isinstance(h, bool)
        require(is_count and 1 <= h <= MOST_STEPS, "`h`", f"be from 1 to {MOST_STEPS}", shown(h))
        repeats = len(self._kit.networks.ensemble.seeds)
        [of_path] = memory_of_horizon(int(h), series=1, repeats=repeats).values()
        sizes = self._sizes.get(unique_id)
        later = 0 if sizes is None else sizes.validation + sizes.test
        farthest = max(int(h), self._horizon)
        of_errors = memory_of_errors(farthest, rows=later, repeats=repeats)
        require_memory({"`h` of all repeats": of_path, ERRORS_AHEAD.format("h"): of_errors})

    def _residuals_of(self, unique_id: str, horizon: int) -> Floats:
        """Return the errors of forecasts from each row that was not trained on [K, J].

        J is the horizon, or how many such rows there are if they are fewer: nothing is known of the
        errors farther ahead, and the interval is as wide there as before.
        """
        sizes = self._sizes.get(unique_id)
        if sizes is None or sizes.test_is_train:
            return np.empty((0, 1))
        later = max(1, sizes.validation + sizes.test)
        steps = min(horizon, later)
        kept = self._errors_ahead.of(unique_id, steps)
        if kept is None:
            kept = self._residuals_ahead(unique_id, min(max(horizon, self._horizon), later))
            self._errors_ahead.keep(unique_id, kept)
        return kept[:, :steps]

    def _residuals_ahead(self, unique_id: str, horizon: int) -> Floats:
        past = self._past
        own = past._replace(frame=past.frame.iloc[self._rows_of[unique_id]])
        sizes = self._sizes[unique_id]
        [rows] = scaled_rows(own, self._kit, {unique_id: sizes[:3]})
        rows = rows._replace(test_is_train=sizes.test_is_train)
        [residuals] = residuals_ahead(
            self._kit.networks,
            align([rows], own.frame),
            inputs=self._kit.inputs,
            undo=Undo(past.scaler, self._kit.inverse),
            horizon=horizon,
        )
        return residuals


def kit_of(stored: StoredForecaster) -> Kit:
    """Return what all series of a forecaster share."""
    download = validated(DownloadParams, stored.params["download"], "params.json")
    of_series = validated(SeriesParams, stored.params["series"], "params.json")
    return Kit(
        networks=stored.model.networks,
        inputs=stored.model.inputs,
        inverse=stored.model.undo.inverse,
        level=forecast_params(stored).level,
        fill=download.fill,
        season_length=of_series.season_length,
    )


def rescaling_of(stored: StoredForecaster) -> Rescaling:
    """Return how the scaler of a series is fitted that begins after the training."""
    scale = validated(ScaleParams, stored.params["scale"], "params.json")
    of_series = validated(SeriesParams, stored.params["series"], "params.json")
    lowest, highest = scale.range
    return Rescaling(scale.method, (lowest, highest), of_series.season_length)


def _begun(fitted: FirstFitted, unique_id: str) -> Begun:
    lines = fitted.scaler.lines[SeriesKey(unique_id)]
    scale = [line.scale for line in lines]
    return Begun(scale, [line.offset for line in lines], [], [], fitted.power)


def forecast_params(stored: StoredForecaster) -> ForecastParams:
    """Return the section ``forecast``; the defaults where the pipeline does not have it."""
    return validated(ForecastParams, stored.params.get("forecast", {}), "params.json")


def past_of(stored: StoredForecaster) -> Past:
    """Return the history of the series that the networks forecast; those left out are not."""
    history = stored.history
    scaler = stored.model.undo.scaler
    known = {key.unique_id for key in scaler.lines if key.is_whole}
    frame = history[history["unique_id"].isin(known)].reset_index(drop=True)
    groups = groups_of_series(frame)
    ds = frame["ds"].iloc[groups.order]
    names = frame["unique_id"].to_numpy()[groups.first_rows]
    times = [ds.iloc[own] for own in groups.slices()]
    frequency = validated(DownloadParams, stored.params["download"], "params.json").frequency
    clocks = clocks_of(times, stored.model.inputs.calendar, frequency)
    return Past(frame, scaler, dict(zip(names, clocks, strict=True)))
