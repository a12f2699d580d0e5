"""A study's own forecast: that of its best configurations and of baselines together.

Shape letters: J members, D series, N rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats, Ints
from statecast.base.errors import StatecastError, require
from statecast.base.identity import SeriesKey
from statecast.base.keys import Nested, has, value_at
from statecast.base.paths import METRICS
from statecast.evaluation.combining import (
    Weights,
    combined,
    member_weights,
    weights_above_persistence,
)
from statecast.evaluation.known_walks import walk_once
from statecast.evaluation.methods import Course
from statecast.study.configurations import Configuration, experiment_name

SIZE = "frame.validation_size"
FOLDS = "frame.validation_folds"
CHOSEN_BY = "validation.rmse.mean"
OF_ROWS = ["unique_id", "fold", "ds"]  # tell which value is forecast


def require_validation(params: Nested, overrides: Mapping[str, Any], where: str) -> None:
    """Check that a study that chooses has validation rows to choose by.

    Args:
        params: all sections.
        overrides: of the study.
        where: its file, for the message of an error.

    Raises:
        StatecastError: it has no validation rows.

    """
    own = value_at(params, SIZE) if has(params, SIZE) else 0
    size = overrides.get(SIZE, own)
    must = "be above 0, because a choice by the test rows would be the luckiest of many draws"
    require(_is_above_0(size), f"{where}: {SIZE}", must, size)


def _is_above_0(size: object) -> bool:
    """Return whether a size is above 0; of what is no number the stage frame says so."""
    try:
        return float(size) > 0  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return size is not None


def validation_rmse(metrics: Nested) -> float:
    """Return what configurations are chosen by: the mean RMSE on the validation rows.

    Raises:
        StatecastError: there is no such metric.

    """
    if not has(metrics, CHOSEN_BY):
        must = f"have {CHOSEN_BY}, got no such metric"
        raise StatecastError(f"{METRICS} must {must}")
    return float(value_at(metrics, CHOSEN_BY))


def best(results: Mapping[str, Nested], number: int) -> list[str]:
    """Return the names of the configurations with the lowest validation RMSE, the best first.

    Args:
        results: name to metrics.
        number: how many names.

    Raises:
        StatecastError: as ``validation_rmse``.

    """
    errors = {name: validation_rmse(metrics) for name, metrics in results.items()}
    best_first = sorted(errors, key=lambda name: errors[name])
    return best_first[:number]


def is_on_all_rows(configuration: Configuration, params: Nested) -> bool:
    """Return whether a configuration trains on the validation rows too: with folds it does.

    Args:
        configuration: of a study.
        params: all sections, before its overrides.

    """
    own = value_at(params, FOLDS) if has(params, FOLDS) else 0
    return bool(configuration.overrides.get(FOLDS, own))


def refitted(configuration: Configuration) -> Configuration:
    """Return a configuration that trains on the validation rows too."""
    name = experiment_name(f"{configuration.name}-refit")
    return Configuration(name, {**configuration.overrides, SIZE: 0, FOLDS: 0})


class ForecastRows(NamedTuple):
    """The values that all members forecast."""

    validation: pd.DataFrame  # unique_id, fold, ds, y
    test: pd.DataFrame

    def names(self) -> list[str]:
        """Return the series [D]."""
        return list(dict.fromkeys(self.test["unique_id"]))

    def numbers(self, part: pd.DataFrame) -> Ints:
        """Return the number of the series of each row [N]."""
        numbers = {name: number for number, name in enumerate(self.names())}
        return np.array([numbers[name] for name in part["unique_id"]], np.int64)


class MemberForecasts(NamedTuple):
    """The forecasts of a network or a baseline, a value for each of the rows."""

    name: str
    validation: Floats  # [N], by a training on the rows before
    test: Floats  # [N], by a training on all rows before the test; NaN where it has none


class Rule(NamedTuple):
    """How members are weighed."""

    weights: Weights = "validation"
    power: float = 4
    is_floored: bool = True  # whether members that are worse than persistence have no weight


class Together(NamedTuple):
    """What members forecast together."""

    weights: Floats  # [J, D]
    validation: Floats  # [N]
    test: Floats  # [N]


def rows_of(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return ``unique_id, fold, ds, y`` of forecasts, a row for all repeats."""
    return forecasts.drop_duplicates(OF_ROWS)[[*OF_ROWS, "y"]].reset_index(drop=True)


