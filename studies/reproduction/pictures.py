"""The pictures of the reproduction as Vega-Lite specifications."""

from typing import Any

import numpy as np
import pandas as pd

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
BLUE, ORANGE = "#1f77b4", "#ff7f0e"
FIVE = ("min", "q25", "median", "q75", "max")


def five_numbers(values: np.ndarray) -> dict[str, float]:
    """Return minimum, quartiles and maximum as a published table names them."""
    return dict(zip(FIVE, np.quantile(values, [0, 0.25, 0.5, 0.75, 1]).tolist(), strict=True))


def boxes(rows: list[dict[str, Any]], title: str, setting: str) -> dict[str, Any]:
    """Return a box plot, a group of boxes a setting; whiskers reach from the least to the largest value.

    Args:
        rows: ``setting``, ``who`` and the five numbers of each box, in the order of the groups.
        title: above the plot.
        setting: what the groups are.

    """
    who = list(dict.fromkeys(row["who"] for row in rows))
    groups = list(dict.fromkeys(row["setting"] for row in rows))
    place = {
        "x": {"field": "setting", "type": "nominal", "sort": groups, "title": setting, "axis": {"labelAngle": 0}},
        "xOffset": {"field": "who", "type": "nominal", "sort": who},
        "color": {"field": "who", "type": "nominal", "sort": who, "title": None, "legend": {"orient": "bottom"}},
    }
    low_high = {"axis": {"title": "RMSE"}, "scale": {"zero": False}, "type": "quantitative"}
    return {
        "$schema": SCHEMA,
        "title": title,
        "width": {"step": 26},
        "height": 240,
        "data": {"values": rows},
        "encoding": place,
        "layer": [
            {"mark": {"type": "rule"}, "encoding": {"y": {"field": "min"} | low_high, "y2": {"field": "max"}}},
            {
                "mark": {"type": "bar", "width": 16, "opacity": 1},
                "encoding": {"y": {"field": "q25"} | low_high, "y2": {"field": "q75"}},
            },
            {
                "mark": {"type": "tick", "color": "black", "width": 16, "thickness": 1.5},
                "encoding": {"y": {"field": "median"} | low_high, "color": {"value": "black"}},
            },
        ],
    }


def curves(frame: pd.DataFrame, title: str) -> dict[str, Any]:
    """Return learning curves, a line a repeat: RMSE of the training rows blue, of the test rows orange.

    Args:
        frame: ``variant, seed, epoch, train_rmse, test_rmse``; a panel a variant, in their order.
        title: above the plot.

    """
    variants = list(dict.fromkeys(frame["variant"]))
    wanted = frame[["variant", "seed", "epoch", "train_rmse", "test_rmse"]].round(2)
    return {
        "$schema": SCHEMA,
        "title": {"text": title, "anchor": "middle"},
        "data": {"values": wanted.to_dict("records")},
        "transform": [
            {"fold": ["train_rmse", "test_rmse"], "as": ["column", "rmse"]},
            {"calculate": "datum.column == 'train_rmse' ? 'train' : 'test'", "as": "rows"},
        ],
        "facet": {"column": {"field": "variant", "type": "nominal", "title": None, "sort": variants}},
        "spec": {
            "width": 200,
            "height": 160,
            "mark": {"type": "line", "strokeWidth": 1},
            "encoding": {
                "x": {"field": "epoch", "type": "quantitative", "axis": {"tickCount": 4}},
                "y": {"field": "rmse", "type": "quantitative", "title": "RMSE", "scale": {"zero": False}},
                "detail": {"field": "seed"},
                "color": {
                    "field": "rows",
                    "type": "nominal",
                    "title": None,
                    "scale": {"domain": ["train", "test"], "range": [BLUE, ORANGE]},
                },
            },
        },
    }
