"""The sections on the tables, the diagnostics and the differences; every figure and verdict comes from the data."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from studies.reproduction.comparison import (
    KEYS,
    LEVEL,
    compare,
    diagnostics_summary,
    how_many_differ,
    spread_ratio,
)
from studies.reproduction.data import BY, BY_GATE, KERAS_2, TODAY, TRIED, VERSIONS, WHAT, Data, of_variant
from studies.reproduction.markdown import p_cell, p_text, table
from studies.reproduction.statistics import Sample, equal_spreads

PICTURES = ("epochs", "batch_size", "units")
NO_EFFECT = 0.05  # of RMSE: less is not seen in a table with one decimal


def tables(data: Data) -> list[str]:
    """Return the 30-repeat tables, a comparison a version of Keras."""
    lines = ["## The tables, 30 repeats", ""]
    lines += [
        "Mean ± standard deviation of the test RMSE. Boxes: quartiles and median, rules: smallest to largest.",
        "",
    ]
    lines += [line for name in PICTURES for line in (f"![{name}](pictures/table-{name}.png)", "")]
    for words, found in compared_tables(data).items():
        lines += [f"### {words}", "", *table([_row(row) for row in found.to_dict("records")]), _count(found), ""]
    return lines


def diagnostics(data: Data) -> list[str]:
    """Return the final errors of the learning curves, and their pictures."""
    lines = ["## The diagnostics, 10 repeats", ""]
    lines += ["Train and test RMSE after the last epoch, mean ± standard deviation, forecast from the zero state.", ""]
    for words, found in compared_diagnostics(data).items():
        lines += [f"### {words}", "", *table([_row(row) for row in found.to_dict("records")]), _count(found), ""]
    lines += ["### Learning curves", "", "Blue: training rows, orange: test rows, a line a repeat.", ""]
    for row in data.diagnostics[KEYS].drop_duplicates().to_dict("records"):
        name = "-".join(str(row[key]) for key in KEYS)
        lines += [f"![{setting_text(row)}](pictures/diagnostic-{name}.png)", ""]
    return lines


def compared_tables(data: Data) -> dict[str, pd.DataFrame]:
    """Return the comparison of the published tables with 30 repeats of each version of Keras."""
    return {words: compare(data.published, of_variant(data.tables, name), BY) for name, words in WHAT.items()}


def compared_diagnostics(data: Data) -> dict[str, pd.DataFrame]:
    """Return the comparison of the published diagnostics with 10 repeats of each version of Keras."""
    published, own = diagnostics_summary(data.diagnostics), last_errors(data.curves)
    return {words: compare(published, of_variant(own, name), ["part", *KEYS]) for name, words in WHAT.items()}


def last_errors(curves: pd.DataFrame) -> pd.DataFrame:
    """Return the errors after the last epoch of each repeat, a row a part: ``part, rmse``."""
    ends = curves.loc[curves.groupby(["configuration", "seed"])["epoch"].idxmax()]
    long = ends.melt(["configuration", "variant", *KEYS], ["train_rmse", "test_rmse"], "part", "rmse")
    return long.assign(configuration=long["configuration"] + " " + long["part"])


def differences(data: Data) -> list[str]:
    """Return what does not agree, and what the changes that were tried do to it, with 300 repeats."""
    found = {name: compare(data.published, of_variant(data.repeats, name), KEYS) for name in TRIED}
    fewest = min(found, key=lambda name: int((found[name][["holm_mean", "holm_std"]] < LEVEL).to_numpy().sum()))
    return [
        "## What does not agree, and what was tried",
        "",
        (
            f"The same {len(data.published)} published rows against 300 repeats here, so that nearly all of the"
            f" uncertainty is"
            " that of the published figures. The columns count rows that differ at 5 %."
            " Resampled: the spread against that of 30 repeats drawn at random from the 300, which needs no normal"
            " distribution."
            " Spread ratio: published / here, the geometric mean."
        ),
        "",
        *table([_tried_row(TRIED[name], one) for name, one in found.items()]),
        f"- {_fewest(TRIED[fewest], found[fewest])}",
        f"- {_closest({name: spread_ratio(found[name]) for name in VERSIONS})}",
        *(f"- {line}" for line in _effects(data.repeats)),
        f"- {_three_times(data.published)}",
        f"- {_narrowest(found)}",
        "- Every row of the table is a change that has a name. Nothing was tuned until it agreed.",
        "",
    ]


def setting_text(row: Mapping[Any, Any]) -> str:
    """Return a configuration in words."""
    units = "1 unit" if row["units"] == 1 else f"{row['units']} units"
    return f"{row['epochs']} epochs, batch size {row['batch_size']}, {units}"


def _row(row: Mapping[Any, Any]) -> dict[str, Any]:
    first = {"study": row["study"]} if "study" in row else {"rows": row["part"].removesuffix("_rmse")}
    return first | {
        **{key.replace("_", " "): row[key] for key in KEYS},
        "published": f"{row['mean']:.1f} ± {row['std']:.1f}",
        "here": f"{row['our_mean']:.1f} ± {row['our_std']:.1f}",
        "p of means": p_cell(row["p_mean"]),
        "means": _word(row["p_mean"], row["holm_mean"]),
        "p of spreads": p_cell(row["p_std"]),
        "spreads": _word(row["p_std"], row["holm_std"]),
    }


def _tried_row(words: str, found: pd.DataFrame) -> dict[str, Any]:
    number = how_many_differ(found)
    return {
        "with": words,
        "means": number["p_mean"],
        "means after Holm": number["holm_mean"],
        "spreads": number["p_std"],
        "spreads resampled": number["p_resampled"],
        "spreads after Holm": number["holm_std"],
        "spread ratio": f"{spread_ratio(found):.2f}",
    }


def _word(p: float, corrected: float) -> str:
    if p >= LEVEL:
        return "agree"
    return "differ" if corrected < LEVEL else "differ, not after Holm"


def _count(found: pd.DataFrame) -> str:
    number, rows = how_many_differ(found), len(found)
    return (
        f"At 5 % {number['p_mean']} of {rows} means and {number['p_std']} of {rows} spreads differ; if all agreed,"
        f" {2 * rows * LEVEL:.1f} of these {2 * rows} tests would say so by chance. After Holm's correction"
        f" {number['holm_mean']} means and {number['holm_std']} spreads differ."
    )


def _fewest(words: str, found: pd.DataFrame) -> str:
    number = how_many_differ(found)
    left = found[(found["holm_mean"] < LEVEL) | (found["holm_std"] < LEVEL)]
    names = "; ".join(dict.fromkeys(setting_text(row) for row in left.to_dict("records"))) or "none"
    return (
        f"Fewest differences: {words}. After Holm's correction {number['holm_mean']} means and {number['holm_std']}"
        f" spreads still differ: {names}."
    )


def _closest(ratio: dict[str, float]) -> str:
    best = min(ratio, key=lambda name: abs(ratio[name] - 1))
    open_ = "what is left is open" if ratio[best] > 1.1 else "that is all of it"
    return (
        f"The published spreads are {ratio[TODAY]:.2f} times those of {WHAT[TODAY]}; the closest version is"
        f" {WHAT[best]},"
        f" with {ratio[best]:.2f}; {open_}. Before version 2 Keras drew the kernels of each gate by themselves,"
        f" wider,"
        " and the recurrent ones 1.1 times as large. Which version made the published figures is not known: a"
        " candidate,"
        " no proof."
    )


def _narrowest(found: dict[str, pd.DataFrame]) -> str:
    closest = min(found, key=lambda name: abs(spread_ratio(found[name]) - 1))
    number = how_many_differ(found[closest])
    return (
        f"Of everything tried the spreads are closest with: {TRIED[closest]} ({spread_ratio(found[closest]):.2f});"
        f" there {number['p_mean']} of {len(found[closest])} means differ, {number['holm_mean']} after Holm."
    )


def _effects(repeats: pd.DataFrame) -> list[str]:
    means = repeats.groupby(["variant", *KEYS])["rmse"].mean()
    usual = {name: TODAY if name == BY_GATE else KERAS_2 for name in TRIED if name not in VERSIONS}
    changes = {TRIED[name]: float((means[name] - means[own]).abs().max()) for name, own in usual.items()}
    return [
        f"{words}: {'no effect' if change < NO_EFFECT else f'means change by up to {change:.1f}'}."
        for words, change in changes.items()
    ]


def _three_times(published: pd.DataFrame) -> str:
    same = published[(published[KEYS] == [1000, 4, 1]).all(axis=1)]
    own = [Sample(int(row["count"]), row["mean"], row["std"]) for row in same.to_dict("records")]
    p = equal_spreads(max(own, key=lambda one: one.std), min(own, key=lambda one: one.std))
    means, spreads = [one.mean for one in own], ", ".join(f"{one.std:.1f}" for one in own)
    return (
        f"1000 epochs, batch size 4, 1 unit was published {len(own)} times, with means"
        f" {max(means) - min(means):.1f} apart"
        f" and spreads {spreads}, which {'agree' if p >= LEVEL else 'do not agree'} with each other (F test of"
        f" the widest"
        f" and the narrowest, {p_text(p)})."
    )
