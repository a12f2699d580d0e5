"""Write everything that the pipeline found into one page that needs no network."""

import argparse
from pathlib import Path

from statecast.base.errors import StatecastError, require
from statecast.base.files import write_text
from statecast.base.paths import REPORT
from statecast.commands.card import commit, series_in_words
from statecast.report.page import Part, page, sentence
from statecast.report.parts import all_parts
from statecast.report.plots_page import bundle
from statecast.report.tables import table
from statecast.report.verdict import read_verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the verb takes."""
    parser.add_argument("page", nargs="?", type=Path, default=REPORT, help=f"the page ({REPORT})")


def run(given: argparse.Namespace) -> bool:
    """Write the page and print its path.

    Raises:
        StatecastError: the pipeline has not run, or the page cannot be written.

    """
    require(given.page.name != "", "the page", "be a file", str(given.page))
    parts = [top_part(), *all_parts()]
    write_text(page("Statecast report", parts, bundle()), given.page)
    print(given.page)  # noqa: T201
    return True


def top_part() -> Part:
    """Return the verdict, and what it is on: series, dates and commit.

    Raises:
        StatecastError: the pipeline has not run.

    """
    verdict = read_verdict()
    about = [("series", series_in_words()), ("commit", _commit())]
    return Part("Verdict", sentence(verdict) + table(["", ""], about, kind="words"), [])


def _commit() -> str:
    try:
        return commit()
    except StatecastError:
        return "none, here is no repository with a commit"
