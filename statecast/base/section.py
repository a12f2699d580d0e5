"""Read one section of params.yaml into a validated object; errors name the key."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from statecast.base.errors import StatecastError, require, shown, with_keys
from statecast.base.level import as_share
from statecast.base.mistakes import UNKNOWN_KEY, sentence
from statecast.base.paths import PARAMS
from statecast.base.yaml_file import read_yaml

MOST = 2**31 - 1  # TensorFlow counts in 32 bits
LAST_SEED = 2**32 - 1  # of keras.utils.set_random_seed
LARGEST = 1e30  # of a number that float32 is to compute with: its square is still finite
SMALLEST = 1e-30  # of one above 0


class Section(BaseModel):
    """A section of params.yaml: frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    section: ClassVar[str] = ""  # its name in params.yaml

    @classmethod
    def keys(cls) -> dict[str, str]:
        """Return the dotted key of each field: ``{"batch_size": "train.batch_size", ...}``."""
        above = f"{cls.section}." if cls.section else ""
        return {name: f"{above}{_name_of(cls, name)}" for name in cls.model_fields}

    def check(self) -> None:
        """Check that the keys agree; a message has the names of fields in backticks.

        Raises:
            StatecastError: two keys do not agree.

        """

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, content: Any) -> Any:
        """Check that all keys are fields of this section, which may be one within another."""
        known = [_name_of(cls, field) for field in cls.model_fields]
        unknown = [key for key in content if key not in known] if isinstance(content, dict) else []
        if unknown:
            key = unknown[0] if isinstance(unknown[0], str) else shown(unknown[0])
            words = f"is not a key here{_suggestion(key, known)}"
            raise PydanticCustomError(UNKNOWN_KEY, "{words}", {"key": key, "words": words})
        return content


S = TypeVar("S", bound=Section)


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
        return int(value)  # a float would lose digits of a long integer
    except ValueError:
        return _float_from(value)


def _float_from(text: str) -> float | int:
    try:
        number = float(text)
    except ValueError:
        raise ValueError("must be a number") from None
    return int(number) if number.is_integer() else number


def not_nearly_zero(value: float) -> float:
    """Return a number above 0 that is above 0 in single precision too.

    Raises:
        ValueError: it would be 0.

    """
    if value < SMALLEST:
        raise ValueError(f"must be at least {SMALLEST:g}")
    return value


def all_different(names: list[str]) -> list[str]:
    """Return names that differ.

    Raises:
        ValueError: a name comes twice.

    """
    if len(set(names)) < len(names):
        raise ValueError("must name each only once")
    return names


Integer = Annotated[int, BeforeValidator(number_from_text)]
Number = Annotated[
    float,
    BeforeValidator(number_from_text),
    Field(allow_inf_nan=False, ge=-LARGEST, le=LARGEST),
]
Positive = Annotated[Number, Field(gt=0), AfterValidator(not_nearly_zero)]
NotNegative = Annotated[Number, Field(ge=0)]
Share = Annotated[Number, Field(ge=0, lt=1)]
Level = Annotated[Number, AfterValidator(as_share)]  # of an interval
Count = Annotated[Integer, Field(ge=1, le=MOST)]
CountOrZero = Annotated[Integer, Field(ge=0, le=MOST)]
Seed = Annotated[Integer, Field(ge=0, le=LAST_SEED)]


def read_params(path: Path = PARAMS) -> dict[str, Any]:
    """Return the keys of a params file, or of another YAML file, with their values.

    Raises:
        StatecastError: the file cannot be read, is no YAML or holds no keys.

    """
    content = read_yaml(path)
    if not isinstance(content, dict):
        got = "an empty file" if content is None else shown(content)
        raise StatecastError(f"{path} must hold keys with their values, got {got}")
    return dict(content)


def load(model: type[S], path: Path = PARAMS) -> S:
    """Return a section of a params file as a validated ``model``.

    Raises:
        StatecastError: the first mistake: an unknown, missing or wrong key, with the value found.

    """
    return validated(model, section_of(model, read_params(path), str(path)), str(path))


def section_of(model: type[Section], content: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the keys of a section.

    Args:
        model: which section.
        content: all sections.
        where: the file, for the message of an error.

    Raises:
        StatecastError: there is no such section, or it is none of keys.

    """
    section = f"{where}: {model.section}"
    require(model.section in content, section, "be given", "no such section")
    keys = content[model.section]
    require(isinstance(keys, dict), section, "be a section of keys", shown(keys))
    return dict(keys)


def validated(model: type[S], content: object, where: str) -> S:
    """Return ``content`` as a validated ``model``.

    Args:
        model: what the content must be.
        content: plain values.
        where: the file, for the message of an error.

    Raises:
        StatecastError: the first mistake, with file and key.

    """
    section = each_key_validated(model, content, where)
    try:
        section.check()
    except StatecastError as error:
        raise StatecastError(with_keys(str(error), model.keys(), where)) from None
    return section


def each_key_validated(model: type[S], content: object, where: str) -> S:
    """Return ``content`` as a ``model`` of which each key is right by itself.

    The arguments and the errors are those of ``validated``.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        message = sentence(error, content, model.section)
        raise StatecastError(f"{where}: {message}") from None


def checked_arguments(model: type[S], arguments: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return arguments with the types that a model says; those that are not given stay away.

    Args:
        model: which arguments there are.
        arguments: name to value.
        where: what they are arguments of, for the message of an error.

    Raises:
        StatecastError: the first mistake, ``WHERE.ARGUMENT must ...``.

    """
    content = dict(arguments)
    try:
        section = model.model_validate(content)
    except ValidationError as error:
        raise StatecastError(sentence(error, content, where)) from None
    return section.model_dump(exclude_unset=True)


def _suggestion(word: str, keys: list[str]) -> str:
    close = difflib.get_close_matches(word, keys, n=1)
    if close:
        return f", did you mean {close[0]}?"
    return f"; keys are {', '.join(keys)}"


def _name_of(model: type[Section], field: str) -> str:
    return model.model_fields[field].alias or field
