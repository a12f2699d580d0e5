"""The one error that a user's mistake raises.

A message of the library puts the names of arguments in backticks. A stage knows which key of
params.yaml an argument came from, and puts that key in its place.
"""

import re
from collections.abc import Mapping

ARGUMENT = re.compile(r"`(\w+)`")


class StatecastError(ValueError):
    """Say in one line what must hold, what was found, and in which argument, file or row."""


def one_line(text: object) -> str:
    """Return a text, or the words of an error, in one line."""
    return " ".join(str(text).split())


def require(holds: bool, where: str, must: str, got: object) -> None:
    """Raise ``where must MUST, got GOT`` unless it holds.

    Args:
        holds: the condition.
        where: what the condition is about; the name of an argument stands in backticks.
        must: what has to hold, ``be above 0`` say.
        got: what was found instead.

    Raises:
        StatecastError: it does not hold.

    """
    if not holds:
        raise StatecastError(f"{where} must {must}, got {got}")


def with_keys(message: str, keys: Mapping[str, str], file: str = "params.yaml") -> str:
    """Return a message with the keys that its arguments came from in their place.

    Args:
        message: arguments stand in backticks.
        keys: argument to key, ``{"batch_size": "train.batch_size"}``. Other words stay as they are.
        file: where the keys are; its name stands before the first of them.

    """
    first = True

    def key_of(match: re.Match[str]) -> str:
        nonlocal first
        if match[1] not in keys:
            return match[0]
        before = f"{file}: " if first else ""
        first = False
        return before + keys[match[1]]

    return ARGUMENT.sub(key_of, message)
