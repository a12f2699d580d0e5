"""Tables of the report as HTML."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from statecast.base.keys import flat
from statecast.report.directions import measures as direction_measures

MEASURES = {
    "rmse": "RMSE",
    "mae": "MAE",
    "mase": "MASE",
    "smape": "sMAPE",
    "direction": "direction",
    "direction_by_size": "by size",
    "flatness": "flatness",
}

WIDE = 4  # columns; a table with more of them is set as blocks where the window is narrow
STD = "network, std of the repeats"
INTERVALS = {  # in words: what the spread of the repeats is not
    "conformal": "interval (conformal)",
    "repeats": "spread of the repeats, no interval",
}


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    kind: str = "figures",
    best: str | None = None,
) -> str:
    """Return a table in a box that scrolls sideways by itself.

    Args:
        head: the names of the columns; if all are empty, there is no head.
        rows: their values; the first one names the row.
        kind: the class of its style, ``figures`` or ``words``.
        best: the name of the row that is marked; None: none is.

    """
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    thead = f"<thead><tr>{names}</tr></thead>" if any(head) else ""
    is_wide = len(head) > WIDE
    labels = head[1:] if is_wide else []
    lines = "".join(_row(row, labels, is_best=best is not None and row[0] == best) for row in rows)
    tbody = f"<tbody>{lines}</tbody>"
    style = f"{kind} wide" if is_wide else kind
    return f'<div class="box" tabindex="0"><table class="{style}">{thead}{tbody}</table></div>'


def cell(value: object) -> str:
    """Return a value as the text of a cell: 5 digits of a number, a dash for none."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return escape(f"{value:.5g}" if isinstance(value, float) else str(value))


def results(metrics: dict[str, Any], learned: str | None = None) -> str:
    """Return the measures of network, ensemble and each baseline on the same rows.

    The row with the lowest RMSE is marked. Of several series the median stands in brackets behind
    the mean. A baseline that went far away in a series is called so.

    Args:
        metrics: of a part.
        learned: the loss of networks that learned up or down. The table then has the shares of
            directions alone, and the row with the highest one is marked.

    """
    titles = MEASURES if learned is None else shares_right(learned)
    measures = {key: title for key, title in titles.items() if isinstance(metrics.get(key), dict)}
    medians = metrics.get("median_over_series") or {}
    network = {key: metrics[key].get("mean") for key in measures}
    std = {key: metrics[key].get("std") for key in measures}
    ensemble = metrics.get("ensemble") or {}
    lines = {
        "network, mean of the repeats": (network, medians.get("network")),
        STD: (std, None),
        "mean forecast of the repeats": (ensemble, medians.get("ensemble")),
    }
    for method, figures in (metrics.get("baselines") or {}).items():
        of_method = (medians.get("baselines") or {}).get(method)
        lines[_name_of(method, figures)] = (figures, of_method)
    rows = []
    for name, (means, median) in lines.items():
        rows.append([name, *(_with_median(means.get(key), median, key) for key in measures)])
    best = _lowest(lines) if learned is None else _highest(lines, learned)
    return table(["", *measures.values()], rows, best=best)


def shares_right(learned: str) -> dict[str, str]:
    """Return the titles of the shares of directions, the one that was learned first."""
    return {key: f"{words} right" for key, words in direction_measures(learned).items()}


def significance(metrics: dict[str, Any]) -> str:
    """Return the Diebold-Mariano tests of the mean forecast; of several series how many are clear.

    A difference is clear where p is below 0.05.
    """
    best = metrics.get("best_baseline")
    tests = metrics.get("diebold_mariano") or {}
    names = {"best_baseline": f"best baseline: {best}"}
    known = {names.get(name, name): test for name, test in tests.items() if test}
    keys = {"statistic": "statistic", "p": "p"}
    if any("series" in test for test in known.values()):
        keys = {"series": "series", "better": "clearly better on", "worse": "clearly worse on"}
    rows = [[name, *map(test.get, keys)] for name, test in known.items()]
    return table(["against", *keys.values()], rows)


def intervals(metrics: dict[str, Any]) -> str:
    """Return the share of the true values inside each interval that there is, and its width.

    Of several series the median stands in brackets behind the mean.
    """
    scores = metrics.get("interval") or {}
    rows = []
    for kind, score in scores.items():
        if isinstance(score, dict) and score.get("coverage") is not None:
            medians = score.get("median_over_series")
            figures = [_with_median(score.get(key), medians, key) for key in ("coverage", "width")]
            aimed_at = scores.get("level") if kind == "conformal" else None
            rows.append([INTERVALS.get(kind, kind), aimed_at, *figures])
    return table(["", "aimed at", "holds of the test rows", "mean width"], rows)


def pairs(content: dict[str, Any], head: Sequence[str] = ("", "")) -> str:
    """Return names and values, nested names with dots between."""
    values = flat(content)
    rows = [(key, _listed(value)) for key, value in values.items()]
    return table(head, rows, kind="words")


def _row(values: Sequence[object], labels: Sequence[str], *, is_best: bool = False) -> str:
    """Return a row; labels, if there are any, are the names of its cells."""
    name, *others = map(cell, values)
    cells = "".join(f"<td>{text}</td>" for text in others)
    if labels:
        named = zip(labels, others, strict=True)
        cells = "".join(f'<td data-label="{escape(label)}">{text}</td>' for label, text in named)
    style = ' class="best"' if is_best else ""
    return f'<tr{style}><th scope="row">{name}</th>{cells}</tr>'


def _lowest(lines: dict[str, Any]) -> str | None:
    """Return the name of the line with the lowest RMSE; a standard deviation is none."""
    errors = {
        name: means["rmse"]
        for name, (means, _) in lines.items()
        if name != STD and means.get("rmse") is not None
    }
    return min(errors, key=lambda name: errors[name], default=None)


def _highest(lines: dict[str, Any], measure: str) -> str | None:
    """Return the name of the line with the highest share."""
    shares = {
        name: means[measure]
        for name, (means, _) in lines.items()
        if name != STD and means.get(measure) is not None
    }
    return max(shares, key=lambda name: shares[name], default=None)


def _name_of(method: str, figures: dict[str, Any]) -> str:
    """Return the name of a baseline, with the number of series in which it went far away."""
    far_away = figures.get("far_away")
    return f"{method}, far away in {len(far_away)} series" if far_away else method


def _with_median(mean: object, medians: dict[str, Any] | None, key: str) -> object:
    """Return a mean over series with its median in brackets, or the mean alone."""
    if medians is None or mean is None:
        return mean
    return f"{mean:.5g} ({cell(medians.get(key))})"


def _listed(value: object) -> object:
    """Return the parts of a list with commas between."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "[]"
    return value
