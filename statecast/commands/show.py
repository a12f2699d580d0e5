"""List the experiments with what they changed and what came of it.

The table is narrower than that of ``dvc exp show``.
"""

import argparse
import subprocess
from collections.abc import Collection

import pandas as pd

from statecast.base.errors import StatecastError, one_line
from statecast.base.files import texts_from
from statecast.base.paths import METRICS, PARAMS
from statecast.base.section import read_params
from statecast.study.configurations import short_keys

FIGURES = {  # columns of dvc exp show that there may be, and their headings
    "validation.rmse.mean": "validation",
    "rmse.mean": "rmse",
    "rmse.std": "std",
    "ensemble.rmse": "ensemble",
}
COMMAND = ("dvc", "exp", "show", "--only-changed", "--csv", "--no-pager")
DECIMALS = 3  # of figures
WIDTH = 120  # characters of a line


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
    shown = read_shown(answer.stdout)
    narrow = table(shown, sections=read_params()).fillna("")
    print(narrow.to_string(index=False, line_width=WIDTH))  # noqa: T201
    return True


def read_shown(text: str) -> pd.DataFrame:
    """Return what ``dvc exp show --csv`` prints as a frame of text."""
    return texts_from(text.encode())


def table(shown: pd.DataFrame, sections: Collection[str]) -> pd.DataFrame:
    """Return names, changed params and figures; if all have a validation RMSE, the best is first.

    Args:
        shown: what ``dvc exp show --only-changed --csv`` prints, from ``read_shown``.
        sections: of params.yaml.

    """
    is_workspace = shown["rev"].eq("workspace") | shown["Experiment"].eq("workspace")
    experiments = shown[~is_workspace]
    has_name = experiments["Experiment"].ne("")
    names = experiments["Experiment"].where(has_name, experiments["rev"])
    narrow = pd.DataFrame({"experiment": names})
    for key, column in _params_of(experiments, sections).items():
        narrow[key] = experiments[column]
    for name, heading in FIGURES.items():
        for column in (name, f"{METRICS}:{name}"):
            if column in experiments:
                figures = pd.to_numeric(experiments[column], errors="coerce")
                narrow[heading] = figures.round(DECIMALS)
    if "validation" in narrow and narrow["validation"].notna().all():
        narrow = narrow.sort_values("validation", kind="stable")
    return narrow


def _params_of(experiments: pd.DataFrame, sections: Collection[str]) -> dict[str, str]:
    """Return the columns of params by their keys; sections are left out if keys still differ."""
    columns = {}
    for column in experiments.columns:
        key = column.removeprefix(f"{PARAMS}:")
        section, _, name = key.partition(".")
        if name and section in sections and key not in FIGURES:
            columns[key] = column
    names = short_keys(list(columns))
    return dict(zip(names, columns.values(), strict=True))
