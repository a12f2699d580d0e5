"""Run configurations and register each as an experiment."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from statecast.base.errors import StatecastError
from statecast.base.files import read_json
from statecast.study.configurations import Configuration
from statecast.study.repository import Experiments
from statecast.study.repro import PARAMS, Pipeline

METRICS = "metrics/evaluate.json"
Train = Callable[[Sequence[Any]], Iterator[tuple[int, Any]]]


class Outcome(NamedTuple):
    """What became of a configuration: ``registered``, ``kept`` from before, ``measured`` alone, or ``failed``."""

    configuration: Configuration
    state: str
    metrics: dict[str, Any]
    error: str = ""


class Seconds(dict[str, float]):
    """Where the time went."""

    def spend(self, name: str, since: float) -> float:
        """Add the time since then to a name; return now."""
        now = time.perf_counter()
        self[name] = self.get(name, 0.0) + now - since
        return now


class Session(NamedTuple):
    """What every configuration of a study runs with."""

    pipeline: Pipeline
    experiments: Experiments
    train: Train
    seconds: Seconds


def run_configurations(
    configurations: Sequence[Configuration], session: Session, *, register: bool = True
) -> Iterator[Outcome]:
    """Yield the outcome of every configuration as it is done; those that share a training wait for it together."""
    known = session.experiments.names()
    waiting: dict[str, list[tuple[Configuration, str]]] = defaultdict(list)
    requests: dict[str, Any] = {}
    for one in configurations:
        now = time.perf_counter()
        try:
            text = session.pipeline.params_with(one.overrides)
            if one.name in known:
                yield _existing(one, text, session.experiments)
                continue
            session.pipeline.set_params(text)
            asked = session.pipeline.asks()
        except Exception as error:  # noqa: BLE001 (whatever a configuration raises, the others go on)
            yield _failed(one, error)
            continue
        session.seconds.spend("prepare", now)
        if asked is None:
            yield _finish(one, text, session, register=register)
        else:
            waiting[asked.key].append((one, text))
            requests[asked.key] = asked.request
    for key, result in trained(requests, session.train, session.seconds):
        if isinstance(result, Exception):
            yield from (_failed(one, result) for one, _ in waiting[key])
            continue
        session.pipeline.results = {key: (requests[key], result)}
        for one, text in waiting[key]:
            yield _finish(one, text, session, register=register)
        session.pipeline.results = {}


def trained(requests: Mapping[str, Any], train: Train, seconds: Seconds) -> Iterator[tuple[str, Any]]:
    """Yield each key with its trained networks or error; after an error in a block, the rest is trained one by one."""
    left = list(requests)
    blocks = [list(requests)] if requests else []
    while blocks:
        block = blocks.pop(0)
        now = time.perf_counter()
        try:
            for place, result in train([requests[key] for key in block]):
                seconds.spend("train", now)
                left.remove(block[place])
                yield block[place], result
                now = time.perf_counter()
        except Exception as error:  # noqa: BLE001 (whatever a training raises, the others go on)
            if len(block) == 1:
                left.remove(block[0])
                yield block[0], error
            else:
                blocks = [[key] for key in left]


def in_a_line(error: Exception) -> str:
    """Return an error as one line; one that is no user's mistake with its kind."""
    words = " ".join(str(error).split())[:300]
    return words if isinstance(error, StatecastError) else f"{type(error).__name__}: {words}"


def _failed(one: Configuration, error: Exception) -> Outcome:
    return Outcome(one, "failed", {}, in_a_line(error))


def _existing(one: Configuration, text: str, experiments: Experiments) -> Outcome:
    if experiments.read(one.name, PARAMS) == text:
        return Outcome(one, "kept", json.loads(experiments.read(one.name, METRICS)))
    other = f"{one.name} exists with other params; dvc exp remove {one.name}, or set prefix"
    return Outcome(one, "failed", {}, other)


def _finish(one: Configuration, text: str, session: Session, *, register: bool) -> Outcome:
    now = time.perf_counter()
    try:
        session.pipeline.set_params(text)
        message, new = session.pipeline.run()
        if register:
            session.experiments.write(one.name, message, new)
        metrics = read_json(session.pipeline.folder / METRICS)
    except Exception as error:  # noqa: BLE001 (whatever a configuration raises, the others go on)
        return _failed(one, error)
    session.seconds.spend("register", now)
    return Outcome(one, "registered" if register else "measured", metrics)
