"""The studies of this series in the report: their repeats, and their combined forecasts."""

import math
from html import escape
from typing import Any

import pandas as pd

from statecast.base.files import read_json
from statecast.base.paths import STUDY_METRICS, STUDY_TABLES
from statecast.report import tables
from statecast.report.best import ROUNDING, of_these_rows
from statecast.report.charts import Chart, chart, read_text, template
from statecast.report.forecast_page import ahead_html
from statecast.report.page import Part, sentence

NO_STUDY = (
    "No study of this series has been run here yet: python -m statecast study studies/epochs.yaml"
)
COMBINED = (
    "The forecasts of a study's best configurations and of baselines, combined, on the test rows."
    " p is that of the Diebold-Mariano test against the best baseline, which is the one with the"
    " lowest RMSE on the test rows. The last columns are of the conformal interval."
)
HOLDS = "holds of the test rows"
HEAD = ["study", "RMSE", "best network", "best baseline", "its RMSE", "p", HOLDS, "aimed at"]
SHOWN = 6  # horizons of the rows before what comes next
MEMBERS_HEAD = ["member", "weight", "validation RMSE", "test RMSE"]
UNFOLD_COMBINED = "Show the combined forecasts with their intervals"
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
    own = {
        name: study["combined"]
        for name, study in studies.items()
        if study.get("combined") and _is_of_these_rows(study["combined"], persistence)
    }
    if not own:
        return None
    rows = [_combined_row(name, combined) for name, combined in own.items()]
    html = sentence(COMBINED) + tables.table(HEAD, rows)
    for name, combined in own.items():
        members = sorted(combined["members"].items(), key=lambda item: -item[1]["weight"])
        weights = [
            [member, figures["weight"], figures["validation_rmse"], figures["rmse"]]
            for member, figures in members
        ]
        html += f"<h3>{escape(_title(name, combined))}</h3>"
        html += tables.table(MEMBERS_HEAD, weights)
        level = combined["interval"]["level"]
        html += _not_judged(combined) + ahead_html(combined["ahead"], level)
    charts = [
        draw(name, combined)
        for name, combined in own.items()
        for draw in (_forecast_chart, _future_chart)
    ]
    return Part("Combined forecast", html, [one for one in charts if one], UNFOLD_COMBINED)


def _is_of_these_rows(combined: dict[str, Any], persistence: float | None) -> bool:
    """Return whether a combined forecast is of the test rows of this pipeline."""
    own = combined["members"]["persistence"]["rmse"]
    return persistence is not None and math.isclose(own, persistence, rel_tol=ROUNDING)


def _combined_row(name: str, combined: dict[str, Any]) -> list[object]:
    best = combined["best_baseline"]
    interval = combined["interval"]
    return [
        name,
        combined["rmse"],
        combined["best"]["rmse_of_mean_forecast"],
        best["method"],
        best["rmse"],
        best["diebold_mariano"].get("p"),
        interval["coverage"],
        interval["level"],
    ]


def _title(name: str, combined: dict[str, Any]) -> str:
    """Return how the members of a study are weighed, in words."""
    if combined["weights"] == "validation":
        return f"{name}: weights by validation RMSE to the power -{combined['power']:g}"
    return f"{name}: {combined['weights']} of the members"


def _forecast_chart(name: str, combined: dict[str, Any]) -> Chart | None:
    """Return the forecast with its interval over the test rows; None if there is no interval."""
    table = read_text(STUDY_TABLES / f"{name}-forecast.csv")
    if table.empty or combined["interval"]["coverage"] is None:
        return None
    content = table.rename(columns={"forecast": "ensemble"}).assign(
        method="conformal", level=str(combined["interval"]["level"])
    )
    properties = {
        "x": "ds",
        "y": "ensemble",
        "title": f"Study {name}: combined forecast with its interval, test rows",
        "template": "intervals",
    }
    return chart(f"{name}-forecast", template("intervals"), properties, [content])


def _not_judged(combined: dict[str, Any]) -> str:
    """Return how many of the test rows are not judged; nothing if all are."""
    unjudged = combined["unjudged"]
    return (
        sentence(f"Not judged: {unjudged} test rows in or right after a gap.") if unjudged else ""
    )


def _future_chart(name: str, combined: dict[str, Any]) -> Chart | None:
    """Return what comes after the end of the first series, behind its test rows; None if none."""
    future = read_text(STUDY_TABLES / f"{name}-future.csv")
    if future.empty:
        return None
    series = future["unique_id"].iloc[0]
    future = future[future["unique_id"] == series]
    test = read_text(STUDY_TABLES / f"{name}-forecast.csv")
    before = test[test["unique_id"] == series].tail(SHOWN * len(future))[["unique_id", "ds", "y"]]
    interval = "conformal" if (future["low"] != "").all() else "no"
    content = pd.concat([before, future.assign(interval=interval)]).fillna("")
    labelled = content.assign(level=str(combined["interval"]["level"]))
    properties = {
        "x": "ds",
        "y": "forecast",
        "title": f"Study {name}: what comes next",
        "template": "future",
    }
    return chart(f"{name}-future", template("future"), properties, [labelled])


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
