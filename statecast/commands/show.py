"""List the experiments with what they changed and what came of it, the best by validation first.

The table fits the terminal; into a pipe its lines are as long as they need.
"""

import argparse
import json
import math
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from statecast.base.errors import StatecastError, one_line
from statecast.base.keys import flat
from statecast.base.paths import METRICS, PARAMS
from statecast.report.directions import RIGHT
from statecast.report.lines import Column, fitted

FIGURES = {  # of metrics/evaluate.json, and their headings
    "validation.rmse.mean": "validation",
    "rmse.mean": "rmse",
    "rmse.std": "std",
    "ensemble.rmse": "ensemble",
    "accuracy.mean": "accuracy",
    "share_all_right": "all right",
}
VALIDATION = "validation.rmse.mean"
JUDGES = {  # the first figure that an experiment has, and what is said of the best one
    VALIDATION: "best on the validation rows",
    "rmse.mean": "best on the test rows, which are not there to choose by",
}
LOSS = "train.loss"
OF_DIRECTION = (
    f"{LOSS} {' or '.join(RIGHT)}: errors mean nothing;"
    " python -m statecast summary says the shares that are right"
)
COMMAND = ("dvc", "exp", "show", "--json")
DECIMALS = 3  # of figures
IN_A_PIPE = (100_000, 24)  # columns and lines


class Experiment(NamedTuple):
    """An experiment, or the commit that experiments began from."""

    name: str
    params: dict[str, Any]  # by dotted key
    figures: dict[str, Any]  # by dotted name; none where networks learned directions

    @property
    def is_of_direction(self) -> bool:
        """Whether its networks learned up or down, so that the size of an error means nothing."""
        return self.params.get(LOSS) in RIGHT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the verb takes: nothing."""
    del parser


def run(given: argparse.Namespace) -> bool:
    """Ask DVC and print; return True.

    Raises:
        StatecastError: DVC fails, because there is no repository say.

    """
    del given
    answer = subprocess.run(COMMAND, capture_output=True, text=True, check=False)  # noqa: S603
    if answer.returncode:
        said = one_line(answer.stderr)
        raise StatecastError(f"dvc exp show must succeed, got: {said}")
    width = shutil.get_terminal_size(IN_A_PIPE).columns
    for line in lines_of(experiments_of(answer.stdout), width):
        print(line)  # noqa: T201
    return True


def experiments_of(text: str) -> list[Experiment]:
    """Return the experiments that ``dvc exp show --json`` tells of, those of a commit behind it.

    The workspace is left out.
    """
    experiments = []
    for commit in json.loads(text):
        if commit["rev"] == "workspace":
            continue
        experiments.append(_experiment(commit))
        behind = commit["experiments"] or []
        experiments += [_experiment({**own["revs"][0], "name": own["name"]}) for own in behind]
    return experiments


def lines_of(experiments: Sequence[Experiment], width: int) -> list[str]:
    """Return the table of experiments, and what its mark means.

    Args:
        experiments: in any order.
        width: characters of a line.

    """
    judge = _judge(experiments)
    ranked = list(experiments)
    if judge == VALIDATION:
        ranked.sort(key=lambda own: _error(own, judge))
    best = min(_error(own, judge) for own in ranked)
    names = ["  experiment"]
    for own in ranked:
        is_best = judge is not None and _error(own, judge) == best
        names.append(f"{'*' if is_best else ' '} {own.name}")
    columns = [*params_columns(ranked), *_figure_columns(ranked)]
    legend = [] if judge is None else [f"* {JUDGES[judge]}"]
    if any(own.is_of_direction for own in experiments):
        legend.append(OF_DIRECTION)
    return [*fitted(names, columns, width), *legend]


def params_columns(experiments: Sequence[Experiment]) -> list[Column]:
    """Return the params that are not the same in all experiments that have them.

    A heading keeps its section where another key of params.yaml has the same last part: whether
    batch_size is that of ``train`` or of ``rebatch`` must be seen.
    """
    keys = list(dict.fromkeys(key for own in experiments for key in own.params))
    last_parts = [key.rpartition(".")[2] for key in keys]
    columns = []
    for key, last in zip(keys, last_parts, strict=True):
        known = {_text(own.params[key]) for own in experiments if key in own.params}
        if len(known) > 1:
            values = [_text(own.params[key]) if key in own.params else "" for own in experiments]
            columns.append([last if last_parts.count(last) == 1 else key, *values])
    return columns


def _judge(experiments: Sequence[Experiment]) -> str | None:
    """Return the figure that tells the best experiment; None if none has one."""
    for key in JUDGES:
        if any(own.figures.get(key) is not None for own in experiments):
            return key
    return None


def _error(own: Experiment, judge: str | None) -> float:
    """Return the figure that an experiment is judged by; infinity if it has none."""
    error = None if judge is None else own.figures.get(judge)
    return math.inf if error is None else float(error)


def _figure_columns(experiments: Sequence[Experiment]) -> list[Column]:
    columns = []
    for key, heading in FIGURES.items():
        figures = [own.figures.get(key) for own in experiments]
        if any(figure is not None for figure in figures):
            columns.append([heading, *map(_figure, figures)])
    return columns


def _experiment(listed: Mapping[str, Any]) -> Experiment:
    """Return an experiment; one that failed or waits has neither params nor figures."""
    data = listed["data"] or {}
    own = Experiment(
        name=listed["name"] or listed["rev"][:7],
        params=_of_file(data.get("params"), str(PARAMS)),
        figures=_of_file(data.get("metrics"), str(METRICS)),
    )
    return own._replace(figures={}) if own.is_of_direction else own


def _of_file(files: Mapping[str, Any] | None, path: str) -> dict[str, Any]:
    """Return what an experiment has in a file, by dotted key; nothing if there is no such file."""
    content = (files or {}).get(path) or {}
    return flat(content.get("data") or {})


def _figure(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.{DECIMALS}f}"


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
