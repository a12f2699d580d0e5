"""extensions: run the pipeline under one extension at a time on several series, and write what each changed.

Not a stage: make extensions calls it.
"""

import logging
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from scipy import stats

from stages.variants import pipeline_commands, run_commands, with_overrides
from statecast.base.files import read_json, write_json, write_text
from statecast.base.stage import run
from statecast.params.section import read_params

log = logging.getLogger(__name__)

INTRODUCTION = """# What each extension changes

Written by `make extensions` from [studies/extensions.yaml](../studies/extensions.yaml), which has the settings. One
extension at a time is added to the plain configuration of a series: RMSE on the test rows over {repeats} repeats, mean
and standard deviation; the ensemble is the mean forecast of all repeats; p is Welch's test of the mean against the
plain one. With {tests} tests, {chance:.0f} would fall below 0.05 by chance alone. Nothing was chosen or tuned by these
figures, and nobody should choose by them: they are test errors. Choose by validation rows or folds.
"""


def figures_of(folder: Path) -> dict[str, Any]:
    """Return what evaluate wrote, as far as the tables show it."""
    content = read_json(folder / "metrics" / "evaluate.json")
    rmse = pd.read_csv(folder / "plots" / "rmse.csv")["rmse"].tolist()
    baselines = {name: figures["rmse"] for name, figures in content["baselines"].items()}
    return {"rmse": rmse, "ensemble": content["ensemble"]["rmse"], "baselines": baselines}


def run_series(source: Path, pipeline: Path, spec: dict[str, Any], variants: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of one series under each variant."""
    commands = pipeline_commands(yaml.safe_load(pipeline.read_text(encoding="utf-8")))
    params = with_overrides(read_params(Path("params.yaml")), spec["params"])
    found: dict[str, Any] = {}
    before: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(source, folder / source)
        for name, overrides in variants.items():
            changed = with_overrides(params, overrides)
            run_commands(commands, folder, changed, before)
            before = changed
            found[name] = figures_of(folder)
            log.info("extensions: %s, %s: %.2f", spec["title"], name, float(np.mean(found[name]["rmse"])))
    return found


def table(figures: dict[str, Any]) -> list[str]:
    """Return the rows of a series in Markdown: extensions, then the baselines of the plain configuration."""
    plain = figures["plain"]
    lines = ["| | RMSE mean | std | ensemble | change of the mean | p |", "|---|---:|---:|---:|---:|---:|"]
    for name, found in figures.items():
        mean, std = np.mean(found["rmse"]), np.std(found["rmse"], ddof=1)
        change, p = "", ""
        if name != "plain":
            change = f"{mean - np.mean(plain['rmse']):+.2f}"
            value = stats.ttest_ind(found["rmse"], plain["rmse"], equal_var=False).pvalue
            p = "< 0.001" if value < 0.001 else f"{value:.3f}"
        lines.append(f"| {name} | {mean:.2f} | {std:.2f} | {found['ensemble']:.2f} | {change} | {p} |")
    for name, error in sorted(plain["baselines"].items(), key=lambda item: item[1]):
        lines.append(f"| *{name.replace('_', ' ')}* | {error:.2f} | | | | |")
    return lines


def verdict(figures: dict[str, Any]) -> str:
    """Return in a sentence who is ahead of whom."""
    plain = figures["plain"]
    best = min(plain["baselines"], key=plain["baselines"].get)
    error = plain["baselines"][best]
    ahead = [name for name, found in figures.items() if np.mean(found["rmse"]) < error]
    ensembles = [name for name, found in figures.items() if found["ensemble"] < error]
    words = f"The best baseline is {best.replace('_', ' ')} with {error:.2f}: the mean repeat is ahead of it in "
    words += f"{len(ahead)} of {len(figures)} configurations, the ensemble in {len(ensembles)}."
    ridge = plain["baselines"].get("ridge")
    if ridge is not None:
        better = sum(bool(np.mean(found["rmse"]) < found["baselines"]["ridge"]) for found in figures.values())
        words += f" Ridge regression on the very inputs of the network loses to the mean repeat in {better} of them."
    return words


def page(content: dict[str, Any], titles: dict[str, str], repeats: int) -> str:
    """Return the document."""
    tests = sum(len(figures) - 1 for figures in content.values())
    lines = [INTRODUCTION.format(repeats=repeats, tests=tests, chance=0.05 * tests)]
    for name, figures in content.items():
        lines += [f"## {titles[name]}", "", *table(figures), "", verdict(figures), ""]
    return "\n".join(lines)


def main(settings: Path, source: Path, pipeline: Path, results: Path, document: Path) -> None:
    """Run everything, write the figures (``results``) and the document."""
    asked = yaml.safe_load(settings.read_text(encoding="utf-8"))
    for name in ("statecast", "stages"):
        logging.getLogger(name).setLevel(logging.WARNING)
    content = {}
    for name, spec in asked["series"].items():
        variants = {"plain": {}} | {
            title: overrides
            for title, overrides in asked["extensions"].items()
            if name in asked["only"].get(title, asked["series"])
        }
        repeated = {"params": {"train.repeats": asked["repeats"], "forecast.horizon": 0} | spec["params"]}
        content[name] = run_series(source, pipeline, spec | repeated, variants)
    write_json(content, results)
    titles = {name: spec["title"] for name, spec in asked["series"].items()}
    write_text(page(content, titles, asked["repeats"]), document)


if __name__ == "__main__":
    run(main)
