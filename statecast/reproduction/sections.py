"""The sections of docs/reproduction.md; every figure and every verdict word comes from the data."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.reproduction.claims import CLAIMS, Claim, Verdict, judge, judge_published, p_text
from statecast.reproduction.comparison import (
    KEYS,
    LEVEL,
    compare,
    diagnostics_summary,
    how_many_differ,
    spread_ratio,
    values_of,
)
from statecast.reproduction.statistics import Sample, equal_spreads, holm, needed_repeats, sample_of, welch

VERSIONS = {
    "today": "Keras today",
    "keras-2017": "Keras 2 of 2017: recurrent activation hard_sigmoid",
    "keras-1": "Keras 1: hard_sigmoid, and each gate drawn by itself (train.initialisation by_gate)",
}
TRIED = {
    **VERSIONS,
    "cold": "Keras 2 of 2017, forecast from the zero state (evaluate.warm_up false)",
    "carry": "Keras 2 of 2017, one state from row to row at batch size 1 (rebatch.state carry)",
    "reset": "Keras 2 of 2017, the zero state at each forecast (rebatch.state reset)",
    "epsilon": "Keras 2 of 2017, Adam's epsilon 1e-8 as then, not 1e-7",
    "rows-22": "Keras 2 of 2017, 22 training rows where batches are full (batch sizes 1 and 2)",
}
BY = ["study", *KEYS]


class Data(NamedTuple):
    """What the document is made of; measured frames have the columns of ``with_settings``."""

    published: pd.DataFrame  # of the tables
    diagnostics: pd.DataFrame  # of the published diagnostics, a row a run
    tables: pd.DataFrame  # 30 repeats
    curves: pd.DataFrame  # 10 repeats, after some epochs
    repeats: pd.DataFrame  # 300 repeats
    unseen: pd.DataFrame  # 300 repeats
    many: pd.DataFrame  # 3000 repeats


def markdown(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return the lines of a table; numbers to the right."""
    columns = list(rows[0])
    align = ["---:" if isinstance(rows[0][column], int | float) else "---" for column in columns]
    lines = ["| " + " | ".join(columns) + " |", "|" + "|".join(align) + "|"]
    return [*lines, *("| " + " | ".join(_cell(row[column]) for column in columns) + " |" for row in rows), ""]


def tables(data: Data) -> list[str]:
    """Return the 30-repeat tables, a comparison a version of Keras."""
    lines = ["## The tables, 30 repeats", "", *_pictures()]
    for version, words in VERSIONS.items():
        table = compare(data.published, data.tables.query("variant == @version"), BY)
        lines += [
            f"### {words}",
            "",
            *markdown([_table_row(row) for row in table.to_dict("records")]),
            _count(table),
            "",
        ]
    return lines


