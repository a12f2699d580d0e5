"""What a study found: the errors of every repeat, and a summary of each configuration."""

import io
import json
from typing import Any

import pandas as pd

from statecast.base.errors import StatecastError
from statecast.study.configurations import Configuration
from statecast.study.repository import Experiments

PER_SEED = ("plots/rmse.csv", "plots/accuracy.csv")


def per_seed(configurations: list[Configuration], experiments: Experiments) -> pd.DataFrame:
    """Return ``configuration, seed, rmse`` and what else the evaluation measures of each repeat."""
    frames = [_table(one, experiments).assign(configuration=one.name) for one in configurations]
    frame = pd.concat(frames) if frames else pd.DataFrame({"configuration": [], "seed": [], "rmse": []})
    return frame[["configuration", *frame.columns.drop("configuration")]]


def summary(configurations: list[Configuration], experiments: Experiments) -> dict[str, Any]:
    """Return the overrides and the metrics of each configuration, by name."""
    return {
        one.name: {
            "overrides": one.overrides,
            "metrics": json.loads(experiments.read(one.name, "metrics/evaluate.json")),
        }
        for one in configurations
    }


def described(frame: pd.DataFrame) -> pd.DataFrame:
    """Return count, mean, std, min, quartiles and max of each configuration, in the order of the study."""
    measure = frame.columns[2]
    order = frame["configuration"].drop_duplicates()
    return frame.groupby("configuration")[measure].describe().reindex(order)


def _table(one: Configuration, experiments: Experiments) -> pd.DataFrame:
    for path in PER_SEED:
        try:
            return pd.read_csv(io.StringIO(experiments.read(one.name, path)))
        except StatecastError:
            continue
    raise StatecastError(f"experiment {one.name} must have {' or '.join(PER_SEED)}, got neither")
