"""The best forecast of one series: configurations drawn, chosen by folds, and combined."""

import hashlib
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from tqdm import tqdm

from statecast.base.arrays import Floats
from statecast.base.errors import StatecastError, require
from statecast.base.keys import Nested, with_values
from statecast.best.found import FoundSeries
from statecast.best.members import (
    Member,
    TrainedConfiguration,
    method_after,
    method_member,
    network_member,
    networks_after,
)
from statecast.best.together import Combination, combination_of, interval_after
from statecast.forecasting.future import next_times
from statecast.forecasting.intervals import Interval
from statecast.network.ensemble import Ensemble
from statecast.study.combination import Rule
from statecast.study.conduct import run_block, study_of
from statecast.study.configurations import DIGEST, Configuration, Overrides, describe, expand
from statecast.study.facts import facts_of
from statecast.study.feasible import with_feasible_draws
from statecast.study.file import Combine, StudyFile
from statecast.study.local import Train
from statecast.study.measuring import Forecasts, Measuring, Ready, folder_to_measure_in

PERSISTENCE = "persistence"
CALENDAR = "frame.calendar"
PATIENCE = "train.patience"
UNRECORDED = ("train.history_every",)  # is for speed where nobody sees the curves
COMBINE = Combine(members=8)  # of a study that says nothing of it
ARIMA = "auto_arima"
LONGEST_OF_ARIMA = 24  # rows of a season: with more of them one fit takes minutes


class ForecastAfter(NamedTuple):
    """What comes after the end of a series."""

    ds: np.ndarray  # [H]
    forecast: Floats  # [H]
    interval: Interval | None  # [H]; None: too few rows to take one from


class Best(NamedTuple):
    """The best forecast of a series, and what it is made of."""

    series: pd.DataFrame  # unique_id, ds, y
    study: StudyFile
    failed: int  # configurations
    left_out: list[str]  # methods that take too long for this series
    chosen: list[Configuration]  # the best first
    together: Combination  # of the networks, in this order, and of methods
    future: ForecastAfter
    test_ds: np.ndarray  # [T]
    level: float
    seconds: float

    @property
    def methods(self) -> list[str]:
        """Return the members without a network, persistence as the last."""
        return self.together.methods(len(self.chosen))


class Chosen(NamedTuple):
    """A trained configuration and what it is chosen by."""

    trained: TrainedConfiguration
    rmse: float  # of the mean forecast of the repeats, on the validation rows


def study_with(
    content: Nested, found: FoundSeries, params: Nested, *, seed: int, where: str
) -> StudyFile:
    """Return the study of a series.

    Where the study draws the calendar, it draws the cycle that the season of the series is.

    Args:
        content: of the study file.
        found: how the series is read.
        params: all sections.
        seed: of the draws and of the first repeat.
        where: the file, for the message of an error.

    Raises:
        StatecastError: the file draws nothing at random, or early stopping, or is wrong.

    """
    given = dict(content)
    random = given.get("random")
    if not isinstance(random, dict):
        raise StatecastError(f"{where} must have random draws")
    ranges = dict(random.get("ranges") or {})
    if CALENDAR in ranges:
        ranges[CALENDAR] = {"choices": [[], found.cycles()]}
    given["random"] = {**random, "seed": seed, "ranges": ranges}
    own = given.get("overrides") or {}
    given["overrides"] = {PATIENCE: None, **own, **found.overrides(), "train.seed": seed}
    study = study_of(given, params, where)
    if study.random is not None:  # the file names neither season nor rows
        facts = facts_of(with_values(params, study.overrides))
        study = with_feasible_draws(study, params, facts)
    must = f"have no {PATIENCE}, because what comes next is forecast by a training on all rows"
    for values in (study.overrides, *study.configurations):
        require(values.get(PATIENCE) is None, where, must, values.get(PATIENCE))
    named = [_named(own, study.overrides) for own in study.configurations]
    return study.model_copy(update={"configurations": named})