def tried(data: Data) -> list[str]:
    """Return what could explain the differences, with 300 repeats."""
    found = {name: compare(data.published, data.repeats.query("variant == @name"), KEYS) for name in TRIED}
    rows = [_tried_row(TRIED[name], table) for name, table in found.items()]
    fewest = min(found, key=lambda name: (found[name][["holm_mean", "holm_std"]] < LEVEL).to_numpy().sum())
    best = how_many_differ(found[fewest])
    still = found[fewest].query("holm_mean < @LEVEL or holm_std < @LEVEL")
    closest = min(VERSIONS, key=lambda name: spread_ratio(found[name]))
    left = "; ".join(_setting(row) for row in still[KEYS].drop_duplicates().to_dict("records")) or "none"
    same = data.published.query("epochs == 1000 and batch_size == 4 and units == 1")
    own = [Sample(int(row["count"]), row["mean"], row["std"]) for row in same.to_dict("records")]
    widest, narrowest = max(own, key=lambda one: one.std), min(own, key=lambda one: one.std)
    return [
        "## What does not agree, and what was tried",
        "",
        f"The same {len(data.published)} published rows against 300 repeats, so that nearly all of the uncertainty is the",
        "published one. The columns count configurations; resampled: how often 30 of the 300 repeats, drawn at random,",
        "spread as much as the published 30, which takes nothing for normal. Spread ratio: published / measured.",
        "",
        *markdown(rows),
        f"- Fewest differences: {TRIED[fewest]}. After Holm's correction {best['holm_mean']} means and {best['holm_std']}"
        f" spreads still differ: {left} (epochs, batch size, units).",
        f"- Of the three versions of Keras, the spreads come closest with {VERSIONS[closest]}: the published ones are"
        f" {spread_ratio(found[closest]):.2f} times as wide, against {spread_ratio(found['today']):.2f} with Keras today."
        " The published text asks for Keras 2; which version made the figures is not known, so this is a candidate and no"
        " proof.",
        *(f"- {line}" for line in _without_effect(data)),
        f"- One configuration, 1000 epochs, batch size 4, 1 unit, was published three times. The three spreads,"
        f" {', '.join(f'{one.std:.1f}' for one in own)}, {_agree(equal_spreads(widest, narrowest))} with each other"
        f" (F test of the widest and the narrowest, {p_text(equal_spreads(widest, narrowest))}); the means lie"
        f" {max(own).mean - min(own, key=lambda one: one.mean).mean:.1f} apart.",
        "- Nothing here was tuned to agree: every row of the table is one named change.",
        "",
    ]


def conclusions(data: Data) -> list[str]:
    """Return the verdicts on the published conclusions."""
    published = {claim: judge_published(claim, _published_samples(claim, data.published)) for claim in CLAIMS}
    measured = {
        version: {claim: judge(claim, _measured(claim, data.repeats, version)) for claim in CLAIMS}
        for version in VERSIONS
    }
    rows = [
        {"conclusion": claim.words, "the published figures": published[claim].word}
        | {words.split(":")[0]: measured[version][claim].word for version, words in VERSIONS.items()}
        for claim in CLAIMS
    ]
    return [
        "## The published conclusions, 300 repeats",
        "",
        "The first column of verdicts applies a test to the published figures themselves. The claimed best against each other",
        "setting: Welch's test for means, that of Brown and Forsythe for spreads (published: F), Holm's correction; a rise:",
        "Spearman's rank correlation (published: a linear contrast of the means). *holds*: best and told from every other at",
        "5 %; *not shown*: best, but not told from some; *undecided*: another is better, not significantly; *does not hold*:",
        "another is significantly better, or there is no rise.",
        "",
        *markdown(rows),
        *(
            f"- {claim.words}. Published: {_verdict(published[claim])}. Keras today: {_verdict(measured['today'][claim])}."
            f" Keras 2 of 2017: {_verdict(measured['keras-2017'][claim])}. Keras 1: {_verdict(measured['keras-1'][claim])}."
            for claim in CLAIMS
        ),
        "",
    ]


