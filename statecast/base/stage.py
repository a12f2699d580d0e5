"""How every stage runs as a command: paths from dvc.yaml in, one line and status 1 for a mistake."""

import logging
import sys
from collections.abc import Callable
from inspect import signature
from pathlib import Path

from statecast.base.errors import StatecastError


def run(main: Callable[..., None]) -> None:
    """Call a stage's ``main`` with the paths of the command line."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    names = list(signature(main).parameters)
    paths = [Path(argument) for argument in sys.argv[1:]]
    if len(paths) != len(names):
        sys.exit(f"usage: python -m {main.__module__} {' '.join(name.upper() for name in names)}")
    try:
        main(*paths)
    except StatecastError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("interrupted: nothing was written")
