"""What pydantic found wrong with a section, in our words."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from statecast.base.errors import shown

UNKNOWN_KEY = "unknown_key"  # the kind of mistake that a section raises itself
KINDS = {
    "bool_type": "be true or false",
    "bool_parsing": "be true or false",
    "int_type": "be a whole number",
    "int_parsing": "be a whole number",
    "int_parsing_size": "be a whole number",
    "int_from_float": "be a whole number",
    "float_type": "be a number",
    "float_parsing": "be a number",
    "finite_number": "be a finite number",
    "string_type": "be text",
    "string_unicode": "be text",
    "list_type": "be a list",
    "dict_type": "be a mapping of keys to values",
    "mapping_type": "be a mapping of keys to values",
    "model_type": "be a section of keys",
    "model_attributes_type": "be a section of keys",
    "none_required": "be null",
    "invalid_key": "have names of keys",
    "string_too_short": "have {min_length} or more characters",
    "string_too_long": "have {max_length} characters at the most",
    "string_pattern_mismatch": "match pattern {pattern}",
    "too_short": "have {min_length} or more entries",
    "too_long": "have {max_length} entries at the most",
    "literal_error": "be {expected}",
    "greater_than": "be greater than {gt}",
    "greater_than_equal": "be greater than or equal to {ge}",
    "less_than": "be less than {lt}",
    "less_than_equal": "be less than or equal to {le}",
}


def sentence(error: ValidationError, content: object, name: str) -> str:
    """Return the first mistake: the key, what must hold and what was found.

    An unknown key comes before all others; if a key is missing, it is the cause.

    Args:
        error: of a section.
        content: what was to be the section.
        name: of the section, which the keys begin with; empty for a whole file.

    """
    mistakes = error.errors(include_url=False)
    first = _first(mistakes, content)
    path = _path(first, content)
    key = ".".join([name, *path] if name else path)
    if first["type"] == "missing":
        return f"{key} must be given, it is missing"
    if first["type"] == UNKNOWN_KEY:
        return f"{key} {first['msg']}"
    ways = [_must(mistake) for mistake in mistakes if _path(mistake, content) == path]
    must = f"must {_either(ways)}"
    return f"{key} {must}, got {shown(first['input'])}" if key else must


def _first(mistakes: Sequence[ErrorDetails], content: object) -> ErrorDetails:
    """Return the mistake to be told: of the branches of a union, the one that came farthest."""
    first = min(mistakes, key=lambda mistake: mistake["type"] != UNKNOWN_KEY)
    path = _path(first, content)
    within = [mistake for mistake in mistakes if _path(mistake, content)[: len(path)] == path]
    return max(within, key=lambda mistake: len(_path(mistake, content)))


def _path(mistake: ErrorDetails, content: object) -> list[str]:
    """Return the keys that lead to a mistake.

    Pydantic puts the names of a union's branches between them; those are not in the content.
    """
    location = mistake["loc"]
    path = []
    inside = content
    for part in location:
        if _has(inside, part):
            inside = inside[part]  # type: ignore[index]  # it is a list or a mapping
            path.append(str(part))
    if mistake["type"] == "missing":
        path.append(str(location[-1]))
    if mistake["type"] == UNKNOWN_KEY:
        path.append(mistake["ctx"]["key"])
    return path


def _has(inside: object, part: int | str) -> bool:
    if isinstance(inside, dict):
        return part in inside
    return isinstance(inside, list) and isinstance(part, int) and part < len(inside)


def _must(mistake: ErrorDetails) -> str:
    """Return what must hold, without the word must."""
    context: dict[str, Any] = mistake.get("ctx", {})
    if mistake["type"] in KINDS:
        return KINDS[mistake["type"]].format(**context)
    return mistake["msg"].removeprefix("Value error, ").removeprefix("must ")


def _either(ways: Sequence[str]) -> str:
    """Return what must hold of one branch of a union or another."""
    different = list(dict.fromkeys(ways))
    first, *others = different
    return " or ".join([first, *(way.removeprefix("be ") for way in others)])