def unseen(data: Data) -> list[str]:
    """Return larger batches, contiguous lanes and 3000 repeats."""
    names = {
        (row["layout"], row["batch_size"]): row["configuration"]
        for row in data.unseen.drop_duplicates("configuration").to_dict("records")
    }
    values = {key: values_of(data.unseen, configuration=name) for key, name in names.items()}
    base = sample_of(values["interleaved", 1])
    others = [key for key in values if key != ("interleaved", 1)]
    corrected = dict(zip(others, holm([welch(base, sample_of(values[key])) for key in others]), strict=True))
    rows = [_unseen_row(key, values[key], base, corrected.get(key)) for key in values]
    lowest = min(values, key=lambda key: values[key].mean())
    better = sum(corrected[key] < LEVEL and values[key].mean() < base.mean for key in others)
    apart = abs(base.mean - values["interleaved", 2].mean())
    needed = needed_repeats(apart, base, sample_of(values["interleaved", 2]))
    many = data.many["rmse"].to_numpy()
    chosen = data.many.iloc[0]
    averages = data.repeats.query("variant == 'today'").groupby(KEYS)["rmse"].mean()
    best = dict(zip(KEYS, averages.idxmin(), strict=True))
    low, high = np.quantile(many, [0.05, 0.95])
    error = 1.96 * many.std(ddof=1) / np.sqrt(len(many))
    is_best = "the best" if all(chosen[key] == best[key] for key in KEYS) else f"not the best ({_setting(best)} is)"
    return [
        "## What the published studies did not try",
        "",
        "Keras today, 1000 epochs, 1 unit, 300 repeats; the p-value is against batch size 1, with Holm's correction.",
        "Interleaved lanes are Keras's own; contiguous ones each hold a stretch of the series.",
        "",
        *markdown(rows),
        f"- The lowest mean has {lowest[0]} {lowest[1]}: {values[lowest].mean():.1f} against {base.mean:.1f} at batch size 1."
        f" {better} of {len(others)} are significantly better than batch size 1.",
        f"- Choosing among these by the test rows flatters the winner: take the order as a description of {len(values)}"
        " settings on 12 test rows, not as advice.",
        f"- With 30 repeats a difference such as that of batch sizes 1 and 2 ({apart:.1f}) is found by luck alone: to see"
        f" it at 5 % in four studies of five takes {needed} repeats of each.",
        f"- {len(many)} repeats of {_setting(dict(chosen))} (epochs, batch size, units), {is_best} of the published"
        f" configurations over 300 repeats, from fresh seeds: mean {many.mean():.2f} ± {error:.2f} (95 %), std"
        f" {many.std(ddof=1):.2f}; 90 % of the repeats lie from {low:.1f} to {high:.1f}, the luckiest has {many.min():.1f},"
        f" the unluckiest {many.max():.1f}.",
        "",
    ]


def diagnostics(data: Data) -> list[str]:
    """Return the learning curves and the final errors."""
    published = diagnostics_summary(data.diagnostics)
    ends = data.curves.loc[data.curves.groupby(["configuration", "seed"])["epoch"].idxmax()]
    long = ends.melt(["configuration", "variant", *KEYS], ["train_rmse", "test_rmse"], "part", "rmse")
    long["configuration"] += " " + long["part"]
    lines = [
        "## The diagnostics, 10 repeats",
        "",
        "Train and test RMSE after the last epoch, each forecast from the zero state.",
        "",
    ]
    for version, words in VERSIONS.items():
        table = compare(published, long.query("variant == @version"), ["part", *KEYS])
        rows = [_table_row(row) for row in table.to_dict("records")]
        lines += [f"### {words}", "", *markdown(rows), _count(table), ""]
    lines += ["### Learning curves", "", "Blue: training rows, orange: test rows, a line a repeat.", ""]
    for row in data.diagnostics[KEYS].drop_duplicates().to_dict("records"):
        name = "-".join(str(row[key]) for key in KEYS)
        lines += [f"![{_setting(row)}](pictures/diagnostic-{name}.png)", ""]
    return lines


def summaries(data: Data) -> list[str]:
    """Return what pandas' describe shows of every study."""
    lines = ["## Summaries", ""]
    studies = {
        "The tables, 30 repeats": data.tables,
        "The published configurations and what was tried, 300 repeats": data.repeats,
        "What the published studies did not try, 300 repeats": data.unseen,
        "3000 repeats": data.many,
    }
    for title, frame in studies.items():
        described = frame.groupby("configuration", sort=False)["rmse"].describe()
        rows = [{"configuration": name, **_rounded(row)} for name, row in described.to_dict("index").items()]
        lines += [f"### {title}", "", *markdown(rows)]
    return lines[:-1]


def _pictures() -> list[str]:
    return [
        line for name in ("epochs", "batch_size", "units") for line in (f"![{name}](pictures/table-{name}.png)", "")
    ]


