"""Write everything that the pipeline found into one page that needs no network."""

import argparse
from pathlib import Path

from statecast.base.errors import require
from statecast.base.files import write_text
from statecast.base.paths import REPORT
from statecast.report.page import page
from statecast.report.parts import all_parts
from statecast.report.plots_page import bundle


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the verb takes."""
    parser.add_argument("page", nargs="?", type=Path, default=REPORT, help=f"the page ({REPORT})")


def run(given: argparse.Namespace) -> bool:
    """Write the page and print its path.

    Raises:
        StatecastError: the pipeline has not run, or the page cannot be written.

    """
    require(given.page.name != "", "the page", "be a file", str(given.page))
    write_text(page("Statecast report", all_parts(), bundle()), given.page)
    print(given.page)  # noqa: T201
    return True
