"""A study's own forecast: that of its best configurations together."""

from typing import Any, Literal

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, require
from statecast.study.configurations import Configuration, experiment_name

By = Literal["mean", "median"]
SIZE, FOLDS = "frame.validation_size", "frame.validation_folds"


def check_validation(params: dict[str, Any], overrides: dict[str, Any], where: str) -> None:
    """Raise StatecastError where a study that chooses has no validation rows to choose by."""
    size = overrides.get(SIZE, params.get("frame", {}).get("validation_size", 0))
    must = "be above 0, because a choice by the test rows would be the luckiest of many draws"
    require(bool(size), f"{where}: {SIZE}", must, size)


def validation_rmse(metrics: dict[str, Any]) -> float:
    """Return what configurations are chosen by: the mean over repeats of the RMSE on the validation rows."""
    found = metrics.get("validation", {}).get("rmse", {}).get("mean")
    if found is None:
        raise StatecastError("metrics/evaluate.json must have validation.rmse.mean, got no such metric")
    return float(found)


def best(results: dict[str, dict[str, Any]], number: int) -> list[str]:
    """Return the names of the configurations with the lowest validation RMSE, the best first."""
    return sorted(results, key=lambda name: validation_rmse(results[name]["metrics"]))[:number]


def refitted(one: Configuration) -> Configuration:
    """Return a configuration that trains on the validation rows too."""
    return Configuration(experiment_name(f"{one.name}-refit"), {**one.overrides, SIZE: 0, FOLDS: 0})


def combined(forecasts: list[pd.DataFrame], by: By) -> pd.DataFrame:
    """Return the mean or median over configurations of their mean forecasts over the repeats.

    Args:
        forecasts: a frame a configuration with ``seed``, ``y``, ``forecast`` and the columns that tell a forecast.
        by: how configurations are combined; each counts once.

    """
    keys = [column for column in forecasts[0].columns if column not in ("seed", "forecast", "y")]
    means = [one.groupby(keys, sort=False, dropna=False)[["y", "forecast"]].mean() for one in forecasts]
    together = pd.concat([one["forecast"] for one in means], axis=1)
    require(not together.isna().to_numpy().any(), "configurations to combine", "forecast the same rows", "others")
    return means[0].assign(forecast=together.agg(by, axis=1)).reset_index()


def rmse_of(forecast: pd.DataFrame) -> float:
    """Return the RMSE of one forecast a row, the mean over series."""
    squares = (forecast["y"] - forecast["forecast"]) ** 2
    return float(np.sqrt(squares.groupby(forecast["unique_id"]).mean()).mean())
