"""The configurations of a study: which keys of params.yaml take which values, under which name."""

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from statecast.base.errors import require
from statecast.study.file import Range, StudyFile

Overrides = dict[str, Any]  # dotted keys of params.yaml to values

LONGEST_NAME = 120  # characters; a file of that name must be possible
DIGEST = 8  # characters of a digest in a name that is shortened
DIGITS = 4  # significant digits of a drawn number
SCIENTIFIC = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+")
NOT_IN_A_NAME = re.compile(r"\.{2,}|[^A-Za-z0-9._=,+-]")


class Configuration(NamedTuple):
    """Values for dotted keys of params.yaml, and the name of the experiment."""

    name: str
    overrides: Overrides


class Choice(NamedTuple):
    """What one configuration of a study chooses, and the name that the study file gives it."""

    values: Overrides
    name: str = ""


def expand(study: StudyFile, where: str) -> list[Configuration]:
    """Return the configurations of a grid, a list or random draws, in every variant of the study.

    Args:
        study: what is run.
        where: its file, for the message of an error.

    Raises:
        StatecastError: two configurations have the same name.

    """
    variants = study.variants or {"": {}}
    choices = list(product(variants, _choices(study)))
    configurations = [
        configuration(study, choice.values, choice.name, variant=variant)
        for variant, choice in choices
    ]
    is_named = [bool(choice.name) for _, choice in choices]
    configurations = _told_apart(configurations, is_named)
    counts = Counter(configuration.name for configuration in configurations)
    for name, count in counts.items():
        must = "have a name of its own for each configuration"
        require(count == 1, where, must, f"{name} twice")
    return configurations


def _told_apart(
    configurations: Sequence[Configuration], is_named: Sequence[bool]
) -> list[Configuration]:
    """Return configurations; a digest tells apart those whose values read alike: [] and none.

    Args:
        configurations: what is run.
        is_named: whether the study file names each; such a name stays.

    """
    values: dict[str, list[str]] = {}
    for own in configurations:
        values.setdefault(own.name, []).append(_digest(json.dumps(own.overrides, sort_keys=True)))
    apart = []
    for own, is_given in zip(configurations, is_named, strict=True):
        alike = values[own.name]
        differ = len(set(alike)) == len(alike) > 1
        digest = _digest(json.dumps(own.overrides, sort_keys=True))
        name = f"{own.name}-{digest}" if differ and not is_given else own.name
        apart.append(own._replace(name=name))
    return apart


def configuration(
    study: StudyFile, chosen: Overrides, name: str = "", *, variant: str = ""
) -> Configuration:
    """Return a configuration of a study.

    Args:
        study: what is run.
        chosen: the values of this configuration.
        name: from the study file; empty: made of the values.
        variant: of the study; empty: the study has no variants.

    """
    label = name or _label(study, chosen) or "as-it-is"
    parts = [study.prefix or study.name, variant, label]
    given = dict(study.overrides)
    if study.repeats is not None:
        given["train.repeats"] = study.repeats
    given |= study.variants.get(variant, {}) | chosen
    overrides = {key: _number(value) for key, value in given.items()}
    return Configuration(experiment_name("-".join(part for part in parts if part)), overrides)


def draws(ranges: Mapping[str, Range], number: int, seed: int) -> list[Overrides]:
    """Return different random draws from the ranges, at most ``number``."""
    generator = np.random.default_rng(seed)
    different: dict[str, Overrides] = {}
    for _ in range(number):
        drawn = draw(ranges, generator)
        different.setdefault(describe(drawn), drawn)
    return list(different.values())


def draw(ranges: Mapping[str, Range], generator: np.random.Generator) -> Overrides:
    """Return a random draw from the ranges."""
    return {key: _draw(values, generator) for key, values in ranges.items()}


def describe(overrides: Mapping[str, Any]) -> str:
    """Return ``key=value,...`` with short keys."""
    keys = short_keys(list(overrides))
    values = map(_text, overrides.values())
    return ",".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))


def short_keys(keys: Sequence[str]) -> list[str]:
    """Return the last part of each dotted key, or the whole keys if two parts are the same."""
    last_parts = [key.rpartition(".")[2] for key in keys]
    if len(set(last_parts)) < len(last_parts):
        return list(keys)
    return last_parts


def experiment_name(text: str) -> str:
    """Return a name that Git takes as the last part of a reference.

    A long name is shortened; a digest of the whole text keeps it apart from others.
    """
    name = NOT_IN_A_NAME.sub("_", text).removesuffix(".lock").strip(".")
    if len(name) <= LONGEST_NAME:
        return name
    start = name[: LONGEST_NAME - DIGEST - 1].rstrip(".")
    return f"{start}-{_digest(text)}"


def _digest(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:DIGEST]


def keys_of(study: StudyFile) -> list[str]:
    """Return all dotted keys that a study sets."""
    keys = [*study.overrides, *study.grid]
    if study.repeats is not None:
        keys.append("train.repeats")
    for overrides in study.variants.values():
        keys += overrides
    for listed in study.configurations:
        keys += [key for key in listed if key != "name"]
    for search in (study.random, study.optuna):
        if search is not None:
            keys += search.ranges
    return keys


def _choices(study: StudyFile) -> list[Choice]:
    if study.random is not None:
        drawn = draws(study.random.ranges, study.random.draws, study.random.seed)
        return [Choice(values) for values in drawn]
    if study.grid:
        return [Choice(values) for values in _combinations(study.grid)]
    return [_listed(listed) for listed in study.configurations]


def _combinations(grid: Mapping[str, Sequence[Any]]) -> list[Overrides]:
    combinations = product(*grid.values())
    return [dict(zip(grid, values, strict=True)) for values in combinations]


def _listed(listed: Mapping[str, Any]) -> Choice:
    values = {key: value for key, value in listed.items() if key != "name"}
    name = listed.get("name")
    return Choice(values, "" if name is None else _text(name))


def _label(study: StudyFile, chosen: Overrides) -> str:
    if len(study.grid) == 1:
        return _text(next(iter(chosen.values())))
    return describe(chosen)


def _draw(values: Range, generator: np.random.Generator) -> Any:
    if values.choices is not None:
        return values.choices[generator.integers(len(values.choices))]
    low = float(values.low or 0)
    high = float(values.high or 0)
    if values.integer and not values.log:
        return int(generator.integers(int(low), int(high) + 1))
    if values.log:
        drawn = np.exp(generator.uniform(np.log(low), np.log(high)))
    else:
        drawn = generator.uniform(low, high)
    return int(np.rint(drawn)) if values.integer else float(f"{drawn:.{DIGITS}g}")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "+".join(map(_text, value)) or "none"
    return json.dumps(value).replace('"', "").replace(" ", "")


def _number(value: object) -> Any:
    """Return ``1e-5``, which YAML reads as text, as the number that ``-S`` of DVC makes of it."""
    if isinstance(value, list):
        return [_number(item) for item in value]
    if isinstance(value, str) and SCIENTIFIC.fullmatch(value):
        number = float(value)
        return number if math.isfinite(number) else value
    return value
