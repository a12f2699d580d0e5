"""``Statecast``: the pipeline on a frame in memory, in the form of the Nixtla libraries."""

from collections.abc import Sequence
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from statecast.artifacts.forecaster import (
    FILES,
    StoredForecaster,
    read_forecaster,
    write_forecaster,
)
from statecast.base.errors import StatecastError, require
from statecast.base.paths import PARAMS, path_of
from statecast.base.section import read_params
from statecast.base.writing import require_only, whole_folder
from statecast.data.gaps import Gaps
from statecast.flow.forecast import Known, paths_after
from statecast.flow.known import PreparedSeries, prepared_again
from statecast.forecasting.next_values import NextPaths
from statecast.forecasting.parity import Parity, parity
from statecast.forecasting.walk_forward import forecast_part
from statecast.library.columns import NAME, level_columns, levels_of
from statecast.library.door import (
    ROW,
    features_of,
    history_of,
    times_of,
)
from statecast.library.fitting import Fit, fitted
from statecast.library.form import FORM, FrameForm, form_of, read_form, write_form
from statecast.library.keywords import (
    Sections,
    defaults,
    fixed_keywords,
    keywords_of,
    keywords_of_file,
    plain,
    sections_of,
)
from statecast.library.messages import keys_from
from statecast.library.windows import cut_before, cutoffs_of, rows_after
from statecast.online.online import Online
from statecast.params.download import DownloadParams
from statecast.params.forecast import ForecastParams
from statecast.params.frame import FrameParams
from statecast.params.train import TrainParams
from statecast.training.guest import environment_put_back


