"""docs/reproduction.md as a text."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from studies.reproduction.comparison import how_many_differ
from studies.reproduction.data import TODAY, Data
from studies.reproduction.markdown import table
from studies.reproduction.tables import (
    compared_diagnostics,
    compared_tables,
    diagnostics,
    differences,
    tables,
)
from studies.reproduction.verdicts import conclusions, unseen, verdicts

ABOUT = (
    "Three published tables of the test RMSE on the shampoo series (made with the Keras of 2017, 30 repeats a row) and"
    " eight published diagnostics (10 repeats) beside what is measured here. `make studies` trains everything and"
    " writes this page: the published figures are in `studies/published-*.csv`, the measured ones in"
    " `plots/studies/`; no figure and no verdict below is typed."
)
TESTS = (
    "Means are compared by Welch's test and spreads by the F test, two-sided, at 5 %. *differ, not after Holm*:"
    " significant in itself, but not as one of so many tests. The F test assumes normal distributions, which RMSE do"
    " not quite have; further down there is a test without that assumption."
)


def document(data: Data) -> str:
    """Return the whole document."""
    lines = ["# The published results, reproduced", "", ABOUT, "", TESTS, "", *_in_short(data)]
    for part in (tables, differences, conclusions, unseen, diagnostics, _summaries):
        lines += part(data)
    return "\n".join(lines).rstrip() + "\n"


def _in_short(data: Data) -> list[str]:
    lines = ["## In short", ""]
    lines += [f"- Tables, {words}: {_agreement(one)}" for words, one in compared_tables(data).items()]
    lines += [f"- Diagnostics, {words}: {_agreement(one)}" for words, one in compared_diagnostics(data).items()]
    judged = verdicts(data, TODAY)
    for word in dict.fromkeys(verdict.word for verdict in judged.values()):
        own = "; ".join(claim.words for claim, verdict in judged.items() if verdict.word == word)
        lines.append(f"- Published conclusions, 300 repeats with Keras today, *{word}*: {own}.")
    return [*lines, ""]


def _agreement(found: pd.DataFrame) -> str:
    number, rows = how_many_differ(found), len(found)
    return (
        f"{rows - number['p_mean']} of {rows} means and {rows - number['p_std']} of {rows} spreads agree; after Holm's"
        f" correction {rows - number['holm_mean']} and {rows - number['holm_std']}."
    )


def _summaries(data: Data) -> list[str]:
    """Return what pandas' describe shows of every study."""
    lines = ["## Summaries", ""]
    studies = {
        "Published": None,
        "The tables, 30 repeats": data.tables,
        "The published configurations and what was tried, 300 repeats": data.repeats,
        "What the published studies did not try, 300 repeats": data.unseen,
        "3000 repeats": data.many,
    }
    for title, frame in studies.items():
        rows = _published_rows(data.published) if frame is None else _described(frame)
        lines += [f"### {title}", "", *table(rows)]
    return lines


def _published_rows(published: pd.DataFrame) -> list[dict[str, object]]:
    figures = published.rename(columns={"q25": "25%", "median": "50%", "q75": "75%"})
    names = ["study", "epochs", "batch_size", "units"]
    return [
        {"configuration": "-".join(str(row.pop(name)) for name in names), **_rounded(row)}
        for row in figures.to_dict("records")
    ]


def _described(frame: pd.DataFrame) -> list[dict[str, object]]:
    described = frame.groupby("configuration", sort=False)["rmse"].describe()
    return [{"configuration": name, **_rounded(row)} for name, row in described.to_dict("index").items()]


def _rounded(row: Mapping[Any, Any]) -> dict[str, object]:
    return {key: int(value) if key == "count" else f"{value:.2f}" for key, value in row.items()}
