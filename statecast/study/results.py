"""What a study found: the errors of every repeat, a summary of each configuration, and the forecast of the best."""

import io
from collections.abc import Sequence
from typing import Any

import pandas as pd

from statecast.base.errors import StatecastError
from statecast.study.combination import By, combined, rmse_of
from statecast.study.repository import Experiments
from statecast.study.session import Outcome

PER_SEED = ("plots/rmse.csv", "plots/accuracy.csv")
FORECASTS = "plots/forecasts.csv"


def per_seed(outcomes: Sequence[Outcome], experiments: Experiments) -> pd.DataFrame:
    """Return ``configuration, seed, rmse`` and what else the evaluation measures of each repeat."""
    frames = [
        _table(one.configuration.name, experiments).assign(configuration=one.configuration.name) for one in outcomes
    ]
    frame = pd.concat(frames) if frames else pd.DataFrame({"configuration": [], "seed": [], "rmse": []})
    return frame[["configuration", *frame.columns.drop("configuration")]]


def by_name(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Any]]:
    """Return the overrides and the metrics of each configuration."""
    return {
        one.configuration.name: {"overrides": one.configuration.overrides, "metrics": one.metrics} for one in outcomes
    }


def described(frame: pd.DataFrame) -> pd.DataFrame:
    """Return count, mean, std, min, quartiles and max of each configuration, in the order of the study."""
    measure = frame.columns[2]
    order = frame["configuration"].drop_duplicates()
    return frame.groupby("configuration")[measure].describe().reindex(order)


def combination(names: Sequence[str], experiments: Experiments, by: By) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the forecast of refitted configurations together, the best first, and its RMSE beside that of the best."""
    forecasts = [pd.read_csv(io.StringIO(experiments.read(name, FORECASTS))) for name in names]
    together, first = combined(forecasts, by), combined(forecasts[:1], by)
    return together, {
        "by": by,
        "configurations": list(names),
        "rmse": rmse_of(together),
        "best": {"configuration": names[0], "rmse_of_mean_forecast": rmse_of(first)},
    }


def _table(name: str, experiments: Experiments) -> pd.DataFrame:
    for path in PER_SEED:
        try:
            return pd.read_csv(io.StringIO(experiments.read(name, path)))
        except StatecastError:
            continue
    raise StatecastError(f"experiment {name} must have {' or '.join(PER_SEED)}, got neither")