def best_of_study(
    study: StudyFile, train: Train, *, season_length: int, level: float, where: str
) -> Best:
    """Run a study of one series and combine its best configurations with the automatic models.

    Args:
        study: from ``study_with``.
        train: trains jobs.
        season_length: rows of a season.
        level: the share of the true values that intervals are to hold.
        where: the study file, for the message of an error.

    Raises:
        StatecastError: no configuration could be run.

    """
    started = time.perf_counter()
    configurations = expand(study, where)
    tried = _tried(configurations, train)
    section = study.combine or COMBINE
    chosen = [own.trained for own in sorted(tried, key=_place)[: section.members]]
    ready = chosen[0].ready
    horizon = ready.with_part("test")[0].rows.count("test")
    left_out = _too_slow(section.baselines, season_length)
    methods = [name for name in section.baselines if name not in left_out]
    members = _members(chosen, methods, season_length, horizon)
    rule = Rule(section.weights, section.power, section.floor is not None)
    together = combination_of(members[:-1], members[-1], rule)
    future = _future(chosen, together, train, season_length=season_length, level=level)
    whole = ready.with_part("test")[0]
    return Best(
        series=ready.frame,
        study=study,
        failed=len(configurations) - len(tried),
        left_out=left_out,
        chosen=[_as_experiment(own.configuration) for own in chosen],
        together=together,
        future=future,
        test_ds=whole.rows.ds[whole.rows.part("test")],
        level=level,
        seconds=time.perf_counter() - started,
    )


def _too_slow(methods: Sequence[str], season_length: int) -> list[str]:
    """Return the methods that take too long where a season has so many rows."""
    is_long = season_length > LONGEST_OF_ARIMA
    return [name for name in methods if is_long and name == ARIMA]


def _named(drawn: Overrides, overrides: Overrides) -> Overrides:
    """Return a draw with a short name, which is the same for the same values."""
    values = describe({**overrides, **drawn})
    digest = hashlib.sha256(values.encode()).hexdigest()
    return {"name": digest[:DIGEST], **drawn}


def _place(own: Chosen) -> tuple[float, str]:
    """Return what configurations are sorted by, in whatever order their trainings ended."""
    rmse = own.rmse if np.isfinite(own.rmse) else np.inf
    return rmse, own.trained.configuration.name


def _as_experiment(configuration: Configuration) -> Configuration:
    """Return a configuration whose learning curves are recorded."""
    kept = {key: value for key, value in configuration.overrides.items() if key not in UNRECORDED}
    return configuration._replace(overrides=kept)


def _tried(configurations: Sequence[Configuration], train: Train) -> list[Chosen]:
    """Return the configurations that could be trained.

    Raises:
        StatecastError: none could.

    """
    tried: list[Chosen] = []

    def keep(
        configuration: Configuration, ready: Ready, ensemble: Ensemble, forecasts: Forecasts
    ) -> None:
        rmse = _validation_rmse(ready, forecasts)
        tried.append(Chosen(TrainedConfiguration(configuration, ready, ensemble), rmse))

    with folder_to_measure_in() as folder:
        outcomes = run_block(configurations, Measuring(train, folder, keep=keep))
    if not tried:
        raise StatecastError(outcomes[0].error)
    return tried


def _validation_rmse(ready: Ready, forecasts: Forecasts) -> float:
    """Return the RMSE of the mean forecast of the repeats over the rows of all folds."""
    folds = ready.with_part("validation")
    residuals = [
        forecast.mean(axis=0) - own.values("validation")
        for forecast, own in zip(forecasts["validation"], folds, strict=True)
    ]
    return float(np.sqrt((np.concatenate(residuals) ** 2).mean()))


def _members(
    chosen: Sequence[TrainedConfiguration], methods: Sequence[str], season_length: int, horizon: int
) -> list[Member]:
    """Return networks, methods and, as the last one, persistence."""
    members = []
    with _bar("combine", len(chosen) + len(methods) + 1) as bar:
        for own in chosen:
            members.append(network_member(own, horizon))
            bar.update()
        for method in (*methods, PERSISTENCE):
            members.append(
                method_member(method, chosen[0].ready, season_length=season_length, horizon=horizon)
            )
            bar.update()
    return members


def _future(
    chosen: Sequence[TrainedConfiguration],
    together: Combination,
    train: Train,
    *,
    season_length: int,
    level: float,
) -> ForecastAfter:
    """Return what comes next; all members are fitted anew on all rows."""
    ready = chosen[0].ready
    horizon = together.test.forecast.shape[1]
    whole = ready.with_part("test")[0]
    after: list[Floats | None] = [*networks_after(chosen, train, horizon)]
    after += [
        method_after(method, whole.y, season_length=season_length, horizon=horizon)
        for method in together.methods(len(chosen))
    ]
    forecast = together.after(after)
    ds = next_times(ready.frame, horizon)["ds"].to_numpy()
    return ForecastAfter(ds, forecast, interval_after(together, forecast, level))


def _bar(label: str, total: int) -> tqdm:
    return tqdm(total=total, desc=label, leave=False, disable=None)
