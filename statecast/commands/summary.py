"""Print what the pipeline found as a short table, and the verdict below it."""

import argparse
import sys
from pathlib import Path
from typing import Any

from statecast.artifacts.model import read_model
from statecast.base.errors import StatecastError
from statecast.base.files import read_frame, read_json
from statecast.base.keys import flat
from statecast.base.paths import METRICS, RMSE, SCORES
from statecast.report.directions import RIGHT, direction_figures, learned_direction
from statecast.report.verdict import read_verdict
from statecast.report.weights import weights_table
from statecast.study.killed import require_branch

Lines = list[tuple[str, str]]  # label and figure

FIGURES = ("mean", "std", "min", "median", "max")
COVERED = {"conformal": "{level} interval holds", "repeats": "spread of repeats holds"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the verb takes."""
    what = "print name, shape and gate order of each weight of data/model instead"
    parser.add_argument("--weights", action="store_true", help=what)


def run(given: argparse.Namespace) -> bool:
    """Print the scores on the test rows, those on the validation rows, and the verdict.

    Raises:
        StatecastError: the pipeline has not run.

    """
    if given.weights:
        print(weights_table(read_model().networks.ensemble))  # noqa: T201
        return True
    _warn_of_killed_experiment()
    scores = read_json(SCORES)
    if "rmse" not in scores:
        _print("symbols", symbols_table(read_json(METRICS)))
    else:
        repeats = len(read_frame(RMSE))
        learned = learned_direction()
        _print(f"test rows, {repeats} repeats", lines_of(scores, learned))
        if "validation" in scores:
            _print("validation rows", lines_of(scores["validation"], learned))
    print(f"\n{read_verdict()}")  # noqa: T201
    return True


def lines_of(scores: dict[str, Any], learned: str | None) -> Lines:
    """Return the lines of the table of a part.

    Args:
        scores: of the part.
        learned: the loss of networks that learned up or down; None: they learned values.

    """
    return table(scores) if learned is None else directions_table(scores, learned)


def directions_table(scores: dict[str, Any], learned: str) -> Lines:
    """Return the lines of the shares of directions said right, beside those of the baselines."""
    medians = scores.get("median_over_series") or {}
    lines = []
    for measure, figures in direction_figures(scores, learned).items():
        lines.append((f"{RIGHT[measure]} right", _figure(figures["mean"])))
        if medians:
            lines.append(("  median over series", _figure(medians["network"][measure])))
        lines.append(("  std", _figure(figures["std"])))
        lines.append(("  mean forecast", _figure(figures["ensemble"])))
        lines += [(f"  {name}", _figure(share)) for name, share in figures["baselines"].items()]
    return lines


def table(scores: dict[str, Any]) -> Lines:
    """Return the lines of the table of a part, below each mean over series its median."""
    medians = scores.get("median_over_series")
    lines = [(f"RMSE {name}", _figure(scores["rmse"][name])) for name in FIGURES]
    lines += _median(medians, "network")
    lines.append(("persistence RMSE", _figure(scores["persistence"]["rmse"])))
    lines += _median(medians, "persistence")
    lines.append(("skill", _figure(scores["skill"])))
    lines.append(("ensemble RMSE", _figure(scores["ensemble"]["rmse"])))
    lines += _median(medians, "ensemble")
    best = scores.get("best_baseline")
    if best:
        lines.append((f"{best} RMSE", _figure(scores["baselines"][best]["rmse"])))
        lines += _median(medians and medians["baselines"], best)
    for method, figures in scores["baselines"].items():
        if "far_away" in figures:
            lines.append((f"{method} far away", f"{len(figures['far_away'])} series"))
    if "interval" in scores:
        lines += _coverage(scores["interval"])
    return lines


def symbols_table(metrics: dict[str, Any]) -> Lines:
    """Return the lines of the table for symbols: ``accuracy mean`` and so on."""
    return [
        (key.replace(".", " ").replace("_", " "), _figure(value))
        for key, value in flat(metrics).items()
    ]


def _warn_of_killed_experiment() -> None:
    try:
        require_branch(Path.cwd())
    except StatecastError as error:
        print(f"warning: {error}", file=sys.stderr)  # noqa: T201


def _median(medians: dict[str, Any] | None, name: str) -> Lines:
    """Return the line of a median over series; none where there is one series."""
    return [] if medians is None else [("  median over series", _figure(medians[name]["rmse"]))]


def _coverage(interval: dict[str, Any]) -> Lines:
    """Return the share of the true values inside the interval, and inside the repeats' spread."""
    level = f"{interval['level']:.0%}".replace("%", " %")
    return [
        (label.format(level=level), _figure(interval[method]["coverage"]))
        for method, label in COVERED.items()
        if interval[method]["coverage"] is not None
    ]


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _print(title: str, lines: Lines) -> None:
    print(f"\n{title}")  # noqa: T201
    for label, figure in lines:
        print(f"  {label:<24}{figure:>10}")  # noqa: T201
