"""The pictures of the document as Vega-Lite specifications."""

from typing import Any

import numpy as np
import pandas as pd

from studies.reproduction.figures import VERSIONS, Figures
from studies.reproduction.settings import KEYS, values_of

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
BLUE = "#1f77b4"
ORANGE = "#ff7f0e"

QUANTILES = {"min": 0.0, "q25": 0.25, "median": 0.5, "q75": 0.75, "max": 1.0}
TABLES = {"epochs": "epochs", "batch_size": "batch size", "units": "units"}

Specification = dict[str, Any]


def pictures(figures: Figures) -> dict[str, Specification]:
    """Return the specification of each picture by its name."""
    specifications = {}
    for table, words in TABLES.items():
        rows = _boxes_of(figures, table)
        specifications[f"table-{table}"] = boxes(rows, "RMSE of 30 repeats, test rows", words)
    named = figures.curves.assign(variant=figures.curves["variant"].map(VERSIONS))
    for setting, frame in named.groupby(KEYS, sort=False):
        name = "-".join(map(str, setting))
        title = "{} epochs, batch size {}, units {}".format(*setting)
        specifications[f"diagnostic-{name}"] = curves(frame, title)
    return specifications


def boxes(rows: list[dict[str, Any]], title: str, setting: str) -> Specification:
    """Return a box plot, a group of boxes a setting.

    Whiskers reach from the least to the largest value.

    Args:
        rows: ``setting``, ``who`` and the five numbers of each box, in the order of the groups.
        title: above the plot.
        setting: what the groups are.

    """
    groups = list(dict.fromkeys(row["setting"] for row in rows))
    who = {
        "field": "who",
        "type": "nominal",
        "sort": list(dict.fromkeys(row["who"] for row in rows)),
    }
    group = {
        "field": "setting",
        "type": "nominal",
        "sort": groups,
        "title": setting,
        "axis": {"labelAngle": 0},
    }
    whiskers = {
        "mark": {"type": "rule"},
        "encoding": {"y": _rmse("min"), "y2": {"field": "max"}},
    }
    quartiles = {
        "mark": {"type": "bar", "width": 16, "opacity": 1},
        "encoding": {"y": _rmse("q25"), "y2": {"field": "q75"}},
    }
    median = {
        "mark": {"type": "tick", "color": "black", "width": 16, "thickness": 1.5},
        "encoding": {"y": _rmse("median"), "color": {"value": "black"}},
    }
    return {
        "$schema": SCHEMA,
        "title": title,
        "width": {"step": 26},
        "height": 240,
        "data": {"values": rows},
        "encoding": {
            "x": group,
            "xOffset": who,
            "color": {**who, "title": None, "legend": {"orient": "bottom"}},
        },
        "layer": [whiskers, quartiles, median],
    }


def curves(frame: pd.DataFrame, title: str) -> Specification:
    """Return learning curves, a line a repeat: training rows blue, test rows orange.

    Args:
        frame: ``variant, seed, epoch, train_rmse, test_rmse``; a panel a variant, in their order.
        title: above the plot.

    """
    shown = frame[["variant", "seed", "epoch", "train_rmse", "test_rmse"]].round(2)
    variants = list(dict.fromkeys(frame["variant"]))
    rmse = {
        "field": "rmse",
        "type": "quantitative",
        "title": "RMSE",
        "scale": {"zero": False},
    }
    color = {
        "field": "rows",
        "type": "nominal",
        "title": None,
        "scale": {"domain": ["train", "test"], "range": [BLUE, ORANGE]},
    }
    panel = {
        "width": 200,
        "height": 160,
        "mark": {"type": "line", "strokeWidth": 1},
        "encoding": {
            "x": {"field": "epoch", "type": "quantitative", "axis": {"tickCount": 4}},
            "y": rmse,
            "detail": {"field": "seed"},
            "color": color,
        },
    }
    return {
        "$schema": SCHEMA,
        "title": {"text": title, "anchor": "middle"},
        "data": {"values": shown.to_dict("records")},
        "transform": [
            {"fold": ["train_rmse", "test_rmse"], "as": ["column", "rmse"]},
            {"calculate": "datum.column == 'train_rmse' ? 'train' : 'test'", "as": "rows"},
        ],
        "facet": {
            "column": {"field": "variant", "type": "nominal", "title": None, "sort": variants}
        },
        "spec": panel,
    }


def five_numbers(values: np.ndarray) -> dict[str, float]:
    """Return minimum, quartiles and maximum of values [N], named as in a published table."""
    quantiles = np.quantile(values, list(QUANTILES.values()))
    return dict(zip(QUANTILES, quantiles.tolist(), strict=True))


def _boxes_of(figures: Figures, table: str) -> list[dict[str, Any]]:
    """Return the rows of ``boxes`` for a published table: the published box, then the versions."""
    published = figures.published[figures.published["study"] == table]
    rows = []
    for row in published.to_dict("records"):
        setting = row[table]
        numbers = {name: float(row[name]) for name in QUANTILES}
        rows.append({"setting": str(setting), "who": "published", **numbers})
        for version, words in VERSIONS.items():
            wanted = {"variant": version, "study": table, table: setting}
            numbers = five_numbers(values_of(figures.tables, **wanted))
            rows.append({"setting": str(setting), "who": words, **numbers})
    return rows


def _rmse(field: str) -> dict[str, Any]:
    return {
        "field": field,
        "type": "quantitative",
        "axis": {"title": "RMSE"},
        "scale": {"zero": False},
    }
