"""How a stage runs.

Its files appear together or not at all, and its errors name keys of params.yaml.
"""

import logging
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

from statecast.base.errors import StatecastError, one_line, with_keys
from statecast.base.writing import written_together

P = ParamSpec("P")
T = TypeVar("T")

SECTIONS = "sections"  # an attribute of a stage: those that it reads of params.yaml


class HasKeys(Protocol):
    """A section of params.yaml."""

    @classmethod
    def keys(cls) -> dict[str, str]:
        """Return the dotted key of each argument."""
        ...


def stage(*sections: HasKeys, **others: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Make a function a stage, whose files appear together or not at all.

    An error that names an argument is raised again with the key of params.yaml.

    Args:
        sections: what the stage reads of params.yaml. If several have an argument, the first
            section's key is meant.
        others: keys of arguments whose section the stage does not read:
            ``remainder="train.remainder"``.

    """
    keys = others | keys_of(*sections)

    def decorated(main: Callable[P, T]) -> Callable[P, T]:
        @wraps(main)
        def run_stage(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                with written_together():
                    return main(*args, **kwargs)
            except StatecastError as error:
                raise StatecastError(with_keys(str(error), keys)) from None

        vars(run_stage)[SECTIONS] = sections
        return run_stage

    return decorated


def keys_of(*sections: HasKeys) -> dict[str, str]:
    """Return the dotted key of each argument; the first section with the argument has it."""
    keys: dict[str, str] = {}
    for section in reversed(sections):
        keys |= section.keys()
    return keys


def run(main: Callable[[], None]) -> None:
    """Run a stage as a command: one line on stderr and exit status 1 for a user's mistake."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    if len(sys.argv) > 1:
        module = sys.modules[main.__module__].__spec__  # a command's __name__ is __main__
        name = module.name if module else main.__module__
        sys.exit(f"usage: python -m {name}, without arguments: params.yaml has them")
    try:
        main()
    except (StatecastError, OSError) as error:
        sys.exit(f"error: {one_line(error)}")
    except KeyboardInterrupt:
        sys.exit("interrupted: nothing was written")
