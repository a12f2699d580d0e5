"""Published samples beside measured ones, configuration by configuration."""

from typing import Any

import numpy as np
import pandas as pd

from statecast.base.errors import require
from statecast.study.configurations import expand
from statecast.study.file import Study
from studies.reproduction.statistics import Sample, equal_spreads, holm, resampled_spread, sample_of, welch

KEYS = ["epochs", "batch_size", "units"]
BASE = {"epochs": 1000, "batch_size": 4, "units": 1}  # what a published study does not vary
LEVEL = 0.05


def with_settings(errors: pd.DataFrame, study: Study, params: dict[str, Any]) -> pd.DataFrame:
    """Return the errors of a study with what each configuration is: table, variant, epochs, batch size, units, layout.

    Args:
        errors: ``configuration, seed`` and what was measured.
        study: what was run.
        params: of params.yaml, for keys that the study leaves alone.

    """
    found = []
    for one in expand(study, study.name):
        label = one.name.removeprefix(f"{study.prefix or study.name}-")
        variant = next((name for name in study.variants if label.startswith(f"{name}-")), "today")
        train = params["train"] | {key.removeprefix("train."): value for key, value in one.overrides.items()}
        table = label.removeprefix(f"{variant}-") if study.variants else study.name.removeprefix("table-")
        settings = {"epochs": train["epochs"], "batch_size": train["batch_size"], "units": sum(train["units"])}
        words = {"variant": variant, "study": table.rstrip("-0123456789").replace("-", "_"), "layout": train["layout"]}
        found.append({"configuration": one.name, **words, **settings})
    return errors.merge(pd.DataFrame(found), on="configuration", validate="many_to_one")


def values_of(errors: pd.DataFrame, **wanted: Any) -> np.ndarray:
    """Return the values [N] of the configuration with these settings."""
    chosen = errors
    for key, value in wanted.items():
        chosen = chosen[chosen[key] == value]
    names = set(chosen["configuration"])
    require(len(names) == 1, str(wanted), "be one configuration that was measured", sorted(names))
    return chosen["rmse"].to_numpy(float)


def compare(published: pd.DataFrame, errors: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return a row for each published one: both samples, p-values of means and spreads, and those after Holm.

    Args:
        published: ``count, mean, std`` and the columns ``by``.
        errors: measured, with the columns ``by``.
        by: which columns tell a configuration.

    The family of Holm's correction is all means and all spreads together.

    """
    rows = []
    for row in published.to_dict("records"):
        theirs = Sample(int(row["count"]), float(row["mean"]), float(row["std"]))
        values = values_of(errors, **{key: row[key] for key in by})
        ours = sample_of(values)
        tests = {"p_mean": welch(theirs, ours), "p_std": equal_spreads(theirs, ours)}
        rows.append(
            {key: row[key] for key in by}
            | {"mean": theirs.mean, "std": theirs.std, "our_mean": ours.mean, "our_std": ours.std}
            | tests
            | {"p_resampled": resampled_spread(theirs, values)}
        )
    table = pd.DataFrame(rows)
    corrected = holm([*table["p_mean"], *table["p_std"]])
    return table.assign(holm_mean=corrected[: len(table)], holm_std=corrected[len(table) :])


def how_many_differ(table: pd.DataFrame) -> dict[str, int]:
    """Return how many means and spreads of a comparison differ at 5 %, each by itself and after the correction."""
    columns = ["p_mean", "p_std", "p_resampled", "holm_mean", "holm_std"]
    return {column: int((table[column] < LEVEL).sum()) for column in columns}


def spread_ratio(table: pd.DataFrame) -> float:
    """Return how many times as wide the published spreads are, the geometric mean over configurations."""
    return float(np.exp(np.log(table["std"] / table["our_std"]).mean()))


def diagnostics_summary(runs: pd.DataFrame) -> pd.DataFrame:
    """Return ``count, mean, std`` of published runs, by settings and part."""
    long = runs.melt([*KEYS, "run"], ["train_rmse", "test_rmse"], "part", "rmse")
    return long.groupby(["part", *KEYS], sort=False)["rmse"].agg(["count", "mean", "std"]).reset_index()
