"""Train by errors and by directions, and write which forecasts up and down better.

``python -m studies.direction`` reads studies/direction.yaml, and writes docs/direction.md and the
figures behind it.
"""

import logging
import sys
from pathlib import Path
from typing import Any

from scipy import stats

from statecast.base.errors import StatecastError
from statecast.base.files import read_json, write_json, write_text
from statecast.base.keys import require_keys, with_values
from statecast.base.logs import logged_from
from statecast.base.paths import SCORES
from statecast.base.section import read_params
from statecast.base.writing import written_together
from statecast.pipeline import folder_with_sources, read_pipeline, run_stages

SETTINGS = Path("studies/direction.yaml")
RESULTS = Path("studies/results/direction.json")
DOCUMENT = Path("docs/direction.md")

BY_ERRORS = "mse"  # the loss that the others are compared with
MEASURES = ("direction", "direction_by_size")
WITHOUT_FUTURE = {"forecast.horizon": 0}  # nothing measures it

INTRODUCTION = (
    "# Up or down\n"
    "\n"
    "Written by `python -m studies.direction` from"
    " [studies/direction.yaml](../studies/direction.yaml). Networks that differ in nothing\n"
    "but `train.loss` forecast the test rows, {repeats} repeats each. Direction is the share of ups"
    " and downs said right; by size each\n"
    "counts as much as the series moved. p is Welch's test of the mean of the repeats against that"
    " of `mse`; it says how sure the\n"
    "difference is on these rows, not on others. Persistence says neither up nor down, drift always"
    " the same. RMSE means nothing\n"
    "where directions were learned: their outputs are logits.\n"
)
HEAD = (
    "| | direction | std | ensemble | p | by size | std | ensemble | p | RMSE |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
)

# The scores of a loss as the table shows them: "rmse" and each of MEASURES with "mean" and "std",
# "ensemble" and "baselines" with each of MEASURES. They are read from and written to JSON.
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
    """Return what was measured on one series, by loss.

    Args:
        series: its name in the settings.
        asked: the settings.

    Raises:
        StatecastError: a setting is no key of params.yaml, or a stage says what is wrong.

    """
    shipped = read_params()
    of_series = {**asked["params"], **asked["series"][series]["params"]}
    require_keys(of_series, shipped, f"{SETTINGS}: {series}")
    usual = {"train.repeats": asked["repeats"], **WITHOUT_FUTURE}
    params = with_values(shipped, {**usual, **of_series})
    stages = read_pipeline()
    results = {}
    before = None
    with folder_with_sources() as folder:
        for loss in asked["losses"]:
            changed = with_values(params, {"train.loss": loss})
            run_stages(stages, folder, changed, before)
            before = changed
            results[loss] = result_of(read_json(folder / SCORES), asked["repeats"])
            log.info("direction: %s, %s: %.3f", series, loss, results[loss]["direction"]["mean"])
    return results


def result_of(scores: dict[str, Any], repeats: int) -> Result:
    """Return what the table shows of the scores that so many repeats made."""
    baselines = {name: _measured(figures) for name, figures in scores["baselines"].items()}
    spread = {name: scores["rmse"][name] for name in ("mean", "std")}
    return {
        "repeats": repeats,
        "rmse": spread,
        **_measured(scores),
        "ensemble": _measured(scores["ensemble"]),
        "baselines": baselines,
    }


def page(content: dict[str, dict[str, Result]], asked: dict[str, Any]) -> str:
    """Return the document.

    Args:
        content: the results of each series.
        asked: the settings.

    """
    lines = [INTRODUCTION.format(repeats=asked["repeats"])]
    for series, results in content.items():
        title = asked["series"][series]["title"]
        lines += [f"## {title}", "", *table(results), "", verdict(results), ""]
    return "\n".join(lines)


def table(results: dict[str, Result]) -> list[str]:
    """Return the table of a series: the losses, then the baselines with the best first."""
    rows = [_row(loss, result, results[BY_ERRORS]) for loss, result in results.items()]
    baselines = results[BY_ERRORS]["baselines"]
    best_first = sorted(baselines, key=lambda name: -baselines[name]["direction"])
    return [*HEAD, *rows, *(_baseline_row(name, baselines[name]) for name in best_first)]


def verdict(results: dict[str, Result]) -> str:
    """Return in sentences which loss is right most often, and whether a baseline is more often."""
    return "\n".join(_sentence(results, measure) for measure in MEASURES)


def _sentence(results: dict[str, Result], measure: str) -> str:
    means = {loss: result[measure]["mean"] for loss, result in results.items()}
    best = max(means, key=means.__getitem__)
    baselines = results[BY_ERRORS]["baselines"]
    best_baseline = max(baselines, key=lambda name: baselines[name][measure])
    count = "By size" if measure == "direction_by_size" else "By count"
    return (
        f"{count} the mean repeat is right most often with `{best}`, {means[best]:.1%}; the best"
        f" baseline is {_spaced(best_baseline)}, {baselines[best_baseline][measure]:.1%}."
    )


def _row(loss: str, result: Result, by_errors: Result) -> str:
    cells = [f"`{loss}`"]
    for measure in MEASURES:
        of_repeats = result[measure]
        cells += [f"{of_repeats['mean']:.3f}", f"{of_repeats['std']:.3f}"]
        cells += [f"{result['ensemble'][measure]:.3f}"]
        cells += ["" if loss == BY_ERRORS else _p(result, by_errors, measure)]
    cells += [f"{result['rmse']['mean']:.2f}" if loss == BY_ERRORS else ""]
    return f"| {' | '.join(cells)} |"


def _baseline_row(name: str, measured: Result) -> str:
    shares = [f"{measured[measure]:.3f}" for measure in MEASURES]
    return f"| *{_spaced(name)}* | {shares[0]} | | | | {shares[1]} | | | | |"


def _p(result: Result, by_errors: Result, measure: str) -> str:
    ours = result[measure]
    theirs = by_errors[measure]
    if ours["std"] == theirs["std"] == 0:
        return ""  # no test without any spread
    p = stats.ttest_ind_from_stats(
        ours["mean"],
        ours["std"],
        result["repeats"],
        theirs["mean"],
        theirs["std"],
        by_errors["repeats"],
        equal_var=False,
    ).pvalue
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _measured(figures: dict[str, Any]) -> dict[str, Any]:
    return {measure: figures[measure] for measure in MEASURES}


def _spaced(name: str) -> str:
    return name.replace("_", " ")


if __name__ == "__main__":
    main()
