"""Check that what was read of a file has the types that its class says."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from statecast.base.errors import StatecastError


def require_types(value: Any, kind: Any) -> None:
    """Check the types of all fields of a value, those of nested values too.

    Args:
        value: a named tuple, a dataclass, or what such are made of.
        kind: its type.

    Raises:
        StatecastError: a field has another type, or a number is not finite.

    """
    adapter = TypeAdapter(kind)
    content = adapter.dump_json(value, warnings=False)
    try:
        adapter.validate_json(content, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        must = first["msg"].removeprefix("Input should ")
        raise StatecastError(f"{where} must {must}, got {first['input']!r}") from None
