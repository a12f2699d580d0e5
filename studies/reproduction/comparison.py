"""Published samples beside measured ones, configuration by configuration."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from studies.reproduction.figures import VERSIONS_IN_FULL, Figures, of_variant
from studies.reproduction.settings import KEYS, values_of
from studies.reproduction.statistics import (
    LEVEL,
    Moments,
    equal_spreads,
    holm,
    moments_of,
    resampled_spread,
    welch,
)


class Differing(NamedTuple):
    """How many rows of a comparison differ at 5 %."""

    means: int
    spreads: int
    resampled: int  # spreads, with no assumption of normal distributions
    means_after_holm: int
    spreads_after_holm: int


def compare(published: pd.DataFrame, errors: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Compare each published sample with the measured one of the same configuration.

    The family of Holm's correction is all means and all spreads together.

    Args:
        published: ``count, mean, std`` and the columns ``by``.
        errors: measured, with the columns ``by``.
        by: which columns tell a configuration.

    Returns:
        A row for each published one: the columns ``by``, both samples as ``mean, std, our_mean,
        our_std``, the p-values ``p_mean, p_std, p_resampled``, and after the correction
        ``holm_mean, holm_std``.

    Raises:
        StatecastError: a published configuration was not measured.

    """
    rows = []
    for row in published.to_dict("records"):
        setting = {key: row[key] for key in by}
        values = values_of(errors, **setting)
        rows.append(setting | _tests(published_moments(row), values))
    table = pd.DataFrame(rows)
    corrected = holm([*table["p_mean"], *table["p_std"]])
    number = len(table)
    return table.assign(holm_mean=corrected[:number], holm_std=corrected[number:])


def published_moments(row: Mapping[Any, Any]) -> Moments:
    """Return the sample of a row with ``count, mean, std``."""
    return Moments(
        size=int(row["count"]),
        mean=float(row["mean"]),
        std=float(row["std"]),
    )


def how_many_differ(table: pd.DataFrame) -> Differing:
    """Return how many means and spreads of a comparison differ at 5 %."""
    columns = ("p_mean", "p_std", "p_resampled", "holm_mean", "holm_std")
    return Differing(*(int((table[column] < LEVEL).sum()) for column in columns))


def spread_ratio(table: pd.DataFrame) -> float:
    """Return how many times as wide the published spreads are: the geometric mean of the rows."""
    logarithms = np.log(table["std"] / table["our_std"])
    return float(np.exp(logarithms.mean()))


def compared_tables(figures: Figures) -> dict[str, pd.DataFrame]:
    """Return the comparison of the published tables with 30 repeats of each version of Keras."""
    by = ["study", *KEYS]
    return {
        words: compare(figures.published, of_variant(figures.tables, version), by)
        for version, words in VERSIONS_IN_FULL.items()
    }


def compared_diagnostics(figures: Figures) -> dict[str, pd.DataFrame]:
    """Return the comparison of the published diagnostics with 10 repeats of each version."""
    published = diagnostics_summary(figures.diagnostics)
    measured = last_errors(figures.curves)
    by = ["part", *KEYS]
    return {
        words: compare(published, of_variant(measured, version), by)
        for version, words in VERSIONS_IN_FULL.items()
    }


def diagnostics_summary(runs: pd.DataFrame) -> pd.DataFrame:
    """Return ``count, mean, std`` of published runs, by settings and part."""
    parts = ["train_rmse", "test_rmse"]
    long = runs.melt([*KEYS, "run"], parts, var_name="part", value_name="rmse")
    groups = long.groupby(["part", *KEYS], sort=False)["rmse"]
    return groups.agg(["count", "mean", "std"]).reset_index()


def last_errors(curves: pd.DataFrame) -> pd.DataFrame:
    """Return the errors of each repeat after its last epoch, a row a part: ``part, rmse``."""
    last = curves.groupby(["configuration", "seed"])["epoch"].idxmax()
    named = ["configuration", "variant", *KEYS]
    parts = ["train_rmse", "test_rmse"]
    long = curves.loc[last].melt(named, parts, var_name="part", value_name="rmse")
    # a name for each part, so that values_of finds one configuration
    return long.assign(configuration=long["configuration"] + " " + long["part"])


def _tests(theirs: Moments, values: np.ndarray) -> dict[str, float]:
    ours = moments_of(values)
    return {
        "mean": theirs.mean,
        "std": theirs.std,
        "our_mean": ours.mean,
        "our_std": ours.std,
        "p_mean": welch(theirs, ours),
        "p_std": equal_spreads(theirs, ours),
        "p_resampled": resampled_spread(theirs, values),
    }
