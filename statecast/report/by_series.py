"""The figures of each series in the report, the best by skill first."""

import math
from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from statecast.base.files import read_frame
from statecast.base.paths import BY_SERIES
from statecast.evaluation.scores import SIGNIFICANT
from statecast.report import tables
from statecast.report.page import Part, sentence

HEADING = "Series by series"
BEST_SHOWN = 24
WORST_SHOWN = 6
COLUMNS = ["series", "skill", "repeats", "mean forecast", "persistence"]
WORDS = (
    "The RMSE of the repeats (their mean), of their mean forecast, of persistence and of the best"
    " baseline; and p of a Diebold-Mariano test of the mean forecast against both. Where it is"
    f" below {SIGNIFICANT}, a word says whether the network is better or worse."
)


def by_series_part(best_baseline: str | None) -> Part:
    """Return the table of the series, folded away; of many series the best and the worst.

    Args:
        best_baseline: which baseline the file of the series has.

    Raises:
        StatecastError: the pipeline has not run.

    """
    table = read_frame(BY_SERIES)
    ranked = table.sort_values("skill", ascending=False, na_position="last", kind="stable")
    shown = ranked
    words = f"All {len(ranked)} series, the highest skill first"
    if len(ranked) > BEST_SHOWN + WORST_SHOWN:
        shown = pd.concat([ranked.head(BEST_SHOWN), ranked.tail(WORST_SHOWN)])
        best_and_worst = f"The {BEST_SHOWN} with the highest skill and the {WORST_SHOWN} last"
        words = f"{best_and_worst} of {len(ranked)} series; {BY_SERIES} has all"
    rows = [_row(row, best_baseline) for row in shown.to_dict("records")]
    others = ["p, persistence"]
    if best_baseline is not None:
        others = [best_baseline, *others, f"p, {best_baseline}"]
    html = tables.table([*COLUMNS, *others], rows)
    folded = f"<details><summary>{escape(words)}</summary>\n{html}\n</details>"
    return Part(HEADING, sentence(WORDS) + folded, [])


def _row(own: Mapping[Any, Any], best_baseline: str | None) -> list[object]:
    """Return the cells of a series."""
    rmse = [own[f"rmse_{name}"] for name in ("mean", "ensemble", "persistence")]
    cells = [str(own["unique_id"]), _known(own["skill"]), *rmse]
    if best_baseline is None:
        return [*cells, _test(own, "persistence")]
    error = own["rmse_best_baseline"]
    return [*cells, error, _test(own, "persistence"), _test(own, "best_baseline")]


def _test(own: Mapping[Any, Any], other: str) -> object:
    """Return the p-value of a test, and in a word what it says where it is clear."""
    p = _known(own[f"p_{other}"])
    if p is None:
        return None
    if p >= SIGNIFICANT:
        return f"{p:.2f}"
    is_better = own["rmse_ensemble"] < own[f"rmse_{other}"]
    return f"{p:.1g} {'better' if is_better else 'worse'}"


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
