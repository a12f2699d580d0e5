"""The command line: ``python -m statecast VERB``, or ``statecast VERB`` once installed.

A verb is a module of this package. ``add_arguments`` says what it takes; ``run`` does it and
returns whether all went well; ``INTERRUPTED``, if there is one, says what Ctrl-C leaves. A new verb
is a module and a line in VERBS.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from statecast.base.errors import StatecastError, one_line

VERBS = {
    "best": "forecast the series of a file as well as it can be done",
    "study": "run the configurations of a study file, each as an experiment of DVC",
    "sweep": "run every combination of some values through DVC's queue",
    "show": "list the experiments with what they changed and what came of it",
    "compare": "say whether one experiment is better than another by more than chance",
    "summary": "print what the pipeline found",
    "card": "write the model card: data, params, figures and commit of the networks",
    "serve": "forecast over HTTP: take observations, keep a journal, show a page that moves",
    "collect": "add what was observed to the source of the pipeline",
    "report": "write tables and charts into one page that needs no network",
}
NOTHING_WRITTEN = "nothing was written"  # after Ctrl-C, by a verb without INTERRUPTED


class Parser(argparse.ArgumentParser):
    """A parser that exits with status 1 and one line if the arguments are wrong."""

    def error(self, message: str) -> NoReturn:
        """Print the mistake and exit."""
        self.exit(1, f"error: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a verb; exit with 0, or with 1 where something went wrong.

    Args:
        arguments: the verb and what it takes; None: taken from the command line.

    """
    verbs = "\n".join(f"  {verb:<9}{what}" for verb, what in VERBS.items())
    parser = Parser(
        prog="statecast",
        description=f"verbs:\n{verbs}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("verb", choices=VERBS, metavar="VERB", help="what to do; see above")
    rest = parser.add_argument("arguments", nargs=argparse.REMAINDER, help="statecast VERB --help")
    rest.required = False  # otherwise, without a VERB, a message would ask for it too
    given = parser.parse_args(arguments)
    sys.exit(not run_verb(given.verb, given.arguments))


def run_verb(verb: str, arguments: Sequence[str]) -> bool:
    """Run a verb and return whether all went well; a mistake is one line on stderr.

    Args:
        verb: one of VERBS.
        arguments: what it takes.

    Raises:
        SystemExit: help was asked for, or the arguments are wrong.

    """
    interrupted = NOTHING_WRITTEN
    try:
        module = importlib.import_module(f"statecast.commands.{verb}")
        interrupted = getattr(module, "INTERRUPTED", NOTHING_WRITTEN)
        parser = Parser(prog=f"statecast {verb}", description=module.__doc__)
        module.add_arguments(parser)
        given = parser.parse_args(list(arguments))
        went_well = bool(module.run(given))
        sys.stdout.flush()  # here, where a pipe that is closed is no traceback
        return went_well
    except StatecastError as error:
        print(f"error: {one_line(error)}", file=sys.stderr)  # noqa: T201
    except BrokenPipeError:
        _close_output()
    except OSError as error:
        print(f"error: {one_line(error)}", file=sys.stderr)  # noqa: T201
    except KeyboardInterrupt:
        print(f"interrupted: {interrupted}", file=sys.stderr)  # noqa: T201
    return False


def _close_output() -> None:
    """Let nothing more be written to a pipe whose reader, head say, has seen enough."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
