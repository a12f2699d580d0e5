"""Say whether one experiment is better than another by more than chance.

Each is the name of a DVC experiment, a Git revision, or ``workspace``.
"""

import argparse
import io

import numpy as np
import pandas as pd
import yaml

from statecast.base.errors import StatecastError
from statecast.base.keys import differences
from statecast.base.paths import PARAMS, RMSE
from statecast.evaluation.comparison import Comparison, RepeatErrors, compare, verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the verb takes."""
    help_ = "an experiment, a revision, or workspace"
    parser.add_argument("first", metavar="EXP1", help=help_)
    parser.add_argument("second", metavar="EXP2", help=help_)


def run(given: argparse.Namespace) -> bool:
    """Print the comparison."""
    print("\n".join(report(given.first, given.second)))  # noqa: T201
    return True


def read_text(path: str, revision: str) -> str:
    """Return a file of a revision.

    Raises:
        StatecastError: there is no such revision, or it has no such file.

    """
    import dvc.api
    from dvc.exceptions import DvcException

    rev = None if revision == "workspace" else revision
    try:
        return str(dvc.api.read(path, rev=rev))
    except (DvcException, OSError) as error:
        reason = " ".join(str(error).split())
        what = f"be an experiment with {path}, got: {reason}"
        raise StatecastError(f"{revision} must {what}") from None


def errors_of(revision: str) -> RepeatErrors:
    """Return the RMSE of each repeat.

    Raises:
        StatecastError: as ``read_text``.

    """
    table = pd.read_csv(io.StringIO(read_text(str(RMSE), revision)))
    return RepeatErrors(table["seed"].to_numpy(np.int64), table["rmse"].to_numpy(float))


def report(first: str, second: str) -> list[str]:
    """Return the lines that the command prints.

    Raises:
        StatecastError: as ``read_text``, or an experiment has one repeat alone.

    """
    errors = {name: errors_of(name) for name in (first, second)}
    comparison = compare(errors[first], errors[second])
    return [
        "params that differ",
        *_changes(first, second),
        "RMSE of the repeats, test rows",
        *(_spread(name, errors[name]) for name in (first, second)),
        *_tests(comparison),
        verdict(comparison, first, second),
    ]


def _changes(first: str, second: str) -> list[str]:
    params = [yaml.safe_load(read_text(str(PARAMS), name)) for name in (first, second)]
    changes = differences(*params)
    lines = [f"  {change.key}: {change.first} -> {change.second}" for change in changes]
    return lines or ["  none"]


def _spread(name: str, errors: RepeatErrors) -> str:
    mean = errors.rmse.mean()
    std = errors.rmse.std(ddof=1)
    return f"  {name}: mean {mean:.3f}, std {std:.3f}, n {len(errors.rmse)}"


def _tests(comparison: Comparison) -> list[str]:
    how = "paired by seed" if comparison.paired else "not paired: the seeds differ"
    interval = f"{comparison.low:.3f} to {comparison.high:.3f}"
    return [
        f"  Welch p {comparison.welch:.3g}, Mann-Whitney p {comparison.mann_whitney:.3g}",
        f"  difference {comparison.difference:.3f}, 95 % bootstrap interval {interval} ({how})",
    ]
