"""Print what the pipeline found as a short table."""

import argparse
import sys
from pathlib import Path
from typing import Any

from statecast.base.errors import StatecastError
from statecast.base.files import read_frame, read_json
from statecast.base.keys import flat
from statecast.base.paths import METRICS, RMSE, SCORES
from statecast.study.killed import require_branch

Lines = list[tuple[str, str]]  # label and figure

FIGURES = ("mean", "std", "min", "median", "max")
METHODS = ("repeats", "conformal")  # of intervals


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the verb takes: nothing."""
    del parser


def run(given: argparse.Namespace) -> bool:
    """Print the scores on the test rows, and on the validation rows if there are any.

    Raises:
        StatecastError: the pipeline has not run.

    """
    del given
    _warn_of_killed_experiment()
    scores = read_json(SCORES)
    if "rmse" not in scores:
        _print("symbols", symbols_table(read_json(METRICS)))
        return True
    repeats = len(read_frame(RMSE))
    _print(f"test rows, {repeats} repeats", table(scores))
    if "validation" in scores:
        _print("validation rows", table(scores["validation"]))
    return True


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
    level = f"{interval['level']:.0%}"
    return [
        (f"held of {level}, {method}", _figure(interval[method]["coverage"]))
        for method in METHODS
        if interval[method]["coverage"] is not None
    ]


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _print(title: str, lines: Lines) -> None:
    print(f"\n{title}")  # noqa: T201
    for label, figure in lines:
        print(f"  {label:<22}{figure:>10}")  # noqa: T201
