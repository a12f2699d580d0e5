"""Charts of the report: the templates of ``dvc plots`` with data filled in."""

import json
from typing import Any, NamedTuple

import pandas as pd
from dvc_render.vega import VegaRenderer
from dvc_render.vega_templates import Template


class Chart(NamedTuple):
    """A Vega-Lite specification without its data, and the data as a table that the page unpacks."""

    name: str
    title: str
    spec: dict[str, Any]
    columns: list[str]
    rows: list[list[str | None]]

    def packed(self) -> str:
        """Return the chart as JSON that may stand inside a script element."""
        text = json.dumps({"spec": self.spec, "columns": self.columns, "rows": self.rows}, separators=(",", ":"))
        return text.replace("<", "\\u003c")


def plots_of(pipeline: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return name and properties of every plot of a dvc.yaml, those of its stages first."""
    listed = [one for stage in pipeline["stages"].values() for one in stage.get("plots", [])]
    return {name: dict(keys) for one in [*listed, *pipeline.get("plots", [])] for name, keys in one.items()}


def sources_of(name: str, properties: dict[str, Any]) -> list[str]:
    """Return the files that a plot reads: its own, or those named under y."""
    y = properties.get("y")
    return list(y) if isinstance(y, dict) else [name]


def chart(name: str, template: dict[str, Any], properties: dict[str, Any], tables: list[pd.DataFrame]) -> Chart:
    """Return a template filled as ``dvc plots`` does it, with the tables one below the other.

    Args:
        name: of the plot.
        template: a Vega-Lite specification with the anchors of DVC.
        properties: of the plot in dvc.yaml: x, y, title and labels.
        tables: text in every column, which is how ``dvc plots`` reads CSV files.

    """
    data = pd.concat([one.assign(rev="workspace") for one in tables], ignore_index=True)
    y = properties.get("y")
    column = next(reversed(y.values())) if isinstance(y, dict) else y
    filled = {**properties, "y": column, "template": Template(template, name)}
    one_row = [{key: str(value) for key, value in data.iloc[-1].dropna().items()}]  # for the checks of the columns
    content = dict(VegaRenderer(one_row, name, **filled).get_filled_template())
    content.pop("data")
    rows = data.astype(object).where(data.notna(), None).to_numpy().tolist()
    return Chart(name, properties.get("title", name), content, list(data.columns), rows)
