"""Check that what was read of a file has the types that its class says."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from statecast.base.errors import StatecastError
from statecast.base.files import as_written, read_json

T = TypeVar("T")


def read_typed(path: Path, from_json: Callable[[Any], T], kind: type[T]) -> T:
    """Return the value of a JSON file.

    Args:
        path: the file.
        from_json: makes the value of the content.
        kind: its type.

    Raises:
        StatecastError: the file is missing or damaged.

    """
    content = read_json(path)
    with as_written(path):
        value = from_json(content)
        require_types(value, kind)
    return value


def require_types(value: Any, kind: Any) -> None:
    """Check the types of all fields of a value, those of nested values too.

    Args:
        value: a named tuple, a dataclass, or what such are made of.
        kind: its type.

    Raises:
        StatecastError: a field has another type, or a number is not finite.

    """
    adapter = _adapter_of(kind)
    content = adapter.dump_json(value, warnings=False)
    try:
        adapter.validate_json(content, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        must = first["msg"].removeprefix("Input should ")
        raise StatecastError(f"{where} must {must}, got {first['input']!r}") from None


@lru_cache(maxsize=64)
def _adapter_of(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
