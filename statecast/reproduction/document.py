"""docs/reproduction.md as a text."""

from statecast.reproduction.claims import CLAIMS, judge
from statecast.reproduction.comparison import compare, how_many_differ
from statecast.reproduction.sections import (
    BY,
    VERSIONS,
    Data,
    _measured,
    conclusions,
    diagnostics,
    summaries,
    tables,
    tried,
    unseen,
)

HEAD = """# The published results, reproduced

Three published tables of test RMSE on the shampoo series (Keras in 2017, 30 repeats a configuration) and eight published
diagnostics (10 repeats) beside what this repository measures. `make studies` trains everything and writes this page; the
published figures are in `studies/published-*.csv`, the measured ones in `plots/studies/`, and no figure and no verdict below
is typed by hand.

Means are compared by Welch's test, spreads by the F test, two-sided at 5 %. The F test takes RMSE for normal, which they are
not quite. *differs, not after Holm*: significant by itself, but not among so many tests.
""".strip()


def document(data: Data) -> str:
    """Return the whole document."""
    parts = (tables, tried, conclusions, unseen, diagnostics, summaries)
    lines = [HEAD, "", *_findings(data), *(line for part in parts for line in part(data))]
    return "\n".join(lines).rstrip() + "\n"


def _findings(data: Data) -> list[str]:
    lines = ["## In short", ""]
    for version, words in VERSIONS.items():
        table = compare(data.published, data.tables.query("variant == @version"), BY)
        found, rows = how_many_differ(table), len(table)
        lines.append(
            f"- {words}: {rows - found['p_mean']} of {rows} means and {rows - found['p_std']} of {rows} spreads agree;"
            f" after Holm's correction {rows - found['holm_mean']} and {rows - found['holm_std']}."
        )
    verdicts = {claim: judge(claim, _measured(claim, data.repeats, "today")) for claim in CLAIMS}
    words = {verdict.word for verdict in verdicts.values()}
    for word in ("holds", "not shown", "undecided", "does not hold"):
        if word in words:
            own = "; ".join(claim.words for claim, verdict in verdicts.items() if verdict.word == word)
            lines.append(f"- With Keras today and 300 repeats: {word}: {own}.")
    return [*lines, ""]