def of_rows(forecasts: pd.DataFrame, rows: pd.DataFrame) -> Floats:
    """Return the mean over repeats of the forecasts of some rows [N].

    Args:
        forecasts: ``unique_id, fold, ds, seed, y, forecast``.
        rows: from ``rows_of``, perhaps of other forecasts.

    Raises:
        StatecastError: the forecasts are of other rows.

    """
    by_row = forecasts.groupby(OF_ROWS, sort=False, observed=True)["forecast"].mean()
    same = len(by_row) == len(rows)
    mean = by_row.reindex(pd.MultiIndex.from_frame(rows[OF_ROWS])).to_numpy(np.float64)
    is_all = same and bool(np.isfinite(mean).all())
    require(is_all, "configurations to combine", "forecast the same rows", "others")
    return mean


def baseline(
    method: str, series: pd.DataFrame, rows: ForecastRows, *, season_length: int
) -> MemberForecasts:
    """Return the forecasts of a baseline; each part's are fitted on all values before it.

    Args:
        method: one of METHODS but ridge.
        series: ``unique_id, ds, y``, all values.
        rows: what is forecast.
        season_length: rows in a season.

    """
    parts = [_walked(method, series, part, season_length) for part in rows]
    return MemberForecasts(method, *parts)


def together(
    members: Sequence[MemberForecasts], persistence: MemberForecasts, rows: ForecastRows, rule: Rule
) -> Together:
    """Weigh members by their validation errors, and return their forecasts together.

    Args:
        members: networks and baselines [J].
        persistence: stands in for a series on which all members are worse, if there is a floor.
        rows: what they forecast.
        rule: how they are weighed.

    Returns:
        The forecasts; of the weights the last are those of persistence [J + 1, D].

    """
    errors = usable_errors(members, rows)  # [J, D]
    if rule.is_floored:
        floor = usable_errors([persistence], rows)[0]
        weights = weights_above_persistence(errors, floor, rule.weights, power=rule.power)
    else:
        of_members = member_weights(errors, rule.weights, power=rule.power)
        weights = np.concatenate([of_members, np.zeros((1, errors.shape[1]))])
    everyone = [*members, persistence]

    def of_part(forecasts: Sequence[Floats], part: pd.DataFrame) -> Floats:
        return combined(np.stack(forecasts), weights[:, rows.numbers(part)], rule.weights)

    return Together(
        weights,
        of_part([own.validation for own in everyone], rows.validation),
        of_part([own.test for own in everyone], rows.test),
    )


def usable_errors(members: Sequence[MemberForecasts], rows: ForecastRows) -> Floats:
    """Return the RMSE on the validation rows [J, D]; infinite where a forecast is missing."""
    validation = [rmse_by_series(own.validation, rows, rows.validation) for own in members]
    test = [rmse_by_series(own.test, rows, rows.test) for own in members]
    is_usable = np.isfinite(validation) & np.isfinite(test)
    return np.where(is_usable, validation, np.inf)


def rmse_by_series(forecast: Floats, rows: ForecastRows, part: pd.DataFrame) -> Floats:
    """Return the RMSE of the forecasts [N] of a part of the rows, by series [D]."""
    squares = (forecast - part["y"].to_numpy(np.float64)) ** 2
    numbers = rows.numbers(part)
    count = len(rows.names())
    sums = np.bincount(numbers, squares, minlength=count)
    return np.asarray(np.sqrt(sums / np.bincount(numbers, minlength=count)))


def _walked(method: str, series: pd.DataFrame, part: pd.DataFrame, season_length: int) -> Floats:
    """Return the one-step forecasts of a part's rows [N], fitted on the values before the part."""
    values = {str(name): own for name, own in series.groupby("unique_id", sort=False)}
    groups = part.groupby(["unique_id", "fold"], sort=False, observed=True).indices
    courses = []
    group: Any
    for group, places in groups.items():
        unique_id, fold = group
        own = values[str(unique_id)]
        times = pd.Index(own["ds"]).get_indexer(pd.Index(part["ds"].iloc[places]))
        y = own["y"].to_numpy(np.float64)[: times.max() + 1]
        key = SeriesKey(str(unique_id), int(fold))
        courses.append(Course(str(key), y, int(times.min()), times.astype(np.int64)))
    walked = walk_once(method, courses, season_length=season_length)
    forecast = np.full(len(part), np.nan)
    for places, of_group in zip(groups.values(), walked, strict=True):
        if of_group is not None:
            forecast[places] = of_group.forecast[:, 0]
    return forecast