class Statecast:
    """Forecast time series with many repeats of a stateful LSTM.

    Keywords are the keys of params.yaml, with its ranges and the defaults of the shipped file: see
    ``statecast.library.keywords`` for the names of keys that several sections have.

    >>> from statecast import Statecast
    >>> model = Statecast(lookback=2, units=[2], repeats=3, epochs=20, rebatch={"batch_size": 1})
    >>> model
    Statecast(lookback=2, repeats=3, epochs=20, units=[2])

    A series that repeats itself, of which four rows are not trained on:

    >>> import pandas as pd
    >>> days = pd.date_range("2024-01-01", periods=40)
    >>> df = pd.DataFrame({"unique_id": "a", "ds": days, "y": [1.0, 2.0, 4.0, 3.0] * 10})
    >>> model = Statecast(
    ...     lags=[], lookback=4, units=[4], repeats=3, epochs=200, learning_rate=0.02, test_size=4,
    ...     interval_folds=0,
    ... ).fit(df)
    >>> model.walk_forward().round({"Statecast": 1}).head(2)
      unique_id         ds    y  Statecast
    0         a 2024-02-06  1.0        1.0
    1         a 2024-02-07  2.0        2.0
    >>> model.predict(2).round({"Statecast": 1})
      unique_id         ds  Statecast
    0         a 2024-02-10        1.0
    1         a 2024-02-11        2.0
    """

    def __init__(self, **keywords: Any) -> None:
        """Take note of keywords.

        Args:
            keywords: keys of params.yaml. A section may be given as a mapping.

        Raises:
            StatecastError: there is no such key, or its value is out of its range.

        """
        self._given = keywords_of(keywords)
        self._sections = sections_of(self._given)
        self._fit: Fit | None = None
        self._form = FrameForm({})

    @classmethod
    def from_params(cls, path: str | Path = PARAMS) -> Self:
        """Return a model with the keys of a params.yaml; sections that it lacks have the defaults.

        Raises:
            StatecastError: the file cannot be read, has no section, or has a mistake.

        """
        own = path_of(path, "path")
        return cls(**keywords_of_file(read_params(own), str(own)))

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002 (as scikit-learn)
        """Return all keywords with their values."""
        return {**deepcopy(defaults()), **self._given}

    def set_params(self, **keywords: Any) -> Self:
        """Set keywords; what was fitted is forgotten unless the networks do not depend on them.

        They depend on all keys but those of ``evaluate`` and ``forecast``.

        Raises:
            StatecastError: as the constructor.

        """
        changed = keywords_of(keywords)
        given = {**self._given, **changed}
        self._sections = sections_of(given)
        self._given = given
        fit = self._fit
        self._forget()
        if fit is not None and not fixed_keywords(changed):
            stored = fit.stored._replace(params=self._sections.as_json())
            self._fit = fit._replace(stored=stored)
        return self

    def __repr__(self) -> str:
        """Return the keywords that are not the default."""
        others = defaults()
        given = {name: plain(self._given[name]) for name in others if name in self._given}
        changed = [
            f"{name}={value!r}" for name, value in given.items() if value != plain(others[name])
        ]
        return f"Statecast({', '.join(changed)})"

    def fit(self, df: pd.DataFrame) -> Self:
        """Train networks on series; TensorFlow is imported here for the first time.

        Args:
            df: ``unique_id, ds`` (dates or integers), ``y`` and the columns of ``features`` and
                ``lagged``, in any order of rows. A column ``network`` says which series are targets
                of one network; other columns are left alone. The last ``test_size`` and
                ``validation_size`` rows of a series are not trained on.

        Raises:
            StatecastError: a column is missing, a value is no finite number, times are not regular
                or missing, or a keyword does not suit the series.

        """
        method = self._sections.scale.method
        require(method != "onehot", "Statecast: scale.method", "be one of numbers", method)
        history = self._history(df)
        form = form_of(df)
        fit = fitted(history, self._sections)
        self._forget()
        self._form = form
        self._fit = fit
        return self

    @keys_from(ForecastParams, TrainParams, FrameParams, features="X_df", horizon="h")
    def predict(
        self,
        h: int,
        level: Sequence[float] | None = None,
        X_df: pd.DataFrame | None = None,  # noqa: N803 (as the Nixtla libraries)
    ) -> pd.DataFrame:
        """Forecast the values after the end of each series.

        Args:
            h: how many of each.
            level: percent of the true values that intervals are to hold, ``[80, 90]`` say.
            X_df: ``unique_id, ds`` and the columns of ``features`` at these times, where the model
                has features; further rows are left alone.

        Returns:
            ``unique_id, ds, Statecast`` and, of each level, ``Statecast-lo-90, Statecast-hi-90``. A
            bound is NaN where a series has too few test and validation rows for its level: 12 are
            enough for 90 %, 19 for 95 %.

        Raises:
            StatecastError: the model is not fitted, a value of a feature is missing, or the
                horizon is too long.

        """
        horizon = _count(h, "h")
        levels = levels_of(level)
        known = self._known
        known.require_memory(horizon, intervals=bool(levels))
        paths = paths_after(
            self._forecasting,
            horizon,
            self._sections.download.frequency,
            self._features(X_df),
        )
        return self._table(paths, horizon, levels)

    def cross_validation(
        self,
        df: pd.DataFrame,
        h: int,
        n_windows: int = 1,
        step_size: int | None = None,
        level: Sequence[float] | None = None,
    ) -> pd.DataFrame:
        """Forecast several windows at the end of each series, each by a model fitted before it.

        Args:
            df: as in ``fit``; what ``fill`` fills must lie before the windows.
            h: rows of a window.
            n_windows: how many; the last one ends with the series.
            step_size: rows from one window to the next; None: ``h``.
            level: as in ``predict``.

        Returns:
            ``unique_id, ds, cutoff, y, Statecast`` and the intervals; the cutoff is the last time
            that the model knows.

        Raises:
            StatecastError: as ``fit`` and ``predict``.

        """
        horizon = _count(h, "h")
        step = horizon if step_size is None else _count(step_size, "step_size")
        features = self._sections.frame.features
        self._history(df)  # what is wrong with its last rows no fit would see
        rows = df.assign(ds=times_of(df["ds"]))
        ordered = rows.sort_values(ROW, kind="stable", ignore_index=True)
        windows = []
        for later in cutoffs_of(_count(n_windows, "n_windows"), step, horizon):
            known = cut_before(ordered, later)
            truth = rows_after(ordered, later, horizon)
            model = Statecast(**self._given).fit(known)
            forecast = model.predict(horizon, level, truth if features else None)
            last = known.groupby("unique_id", sort=False)["ds"].last()
            of_window = truth[[*ROW, "y"]].merge(forecast, on=ROW, how="left")
            _require_whole(of_window)
            of_window.insert(2, "cutoff", of_window["unique_id"].map(last))
            windows.append(of_window)
        return pd.concat(windows).sort_values(["unique_id", "cutoff", "ds"], ignore_index=True)

    def walk_forward(self, part: str = "test") -> pd.DataFrame:
        """Forecast rows that were not trained on, one step ahead: forecast, reveal, move on.

        The networks stay as they are; this is what the stage evaluate measures.

        Args:
            part: ``test`` or ``validation``.

        Returns:
            ``unique_id, ds, y, Statecast``; y is NaN in a gap that was filled and right after it,
            where no forecast is judged

        Raises:
            StatecastError: the model is not fitted, or there is no such row.

        """
        must = "be test or validation"
        require(part in ("test", "validation"), "part", must, part)
        known = self._known
        series = [own for own in known.series if own.rows.count(part)]
        require(bool(series), f"{part} rows", "be there", "none")
        warm_up = self._sections.evaluate.warm_up
        forecasts = forecast_part(known.networks, series, part, known.undo, warm_up=warm_up)
        names: list[str] = []
        ds: list[str] = []
        for own in series:
            times = own.rows.ds[own.rows.part(part)].tolist()
            names += [own.key.unique_id] * len(times)
            ds += times
        table = self._form.rows(names, ds)
        table["y"] = np.concatenate([own.judged_values(part) for own in series])
        table[NAME] = np.concatenate([own.mean(axis=0) for own in forecasts])
        return table

    def rebatch(self, batch_size: int, state: str | None = None) -> "Statecast":
        """Return a model of the same weights that forecasts at another batch size.

        Args:
            batch_size: rows of a forecasting call.
            state: the state that a row goes on from: ``lanes``, ``carry`` or ``reset``; None: that
                of this model. With ``lanes`` the networks compute the function that was trained.

        Raises:
            StatecastError: the model is not fitted, or a value is out of its range.

        """
        fit = self._fitted
        wanted = self._sections.rebatch.state if state is None else state
        own = Statecast(**self._given).set_params(
            rebatch={"batch_size": batch_size, "state": wanted}
        )
        section = own._sections.rebatch
        model = fit.stored.model
        networks = model.networks._replace(batch_size=section.batch_size, policy=section.state)
        stored = fit.stored._replace(
            model=model._replace(networks=networks), params=own._sections.as_json()
        )
        own._fit = fit._replace(stored=stored)
        own._form = self._form
        return own

    def parity(self) -> Parity:
        """Return whether the networks compute the function that was trained, and how far off.

        Raises:
            StatecastError: the model is not fitted.

        """
        fit = self._fitted
        return parity(fit.stored.model.networks, fit.prepared.rows)

    def online(self) -> Online:
        """Return a forecaster that lives with its series: observations in, forecasts out.

        It stands after the last rows of the series; TensorFlow is not imported.

        Raises:
            StatecastError: the model is not fitted, or its networks forecast several targets.

        """
        return Online(self._fitted.stored)

    def save(self, folder: str | Path) -> None:
        """Write the model as the pipeline writes ``data/model``; ``load`` reads both.

        Args:
            folder: a new one, or one that has a model, which is replaced.

        Raises:
            StatecastError: the model is not fitted, the folder has other files, or a file cannot be
                written.

        """
        stored = self._fitted.stored
        path = path_of(folder, "folder")
        require_only(path, (*FILES, FORM))
        proof = self.parity()
        with whole_folder(path):
            write_forecaster(stored, proof, proof.in_words(stored.model.networks), path)
            write_form(self._form, path)

    @property
    def stored(self) -> StoredForecaster:
        """Return all that was fitted, as plain types.

        Raises:
            StatecastError: the model is not fitted.

        """
        return self._fitted.stored

    @property
    def _fitted(self) -> Fit:
        if self._fit is None:
            raise StatecastError("the model must be fitted, got none: call fit, or load one")
        return self._fit

    @cached_property
    def _known(self) -> Known:
        fit = self._fitted
        return fit.prepared.known_to(fit.stored.model.networks)

    @cached_property
    def _forecasting(self) -> Known:
        """Return the networks that forecast what comes next: with ``refit`` those of all rows."""
        if not self._sections.forecast.refit:
            return self._known
        with environment_put_back():
            return self._known.refitted(self._fitted.stored.setting)

    def _forget(self) -> None:
        self._fit = None
        for name in ("_known", "_forecasting"):
            self.__dict__.pop(name, None)

    @keys_from(DownloadParams, FrameParams)
    def _history(self, df: pd.DataFrame) -> pd.DataFrame:
        of_frame = self._sections.frame
        download = self._sections.download
        gaps = Gaps(download.fill, download.frequency, self._sections.series.season_length)
        return history_of(df, [*of_frame.features, *of_frame.lagged], gaps)

    def _features(self, df: pd.DataFrame | None) -> pd.DataFrame | None:
        names = self._known.inputs.features
        must = "be None for a model without features"
        require(df is None or bool(names), "X_df", must, "a frame")
        return None if df is None else features_of(df, names)

    def _table(
        self, paths: Sequence[NextPaths], horizon: int, levels: Sequence[float]
    ) -> pd.DataFrame:
        """Return what comes next in the columns of the Nixtla libraries."""
        names = [own.key.unique_id for own in self._known.series]
        every = [name for name in names for _ in range(horizon)]
        table = self._form.rows(every, np.concatenate([path.ds for path in paths]))
        table[NAME] = np.concatenate([path.by_repeat.mean(axis=0) for path in paths])
        if levels:
            residuals = self._known.residuals(horizon)
            for name, values in level_columns(names, paths, residuals, levels).items():
                table[name] = values
        return table


