"""The sections on the published conclusions and on what was not tried; each figure comes from the data."""

from typing import Any

import numpy as np
import pandas as pd

from studies.reproduction.claims import CLAIMS, Claim, Verdict, judge, judge_published
from studies.reproduction.comparison import BASE, KEYS, LEVEL, values_of
from studies.reproduction.data import TODAY, VERSIONS, Data, of_variant
from studies.reproduction.markdown import p_cell, table
from studies.reproduction.statistics import Sample, holm, needed_repeats, sample_of, welch
from studies.reproduction.tables import setting_text

HOW = """
The claimed best against each other setting: Welch's test for means, that of Brown and Forsythe for spreads (of
the published
figures: F), with Holm's correction; a rise: Spearman's rank correlation (of the published figures: a linear
contrast of the
means). *holds*: best, and told from every other at 5 %, or a rise at 5 %; *not shown*: best, but not told from
all others, or
published figures without a rise at 5 %; *undecided*: another is better, not significantly; *does not hold*:
another is
significantly better, or no rise.
""".strip().replace("\n", " ")


def verdicts(data: Data, version: str) -> dict[Claim, Verdict]:
    """Return the verdict on each conclusion with 300 repeats of a version of Keras."""
    repeats = of_variant(data.repeats, version)
    return {
        claim: judge(
            claim, {setting: values_of(repeats, **(BASE | {claim.key: setting})) for setting in claim.settings}
        )
        for claim in CLAIMS
    }


def conclusions(data: Data) -> list[str]:
    """Return the verdicts on the published conclusions."""
    found = {"the published figures": {one: judge_published(one, _published(one, data.published)) for one in CLAIMS}}
    found |= {words: verdicts(data, version) for version, words in VERSIONS.items()}
    rows = [
        {"conclusion": claim.words} | {words: verdict[claim].word for words, verdict in found.items()}
        for claim in CLAIMS
    ]
    lines = ["## The published conclusions, 300 repeats", "", HOW, "", *table(rows)]
    for claim in CLAIMS:
        lines += [f"- {claim.words}:", *(f"  - {words}: {_text(one[claim])}" for words, one in found.items())]
    return [*lines, ""]


def unseen(data: Data) -> list[str]:
    """Return larger batches, contiguous lanes and 3000 repeats."""
    named = data.unseen.groupby(["layout", "batch_size"], sort=False)["rmse"]
    values = {key: group.to_numpy(float) for key, group in named}
    base = sample_of(values["interleaved", 1])
    others = [key for key in values if key != ("interleaved", 1)]
    p = dict(zip(others, holm([welch(base, sample_of(values[key])) for key in others]), strict=True))
    lowest = min(values, key=lambda key: values[key].mean())
    better = sum(p[key] < LEVEL and values[key].mean() < base.mean for key in others)
    second = sample_of(values["interleaved", 2])
    return [
        "## What the published studies did not try",
        "",
        (
            "Keras today, 1000 epochs, 1 unit, 300 repeats; p against batch size 1, with Holm's correction."
            " Interleaved lanes are"
            " those of Keras; a contiguous lane holds a stretch of the series."
        ),
        "",
        *table([_unseen_row(key, values[key], base, p.get(key)) for key in values]),
        (
            f"- Lowest mean: {lowest[0]}, batch size {lowest[1]}, with {values[lowest].mean():.1f} against"
            f" {base.mean:.1f} at batch"
            f" size 1. {better} of {len(others)} settings are significantly better than batch size 1."
        ),
        (
            f"- The winner of {len(values)} settings on 12 test rows is flattered by the choice: this describes these"
            f" rows, it"
            " is no advice for others."
        ),
        (
            f"- Batch sizes 1 and 2 (interleaved) differ by {abs(base.mean - second.mean):.1f}. To see that at 5 % in"
            f" four studies"
            f" of five takes {needed_repeats(base.mean - second.mean, base, second)} repeats of each, not 30."
        ),
        f"- {_many(data)}",
        "",
    ]


def _many(data: Data) -> str:
    many, chosen = data.many["rmse"].to_numpy(float), data.many.iloc[0].to_dict()
    means = of_variant(data.repeats, TODAY).groupby(KEYS)["rmse"].mean()
    lowest: Any = means.idxmin()
    best = dict(zip(KEYS, lowest, strict=True))
    place = "the best" if all(chosen[key] == best[key] for key in KEYS) else f"not the best ({setting_text(best)} is)"
    low, high = np.quantile(many, [0.05, 0.95])
    error = 1.96 * many.std(ddof=1) / np.sqrt(len(many))
    return (
        f"{setting_text(chosen)} is {place} of the published configurations over 300 repeats. {len(many)} repeats"
        f" of it from"
        f" other seeds: mean {many.mean():.2f} ± {error:.2f} (95 %), standard deviation {many.std(ddof=1):.2f};"
        f" 90 % of them lie"
        f" from {low:.1f} to {high:.1f}, the luckiest has {many.min():.1f}, the unluckiest {many.max():.1f}."
    )


def _published(claim: Claim, published: pd.DataFrame) -> dict[int, Sample]:
    own = published[published["study"] == claim.key]
    return {int(row[claim.key]): Sample(int(row["count"]), row["mean"], row["std"]) for row in own.to_dict("records")}


def _unseen_row(key: Any, values: np.ndarray, base: Sample, p: float | None) -> dict[str, Any]:
    own = sample_of(values)
    word = "" if p is None else "not told apart" if p >= LEVEL else "better" if own.mean < base.mean else "worse"
    return {
        "layout": key[0],
        "batch size": key[1],
        "RMSE": f"{own.mean:.1f} ± {own.std:.1f}",
        "median": f"{np.median(values):.1f}",
        "p": "" if p is None else p_cell(p),
        "than batch size 1": word,
    }


def _text(verdict: Verdict) -> str:
    return f"{verdict.word} ({verdict.why})"
