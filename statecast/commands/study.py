"""Run the configurations of a study file: ``python -m statecast.study studies/epochs.yaml``."""

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from dvc.exceptions import DvcException

from statecast.base.errors import StatecastError
from statecast.study.conduct import METRICS, PLOTS, measure_study, read_study, run_study
from statecast.study.local import train_here
from statecast.study.repository import Experiments, copy_of, open_repository
from statecast.study.repro import Pipeline, user_cache
from statecast.study.session import Outcome, Seconds, Session


def run(path: Path, dask: str | None) -> list[Outcome]:
    """Run a study in a copy of HEAD; the workspace stays as it is but for the study's tables."""
    study = read_study(path)
    seconds, start = Seconds(), time.perf_counter()
    with ExitStack() as stack:
        train = train_here()
        if dask is not None:
            from statecast.study.workers import workers

            train = stack.enter_context(workers(dask))
        if not study.register_:
            count = measure_study(study, str(path), train)
            print(f"{study.name}: {count} measured in {time.perf_counter() - start:.1f} s", file=sys.stderr)  # noqa: T201
            return []
        repository = open_repository(Path.cwd(), but=[str(METRICS), str(PLOTS), str(path), "docs"])
        copy = stack.enter_context(copy_of(repository, study.name))
        pipeline = Pipeline(copy, repository, user_cache(Path.cwd()))
        seconds.spend("copy", start)
        outcomes = run_study(study, str(path), Session(pipeline, Experiments(repository, copy), train, seconds))
    _report(outcomes, seconds, time.perf_counter() - start)
    return outcomes


def _report(outcomes: list[Outcome], seconds: Seconds, total: float) -> None:
    states = [outcome.state for outcome in outcomes]
    counted = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    spent = ", ".join(f"{name} {value:.1f}" for name, value in seconds.items())
    print(f"{counted} in {total:.1f} s ({spent})", file=sys.stderr)  # noqa: T201


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command: status 1 where a configuration failed."""
    parser = argparse.ArgumentParser(prog="python -m statecast.study", description=__doc__)
    parser.add_argument("studies", nargs="+", type=Path, metavar="STUDY", help="a study file, studies/epochs.yaml say")
    parser.add_argument(
        "--dask", metavar="ADDRESS", help="train on the workers of a scheduler, tcp://HOST:8786, or local"
    )
    given = parser.parse_args(arguments)
    logging.getLogger("statecast").setLevel(logging.WARNING)
    try:
        outcomes = [outcome for path in given.studies for outcome in run(path, given.dask)]
    except (StatecastError, DvcException) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("interrupted: what is registered stays, and the same command goes on from there")
    sys.exit(any(outcome.error for outcome in outcomes))


if __name__ == "__main__":
    main()
