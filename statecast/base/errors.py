"""The one error that a user's mistake raises.

A message of the library puts the names of arguments in backticks. A stage knows which key of
params.yaml an argument came from, and puts that key in its place.
"""

import math
import re
import reprlib
from collections.abc import Mapping

ARGUMENT = re.compile(r"`(\w+)`")
LONGEST = 300  # letters of what was found
LONGEST_NUMBER = 40  # digits that are written out
CUT = "..."


class StatecastError(ValueError):
    """Say in one line what must hold, what was found, and in which argument, file or row."""


class _Brief(reprlib.Repr):
    """Values as Python writes them, large ones shortened before their text is made."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 3
        self.maxlist = self.maxtuple = self.maxset = self.maxdict = 12
        self.maxstring = self.maxother = 100

    def repr_int(self, x: int, level: int) -> str:  # noqa: ARG002 (reprlib gives it)
        digits = int(x.bit_length() * math.log10(2)) + 1  # or one more than there are
        return repr(x) if digits <= LONGEST_NUMBER else f"a number of about {digits} digits"


_brief = _Brief()


def one_line(text: object) -> str:
    """Return a text, or the words of an error, in one line."""
    return " ".join(str(text).split())


def shown(value: object) -> str:
    """Return a value as Python writes it, in a short line however large the value is."""
    return shortened(quoted(one_line(_brief.repr(value))))


def quoted(text: str) -> str:
    """Return text of a user with apostrophes for backticks, which would make an argument of it."""
    return text.replace("`", "'")


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return a text, cut where it is longer than a line should be."""
    return text if len(text) <= longest else text[:longest] + CUT


def require(holds: bool, where: str, must: str, got: object) -> None:
    """Raise ``where must MUST, got GOT`` unless it holds.

    Args:
        holds: the condition.
        where: what the condition is about; the name of an argument stands in backticks.
        must: what has to hold, ``be above 0`` say.
        got: what was found instead: words, or a value that is shown shortened.

    Raises:
        StatecastError: it does not hold.

    """
    if not holds:
        raise StatecastError(f"{where} must {must}, got {_in_words(got)}")


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


def _in_words(got: object) -> str:
    if isinstance(got, int | list | tuple | set | dict):
        return shown(got)
    return shortened(str(got))
