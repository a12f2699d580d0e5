"""The learning curves of the extensions as Vega-Lite specifications."""

import re
from collections.abc import Iterable
from typing import Any

from studies.extensions.result import MeanCurves, Outcomes
from studies.extensions.settings import PLAIN, Settings, groups_of
from studies.reproduction.pictures import SCHEMA, Specification

PANELS = {"train": "training rows", "test": "test rows"}
BLACK = "#000000"  # the plain configuration
COLORS = (
    "#1f77b4",
    "#ff7f0e",
    "#2ca02c",
    "#d62728",
    "#9467bd",
    "#8c564b",
    "#e377c2",
)
TICKS = 4  # about so many
DIGITS = 5  # significant ones
WIDE = 50  # times the lowest RMSE of a panel: beyond it a linear axis shows the highest alone


def pictures(series: dict[str, Outcomes], asked: Settings) -> dict[str, Specification]:
    """Return the specification of each picture by its name.

    Args:
        series: what came of each series.
        asked: the settings.

    """
    specifications = {}
    for name, outcome in series.items():
        curves = {one: result.curves for one, result in outcome.results.items()}
        for group, extensions in groups_of(name, asked).items():
            shown = {one: curves[one] for one in [PLAIN, *extensions] if one in curves}
            if len(shown) > 1:
                specifications[picture_name(name, group)] = learning_curves(shown, group)
    return specifications


def picture_name(series: str, group: str) -> str:
    """Return the name of the picture of a group of extensions."""
    words = re.findall("[a-z]+", group.lower())
    return "-".join([series, *words])


def learning_curves(curves: dict[str, MeanCurves], group: str) -> Specification:
    """Return a panel for the training rows and one for the test rows, a line an extension.

    Args:
        curves: by name; the first is the plain one.
        group: what they have in common.

    """
    rows: list[dict[str, Any]] = []
    for name, one in curves.items():
        rows += _rows(name, one)
    names = list(curves)
    return {
        "$schema": SCHEMA,
        "title": {"text": group, "anchor": "start"},
        "data": {"values": rows},
        "hconcat": [
            _panel(field, words, names, is_wide(row[field] for row in rows))
            for field, words in PANELS.items()
        ],
    }


def is_wide(values: Iterable[float]) -> bool:
    """Return whether the values of a panel need a logarithmic axis."""
    own = list(values)
    return 0 < WIDE * min(own) < max(own)


def _rows(name: str, curves: MeanCurves) -> list[dict[str, Any]]:
    points = zip(curves.epochs, curves.train, curves.test, strict=True)
    return [
        {"extension": name, "epoch": epoch, "train": _short(train), "test": _short(test)}
        for epoch, train, test in points
    ]


def _panel(field: str, words: str, names: list[str], wide: bool) -> Specification:
    color = {
        "field": "extension",
        "type": "nominal",
        "scale": {"domain": names, "range": [BLACK, *COLORS[: len(names) - 1]]},
        "legend": {"title": None, "labelLimit": 220},
    }
    rmse = {
        "field": field,
        "type": "quantitative",
        "title": f"RMSE, {words}",
        "scale": {"type": "log"} if wide else {"zero": False},
        "axis": {"tickCount": TICKS},
    }
    return {
        "width": 190,
        "height": 150,
        "mark": {"type": "line", "strokeWidth": 1.5},
        "encoding": {
            "x": {"field": "epoch", "type": "quantitative", "axis": {"tickCount": TICKS}},
            "y": rmse,
            "color": color,
        },
    }


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
