"""Run configurations and register each as an experiment."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from statecast.base.errors import StatecastError
from statecast.study.configurations import Configuration
from statecast.study.pipeline import PARAMS, Pipeline
from statecast.study.repository import Experiments

Train = Callable[[Sequence[Any]], Iterator[tuple[int, Any]]]


class Outcome(NamedTuple):
    """What became of a configuration: ``registered``, ``kept`` from before, or the error."""

    configuration: Configuration
    state: str
    error: str = ""


class Seconds(dict[str, float]):
    """Where the time went."""

    def spend(self, name: str, since: float) -> float:
        """Add the time since then to a name; return now."""
        now = time.perf_counter()
        self[name] = self.get(name, 0.0) + now - since
        return now


def run_configurations(
    configurations: Sequence[Configuration],
    pipeline: Pipeline,
    experiments: Experiments,
    *,
    train: Train,
    seconds: Seconds,
) -> Iterator[Outcome]:
    """Yield the outcome of every configuration as it is done; those that share a training wait for it together."""
    known = experiments.names()
    waiting: dict[str, list[tuple[Configuration, str]]] = defaultdict(list)
    requests: dict[str, Any] = {}
    for one in configurations:
        now = time.perf_counter()
        try:
            text = pipeline.params_with(one.overrides)
            if one.name in known:
                yield _existing(one, text, experiments)
                continue
            pipeline.set_params(text)
            asked = pipeline.asks()
        except Exception as error:  # noqa: BLE001 (whatever a configuration raises, the others go on)
            yield Outcome(one, "failed", in_a_line(error))
            continue
        seconds.spend("prepare", now)
        if asked is None:
            yield _register(one, text, pipeline, experiments, seconds)
        else:
            waiting[asked.key].append((one, text))
            requests[asked.key] = asked.request
    for key, result in trained(requests, train, seconds):
        if isinstance(result, Exception):
            yield from (Outcome(one, "failed", in_a_line(result)) for one, _ in waiting[key])
            continue
        pipeline.results = {key: (requests[key], result)}
        for one, text in waiting[key]:
            yield _register(one, text, pipeline, experiments, seconds)
        pipeline.results = {}


def trained(requests: Mapping[str, Any], train: Train, seconds: Seconds) -> Iterator[tuple[str, Any]]:
    """Yield each key with its trained networks or error; after an error in a block, the rest is trained one by one."""
    left = list(requests)
    blocks = [list(requests)]
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


def _existing(one: Configuration, text: str, experiments: Experiments) -> Outcome:
    if experiments.read(one.name, PARAMS) == text:
        return Outcome(one, "kept")
    return Outcome(one, "failed", f"{one.name} exists with other params; dvc exp remove {one.name}, or set prefix")


def _register(one: Configuration, text: str, pipeline: Pipeline, experiments: Experiments, seconds: Seconds) -> Outcome:
    now = time.perf_counter()
    try:
        pipeline.set_params(text)
        message, new = pipeline.run()
        experiments.write(one.name, message, new)
    except Exception as error:  # noqa: BLE001 (whatever a configuration raises, the others go on)
        return Outcome(one, "failed", in_a_line(error))
    seconds.spend("register", now)
    return Outcome(one, "registered")
