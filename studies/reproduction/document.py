"""docs/reproduction.md as a text."""

import pandas as pd

from studies.reproduction.claims import Verdict
from studies.reproduction.comparison import (
    compared_diagnostics,
    compared_tables,
    how_many_differ,
)
from studies.reproduction.conclusions import conclusions, verdicts
from studies.reproduction.differences import differences
from studies.reproduction.figures import VERSIONS, Figures
from studies.reproduction.remarks import REMARKS, remarks, verdicts_on
from studies.reproduction.settings import TODAY
from studies.reproduction.summaries import summaries
from studies.reproduction.tables import diagnostics, tables
from studies.reproduction.unseen import unseen

ABOUT = (
    "Three published tables of the test RMSE on the shampoo series (made with the Keras of 2017, 30"
    " repeats a row) and eight published diagnostics (10 repeats) beside what is measured here."
    " `make studies` trains everything and writes this page: the published figures are in"
    " `studies/published-*.csv`, the measured ones in `studies/results/`; no figure and no verdict"
    " below is typed."
)
TESTS = (
    "Means are compared by Welch's test and spreads by the F test, two-sided, at 5 %. *differ, not"
    " after Holm*: significant in itself, but not as one of so many tests. The F test assumes"
    " normal distributions, which RMSE do not quite have; further down there is a test without that"
    " assumption."
)
SECTIONS = (tables, differences, conclusions, unseen, diagnostics, remarks, summaries)


def document(figures: Figures) -> str:
    """Return the whole document."""
    lines = ["# The published results, reproduced", "", ABOUT, "", TESTS, "", *_in_short(figures)]
    for section in SECTIONS:
        lines += section(figures)
    return "\n".join(lines).rstrip() + "\n"


def _in_short(figures: Figures) -> list[str]:
    lines = ["## In short", ""]
    for words, compared in compared_tables(figures).items():
        lines.append(f"- Tables, {words}: {_agreement(compared)}")
    for words, compared in compared_diagnostics(figures).items():
        lines.append(f"- Diagnostics, {words}: {_agreement(compared)}")
    concluded = {claim.words: one for claim, one in verdicts(figures, TODAY).items()}
    lines += _by_word("Published conclusions, 300 repeats with Keras today", concluded)
    today = VERSIONS[TODAY]
    remarked = {remark.words: verdicts_on(remark, figures)[today] for remark in REMARKS}
    lines += _by_word("Published remarks on the learning curves, Keras today", remarked)
    return [*lines, ""]


def _by_word(what: str, verdict_on: dict[str, Verdict]) -> list[str]:
    """Return a line for each word that judges, with what is judged so."""
    by_word: dict[str, list[str]] = {}
    for words, verdict in verdict_on.items():
        by_word.setdefault(verdict.word, []).append(words)
    return [f"- {what}, *{word}*: {'; '.join(named)}." for word, named in by_word.items()]


def _agreement(compared: pd.DataFrame) -> str:
    differing = how_many_differ(compared)
    rows = len(compared)
    return (
        f"{rows - differing.means} of {rows} means and {rows - differing.spreads} of {rows} spreads"
        f" agree; after Holm's correction {rows - differing.means_after_holm} and"
        f" {rows - differing.spreads_after_holm}."
    )
