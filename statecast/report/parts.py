"""The sections of the report: tables of the scores, and the plots of dvc.yaml with their data."""

import itertools
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from statecast.base.files import read_json
from statecast.base.keys import with_values
from statecast.base.paths import (
    AHEAD,
    BASELINES_PLOT,
    BY_SERIES,
    FORECASTS,
    FUTURE,
    FUTURE_PLOT,
    HISTORY,
    INTERVALS,
    MODEL,
    PIPELINE,
    RMSE,
    SCORES,
    SERIES_PLOT,
)
from statecast.base.section import read_params
from statecast.report import tables
from statecast.report.best import best_of
from statecast.report.by_series import by_series_part
from statecast.report.charts import Chart, chart, plots_of, read_text, sources_of, template
from statecast.report.directions import MEANS_NOTHING, learned_direction
from statecast.report.page import Part, sentence
from statecast.report.studies import combined_part, read_studies, study_part

SECTIONS: dict[str, list[str]] = {  # heading to plots of dvc.yaml
    "Forecasts beside the baselines": [
        str(BASELINES_PLOT),
        str(FORECASTS),
        str(INTERVALS),
    ],
    "The series": [str(SERIES_PLOT)],
    "Repeats and series": [str(RMSE), str(AHEAD), str(BY_SERIES)],
    "Learning curves": [str(HISTORY)],
}
TESTS = (
    "Diebold-Mariano tests of the mean forecast; a statistic below 0 speaks for the network, p is"
    " two-sided."
)
TESTS_OF_SERIES = (
    "Diebold-Mariano tests of the mean forecast on each series; a difference is clear where p,"
    " two-sided, is below 0.05."
)
MEANS = "Means over the series, with the median in brackets."
FAR_AWAY = (
    "Far away: the errors of this baseline are far beyond both those that it made on its training"
    " rows and those of persistence, so that its mean is that of one forecast gone wrong."
)
NO_CHOICE = "Those of the workspace; no study of this series has a validation RMSE to choose by."
NEXT = "What comes next"
NO_FUTURE = "No forecast after the end: forecast.horizon is 0, or features are not known ahead."
CONFORMAL = "The interval comes from the errors on the {rows} rows (conformal)."
SPREAD = (
    "low and high are the spread of the repeats, and no interval: too few rows to take one from."
)
SERIES_SHOWN = 5  # in the table of what comes next
DRAWN = "drawn"  # the column that says which of many series a table has


def all_parts() -> list[Part]:
    """Return the sections of the page.

    Raises:
        StatecastError: the pipeline has not run.

    """
    scores = read_json(SCORES)
    studies = read_studies()
    learned = learned_direction()
    persistence = scores.get("persistence", {}).get("rmse")
    combined = combined_part(studies, persistence)
    return [
        next_part(scores, learned),
        *result_parts(scores, learned),
        *([combined] if combined else []),
        *plot_parts(),
        study_part(studies, persistence),
        parity_part(),
        params_part(list(studies.values()), persistence),
    ]


def next_part(scores: dict[str, Any], learned: str | None = None) -> Part:
    """Return what comes after the end of each series: a table, and its plot.

    Args:
        scores: of the pipeline.
        learned: the loss of networks that learned up or down; None: they learned values.

    """
    plots = plots_of(read_params(PIPELINE))
    name = str(FUTURE_PLOT)
    drawn_plot = drawn(name, plots[name]) if name in plots else None
    future = read_text(FUTURE)
    if future.empty:
        return Part(NEXT, sentence(NO_FUTURE), [])
    is_conformal = future["interval"].eq("conformal").all()
    method = "conformal" if is_conformal else "repeats"
    parts = "validation and test" if "validation" in scores else "test"
    origin = CONFORMAL.format(rows=parts) if is_conformal else SPREAD
    words = origin + _held(scores, method)
    bounds = ["low", "high"]
    if learned is not None:
        words = MEANS_NOTHING.format(loss=learned)
        bounds = []
    charts = [drawn_plot] if drawn_plot and learned is None else []
    return Part(NEXT, sentence(words) + _forecasts(future, bounds), charts, folded_by(charts))


def _forecasts(future: pd.DataFrame, bounds: list[str]) -> str:
    """Return a table a series, of the first ones; several stand below their names."""
    figures = ["forecast", *bounds]
    names = future["unique_id"].drop_duplicates()
    shown = names.head(SERIES_SHOWN)
    html = ""
    if len(names) > len(shown):
        html = sentence(f"The first {len(shown)} of {len(names)} series; {FUTURE} has all.")
    for name in shown:
        own = future[future["unique_id"] == name]
        values = own[figures].astype(float).to_numpy().tolist()
        rows = [[time, *of_row] for time, of_row in zip(own["ds"], values, strict=True)]
        heading = f"<h3>{escape(name)}</h3>" if len(names) > 1 else ""
        html += heading + tables.table(["time", *figures], rows)
    return html


