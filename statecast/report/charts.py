"""Charts of the report: the templates of ``dvc plots`` with data filled in."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from dvc_render.vega import VegaRenderer
from dvc_render.vega_templates import Template

from statecast.base.files import texts_from
from statecast.base.paths import TEMPLATES


class Chart(NamedTuple):
    """A Vega-Lite specification without its data, and the data as a table that the page unpacks."""

    name: str
    title: str
    spec: dict[str, Any]
    columns: list[str]
    rows: list[list[str | None]]

    def packed(self) -> str:
        """Return the chart as JSON that may stand inside a script element."""
        content = {"spec": self.spec, "columns": self.columns, "rows": self.rows}
        text = json.dumps(content, separators=(",", ":"))
        return text.replace("<", "\\u003c")


def template(name: str) -> dict[str, Any]:
    """Return a template of ``dvc plots``, with or without its ending."""
    path = TEMPLATES / f"{Path(name).stem}.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def read_text(path: Path) -> pd.DataFrame:
    """Read a CSV file as ``dvc plots`` does, all text; no rows where there is no such file."""
    if not path.is_file():
        return pd.DataFrame()
    return texts_from(path.read_bytes())


def plots_of(pipeline: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return name and properties of every plot of a dvc.yaml, those of its stages first."""
    listed: list[dict[str, Any]] = []
    for stage in pipeline["stages"].values():
        listed += stage.get("plots", [])
    listed += pipeline.get("plots", [])
    plots: dict[str, dict[str, Any]] = {}
    for named in listed:
        plots |= named
    return plots


def sources_of(name: str, properties: dict[str, Any]) -> list[str]:
    """Return the files that a plot reads: its own, or those named under y."""
    y = properties.get("y")
    return list(y) if isinstance(y, dict) else [name]


def chart(
    name: str, template: dict[str, Any], properties: dict[str, Any], tables: list[pd.DataFrame]
) -> Chart:
    """Return a template filled as ``dvc plots`` does it.

    Args:
        name: of the plot.
        template: a Vega-Lite specification with the anchors of DVC.
        properties: of the plot in dvc.yaml: x, y, title and labels.
        tables: shown one below the other; text in every column, as ``dvc plots`` reads CSV files.

    """
    data = pd.concat(tables, ignore_index=True).assign(rev="workspace")
    y = properties.get("y")
    column = next(reversed(y.values())) if isinstance(y, dict) else y
    given = {**properties, "y": column, "template": Template(template, name)}
    # DVC looks for the columns in one row; the page brings all rows by itself.
    last = {key: str(value) for key, value in data.iloc[-1].dropna().items()}
    filled = dict(VegaRenderer([last], name, **given).get_filled_template())
    del filled["data"]
    rows = data.astype(object).where(data.notna(), None).to_numpy().tolist()
    return Chart(name, properties.get("title", name), filled, list(data.columns), rows)