def _table_row(row: dict[str, Any]) -> dict[str, Any]:
    first = {"study": row["study"]} if "study" in row else {"rows": row["part"].removesuffix("_rmse")}
    return first | {
        **{key.replace("_", " "): row[key] for key in KEYS},
        "published": f"{row['mean']:.1f} ± {row['std']:.1f}",
        "here": f"{row['our_mean']:.1f} ± {row['our_std']:.1f}",
        "p mean": _p(row["p_mean"]),
        "p std": _p(row["p_std"]),
        "mean": _word(row["p_mean"], row["holm_mean"]),
        "std": _word(row["p_std"], row["holm_std"]),
    }


def _tried_row(words: str, table: pd.DataFrame) -> dict[str, Any]:
    found = how_many_differ(table)
    return {
        "with": words,
        "means differ": found["p_mean"],
        "after Holm": found["holm_mean"],
        "spreads differ": found["p_std"],
        "resampled": found["p_resampled"],
        "after Holm ": found["holm_std"],
        "spread ratio": f"{spread_ratio(table):.2f}",
    }


def _count(table: pd.DataFrame) -> str:
    found, rows = how_many_differ(table), len(table)
    return (
        f"At 5 % {found['p_mean']} of {rows} means and {found['p_std']} of {rows} spreads differ; where all agree,"
        f" {2 * rows * LEVEL:.1f} of the {2 * rows} tests would by chance. After Holm's correction {found['holm_mean']}"
        f" means and {found['holm_std']} spreads differ."
    )


def _without_effect(data: Data) -> list[str]:
    means = data.repeats.groupby(["variant", *KEYS])["rmse"].mean()
    base = means["keras-2017"]
    lines = []
    for name in TRIED:
        if name not in VERSIONS:
            largest = float((means[name] - base).abs().max())
            word = "no effect" if largest < 0.05 else "an effect"
            lines.append(f"{TRIED[name]}: {word}, means change by at most {largest:.2g}.")
    return lines


def _published_samples(claim: Claim, published: pd.DataFrame) -> dict[int, Sample]:
    own = published[published["study"] == claim.key]
    return {int(row[claim.key]): Sample(int(row["count"]), row["mean"], row["std"]) for row in own.to_dict("records")}


def _measured(claim: Claim, repeats: pd.DataFrame, version: str) -> dict[int, np.ndarray]:
    usual = {"variant": version, "epochs": 1000, "batch_size": 4, "units": 1}
    return {setting: values_of(repeats, **(usual | {claim.key: setting})) for setting in claim.settings}


def _unseen_row(key: tuple[str, int], values: np.ndarray, base: Sample, p: float | None) -> dict[str, Any]:
    own = sample_of(values)
    word = "" if p is None else "as good" if p >= LEVEL else "better" if own.mean < base.mean else "worse"
    return {
        "layout": key[0],
        "batch size": key[1],
        "mean": f"{own.mean:.1f}",
        "std": f"{own.std:.1f}",
        "median": f"{np.median(values):.1f}",
        "p": "" if p is None else _p(p),
        "against batch size 1": word,
    }


def _rounded(row: dict[str, float]) -> dict[str, Any]:
    return {key: int(value) if key == "count" else f"{value:.2f}" for key, value in row.items()}


def _setting(row: dict[str, Any]) -> str:
    return ", ".join(str(row[key]) for key in KEYS)


def _verdict(verdict: Verdict) -> str:
    return f"{verdict.word} ({verdict.why})"


def _agree(p: float) -> str:
    return "agree" if p >= LEVEL else "do not agree"


def _word(p: float, corrected: float) -> str:
    return "agrees" if p >= LEVEL else "differs" if corrected < LEVEL else "differs, not after Holm"


def _p(p: float) -> str:
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _cell(value: object) -> str:
    return str(value)
