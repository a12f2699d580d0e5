"""Tables of the report as HTML."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from statecast.base.keys import flat

MEASURES = {
    "rmse": "RMSE",
    "mae": "MAE",
    "mase": "MASE",
    "smape": "sMAPE",
    "direction": "direction right",
}


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, kind: str = "figures") -> str:
    """Return a table in a box that scrolls sideways by itself.

    Args:
        head: the names of the columns.
        rows: their values; the first one names the row.
        kind: the class of its style, ``figures`` or ``words``.

    """
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = "".join(map(_row, rows))
    thead = f"<thead><tr>{names}</tr></thead>"
    tbody = f"<tbody>{lines}</tbody>"
    return f'<div class="box" tabindex="0"><table class="{kind}">{thead}{tbody}</table></div>'


def cell(value: object) -> str:
    """Return a value as the text of a cell: 5 digits of a number, a dash for none."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return escape(f"{value:.5g}" if isinstance(value, float) else str(value))


def results(metrics: dict[str, Any]) -> str:
    """Return the measures of network, ensemble and each baseline on the same rows."""
    measures = {key: title for key, title in MEASURES.items() if isinstance(metrics.get(key), dict)}
    figures = {
        "network, mean of the repeats": {key: metrics[key].get("mean") for key in measures},
        "network, std of the repeats": {key: metrics[key].get("std") for key in measures},
        "mean forecast of the repeats": metrics.get("ensemble") or {},
        **(metrics.get("baselines") or {}),
    }
    rows = [[name, *map(measured.get, measures)] for name, measured in figures.items()]
    return table(["", *measures.values()], rows)


def significance(metrics: dict[str, Any]) -> str:
    """Return the Diebold-Mariano tests of the mean forecast."""
    best = metrics.get("best_baseline")
    tests = metrics.get("diebold_mariano") or {}
    names = {"best_baseline": f"best baseline: {best}"}
    rows = [
        [names.get(name, name), test.get("statistic"), test.get("p")]
        for name, test in tests.items()
        if test
    ]
    return table(["against", "statistic", "p"], rows)


def intervals(metrics: dict[str, Any]) -> str:
    """Return the share of the true values inside each kind of interval, and its width."""
    scores = metrics.get("interval") or {}
    level = scores.get("level")
    rows = [
        [kind, level, score.get("coverage"), score.get("width")]
        for kind, score in scores.items()
        if isinstance(score, dict)
    ]
    return table(["interval", "aimed at", "coverage", "mean width"], rows)


def pairs(content: dict[str, Any], head: Sequence[str] = ("", "")) -> str:
    """Return names and values, nested names with dots between."""
    values = flat(content)
    rows = [(key, _listed(value)) for key, value in values.items()]
    return table(head, rows, kind="words")


def _row(values: Sequence[object]) -> str:
    name, *others = map(cell, values)
    cells = "".join(f"<td>{text}</td>" for text in others)
    return f'<tr><th scope="row">{name}</th>{cells}</tr>'


def _listed(value: object) -> object:
    """Return the parts of a list with commas between."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "[]"
    return value
