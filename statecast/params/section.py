"""Read one section of params.yaml into a validated object; errors name the key."""

import difflib
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from statecast.base.errors import StatecastError, require


class Section(BaseModel):
    """A section of params.yaml: frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


S = TypeVar("S", bound=Section)


def number_from_text(value: object) -> object:
    """Take ``"1e-05"`` and ``"1e3"`` for the numbers they are: YAML reads both as text."""
    if isinstance(value, bool):
        raise ValueError("must be a number")  # noqa: TRY004 (pydantic takes a ValueError alone)
    if not isinstance(value, str):
        return value
    try:
        number = float(value)
    except ValueError:
        raise ValueError("must be a number") from None
    return int(number) if number.is_integer() else number


Integer = Annotated[int, BeforeValidator(number_from_text)]
Number = Annotated[float, BeforeValidator(number_from_text), Field(allow_inf_nan=False)]
Positive = Annotated[Number, Field(gt=0)]
NotNegative = Annotated[Number, Field(ge=0)]
Share = Annotated[Number, Field(ge=0, lt=1)]
Count = Annotated[Integer, Field(ge=1)]
CountOrZero = Annotated[Integer, Field(ge=0)]


def read_params(path: Path) -> dict[str, Any]:
    """Return all sections of a params file."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StatecastError(f"{path} must be readable, got: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = " ".join(str(error).split())
        raise StatecastError(f"{path} must be valid YAML, got: {message}") from None
    require(isinstance(content, dict), str(path), "hold one section a stage", repr(content))
    return dict(content)


def load_section(model: type[S], name: str, path: Path = Path("params.yaml")) -> S:
    """Return section ``name`` of a params file as a validated ``model``.

    Raises StatecastError for the first mistake: unknown, missing or wrong key, with the value found.
    """
    section = read_params(path).get(name)
    require(isinstance(section, dict), f"{path}: {name}", "be a section of keys", repr(section))
    return validated(model, section, str(path), name)


def validated(model: type[S], content: object, where: str, name: str = "") -> S:
    """Return ``content`` as a validated ``model``; an error begins with the file and the key below ``name``."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        # an unknown key first: it is the cause where a key that it was meant for is missing
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
        raise StatecastError(f"{where}: {_sentence(first, name, model)}") from None


def _sentence(error: ErrorDetails, name: str, model: type[Section]) -> str:
    found = error["input"]
    kind = error["type"]
    key = ".".join([*([name] if name else []), *(str(part) for part in error["loc"] if not _is_tag(part))])
    if kind == "missing":
        return f"{key} must be given, it is missing"
    if kind == "extra_forbidden":
        return f"{key} is not a key here{_suggestion(str(error['loc'][-1]), _keys(model))}"
    message = error["msg"].removeprefix("Value error, ")
    message = message.replace("Input should be", "must be").replace("Field required", "must be given")
    if message.startswith("must"):
        if not key:  # of the whole file
            return message
        return f"{key} {message}, got {found!r}"
    return f"{key}: {message}"


def _keys(model: type[Section]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _is_tag(part: int | str) -> bool:
    return isinstance(part, str) and (part.endswith("]") or part in {"str", "int", "float"})


def _suggestion(word: str, keys: list[str]) -> str:
    close = difflib.get_close_matches(word, keys, n=1)
    return f", did you mean {close[0]}?" if close else f"; keys are {', '.join(keys)}"
