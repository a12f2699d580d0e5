"""Run the pipeline under one extension at a time on several series, and write what each changed.

``python -m studies.extensions`` reads studies/extensions.yaml, and writes docs/extensions.md and
the figures behind it.
"""

import logging
import sys
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from statecast.base.errors import StatecastError
from statecast.base.files import read_frame, read_json, write_json, write_text
from statecast.base.keys import require_keys, with_values
from statecast.base.logs import logged_from
from statecast.base.paths import RMSE, SCORES
from statecast.base.section import read_params
from statecast.base.writing import written_together
from statecast.pipeline import folder_with_sources, read_pipeline, run_stages

SETTINGS = Path("studies/extensions.yaml")
RESULTS = Path("studies/results/extensions.json")
DOCUMENT = Path("docs/extensions.md")

PLAIN = "plain"  # the configuration without an extension
LEVEL = 0.05
# Nothing measures the forecasts after the end, so they are not made.
WITHOUT_FUTURE = {"forecast.horizon": 0}

INTRODUCTION = (
    "# What each extension changes\n"
    "\n"
    "Written by `make extensions` from [studies/extensions.yaml](../studies/extensions.yaml),"
    " which has the settings. One\n"
    "extension at a time is added to the plain configuration of a series: RMSE on the test rows"
    " over {repeats} repeats, mean\n"
    "and standard deviation; the ensemble is the mean forecast of all repeats; p is Welch's test of"
    " the mean against the\n"
    "plain one. With {tests} tests, {chance:.0f} would fall below 0.05 by chance alone. Nothing was"
    " chosen or tuned by these\n"
    "figures, and nobody should choose by them: they are test errors. Choose by validation rows or"
    " folds.\n"
)
HEAD = (
    "| | RMSE mean | std | ensemble | change of the mean | p |",
    "|---|---:|---:|---:|---:|---:|",
)

# What evaluate measured of a configuration: the "rmse" of the repeats, that of the "ensemble",
# and that of each of the "baselines". It is read from and written to JSON.
Result = dict[str, Any]

log = logging.getLogger(__name__)


def main() -> None:
    """Run everything; write the figures and the document."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    asked = read_params(SETTINGS)
    try:
        with logged_from(logging.WARNING, "statecast", "stages"):
            content = {series: run_series(series, asked) for series in asked["series"]}
    except StatecastError as error:
        sys.exit(f"error: {error}")
    with written_together():
        write_json(content, RESULTS)
        write_text(page(content, asked), DOCUMENT)


def run_series(series: str, asked: dict[str, Any]) -> dict[str, Result]:
    """Return what was measured on one series, by the name of the extension.

    Args:
        series: its name in the settings.
        asked: the settings.

    Raises:
        StatecastError: a setting is no key of params.yaml, or a stage says what is wrong.

    """
    of_series = {
        "train.repeats": asked["repeats"],
        **WITHOUT_FUTURE,
        **asked["series"][series]["params"],
    }
    params = _with_known(read_params(), of_series, series)
    stages = read_pipeline()
    results = {}
    before = None
    with folder_with_sources() as folder:
        for extension, overrides in extensions_of(series, asked).items():
            changed = _with_known(params, overrides, extension)
            run_stages(stages, folder, changed, before)
            before = changed
            results[extension] = result_in(folder)
            mean = np.mean(results[extension]["rmse"])
            log.info("extensions: %s, %s: %.2f", series, extension, mean)
    return results


def extensions_of(series: str, asked: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the plain configuration of a series, and each extension that is meant for it."""
    overrides: dict[str, dict[str, Any]] = {PLAIN: {}}
    for extension, own in asked["extensions"].items():
        meant_for = asked["only"].get(extension, asked["series"])
        if series in meant_for:
            overrides[extension] = own
    return overrides


def result_in(folder: Path) -> Result:
    """Return what evaluate wrote in a folder, as far as the tables show it."""
    scores = read_json(folder / SCORES)
    baselines = {name: figures["rmse"] for name, figures in scores["baselines"].items()}
    return {
        "rmse": read_frame(folder / RMSE)["rmse"].tolist(),
        "ensemble": scores["ensemble"]["rmse"],
        "baselines": baselines,
    }


def page(content: dict[str, dict[str, Result]], asked: dict[str, Any]) -> str:
    """Return the document.

    Args:
        content: the results of each series.
        asked: the settings.

    """
    tests = sum(len(results) - 1 for results in content.values())
    by_chance = LEVEL * tests
    lines = [INTRODUCTION.format(repeats=asked["repeats"], tests=tests, chance=by_chance)]
    for series, results in content.items():
        title = asked["series"][series]["title"]
        lines += [f"## {title}", "", *table(results), "", verdict(results), ""]
    return "\n".join(lines)


def table(results: dict[str, Result]) -> list[str]:
    """Return the table of a series: the extensions, then the baselines of the plain one."""
    plain = results[PLAIN]
    rows = [_row(extension, result, plain) for extension, result in results.items()]
    errors = plain["baselines"]
    names = sorted(errors, key=errors.__getitem__)
    baselines = [f"| *{_spaced(name)}* | {errors[name]:.2f} | | | | |" for name in names]
    return [*HEAD, *rows, *baselines]


def verdict(results: dict[str, Result]) -> str:
    """Return in a sentence who is ahead of whom."""
    baselines = results[PLAIN]["baselines"]
    best = min(baselines, key=baselines.__getitem__)
    error = baselines[best]
    repeats_ahead = sum(_mean(result) < error for result in results.values())
    ensembles_ahead = sum(result["ensemble"] < error for result in results.values())
    words = (
        f"The best baseline is {_spaced(best)} with {error:.2f}: the mean repeat is ahead of it in"
        f" {repeats_ahead} of {len(results)} configurations, the ensemble in {ensembles_ahead}."
    )
    if "ridge" not in baselines:
        return words
    # ridge has the inputs of the network, so it changes with the extension
    ahead = sum(_mean(result) < result["baselines"]["ridge"] for result in results.values())
    return (
        f"{words} Ridge regression on the very inputs of the network loses to the mean repeat in"
        f" {ahead} of them."
    )


def _row(extension: str, result: Result, plain: Result) -> str:
    mean = _mean(result)
    std = float(np.std(result["rmse"], ddof=1))
    change = ""
    p = ""
    if extension != PLAIN:
        change = f"{mean - _mean(plain):+.2f}"
        p = _p(result, plain)
    cells = [extension, f"{mean:.2f}", f"{std:.2f}", f"{result['ensemble']:.2f}", change, p]
    return f"| {' | '.join(cells)} |"


def _p(result: Result, plain: Result) -> str:
    p = stats.ttest_ind(result["rmse"], plain["rmse"], equal_var=False).pvalue
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _mean(result: Result) -> float:
    return float(np.mean(result["rmse"]))


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _with_known(params: dict[str, Any], overrides: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the params with overrides whose keys they all have."""
    where = f"{SETTINGS}: {name}"
    require_keys(overrides, params, where)
    return with_values(params, overrides)


if __name__ == "__main__":
    main()
