"""The best forecast of one series: configurations drawn, chosen by folds, and combined."""

import hashlib
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, require, shown
from statecast.base.keys import Nested, flat, with_values
from statecast.best.found import FoundSeries
from statecast.best.progress import OneBar
from statecast.network.ensemble import Ensemble
from statecast.study.checked import require_right_choices
from statecast.study.combination import FOLDS
from statecast.study.combined import Combined, combined_of
from statecast.study.conduct import run_block, study_of
from statecast.study.configurations import DIGEST, Configuration, Overrides, describe, expand
from statecast.study.facts import facts_of
from statecast.study.feasible import with_feasible_draws
from statecast.study.file import Combine, StudyFile
from statecast.study.local import Train
from statecast.study.measuring import Forecasts, Measuring, Ready, folder_to_measure_in
from statecast.study.members import Chosen, TrainedConfiguration

CALENDAR = "frame.calendar"
METHOD = "scale.method"
HORIZON = "forecast.horizon"
UNRECORDED = ("train.history_every",)  # is for speed where nobody sees the curves
COMBINE = Combine(members=8)  # of a study that says nothing of it
ARIMA = "auto_arima"
LONGEST_OF_ARIMA = 24  # rows of a season: with more of them one fit takes minutes


class Best(NamedTuple):
    """The best forecast of a series, and what it is made of."""

    series: pd.DataFrame  # unique_id, ds, y
    study: StudyFile
    failed: int  # configurations
    error: str  # of the first of these
    left_out: list[str]  # methods that take too long for this series
    chosen: list[Configuration]  # the best first
    combined: Combined  # networks in this order, and methods
    seconds: float


class Tried(NamedTuple):
    """A trained configuration and what it is chosen by."""

    trained: TrainedConfiguration
    rmse: float  # of the mean forecast of the repeats, on the validation rows


def study_with(
    content: Nested,
    found: FoundSeries,
    params: Nested,
    *,
    seed: int,
    where: str,
    horizon: int | None = None,
) -> StudyFile:
    """Return the study of a series.

    Where the study draws the calendar, it draws the cycle that the season of the series is.

    Args:
        content: of the study file.
        found: how the series is read.
        params: all sections.
        seed: of the draws and of the first repeat.
        where: the file, for the message of an error.
        horizon: rows to forecast; None: what the study says.

    Raises:
        StatecastError: the file draws nothing at random, has no folds, or is wrong.

    """
    given = dict(content)
    random = given.get("random")
    if not isinstance(random, dict):
        raise StatecastError(f"{where} must have random draws")
    ranges = _keys_in(random.get("ranges"), f"{where}: random.ranges")
    if CALENDAR in ranges:
        ranges[CALENDAR] = {"choices": [[], found.cycles()]}
    given["random"] = {**random, "seed": seed, "ranges": ranges}
    own = _keys_in(given.get("overrides"), f"{where}: overrides")
    asked = {} if horizon is None else {HORIZON: horizon}
    given["overrides"] = {**own, **found.overrides(), **asked, "train.seed": seed}
    study = study_of(given, params, where)
    if study.random is not None:  # the file names neither season nor rows
        facts = facts_of(with_values(params, study.overrides))
        require_right_choices(study, study.random.ranges, params, where)
        study = with_feasible_draws(study, params, facts, where)
    must = f"have {FOLDS} above 0: its networks are tested as they were trained"
    for own in study.configurations:
        folds = {**study.overrides, **own}.get(FOLDS, 0)
        require(bool(folds), where, must, folds)
        method = own.get(METHOD, study.overrides.get(METHOD))
        require(method != "onehot", f"{where}: {METHOD}", "be one of numbers", method)
    named = [_named(own, study.overrides) for own in study.configurations]
    return study.model_copy(update={"configurations": named})