def load(folder: str | Path, **keywords: Any) -> Statecast:
    """Return the model of a folder that the pipeline or ``Statecast.save`` wrote.

    TensorFlow is not imported.

    Args:
        folder: of the model.
        keywords: keys of ``evaluate`` and ``forecast``, ``refit=True`` say. Those that are not
            given are those of the model, or of the params.yaml beside the folder ``data`` that it
            is in.

    Raises:
        StatecastError: a file is missing or damaged, the model is one of symbols, or a keyword is
            one that the networks depend on.

    """
    path = path_of(folder, "folder")
    stored = read_forecaster(path)
    must = "forecast numbers"
    require(not stored.is_symbols, f"the model of {path}", must, "one of symbols")
    model = Statecast(**keywords_of_file(stored.params, str(path)))
    model._form = read_form(path, stored.history["unique_id"].unique().tolist())
    model._fit = Fit(stored, _prepared(stored, model._sections))
    fixed = fixed_keywords(keywords_of(keywords))
    must = "be keys of evaluate or forecast"
    require(not fixed, "Statecast: keywords of a fitted model", must, ", ".join(fixed))
    return model.set_params(**keywords)


def _prepared(stored: StoredForecaster, sections: Sections) -> PreparedSeries:
    own = stored.model
    return prepared_again(stored.history, own.inputs, own.undo, sections.difference, sections.frame)


def _require_whole(window: pd.DataFrame) -> None:
    """Check that a window has every time and every value, which nothing fills for it."""
    is_whole = window[["y", NAME]].notna().all(axis=1)
    must = "have a row and a y at every time"
    got = f"a gap before or at {window['ds'][~is_whole].min()}"
    require(bool(is_whole.all()), "windows", must, got)


def _count(value: Any, name: str) -> int:
    is_count = isinstance(value, int | np.integer) and not isinstance(value, bool)
    require(is_count and int(value) >= 1, name, "be a whole number, 1 or more", value)
    return int(value)
