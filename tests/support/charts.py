"""Charts drawn with made-up data, as SVG."""

import json
import re
from typing import Any

import pandas as pd
import vl_convert

from statecast.base.section import read_params
from statecast.report.charts import chart, plots_of
from statecast.report.plots_page import VEGA_LITE
from tests.support.project import ROOT


def drawn(
    name: str, tables: list[pd.DataFrame], revisions: tuple[str, ...] = ("workspace",)
) -> str:
    """Return a plot of dvc.yaml as SVG; each revision has the same rows."""
    properties = plots_of(read_params(ROOT / "dvc.yaml"))[name]
    path = ROOT / ".dvc" / "plots" / f"{properties['template']}.json"
    texts = [table.astype(object).where(table.notna(), "").astype(str) for table in tables]
    filled = chart(name, json.loads(path.read_text()), properties, texts)
    rows: list[dict[str, Any]] = []
    for revision in revisions:
        for values in filled.rows:
            cells = zip(filled.columns, values, strict=True)
            row = {column: value for column, value in cells if value is not None}
            rows.append({**row, "rev": revision})
    specification = {**filled.spec, "data": {"values": rows}}
    return str(vl_convert.vegalite_to_svg(specification, vl_version=VEGA_LITE))


def texts_in(svg: str) -> list[str]:
    """Return all texts of a picture, a line each."""
    return re.findall(r">([^<>]+)</(?:text|tspan)>", svg)


def named(frame: pd.DataFrame, **names: Any) -> pd.DataFrame:
    """Return a table with names in its first row, as the stages write it."""
    return pd.concat([frame.reset_index(drop=True), pd.DataFrame([names])], axis=1)