def result_parts(scores: dict[str, Any], learned: str | None = None) -> list[Part]:
    """Return the tables of the scores; of directions learned alone those that mean something."""
    parts = [Part("Result on the test rows", _results(scores, learned), [])]
    if "validation" in scores:
        judged = _results(scores["validation"], learned)
        parts.append(Part("Result on the validation rows", judged, []))
    if learned is not None:
        return parts
    words = TESTS_OF_SERIES if "series" in scores else TESTS
    significance = sentence(words) + tables.significance(scores)
    parts.append(Part("Is the difference more than luck?", significance, []))
    if "series" in scores:
        parts.append(by_series_part(scores["best_baseline"]))
    parts.append(Part("Prediction intervals", tables.intervals(scores), []))
    return parts


def plot_parts() -> list[Part]:
    """Return the plots of dvc.yaml in their sections; what has no rows is told instead."""
    plots = plots_of(read_params(PIPELINE))
    listed = {str(FUTURE_PLOT), *itertools.chain.from_iterable(SECTIONS.values())}
    others = [name for name in plots if name not in listed]
    sections = {**SECTIONS, "Other plots": others}
    parts = [_plot_part(heading, names, plots) for heading, names in sections.items()]
    return [part for part in parts if part is not None]


def parity_part() -> Part:
    """Return whether the networks compute the same at the forecasting batch size."""
    parity = read_json(MODEL / "parity.json")
    words = sentence(str(parity.pop("in_words")))
    figures = tables.pairs(parity, ("networks as rebatched", ""))
    return Part("Another batch size", words + figures, [])


def params_part(studies: Sequence[dict[str, Any]], persistence: float | None) -> Part:
    """Return the params of the configuration that the validation rows choose.

    Without such a configuration they are those of the workspace.
    """
    params = read_params()
    best = best_of(studies, persistence)
    words = NO_CHOICE
    if best is not None:
        error = f"{best.validation_rmse:.5g}"
        words = f"{best.name}, with the lowest validation RMSE of all studies: {error}."
        params = with_values(params, best.overrides)
    return Part("Params", sentence(words) + tables.pairs(params, ("key", "value")), [])


def _held(scores: dict[str, Any], method: str) -> str:
    """Return how many of the true values the same bounds held on the test rows."""
    interval = scores.get("interval") or {}
    coverage = (interval.get(method) or {}).get("coverage")
    if coverage is None:
        return ""
    held = f" One step ahead such bounds held {coverage:.0%} of the test rows"
    aim = f", where {interval['level']:.0%} were aimed at" if method == "conformal" else ""
    return f"{held}{aim}.".replace("%", " %")


def _results(scores: dict[str, Any], learned: str | None) -> str:
    """Return the table of a part, and what its brackets and names mean."""
    words = tables.results(scores, learned)
    if "median_over_series" in scores:
        words = sentence(MEANS) + words
    if any("far_away" in figures for figures in scores["baselines"].values()):
        words += sentence(FAR_AWAY)
    return words


def _plot_part(heading: str, names: Sequence[str], plots: dict[str, dict[str, Any]]) -> Part | None:
    """Return a section of plots; None where dvc.yaml has none of them."""
    own = {name: plots[name] for name in names if name in plots}
    if not own:
        return None
    charts = []
    missing = []
    for name, properties in own.items():
        filled = drawn(name, properties)
        if filled is None:
            missing.append(properties.get("title", name))
        else:
            charts.append(filled)
    words = ""
    if missing:
        words = sentence(f"Left out, because there are no rows for it: {'; '.join(missing)}.")
    return Part(heading, words, charts, folded_by(charts))


def folded_by(charts: Sequence[Chart]) -> str:
    """Return what charts are shown by where they draw a few series of many, or else nothing."""
    for own in charts:
        if DRAWN in own.columns:
            return f"Charts of {own.rows[0][own.columns.index(DRAWN)]}"
    return ""


def drawn(name: str, properties: dict[str, Any]) -> Chart | None:
    """Return a plot of dvc.yaml; None where one of its files has no rows yet."""
    frames = [read_text(Path(path)) for path in sources_of(name, properties)]
    if any(frame.empty for frame in frames):
        return None
    return chart(name, template(properties["template"]), properties, frames)
