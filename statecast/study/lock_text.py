"""The text that DVC writes for what it locks, put together of parts that were written before.

DVC's own writer is slow, and most of a lock stays what it was from one configuration to the next.
So DVC writes every key with its value once, at its depth, and that is kept.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any

from statecast.study.dvc_internals import as_yaml

PARTS_KEPT = 20_000  # keys with their values
SECTIONS_KEPT = 2000
# A hash that YAML takes for no number, so that DVC writes it without quotes.
PLAIN_HASH = re.compile(r"[0-9a-f]*[acdf][0-9a-f]*(\.dir)?")


def lock_text(lock: Mapping[str, Any]) -> str:
    """Return the text that DVC writes for dvc.lock.

    Args:
        lock: its content.

    """
    return "".join(f"{lines}\n" for lines in _mapping(lock, 0)) if lock else as_yaml(lock)


def _mapping(content: Mapping[Any, Any], depth: int) -> Iterator[str]:
    """Yield the lines of a mapping, one or several at a time, so many levels below the top."""
    for key, value in content.items():
        if isinstance(value, Mapping) and value:
            yield _head(key, depth)
            yield from _section(value, depth + 1)
        elif _is_list_of_mappings(value):
            yield _head(key, depth)
            for one in value:
                yield from _item(one, depth)
        else:
            yield _line(key, value, depth)


def _section(content: Mapping[Any, Any], depth: int) -> Iterable[str]:
    """Return the lines of a mapping; those of a plain one are kept."""
    if all(isinstance(key, str) for key in content) and not any(map(_is_nested, content.values())):
        return [_plain_section(json.dumps(content), depth)]
    return _mapping(content, depth)


@lru_cache(maxsize=SECTIONS_KEPT)
def _plain_section(content: str, depth: int) -> str:
    """Return the lines of a mapping of plain values, which is given as JSON."""
    return "\n".join(_mapping(json.loads(content), depth))


def _is_nested(value: object) -> bool:
    return isinstance(value, Mapping | list) and bool(value)


def _is_list_of_mappings(value: object) -> bool:
    """Return whether a value is a list of mappings, none of which is empty."""
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(one, Mapping) and one for one in value)


def _item(content: Mapping[Any, Any], depth: int) -> Iterator[str]:
    """Yield the lines of a mapping in a list, whose first begins with a dash."""
    indent = "  " * depth
    for number, lines in enumerate(_section(content, depth + 1)):
        yield lines if number else f"{indent}- {lines.removeprefix(indent + '  ')}"


def _head(key: Any, depth: int) -> str:
    """Return the line of a key whose value comes below."""
    return _written(key, "{}", depth).removesuffix(" {}")


def _line(key: Any, value: Any, depth: int) -> str:
    """Return the line, or lines, of a key with its value."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    is_hash = key == "md5" and isinstance(value, str) and PLAIN_HASH.fullmatch(value)
    if is_number or is_hash:
        return f"{_head(key, depth)} {value}"
    as_json = json.dumps(value)
    if isinstance(value, list) and json.loads(as_json) != value:  # has keys that are no texts
        return _at_depth({key: deepcopy(value)}, depth)
    return _written(key, as_json, depth)


@lru_cache(maxsize=PARTS_KEPT, typed=True)
def _written(key: Any, value: str, depth: int) -> str:
    """Return what DVC writes for a key so many levels below the top.

    Args:
        key: of a mapping.
        value: as JSON, so that no two parts are one object, which YAML would write as a reference.
        depth: 0 is the top.

    """
    return _at_depth({key: json.loads(value)}, depth)


def _at_depth(content: dict[Any, Any], depth: int) -> str:
    for _ in range(depth):
        content = {"a": content}
    lines = as_yaml(content).removesuffix("\n").split("\n")  # a text may hold other line breaks
    return "\n".join(lines[depth:])
