"""Tables of the report as HTML."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

MEASURES = {"rmse": "RMSE", "mae": "MAE", "mase": "MASE", "smape": "sMAPE", "direction": "direction right"}


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, kind: str = "figures") -> str:
    """Return a table in a box that scrolls sideways by itself; the first column names the row, ``kind`` its style."""
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = [f'<tr><th scope="row">{cell(row[0])}</th>{_cells(row[1:])}</tr>' for row in rows]
    box = f'<table class="{kind}"><thead><tr>{heads}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
    return f'<div class="box" tabindex="0">{box}</div>'


def _cells(values: Sequence[object]) -> str:
    return "".join(f"<td>{cell(value)}</td>" for value in values)


def cell(value: object) -> str:
    """Return a value as the text of a cell: 5 digits of a number, a dash for none."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return escape(f"{value:.5g}" if isinstance(value, float) else str(value))


def results(metrics: dict[str, Any]) -> str:
    """Return what network, ensemble and each baseline measure on the same rows."""
    measures = {key: title for key, title in MEASURES.items() if isinstance(metrics.get(key), dict)}
    rows: list[list[object]] = [
        ["network, mean of the repeats", *(metrics[key].get("mean") for key in measures)],
        ["network, std of the repeats", *(metrics[key].get("std") for key in measures)],
    ]
    others = {"mean forecast of the repeats": metrics.get("ensemble") or {}, **(metrics.get("baselines") or {})}
    rows += [[name, *(found.get(key) for key in measures)] for name, found in others.items()]
    return table(["", *measures.values()], rows)


def significance(metrics: dict[str, Any]) -> str:
    """Return the Diebold-Mariano tests of the mean forecast."""
    best = metrics.get("best_baseline")
    tests = metrics.get("diebold_mariano") or {}
    names = {"best_baseline": f"best baseline: {best}"}
    rows = [[names.get(name, name), found.get("statistic"), found.get("p")] for name, found in tests.items() if found]
    return table(["against", "statistic", "p"], rows)


def intervals(metrics: dict[str, Any]) -> str:
    """Return the share of the true values inside each kind of interval, and its width."""
    found = metrics.get("interval") or {}
    kinds = {name: each for name, each in found.items() if isinstance(each, dict)}
    rows = [[name, found.get("level"), each.get("coverage"), each.get("width")] for name, each in kinds.items()]
    return table(["interval", "aimed at", "coverage", "mean width"], rows)


def flat(content: dict[str, Any], above: str = "") -> dict[str, object]:
    """Return nested keys with dots between; the parts of a list with commas between."""
    found: dict[str, object] = {}
    for key, value in content.items():
        if isinstance(value, dict) and value:
            found |= flat(value, f"{above}{key}.")
        else:
            found[f"{above}{key}"] = (", ".join(map(str, value)) or "[]") if isinstance(value, list) else value
    return found


def pairs(content: dict[str, Any], head: Sequence[str] = ("", "")) -> str:
    """Return names and values, nested names with dots between."""
    return table(head, list(flat(content).items()), kind="words")
