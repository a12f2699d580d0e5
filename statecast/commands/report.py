"""Write everything that the pipeline found into one page. Not a stage: make report calls it."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from statecast.base.files import read_json, write_text
from statecast.base.stage import run
from statecast.params.section import read_params
from statecast.report import tables
from statecast.report.best import best_of, with_overrides
from statecast.report.charts import Chart, chart, plots_of, sources_of
from statecast.report.page import Part, page, sentence
from statecast.report.plots_page import bundle

TEMPLATES, PLOTS, METRICS = Path(".dvc/plots"), Path("plots/studies"), Path("metrics/studies")
SECTIONS = {
    "Forecasts beside the baselines": ["baselines", "plots/forecasts.csv", "plots/intervals.csv", "plots/ahead.csv"],
    "After the end of the series": ["future", "series"],
    "Repeats and series": ["plots/rmse.csv", "plots/by_series.csv"],
    "Learning curves": ["plots/history.csv"],
}


def read_text(path: Path) -> pd.DataFrame:
    """Read a CSV file as ``dvc plots`` does, all text; no rows where there is no such file."""
    return pd.read_csv(path, dtype=str, keep_default_na=False) if path.is_file() else pd.DataFrame()


def drawn(name: str, properties: dict[str, Any]) -> Chart | None:
    """Return a plot of dvc.yaml; None where one of its files has no rows yet."""
    files = [read_text(Path(path)) for path in sources_of(name, properties)]
    if any(file.empty for file in files):
        return None
    template = json.loads((TEMPLATES / f"{properties['template']}.json").read_text(encoding="utf-8"))
    return chart(name, template, properties, files)


def pipeline_parts() -> list[Part]:
    """Return the plots of dvc.yaml in their sections; what has no rows is said instead."""
    plots = plots_of(read_params(Path("dvc.yaml")))
    listed = {name for names in SECTIONS.values() for name in names}
    others = {"Other plots": [name for name in plots if name not in listed]}
    parts = []
    for heading, names in {**SECTIONS, **others}.items():
        found = {name: drawn(name, plots[name]) for name in names if name in plots}
        missing = [plots[name].get("title", name) for name, one in found.items() if one is None]
        said = sentence(f"Left out, because there are no rows for it: {'; '.join(missing)}.") if missing else ""
        if found:
            parts.append(Part(heading, said, [one for one in found.values() if one is not None]))
    return parts


def study_part() -> Part:
    """Return a box plot of each study, a box a configuration."""
    charts = []
    for path in sorted(PLOTS.glob("*.csv")):
        content = read_text(path)
        if content.empty or "seed" not in content or path.stem.endswith("-forecast"):
            continue
        measure = content.columns[2]
        names = {"x": "configuration", "y": measure, "y_label": measure, "title": f"Study {path.stem}: {measure}"}
        template = json.loads((TEMPLATES / "variants.json").read_text(encoding="utf-8"))
        charts.append(chart(path.stem, template, {**names, "template": "variants"}, [content]))
    none = "No study has been run here yet: python -m statecast.study studies/epochs.yaml"
    return Part("Studies", "" if charts else sentence(none), charts)


def params_part() -> Part:
    """Return the params of the configuration that the validation rows choose, else those of the workspace."""
    params = read_params(Path("params.yaml"))
    best = best_of([read_json(path) for path in sorted(METRICS.glob("*.json"))])
    said = "Those of the workspace; no study has a validation RMSE to choose by."
    if best is not None:
        said = f"{best.name}, with the lowest validation RMSE of all studies: {best.validation_rmse:.5g}."
        params = with_overrides(params, best.overrides)
    return Part("Params", sentence(said) + tables.pairs(params, ("key", "value")), [])


def parity_part() -> Part:
    """Return whether the networks compute the same at the forecasting batch size."""
    found = read_json(Path("metrics/rebatch.json"))
    said = sentence(str(found.pop("in_words", "")))
    return Part("Another batch size", said + tables.pairs(found, ("networks as rebatched", "")), [])


def result_parts() -> list[Part]:
    """Return the tables of the metrics."""
    metrics = read_json(Path("metrics/evaluate.json"))
    significance = sentence(
        "Diebold-Mariano tests of the mean forecast; a statistic below 0 speaks for the network, p is two-sided."
    )
    parts = [Part("Result on the test rows", tables.results(metrics), [])]
    if "validation" in metrics:
        parts.append(Part("Result on the validation rows", tables.results(metrics["validation"]), []))
    return [
        *parts,
        Part("Is the difference more than luck?", significance + tables.significance(metrics), []),
        Part("Prediction intervals", tables.intervals(metrics), []),
    ]


def main(report: Path) -> None:
    """Write the page ``report``, which needs no other file and no network."""
    parts = [*result_parts(), *pipeline_parts(), study_part(), parity_part(), params_part()]
    write_text(page("Statecast report", parts, bundle()), report)


if __name__ == "__main__":
    run(main)
