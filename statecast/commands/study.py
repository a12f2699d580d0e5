"""Run the configurations of study files, each as an experiment of DVC."""

import argparse
import logging
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from dvc.exceptions import DvcException

from statecast.base.errors import StatecastError, one_line
from statecast.base.logs import logged_from
from statecast.base.memory import collected_seldom
from statecast.base.section import read_params
from statecast.study.checked import require_right_study
from statecast.study.conduct import conduct_study, read_study
from statecast.study.dvc_internals import cache_of
from statecast.study.killed import require_branch
from statecast.study.local import train_here
from statecast.study.measuring import Measuring, folder_to_measure_in
from statecast.study.repository import Experiments, copy_of, open_repository, run_once
from statecast.study.repro import Repro
from statecast.study.session import Outcome, Seconds, Session
from statecast.training import ahead

INTERRUPTED = "what is registered stays, and the same command goes on from there"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the verb takes."""
    parser.add_argument(
        "studies", nargs="+", type=Path, metavar="STUDY", help="studies/epochs.yaml say"
    )
    parser.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="train on the workers of a scheduler, tcp://HOST:8786, or local",
    )


def run(given: argparse.Namespace) -> bool:
    """Run the studies one after the other; return whether no configuration failed.

    Raises:
        StatecastError: a study file is wrong, or the repository or DVC is.

    """
    failed = False
    require_branch(Path.cwd())
    with logged_from(logging.WARNING, "statecast"), collected_seldom():
        for path in given.studies:
            try:
                outcomes = run_study(path, given.dask)
            except DvcException as error:
                raise StatecastError(one_line(error)) from None
            failed = failed or any(outcome.error for outcome in outcomes)
    return not failed


def run_study(path: Path, dask: str | None) -> list[Outcome]:
    """Run a study in a copy of HEAD; return what became of every configuration.

    In the workspace only the study's tables change.

    Args:
        path: of the study file.
        dask: the address of a scheduler; None: training is done in this process.

    Raises:
        StatecastError: the study file is wrong, the repository has changes, or no worker answers.

    """
    study = read_study(path)
    require_right_study(study, read_params(), str(path))
    seconds = Seconds()
    start = time.perf_counter()
    with ExitStack() as stack:
        if dask is None:
            ahead.begin()
            train = train_here()
        else:
            from statecast.study.workers import workers

            train = stack.enter_context(workers(dask))
        if not study.register_:
            folder = stack.enter_context(folder_to_measure_in())
            measuring = Measuring(train, folder, curves=study.curves)
            if study.optuna is not None:  # whose trials two processes would end for each other
                stack.enter_context(run_once(measuring.experiments.studies, study.name))
            outcomes = conduct_study(study, str(path), measuring)
            _report(outcomes, seconds, time.perf_counter() - start)
            return outcomes
        repository = open_repository(Path.cwd(), study=path)
        copy = stack.enter_context(copy_of(repository, study.name))
        repro = Repro(copy, repository, cache_of(Path.cwd()))
        session = Session(repro, Experiments(repository, copy), train, seconds)
        seconds.spend("copy", start)
        outcomes = conduct_study(study, str(path), session)
    _report(outcomes, seconds, time.perf_counter() - start)
    return outcomes


def _report(outcomes: list[Outcome], seconds: Seconds, total: float) -> None:
    counts = Counter(outcome.state for outcome in outcomes)
    states = [f"{count} {state}" for state, count in counts.items()]
    spent = [f"{name} {value:.1f}" for name, value in seconds.items()]
    line = f"{', '.join(states)} in {total:.1f} s"
    if spent:
        line += f" ({', '.join(spent)})"
    print(line, file=sys.stderr)  # noqa: T201
