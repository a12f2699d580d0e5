"""Say whether one experiment is better than another by more than chance.

Each is the name of a DVC experiment, a Git revision, or ``workspace``.
"""

import argparse
from pathlib import Path

import numpy as np

from statecast.base.errors import StatecastError, one_line, require, shown
from statecast.base.files import frame_from, undamaged
from statecast.base.keys import Nested, differences
from statecast.base.paths import PARAMS, RMSE
from statecast.base.yaml_file import yaml_from
from statecast.evaluation.comparison import Comparison, RepeatErrors, compare, verdict
from statecast.study.repository import git, head_of


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

    must = "be the name of an experiment, a revision or workspace"
    require(bool(revision.strip()), "what is compared", must, repr(revision))
    try:
        if revision == "workspace":
            return str(dvc.api.read(path))
        # with a revision DVC counts paths from the top of the Git repository
        head_of(Path.cwd())
        prefix = git("rev-parse", "--show-prefix", folder=Path.cwd()).strip()
        return str(dvc.api.read(prefix + path, rev=revision))
    except AttributeError:  # of pygit2
        reason = "a file or a folder of Git"
    except (DvcException, OSError, UnicodeDecodeError) as error:
        reason = one_line(error)
    raise StatecastError(f"{revision} must be an experiment with {path}, got: {reason}")


def errors_of(revision: str) -> RepeatErrors:
    """Return the RMSE of each repeat.

    Raises:
        StatecastError: as ``read_text``.

    """
    text = read_text(str(RMSE), revision)
    with undamaged(f"{RMSE} of {revision}"):
        table = frame_from(text.encode(), ["seed", "rmse"])
        seeds = table["seed"].to_numpy(np.int64)
        rmse = table["rmse"].to_numpy(float)
        require(bool(np.isfinite(rmse).all()), "every rmse", "be a finite number", "another")
    return RepeatErrors(seeds, rmse)


def report(first: str, second: str) -> list[str]:
    """Return the lines that the command prints.

    Raises:
        StatecastError: as ``read_text``, or an experiment has only one repeat.

    """
    first_errors = errors_of(first)
    second_errors = errors_of(second)
    comparison = compare(first_errors, second_errors)
    return [
        "params that differ",
        *_changes(first, second),
        "RMSE of the repeats, test rows",
        _spread(first, first_errors),
        _spread(second, second_errors),
        *_tests(comparison),
        verdict(comparison, first, second),
    ]


def _changes(first: str, second: str) -> list[str]:
    changes = differences(_params_of(first), _params_of(second))
    lines = [f"  {change.key}: {change.first} -> {change.second}" for change in changes]
    return lines or ["  none"]


def _params_of(revision: str) -> Nested:
    where = f"{PARAMS} of {revision}"
    content = yaml_from(read_text(str(PARAMS), revision), where)
    require(isinstance(content, dict), where, "hold keys with their values", shown(content))
    return dict(content)


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
