"""Errors that name keywords: ``Statecast: train.batch_size must ...``."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from statecast.base.errors import StatecastError, with_keys
from statecast.base.stage import HasKeys, keys_of
from statecast.library.keywords import WHERE

P = ParamSpec("P")
T = TypeVar("T")


def keys_from(*sections: HasKeys, **others: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let errors of a function that name arguments name keys of sections.

    Args:
        sections: whose keys; if several have an argument, the first section's is meant.
        others: what other arguments are called.

    """
    keys = keys_of(*sections) | others

    def decorated(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return function(*args, **kwargs)
            except StatecastError as error:
                raise StatecastError(with_keys(str(error), keys, WHERE)) from None

        return run

    return decorated
