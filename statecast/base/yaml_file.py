"""Read YAML: plain values alone, in bounded time, and one line for what is wrong.

A few lines of aliases can stand for billions of values, and a key that comes twice hides a value.
Both are refused, which PyYAML's own loader does not do.
"""

from collections import Counter
from contextlib import suppress
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import Resolver
from yaml.scanner import Scanner

from statecast.base.errors import StatecastError, one_line, shown

DEEPEST = 20  # levels of lists and mappings within each other
MOST_VALUES = 100_000  # of a file, where an alias counts as all that it stands for
KEPT = 4  # texts: a stage reads params.yaml section by section, and each reading took 7 ms

# What PyYAML's constructors let pass: 2024-13-45, !!bool perhaps, a number of 5000 digits.
OF_A_VALUE = (ValueError, OverflowError, TypeError, KeyError, IndexError, AttributeError)


class Extent(NamedTuple):
    """How much a node of YAML stands for, when its aliases are written out."""

    values: int
    levels: int


def read_yaml(path: Path) -> Any:
    """Return the values in a YAML file; an empty file is None.

    Raises:
        StatecastError: the file cannot be read, is no YAML, has a key twice, or stands for more
            values than a person would write.

    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise StatecastError(f"{path} must be readable, got: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise StatecastError(f"{path} must be valid YAML, got: {one_line(error)}") from None
    return yaml_from(text, str(path))


def yaml_from(text: str, where: str) -> Any:
    """Return the values in YAML; an empty text is None.

    Args:
        text: YAML.
        where: what the text is of, for the message of an error.

    Raises:
        StatecastError: as ``read_yaml``.

    """
    try:
        return deepcopy(_values_in(text))  # whoever changes a value changes their own
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f" (line {mark.line + 1})" if mark else ""
        message = f"{error.problem or error.context}{line}"
        raise StatecastError(f"{where} must be valid YAML, got: {message}") from None
    except yaml.YAMLError as error:
        raise StatecastError(f"{where} must be valid YAML, got: {one_line(error)}") from None


class _Checks(Composer, SafeConstructor, Resolver):
    """What a loader does with the events of a parser, whose mistakes it says with their line."""

    def __init__(self) -> None:
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)
        self._level = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        self._level += 1
        if self._level > DEEPEST:
            events: Any = self  # the parser beside this class has them
            _refuse(f"more than {DEEPEST} levels", events.peek_event().start_mark)
        node = super().compose_node(parent, index)
        self._level -= 1
        return node

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        names = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        name, count = max(names.items(), key=lambda entry: entry[1], default=("", 0))
        if count > 1:
            _refuse(f"the key {name} {count} times in one mapping", node.start_mark)
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except OF_A_VALUE:
            kind = node.tag.rpartition(":")[2]
            raise yaml.MarkedYAMLError(
                problem=f"{shown(node.value)}, which is no {kind}", problem_mark=node.start_mark
            ) from None


class _Loader(_Checks, Reader, Scanner, Parser):
    """A loader in Python, which words every mistake."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        _Checks.__init__(self)


@lru_cache(maxsize=KEPT)
def _values_in(text: str) -> Any:
    if yaml.__with_libyaml__:
        with suppress(yaml.YAMLError, UnicodeError):
            return _values_by(_fast_loader(text))
    return _values_by(_Loader(text))  # again, for its words, where the text is wrong


def _fast_loader(text: str) -> _Checks:
    """Return a loader whose parser is that of libyaml: 1 ms for params.yaml, and not 7."""
    from yaml._yaml import CParser

    class FastLoader(_Checks, CParser):
        def __init__(self) -> None:
            CParser.__init__(self, text)
            _Checks.__init__(self)

    return FastLoader()


def _values_by(loader: Any) -> Any:
    """Return the values that a loader makes of its text; an empty text is None."""
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        extent = _extent(node, {}, set())
        if extent.values > MOST_VALUES or extent.levels > DEEPEST:
            size = f"{extent.values:,} values in {extent.levels} levels, aliases written out"
            _refuse(f"{size}; {MOST_VALUES:,} in {DEEPEST} are the most", node.start_mark)
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _extent(node: yaml.Node, known: dict[int, Extent], around: set[int]) -> Extent:
    """Return the extent of a node.

    Args:
        node: of a composed document.
        known: extents of nodes that were seen before, by identity.
        around: identities of the nodes that this one is in.

    """
    if id(node) in known:
        return known[id(node)]
    if id(node) in around:
        _refuse("an alias within what it stands for", node.start_mark)
    inside = [_extent(child, known, around | {id(node)}) for child in _children(node)]
    values = 1 + sum(extent.values for extent in inside)
    levels = 1 + max((extent.levels for extent in inside), default=0)
    known[id(node)] = Extent(values, levels)
    return known[id(node)]


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [child for pair in node.value for child in pair]
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    return []


def _refuse(problem: str, mark: Any) -> None:
    raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
