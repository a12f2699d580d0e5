"""Dotted keys of nested values: ``train.epochs`` is ``{"train": {"epochs": ...}}``."""

import difflib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from statecast.base.errors import StatecastError, require

Nested = Mapping[str, Any]


def value_at(content: Nested, key: str) -> Any:
    """Return the value at a dotted key.

    Raises:
        KeyError: there is no such key.

    """
    value: Any = content
    for part in key.split("."):
        if not isinstance(value, Mapping) or part not in value:
            raise KeyError(key)
        value = value[part]
    return value


def has(content: Nested, key: str) -> bool:
    """Return whether there is a value at a dotted key."""
    try:
        value_at(content, key)
    except KeyError:
        return False
    return True


def with_values(content: Nested, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy with other values at dotted keys; missing levels are made."""
    changed = deepcopy(dict(content))
    for key, value in values.items():
        *above, last = key.split(".")
        level = changed
        for part in above:
            level = level.setdefault(part, {})
        level[last] = value
    return changed


def flat(content: Nested, above: str = "") -> dict[str, Any]:
    """Return nested values by their dotted keys; an empty mapping is a value."""
    values: dict[str, Any] = {}
    for key, value in content.items():
        if isinstance(value, Mapping) and value:
            values |= flat(value, f"{above}{key}.")
        else:
            values[f"{above}{key}"] = value
    return values


class Difference(NamedTuple):
    """A key with two values; a value is None if its side has no such key."""

    key: str
    first: Any
    second: Any


def differences(first: Nested, second: Nested, above: str = "") -> list[Difference]:
    """Return the dotted keys at which two nested values differ, in the order of appearance."""
    differing: list[Difference] = []
    for key in dict.fromkeys([*first, *second]):
        value = first.get(key)
        other = second.get(key)
        if isinstance(value, Mapping) and isinstance(other, Mapping):
            differing += differences(value, other, f"{above}{key}.")
        elif value != other:
            differing.append(Difference(f"{above}{key}", value, other))
    return differing


def require_keys(keys: Iterable[str], params: Nested, where: str) -> None:
    """Check that params.yaml has dotted keys.

    Args:
        keys: dotted; each must be within a section.
        params: all sections.
        where: the file that names the keys, for the message of an error.

    Raises:
        StatecastError: a key is missing, or is a whole section. The message names the nearest key
            that is there.

    """
    for key in keys:
        if not has(params, key):
            nearest = difflib.get_close_matches(key, flat(params), n=1)
            hint = f", did you mean {nearest[0]}?" if nearest else ""
            raise StatecastError(f"{where}: {key} is not a key of params.yaml{hint}")
        require("." in key, f"{where}: {key}", "be a key in a section", "the whole section")