def _keys_in(content: object, where: str) -> dict[str, Any]:
    """Return what a study file has under some name; nothing where it has nothing.

    Raises:
        StatecastError: it has no keys there.

    """
    is_mapping = content is None or isinstance(content, dict)
    require(is_mapping, where, "be a mapping of keys to values", shown(content))
    return dict(content or {})  # type: ignore[call-overload]  # it is a mapping


def horizon_of(study: StudyFile, params: Nested) -> int:
    """Return how many rows a study forecasts after the end of its series."""
    given = study.overrides if HORIZON in study.overrides else flat(params)
    return int(given.get(HORIZON, 0))


def best_of_study(
    study: StudyFile,
    train: Train,
    bar: OneBar,
    *,
    season_length: int,
    level: float | None,
    where: str,
) -> Best:
    """Run a study of one series and combine its best configurations with the automatic models.

    Args:
        study: from ``study_with``.
        train: trains jobs; ``bar`` shows how far it is.
        bar: of all phases.
        season_length: rows of a season.
        level: the share of the true values that intervals are to hold; None: what the study says.
        where: the study file, for the message of an error.

    Raises:
        StatecastError: no configuration could be run.

    """
    started = time.perf_counter()
    configurations = expand(study, where)
    tried, error = _tried(configurations, train, bar)
    asked = study.combine or COMBINE
    left_out = _too_slow(asked.baselines, season_length)
    methods = [name for name in asked.baselines if name not in left_out]
    section = asked.model_copy(update={"baselines": methods, "level": level or asked.level})
    chosen = [own.trained for own in sorted(tried, key=_place)[: section.members]]
    bar.enter("combine")
    step = bar.steps(len(chosen) + len(methods) + 1)
    combined = combined_of(
        [Chosen(own, own) for own in chosen],
        section,
        bar.during("train on all rows", train),
        season_length=season_length,
        done=step,
    )
    return Best(
        series=chosen[0].ready.frame,
        study=study,
        failed=len(configurations) - len(tried),
        error=error,
        left_out=left_out,
        chosen=[_as_experiment(own.configuration) for own in chosen],
        combined=combined,
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


def _place(own: Tried) -> tuple[float, str]:
    """Return what configurations are sorted by, in whatever order their trainings ended."""
    rmse = own.rmse if np.isfinite(own.rmse) else np.inf
    return rmse, own.trained.configuration.name


def _as_experiment(configuration: Configuration) -> Configuration:
    """Return a configuration whose learning curves are recorded."""
    kept = {key: value for key, value in configuration.overrides.items() if key not in UNRECORDED}
    return configuration._replace(overrides=kept)


def _tried(
    configurations: Sequence[Configuration], train: Train, bar: OneBar
) -> tuple[list[Tried], str]:
    """Return the configurations that could be trained, and the first error of the others.

    Raises:
        StatecastError: none could.

    """
    tried: list[Tried] = []

    def keep(
        configuration: Configuration, ready: Ready, ensemble: Ensemble, forecasts: Forecasts
    ) -> None:
        rmse = _validation_rmse(ready, forecasts)
        tried.append(Tried(TrainedConfiguration(configuration, ready, ensemble), rmse))

    step = bar.steps(len(configurations))
    with folder_to_measure_in() as folder:
        entered = bar.during("train", train)
        measuring = Measuring(entered, folder, keep=keep, prepared=step)
        outcomes = run_block(configurations, measuring, quietly=True)
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if not tried:
        raise StatecastError(errors[0])
    return tried, errors[0] if errors else ""


def _validation_rmse(ready: Ready, forecasts: Forecasts) -> float:
    """Return the RMSE of the mean forecast of the repeats over the known values of all folds.

    It is NaN where no value of the folds is judged.
    """
    folds = ready.with_part("validation")
    residuals = [
        forecast.mean(axis=0) - own.judged_values("validation")
        for forecast, own in zip(forecasts["validation"], folds, strict=True)
    ]
    errors = np.concatenate(residuals)
    known = errors[np.isfinite(errors)]
    return float(np.sqrt((known**2).mean())) if known.size else np.nan
