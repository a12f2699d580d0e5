"""Read one section of params.yaml into a validated object; errors name the key."""

import difflib
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from statecast.base.errors import StatecastError, one_line, require, with_keys
from statecast.base.paths import PARAMS


class Section(BaseModel):
    """A section of params.yaml: frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: ClassVar[str] = ""  # its name in params.yaml

    @classmethod
    def keys(cls) -> dict[str, str]:
        """Return the dotted key of each field: ``{"batch_size": "train.batch_size", ...}``."""
        return {name: f"{cls.section}.{_name_of(cls, name)}" for name in cls.model_fields}

    def check(self) -> None:
        """Check that the keys agree; a message has the names of fields in backticks.

        Raises:
            StatecastError: two keys do not agree.

        """


S = TypeVar("S", bound=Section)

TAGS = {"str", "int", "float"}  # branches of a union, as pydantic names them


def number_from_text(value: object) -> object:
    """Return ``"1e-05"`` and ``"1e3"`` as the numbers they are: YAML reads both as text.

    Raises:
        ValueError: it is other text, or true or false.

    """
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
Level = Annotated[Number, Field(gt=0, lt=1)]
Count = Annotated[Integer, Field(ge=1)]
CountOrZero = Annotated[Integer, Field(ge=0)]


def read_params(path: Path = PARAMS) -> dict[str, Any]:
    """Return all sections of a params file.

    Raises:
        StatecastError: the file cannot be read, is no YAML or holds no sections.

    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StatecastError(f"{path} must be readable, got: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = one_line(error)
        raise StatecastError(f"{path} must be valid YAML, got: {message}") from None
    require(isinstance(content, dict), str(path), "hold one section a stage", repr(content))
    return dict(content)


def load(model: type[S], path: Path = PARAMS) -> S:
    """Return a section of a params file as a validated ``model``.

    Raises:
        StatecastError: the first mistake: an unknown, missing or wrong key, with the value found.

    """
    content = read_params(path).get(model.section)
    where = f"{path}: {model.section}"
    require(isinstance(content, dict), where, "be a section of keys", repr(content))
    return validated(model, content, str(path))


def validated(model: type[S], content: object, where: str) -> S:
    """Return ``content`` as a validated ``model``.

    Args:
        model: what the content must be.
        content: plain values.
        where: the file, for the message of an error.

    Raises:
        StatecastError: the first mistake, with file and key.

    """
    try:
        section = model.model_validate(content)
    except ValidationError as error:
        raise StatecastError(f"{where}: {_sentence(_first(error), model)}") from None
    try:
        section.check()
    except StatecastError as error:
        raise StatecastError(with_keys(str(error), model.keys(), where)) from None
    return section


def _first(error: ValidationError) -> ErrorDetails:
    """Return the first mistake; an unknown key comes before all others.

    If a key is missing, an unknown key beside it is the cause.
    """
    return min(error.errors(), key=lambda mistake: mistake["type"] != "extra_forbidden")


def _sentence(mistake: ErrorDetails, model: type[Section]) -> str:
    """Return a mistake in our words: the key, what must hold and what was found."""
    parts = [str(part) for part in mistake["loc"] if not _is_tag(part)]
    key = ".".join([model.section, *parts] if model.section else parts)
    kind = mistake["type"]
    if kind == "missing":
        return f"{key} must be given, it is missing"
    if kind == "extra_forbidden":
        return f"{key} is not a key here{_suggestion(str(mistake['loc'][-1]), model)}"
    message = mistake["msg"].removeprefix("Value error, ")
    message = message.replace("Input should be", "must be")
    message = message.replace("Field required", "must be given")
    if not message.startswith("must"):
        return f"{key}: {message}"
    if not key:  # the mistake is one of the whole file
        return message
    return f"{key} {message}, got {mistake['input']!r}"


def _is_tag(part: int | str) -> bool:
    """Return whether pydantic names a branch of a union here, and no key of the file."""
    if isinstance(part, int):
        return False
    return part.endswith("]") or part in TAGS


def _suggestion(word: str, model: type[Section]) -> str:
    keys = [_name_of(model, name) for name in model.model_fields]
    close = difflib.get_close_matches(word, keys, n=1)
    if close:
        return f", did you mean {close[0]}?"
    return f"; keys are {', '.join(keys)}"


def _name_of(model: type[Section], field: str) -> str:
    return model.model_fields[field].alias or field
