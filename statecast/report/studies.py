"""The studies of this series in the report: their repeats, and their combined forecasts."""

from typing import Any

import pandas as pd

from statecast.base.files import read_json
from statecast.base.paths import STUDY_METRICS, STUDY_TABLES
from statecast.report import tables
from statecast.report.best import of_these_rows
from statecast.report.charts import Chart, chart, read_text, template
from statecast.report.page import Part, sentence

NO_STUDY = (
    "No study of this series has been run here yet: python -m statecast study studies/epochs.yaml"
)
COMBINED = "The forecasts of a study's best configurations, combined, on the test rows."
UNFOLD = "Show the RMSE of the repeats of each study"

Studies = dict[str, dict[str, Any]]  # what ``statecast study`` wrote of each, by name


def read_studies() -> Studies:
    """Return what the studies that were run here found."""
    return {path.stem: read_json(path) for path in sorted(STUDY_METRICS.glob("*.json"))}


def study_part(studies: Studies, persistence: float | None) -> Part:
    """Return a box plot of each study of this series, folded away, a box a configuration.

    Args:
        studies: from ``read_studies``.
        persistence: its RMSE on the test rows, by which configurations on other rows are told.

    """
    charts = []
    for name, study in studies.items():
        table = read_text(STUDY_TABLES / f"{name}.csv")
        if table.empty:
            continue
        own = table[table["configuration"].isin(list(of_these_rows(study, persistence)))]
        if not own.empty:
            charts.append(_study_chart(name, own))
    return Part("Studies", "" if charts else sentence(NO_STUDY), charts, UNFOLD)


def combined_part(studies: Studies, persistence: float | None) -> Part | None:
    """Return the combined forecasts of studies of this series; None if there is none."""
    rows = []
    for name, study in studies.items():
        combined = study.get("combined")
        if combined and of_these_rows(study, persistence):
            count = len(combined["configurations"])
            best = combined["best"]["rmse_of_mean_forecast"]
            rows.append([f"{name}, {combined['by']} of {count}", combined["rmse"], best])
    if not rows:
        return None
    head = ["study", "RMSE combined", "RMSE of the best alone"]
    return Part("Combined forecast", sentence(COMBINED) + tables.table(head, rows), [])


def _study_chart(name: str, content: pd.DataFrame) -> Chart:
    measure = content.columns[2]  # behind configuration and seed
    properties = {
        "x": "configuration",
        "y": measure,
        "y_label": measure,
        "title": f"Study {name}: {measure}",
        "template": "variants",
    }
    return chart(name, template("variants"), properties, [content])
