"""The best configurations as experiments of DVC, where there is a repository to keep them."""

import logging
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from dvc.exceptions import DvcException

from statecast.base.errors import StatecastError, one_line
from statecast.base.logs import logged_from
from statecast.base.paths import SOURCES
from statecast.best.progress import OneBar
from statecast.study.configurations import Configuration
from statecast.study.dvc_internals import cache_of
from statecast.study.killed import require_branch
from statecast.study.local import Train
from statecast.study.repository import Experiments, copy_of, open_repository
from statecast.study.repro import Repro
from statecast.study.session import Seconds, Session

BARS_OF_DVC = "dvc.progress"  # the logger by whose level DVC shows its own bars


def register(chosen: Sequence[Configuration], train: Train, bar: OneBar) -> tuple[list[str], str]:
    """Make experiments of configurations.

    Args:
        chosen: the configurations, the best first.
        train: trains jobs; ``bar`` shows how far it is.
        bar: of all phases.

    Returns:
        Their names, and in words why there are none or fewer; empty if all is well.

    """
    if not chosen:
        return [], ""
    try:
        with logged_from(logging.CRITICAL, BARS_OF_DVC):
            return _registered(chosen, train, bar)
    except (StatecastError, DvcException, OSError) as error:  # a full disk is one, too
        return [], f"no experiments of DVC were made: {one_line(error)}"


def _registered(
    chosen: Sequence[Configuration], train: Train, bar: OneBar
) -> tuple[list[str], str]:
    require_branch(Path.cwd())
    repository = open_repository(Path.cwd())
    with ExitStack() as stack:
        copy = stack.enter_context(copy_of(repository, "best"))
        _bring_sources(copy / repository.prefix)
        repro = Repro(copy, repository, cache_of(Path.cwd()))
        during = bar.during("train the best", train)
        session = Session(repro, Experiments(repository, copy), during, Seconds())
        outcomes = []
        for outcome in session.run(chosen):
            outcomes.append(outcome)
            bar.enter("register")
            bar.show(len(outcomes) / len(chosen))
    failed = [outcome.error for outcome in outcomes if outcome.error]
    done = {outcome.configuration.name for outcome in outcomes if not outcome.error}
    names = [own.name for own in chosen if own.name in done]
    return names, f"{len(failed)} experiments failed: {failed[0]}" if failed else ""


def _bring_sources(copy: Path) -> None:
    """Copy the files of data/source that HEAD does not know: its stages depend on the folder."""
    for own in SOURCES.rglob("*"):
        target = copy / own
        if own.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(own, target)
