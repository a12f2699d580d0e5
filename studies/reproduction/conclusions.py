"""The section on the published conclusions; every verdict in it comes from the data."""

import pandas as pd

from studies.reproduction.claims import CLAIMS, Claim, Verdict, judge, judge_published
from studies.reproduction.comparison import published_moments
from studies.reproduction.figures import VERSIONS, Figures, of_variant
from studies.reproduction.markdown import table
from studies.reproduction.settings import BASE, values_of
from studies.reproduction.statistics import Moments

HOW = (
    "The claimed best against each other setting: Welch's test for means, that of Brown and"
    " Forsythe for spreads (of the published figures: F), with Holm's correction; a rise:"
    " Spearman's rank correlation (of the published figures: a linear contrast of the means)."
    " *holds*: best, and told from every other at 5 %, or a rise at 5 %; *not shown*: best, but not"
    " told from all others, or published figures without a rise at 5 %; *undecided*: another is"
    " better, not significantly; *does not hold*: another is significantly better, or no rise."
)

Verdicts = dict[Claim, Verdict]


def conclusions(figures: Figures) -> list[str]:
    """Return the verdicts on the published conclusions."""
    judged = {"the published figures": verdicts_on_published(figures)}
    for version, words in VERSIONS.items():
        judged[words] = verdicts(figures, version)
    lines = ["## The published conclusions, 300 repeats", "", HOW, ""]
    lines += table([_row(claim, judged) for claim in CLAIMS])
    for claim in CLAIMS:
        lines.append(f"- {claim.words}:")
        lines += [f"  - {words}: {verdict[claim]}" for words, verdict in judged.items()]
    return [*lines, ""]


def verdicts(figures: Figures, version: str) -> Verdicts:
    """Return the verdict on each conclusion with 300 repeats of a version of Keras."""
    repeats = of_variant(figures.repeats, version)
    judged = {}
    for claim in CLAIMS:
        values = {}
        for setting in claim.settings:
            wanted = BASE | {claim.key: setting}
            values[setting] = values_of(repeats, **wanted)
        judged[claim] = judge(claim, values)
    return judged


def verdicts_on_published(figures: Figures) -> Verdicts:
    """Return the verdict on each conclusion with the published figures alone."""
    judged = {}
    for claim in CLAIMS:
        judged[claim] = judge_published(claim, _samples(claim, figures.published))
    return judged


def _row(claim: Claim, judged: dict[str, Verdicts]) -> dict[str, str]:
    words = {who: verdict[claim].word for who, verdict in judged.items()}
    return {"conclusion": claim.words, **words}


def _samples(claim: Claim, published: pd.DataFrame) -> dict[int, Moments]:
    """Return the published sample of each setting, from the table that varies the claim's key."""
    table_of_key = published[published["study"] == claim.key]
    samples = {}
    for row in table_of_key.to_dict("records"):
        setting = int(row[claim.key])
        samples[setting] = published_moments(row)
    return samples
