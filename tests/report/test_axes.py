"""The axes of the chart of the baselines. Oracle: the numbers and lines of the drawn picture."""

import json
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
import vl_convert

from statecast.base.section import read_params
from statecast.report.charts import chart, plots_of
from statecast.report.plots_page import VEGA_LITE
from tests.support.project import ROOT

COUNT = 12
Y = 20 + np.sin(np.arange(COUNT))
WHERE = {"unique_id": "a", "ds": np.arange(COUNT), "y": Y}


def drawn(**baselines: np.ndarray) -> str:
    """Return the chart of the baselines as SVG, with a network that is 0.5 too high."""
    forecasts = {"ensemble": Y + 0.5, **baselines}
    methods = [
        pd.DataFrame({**WHERE, "method": name, "forecast": forecast})
        for name, forecast in forecasts.items()
    ]
    template = json.loads((ROOT / ".dvc" / "plots" / "baselines.json").read_text())
    properties = plots_of(read_params(ROOT / "dvc.yaml"))["plots/baselines.csv"]
    table = pd.concat(methods).astype(str)
    filled = chart("plots/baselines.csv", template, properties, [table])
    rows = [dict(zip(filled.columns, row, strict=True)) for row in filled.rows]
    specification: dict[str, Any] = {**filled.spec, "data": {"values": rows}}
    return str(vl_convert.vegalite_to_svg(specification, vl_version=VEGA_LITE))


def heights(svg: str) -> list[float]:
    """Return the numbers at the axis of y."""
    axis = re.search(r'aria-label="Y-axis[^"]*with values from ([^"]*?) to ([^"]*?)"', svg)
    assert axis is not None
    return [float(end.replace("\u2212", "-").replace(",", "")) for end in axis.groups()]


def points_of(svg: str, name: str) -> int:
    """Return how many places the line of a method goes through."""
    label = rf'aria-label="[^"]*what: {name}"[^>]* d="([^"]*)"'
    alternative = rf'd="([^"]*)"[^>]* aria-label="[^"]*what: {name}"'
    path = re.search(label, svg) or re.search(alternative, svg)
    return 0 if path is None else len(re.findall("[ML]", path[1]))


def test_the_axis_follows_truth_and_network() -> None:
    low, high = heights(drawn(persistence=Y - 0.25, auto_arima=Y + 1e6))
    assert Y.min() - 2.5 <= low
    assert high <= Y.max() + 0.5 + 2.5


@pytest.mark.parametrize("off", [1.0, -1.0])
def test_a_baseline_within_their_range_is_drawn(off: float) -> None:
    assert points_of(drawn(drift=Y + off), "drift") == COUNT


def test_the_best_three_baselines_are_drawn_and_the_others_wait_for_a_click() -> None:
    svg = drawn(persistence=Y + 1, drift=Y + 0.9, auto_ets=Y - 0.8, auto_theta=Y + 0.7, ridge=Y)
    lines = re.findall(r'aria-label="[^"]*what: (\w+)"[^>]*? opacity="([01])"', svg)
    opacity = dict(lines)
    assert [opacity[name] for name in ("ridge", "auto_theta", "auto_ets")] == ["1", "1", "1"]
    assert [opacity[name] for name in ("drift", "persistence")] == ["0", "0"]
    assert opacity["truth"] == "1"
    assert "click a name in the legend" in svg


def test_only_what_is_far_is_left_out() -> None:
    forecast = Y.copy()
    forecast[5] = -1e6
    svg = drawn(auto_arima=forecast)
    assert points_of(svg, "auto_arima") == COUNT - 1
    assert points_of(svg, "truth") == COUNT
