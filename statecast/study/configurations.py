"""The configurations of a study: which keys of params.yaml take which values, under which name."""

import difflib
import hashlib
import json
import re
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from statecast.base.errors import StatecastError, require
from statecast.study.file import Range, Study

Overrides = dict[str, Any]
LONGEST_NAME = 120  # characters; a file of that name must be possible


class Configuration(NamedTuple):
    """Values for dotted keys of params.yaml, and the name of the experiment."""

    name: str
    overrides: Overrides


def expand(study: Study, where: str) -> list[Configuration]:
    """Return the configurations of a grid, a list or random draws, the study's overrides in each."""
    named = [("", chosen) for chosen in _product(study.grid)] if study.grid else []
    if study.random is not None:
        named = [("", chosen) for chosen in draws(study.random.ranges, study.random.draws, study.random.seed)]
    for listed in study.configurations:
        named.append((str(listed.get("name", "")), {key: value for key, value in listed.items() if key != "name"}))
    variants = study.variants or {"": {}}
    found = [configuration(study, chosen, name, variant=variant) for variant in variants for name, chosen in named]
    names = [one.name for one in found]
    twice = next((name for name in names if names.count(name) > 1), "")
    require(not twice, where, "have a name of its own for each configuration", f"{twice} twice")
    return found


def configuration(study: Study, chosen: Overrides, name: str = "", *, variant: str = "") -> Configuration:
    """Return a configuration of a study with some keys chosen, in a variant of the study."""
    only = len(study.grid) == 1
    label = name or (_text(next(iter(chosen.values()))) if only else describe(chosen)) or "as-it-is"
    repeats = {} if study.repeats is None else {"train.repeats": study.repeats}
    given = study.overrides | repeats | study.variants.get(variant, {}) | chosen
    overrides = {key: _number(value) for key, value in given.items()}
    parts = [study.prefix or study.name, *([variant] if variant else []), label]
    return Configuration(experiment_name("-".join(parts)), overrides)


def draws(ranges: dict[str, Range], number: int, seed: int) -> list[Overrides]:
    """Return different random draws from the ranges, at most ``number``; numbers have 4 significant digits."""
    generator = np.random.default_rng(seed)
    drawn = [{key: _draw(values, generator) for key, values in ranges.items()} for _ in range(number)]
    return list({describe(one): one for one in drawn}.values())


def describe(overrides: Overrides) -> str:
    """Return ``key=value,...`` with the keys as short as they can be told apart."""
    short = [key.rpartition(".")[2] for key in overrides]
    keys = short if len(set(short)) == len(short) else list(overrides)
    return ",".join(f"{key}={_text(value)}" for key, value in zip(keys, overrides.values(), strict=True))


def experiment_name(text: str) -> str:
    """Return a name that Git takes as the last part of a reference, a long one shortened by a digest."""
    name = re.sub(r"\.{2,}|[^A-Za-z0-9._=,+-]", "_", text).removesuffix(".lock").strip(".")
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8]
    return f"{name[: LONGEST_NAME - 9].rstrip('.')}-{digest}"


def check_keys(keys: list[str], params: dict[str, Any], where: str) -> None:
    """Raise StatecastError for a dotted key that params.yaml does not have."""
    for key in keys:
        place: Any = params
        for part in key.split("."):
            if not isinstance(place, dict) or part not in place:
                close = difflib.get_close_matches(key, _dotted(params), n=1)
                hint = f", did you mean {close[0]}?" if close else ""
                raise StatecastError(f"{where}: {key} is not a key of params.yaml{hint}")
            place = place[part]
        require("." in key, f"{where}: {key}", "be a key in a section", "the whole section")


def keys_of(study: Study) -> list[str]:
    """Return all dotted keys that a study sets."""
    spaces = [space.ranges for space in (study.random, study.optuna) if space is not None]
    listed = [key for one in study.configurations for key in one if key != "name"]
    repeats = [] if study.repeats is None else ["train.repeats"]
    varied = [key for overrides in study.variants.values() for key in overrides]
    return [*study.overrides, *repeats, *varied, *study.grid, *listed, *(key for space in spaces for key in space)]


def _product(grid: dict[str, list[Any]]) -> list[Overrides]:
    return [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]


def _draw(values: Range, generator: np.random.Generator) -> Any:
    if values.choices is not None:
        return values.choices[generator.integers(len(values.choices))]
    low, high = float(values.low or 0), float(values.high or 0)
    if values.integer and not values.log:
        return int(generator.integers(int(low), int(high) + 1))
    drawn = np.exp(generator.uniform(np.log(low), np.log(high))) if values.log else generator.uniform(low, high)
    return int(np.rint(drawn)) if values.integer else float(f"{drawn:.4g}")


def _text(value: object) -> str:
    if isinstance(value, list):
        return "+".join(map(_text, value)) or "none"
    return value if isinstance(value, str) else json.dumps(value).replace('"', "").replace(" ", "")


def _number(value: object) -> Any:
    """Take ``1e-5``, which YAML reads as text, for the number that ``dvc exp run -S`` makes of it."""
    if isinstance(value, str) and re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+", value):
        return float(value)
    return [_number(one) for one in value] if isinstance(value, list) else value


def _dotted(params: dict[str, Any], prefix: str = "") -> list[str]:
    found = []
    for key, value in params.items():
        found += _dotted(value, f"{prefix}{key}.") if isinstance(value, dict) else [f"{prefix}{key}"]
    return found
