"""Run the configurations of a study file: ``python -m statecast.study studies/epochs.yaml``."""

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from statecast.base.errors import StatecastError
from statecast.base.params import read_params, validated
from statecast.base.storage import write_frame, write_json
from statecast.study.configurations import Configuration, check_keys, expand, keys_of
from statecast.study.pipeline import Pipeline, user_cache
from statecast.study.repository import Experiments, copy_of, open_repository
from statecast.study.results import described, per_seed, summary
from statecast.study.running import Outcome, Seconds, run_configurations
from statecast.study.sections import Study
from statecast.study.training import train_here

RESULTS = ["metrics/studies", "plots/studies"]


def read_study(path: Path) -> Study:
    """Return a study file, each key of which params.yaml must have."""
    study = validated(Study, read_params(path), str(path))
    check_keys(keys_of(study), read_params(Path("params.yaml")), str(path))
    return study


def run(path: Path) -> list[Outcome]:
    """Run a study and write its tables; the workspace stays as it is but for these."""
    study = read_study(path)
    configurations = expand(study, str(path))
    repository = open_repository(Path.cwd(), but=[*RESULTS, str(path)])
    seconds, start = Seconds(), time.perf_counter()
    with copy_of(repository, study.name) as copy:
        pipeline, experiments = Pipeline(copy, repository, user_cache(Path.cwd())), Experiments(repository, copy)
        outcomes: list[Outcome] = []
        with tqdm(total=len(configurations), unit="configuration", disable=not sys.stderr.isatty()) as bar:
            for outcome in run_configurations(configurations, pipeline, experiments, train=train_here, seconds=seconds):
                outcomes.append(outcome)
                bar.update()
                if outcome.error:
                    bar.write(f"error: {outcome.configuration.name}: {outcome.error}", file=sys.stderr)
        done = {outcome.configuration.name for outcome in outcomes if not outcome.error}
        _write_results(study, [one for one in configurations if one.name in done], experiments)
    _report(outcomes, seconds, time.perf_counter() - start)
    return outcomes


def _write_results(study: Study, done: list[Configuration], experiments: Experiments) -> None:
    frame = per_seed(done, experiments)
    write_frame(frame, Path("plots/studies") / f"{study.name}.csv")
    content = {
        "study": study.name,
        "baseline": experiments.repository.head,
        "configurations": summary(done, experiments),
    }
    write_json(content, Path("metrics/studies") / f"{study.name}.json")
    if done:
        print(described(frame).to_string(float_format="{:.3f}".format))  # noqa: T201


def _report(outcomes: list[Outcome], seconds: Seconds, total: float) -> None:
    states = [outcome.state for outcome in outcomes]
    counted = ", ".join(
        f"{states.count(state)} {state}" for state in ("registered", "kept", "failed") if state in states
    )
    spent = ", ".join(f"{name} {value:.1f}" for name, value in seconds.items())
    print(f"{counted} in {total:.1f} s ({spent})", file=sys.stderr)  # noqa: T201


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command: status 1 where a configuration failed."""
    parser = argparse.ArgumentParser(prog="python -m statecast.study", description=__doc__)
    parser.add_argument("study", type=Path, help="a study file, studies/epochs.yaml say")
    given = parser.parse_args(arguments)
    logging.getLogger("statecast").setLevel(logging.WARNING)
    try:
        outcomes = run(given.study)
    except StatecastError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("interrupted: what is registered stays, and the same command goes on from there")
    sys.exit(any(outcome.error for outcome in outcomes))


if __name__ == "__main__":
    main()
