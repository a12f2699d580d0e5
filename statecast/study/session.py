"""Run configurations and register each as an experiment."""

import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from statecast.base.errors import StatecastError, one_line
from statecast.base.files import read_json
from statecast.base.keys import Nested
from statecast.base.paths import METRICS, PARAMS
from statecast.base.yaml_file import yaml_from
from statecast.study.configurations import Configuration
from statecast.study.local import Train
from statecast.study.repository import Experiments
from statecast.study.repro import Asked, Repro
from statecast.training.job import Job

ERROR_LENGTH = 300  # characters of a message


class Outcome(NamedTuple):
    """What became of a configuration."""

    configuration: Configuration
    state: str  # registered, kept from before, measured alone, or failed
    metrics: dict[str, Any]
    error: str = ""


class Seconds(dict[str, float]):
    """Seconds by what they were spent on."""

    def spend(self, name: str, since: float) -> float:
        """Add the time since then to a name; return now."""
        now = time.perf_counter()
        self[name] = self.get(name, 0.0) + now - since
        return now


class Session(NamedTuple):
    """What every configuration of a study runs with: each becomes an experiment."""

    repro: Repro
    experiments: Experiments
    train: Train
    seconds: Seconds

    @property
    def registers(self) -> bool:
        """Return whether configurations become experiments."""
        return True

    @property
    def params(self) -> Nested:
        """Return all sections as HEAD has them; the user may change the file while a study runs."""
        return dict(yaml_from(self.repro.params_text, str(PARAMS)))

    def run(
        self, configurations: Sequence[Configuration], *, register: bool = True
    ) -> Iterator[Outcome]:
        """Yield what ``run_configurations`` yields."""
        return run_configurations(configurations, self, register=register)


class Pending(NamedTuple):
    """A configuration that is to be finished, and its params.yaml."""

    configuration: Configuration
    params: str


def run_configurations(
    configurations: Sequence[Configuration], session: Session, *, register: bool = True
) -> Iterator[Outcome]:
    """Yield the outcome of every configuration as it is done.

    Those that need a training are trained together.

    Args:
        configurations: what is run.
        session: what every configuration runs with.
        register: whether each becomes an experiment.

    """
    known = session.experiments.names()
    jobs: dict[str, Job] = {}
    waiting: dict[str, list[Pending]] = defaultdict(list)  # by DVC's name for the training
    for configuration in configurations:
        started = time.perf_counter()
        try:
            params = session.repro.params_with(configuration.overrides)
            if configuration.name in known:
                yield _existing(configuration, params, session.experiments)
                continue
            asked = _ask(session.repro, params)
        except Exception as error:  # noqa: BLE001 (whatever a configuration raises, the others go on)
            yield failed(configuration, error)
            continue
        session.seconds.spend("prepare", started)
        pending = Pending(configuration, params)
        if asked is None:
            yield _finish(pending, session, register=register)
        else:
            waiting[asked.key].append(pending)
            jobs[asked.key] = asked.job
    yield from _train_and_finish(jobs, waiting, session, register=register)


def trained(jobs: Mapping[str, Job], train: Train, seconds: Seconds) -> Iterator[tuple[str, Any]]:
    """Yield each key with its result or error.

    After an error the remaining jobs are trained one by one.

    Args:
        jobs: by key.
        train: trains a block of jobs.
        seconds: the time of the trainings is added to them.

    """
    left = list(jobs)
    blocks = [list(jobs)] if jobs else []
    while blocks:
        block = blocks.pop(0)
        started = time.perf_counter()
        try:
            for index, result in train([jobs[key] for key in block]):
                seconds.spend("train", started)
                left.remove(block[index])
                yield block[index], result
                started = time.perf_counter()
        except Exception as error:  # noqa: BLE001 (whatever a training raises, the others go on)
            if len(block) == 1:
                left.remove(block[0])
                yield block[0], error
            else:
                blocks = [[key] for key in left]


def in_a_line(error: Exception) -> str:
    """Return an error as one line; one that is no user's mistake begins with its type."""
    words = one_line(error)[:ERROR_LENGTH]
    if isinstance(error, StatecastError):
        return words
    return f"{type(error).__name__}: {words}"


def _ask(repro: Repro, params: str) -> Asked | None:
    repro.set_params(params)
    return repro.asks()


def _train_and_finish(
    jobs: Mapping[str, Job],
    waiting: Mapping[str, Sequence[Pending]],
    session: Session,
    *,
    register: bool,
) -> Iterator[Outcome]:
    for key, result in trained(jobs, session.train, session.seconds):
        if isinstance(result, Exception):
            yield from (failed(pending.configuration, result) for pending in waiting[key])
            continue
        session.repro.results = {key: (jobs[key], result)}
        for pending in waiting[key]:
            yield _finish(pending, session, register=register)
        session.repro.results = {}


def failed(configuration: Configuration, error: Exception) -> Outcome:
    """Return the outcome of a configuration that raised an error."""
    return Outcome(configuration, "failed", {}, in_a_line(error))


def _existing(configuration: Configuration, params: str, experiments: Experiments) -> Outcome:
    name = configuration.name
    to_do = f"dvc exp remove {name}, or set prefix"
    if not experiments.is_of_this_pipeline(name):
        words = f"{name} exists of another pipeline; {to_do}"
        return Outcome(configuration, "failed", {}, words)
    if experiments.read(name, str(PARAMS)) != params:
        words = f"{name} exists with other params; {to_do}"
        return Outcome(configuration, "failed", {}, words)
    metrics = json.loads(experiments.read(name, str(METRICS)))
    return Outcome(configuration, "kept", metrics)


def _finish(pending: Pending, session: Session, *, register: bool) -> Outcome:
    """Run the stages that are left, and register the experiment."""
    started = time.perf_counter()
    try:
        session.repro.set_params(pending.params)
        session.repro.keep_training()
        started = session.seconds.spend("register", started)
        session.repro.prepare()
        started = session.seconds.spend("prepare", started)
        ran = session.repro.run()
        if register:
            session.experiments.write(pending.configuration.name, ran.message, ran.files)
        metrics = read_json(session.repro.folder / METRICS)
    except Exception as error:  # noqa: BLE001 (whatever a configuration raises, the others go on)
        return failed(pending.configuration, error)
    session.seconds.spend("register", started)
    state = "registered" if register else "measured"
    return Outcome(pending.configuration, state, metrics)
