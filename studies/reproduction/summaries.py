"""The section with what pandas' describe shows of every study."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from studies.reproduction.figures import Figures
from studies.reproduction.markdown import table

NAMES = ("study", "epochs", "batch_size", "units")  # of a published row
PANDAS = {"q25": "25%", "median": "50%", "q75": "75%"}


def summaries(figures: Figures) -> list[str]:
    """Return a table for the published figures, and one for each study."""
    studies = {
        "The tables, 30 repeats": figures.tables,
        "The published configurations and what was tried, 300 repeats": figures.repeats,
        "What the published studies did not try, 300 repeats": figures.unseen,
        "3000 repeats": figures.many,
    }
    lines = ["## Summaries", "", "### Published", "", *table(_published(figures.published))]
    for title, errors in studies.items():
        lines += [f"### {title}", "", *table(_described(errors))]
    return lines


def _published(published: pd.DataFrame) -> list[dict[str, object]]:
    rows = []
    for row in published.rename(columns=PANDAS).to_dict("records"):
        name = "-".join(str(row.pop(key)) for key in NAMES)
        rows.append({"configuration": name, **_cells(row)})
    return rows


def _described(errors: pd.DataFrame) -> list[dict[str, object]]:
    described = errors.groupby("configuration", sort=False)["rmse"].describe()
    rows = described.to_dict("index").items()
    return [{"configuration": name, **_cells(row)} for name, row in rows]


def _cells(row: Mapping[Any, Any]) -> dict[str, object]:
    cells: dict[str, object] = {}
    for key, value in row.items():
        cells[key] = int(value) if key == "count" else f"{value:.2f}"
    return cells
