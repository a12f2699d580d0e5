"""The sections of the report: tables of the scores, and the plots of dvc.yaml with their data."""

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from statecast.base.files import read_json, texts_from
from statecast.base.keys import with_values
from statecast.base.paths import (
    AHEAD,
    BY_SERIES,
    FORECASTS,
    HISTORY,
    INTERVALS,
    MODEL,
    PIPELINE,
    RMSE,
    SCORES,
    STUDY_METRICS,
    STUDY_TABLES,
    TEMPLATES,
)
from statecast.base.section import read_params
from statecast.report import tables
from statecast.report.best import best_of
from statecast.report.charts import Chart, chart, plots_of, sources_of
from statecast.report.page import Part, sentence

SECTIONS: dict[str, list[str]] = {  # heading to plots of dvc.yaml
    "Forecasts beside the baselines": ["baselines", str(FORECASTS), str(INTERVALS), str(AHEAD)],
    "After the end of the series": ["future", "series"],
    "Repeats and series": [str(RMSE), str(BY_SERIES)],
    "Learning curves": [str(HISTORY)],
}
TESTS = (
    "Diebold-Mariano tests of the mean forecast; a statistic below 0 speaks for the network, p is"
    " two-sided."
)
MEANS = "Means over the series, with the median in brackets."
FAR_AWAY = (
    "Far away: the errors of this baseline are far beyond both those that it made on its training"
    " rows and those of persistence, so that its mean is that of one forecast gone wrong."
)
NO_STUDY = "No study has been run here yet: python -m statecast study studies/epochs.yaml"
NO_CHOICE = "Those of the workspace; no study has a validation RMSE to choose by."


def all_parts() -> list[Part]:
    """Return the sections of the page.

    Raises:
        StatecastError: the pipeline has not run.

    """
    return [*result_parts(), *plot_parts(), study_part(), parity_part(), params_part()]


def result_parts() -> list[Part]:
    """Return the tables of the scores."""
    scores = read_json(SCORES)
    parts = [Part("Result on the test rows", _results(scores), [])]
    if "validation" in scores:
        parts.append(Part("Result on the validation rows", _results(scores["validation"]), []))
    significance = sentence(TESTS) + tables.significance(scores)
    parts.append(Part("Is the difference more than luck?", significance, []))
    parts.append(Part("Prediction intervals", tables.intervals(scores), []))
    return parts


def plot_parts() -> list[Part]:
    """Return the plots of dvc.yaml in their sections; what has no rows is told instead."""
    plots = plots_of(read_params(PIPELINE))
    listed = set(itertools.chain.from_iterable(SECTIONS.values()))
    others = [name for name in plots if name not in listed]
    sections = {**SECTIONS, "Other plots": others}
    parts = [_plot_part(heading, names, plots) for heading, names in sections.items()]
    return [part for part in parts if part is not None]


def study_part() -> Part:
    """Return a box plot of each study, a box a configuration."""
    charts = []
    for path in sorted(STUDY_TABLES.glob("*.csv")):
        content = _read_text(path)
        is_of_repeats = "seed" in content and not path.stem.endswith("-forecast")
        if is_of_repeats and not content.empty:
            charts.append(_study_chart(path.stem, content))
    return Part("Studies", "" if charts else sentence(NO_STUDY), charts)


def parity_part() -> Part:
    """Return whether the networks compute the same at the forecasting batch size."""
    parity = read_json(MODEL / "parity.json")
    words = sentence(str(parity.pop("in_words")))
    figures = tables.pairs(parity, ("networks as rebatched", ""))
    return Part("Another batch size", words + figures, [])


def params_part() -> Part:
    """Return the params of the configuration that the validation rows choose.

    Without such a configuration they are those of the workspace.
    """
    params = read_params()
    best = best_of([read_json(path) for path in sorted(STUDY_METRICS.glob("*.json"))])
    words = NO_CHOICE
    if best is not None:
        error = f"{best.validation_rmse:.5g}"
        words = f"{best.name}, with the lowest validation RMSE of all studies: {error}."
        params = with_values(params, best.overrides)
    return Part("Params", sentence(words) + tables.pairs(params, ("key", "value")), [])


def _results(scores: dict[str, Any]) -> str:
    """Return the table of a part, and what its brackets and names mean."""
    words = tables.results(scores)
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
    return Part(heading, words, charts)


def drawn(name: str, properties: dict[str, Any]) -> Chart | None:
    """Return a plot of dvc.yaml; None where one of its files has no rows yet."""
    frames = [_read_text(Path(path)) for path in sources_of(name, properties)]
    if any(frame.empty for frame in frames):
        return None
    return chart(name, _template(properties["template"]), properties, frames)


def _study_chart(name: str, content: pd.DataFrame) -> Chart:
    measure = content.columns[2]  # behind configuration and seed
    properties = {
        "x": "configuration",
        "y": measure,
        "y_label": measure,
        "title": f"Study {name}: {measure}",
        "template": "variants",
    }
    return chart(name, _template("variants"), properties, [content])


def _template(name: str) -> dict[str, Any]:
    path = TEMPLATES / f"{Path(name).stem}.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _read_text(path: Path) -> pd.DataFrame:
    """Read a CSV file as ``dvc plots`` does, all text; no rows where there is no such file."""
    if not path.is_file():
        return pd.DataFrame()
    return texts_from(path.read_bytes())
