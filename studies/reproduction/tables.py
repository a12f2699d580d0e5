"""The sections on the tables and the diagnostics; every figure in them comes from the data."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from studies.reproduction.comparison import (
    compared_diagnostics,
    compared_tables,
    how_many_differ,
)
from studies.reproduction.figures import Figures
from studies.reproduction.markdown import mean_and_std, p_cell, table
from studies.reproduction.pictures import TABLES
from studies.reproduction.settings import KEYS, setting_text
from studies.reproduction.statistics import LEVEL

ABOUT_TABLES = (
    "Mean ± standard deviation of the test RMSE."
    " Boxes: quartiles and median, rules: smallest to largest."
)
ABOUT_DIAGNOSTICS = (
    "Train and test RMSE after the last epoch, mean ± standard deviation, forecast from the zero"
    " state."
)
ABOUT_CURVES = "Blue: training rows, orange: test rows, a line a repeat."


def tables(figures: Figures) -> list[str]:
    """Return the 30-repeat tables, a comparison a version of Keras."""
    lines = ["## The tables, 30 repeats", "", ABOUT_TABLES, ""]
    for name in TABLES:
        lines += [f"![{name}](pictures/table-{name}.png)", ""]
    for words, compared in compared_tables(figures).items():
        lines += _comparison(words, compared)
    return lines


def diagnostics(figures: Figures) -> list[str]:
    """Return the final errors of the learning curves, and their pictures."""
    lines = ["## The diagnostics, 10 repeats", "", ABOUT_DIAGNOSTICS, ""]
    for words, compared in compared_diagnostics(figures).items():
        lines += _comparison(words, compared)
    lines += ["### Learning curves", "", ABOUT_CURVES, ""]
    settings = figures.diagnostics[KEYS].drop_duplicates()
    for setting in settings.to_dict("records"):
        name = "-".join(str(setting[key]) for key in KEYS)
        lines += [f"![{setting_text(setting)}](pictures/diagnostic-{name}.png)", ""]
    return lines


def _comparison(words: str, compared: pd.DataFrame) -> list[str]:
    rows = [_row(row) for row in compared.to_dict("records")]
    heading = f"### {words}"
    return [heading, "", *table(rows), _count(compared), ""]


def _row(row: Mapping[Any, Any]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    if "study" in row:
        cells["study"] = row["study"]
    else:
        cells["rows"] = row["part"].removesuffix("_rmse")
    for key in KEYS:
        cells[key.replace("_", " ")] = row[key]
    return cells | {
        "published": mean_and_std(row["mean"], row["std"]),
        "here": mean_and_std(row["our_mean"], row["our_std"]),
        "p of means": p_cell(row["p_mean"]),
        "means": _word(row["p_mean"], row["holm_mean"]),
        "p of spreads": p_cell(row["p_std"]),
        "spreads": _word(row["p_std"], row["holm_std"]),
    }


def _word(p: float, corrected: float) -> str:
    if p >= LEVEL:
        return "agree"
    return "differ" if corrected < LEVEL else "differ, not after Holm"


def _count(compared: pd.DataFrame) -> str:
    differing = how_many_differ(compared)
    rows = len(compared)
    tests = 2 * rows
    return (
        f"At 5 % {differing.means} of {rows} means and {differing.spreads} of {rows} spreads"
        f" differ; if all agreed, {tests * LEVEL:.1f} of these {tests} tests would say so by"
        f" chance. After Holm's correction {differing.means_after_holm} means and"
        f" {differing.spreads_after_holm} spreads differ."
    )
