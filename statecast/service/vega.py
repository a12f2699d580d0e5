"""The script that draws the live page, in a file that is made once.

Making it holds Python's lock for seconds, so that a process of its own does it.
"""

import logging
import multiprocessing
import os
from importlib.metadata import version
from pathlib import Path
from threading import Lock, Thread

from statecast.base.writing import whole_file
from statecast.service.refusal import UNAVAILABLE, RefusedError

PACKAGE = "vl-convert-python"
LOWEST = 19  # priority: observations come first
SECONDS = 120

log = logging.getLogger(__name__)


class Vega:
    """The script, in a folder that the service owns."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"vega-{version(PACKAGE)}.js"
        self._making = Lock()

    def make_soon(self) -> None:
        """Make the file in the background where there is none."""
        if not self._path.is_file():
            Thread(target=self._make, daemon=True).start()

    def path(self) -> Path:
        """Return the file, which is waited for.

        Raises:
            RefusedError: it could not be made.

        """
        if not self._path.is_file():
            self._make()
        if not self._path.is_file():
            must = "be made first; the log of the service says what it lacks"
            raise RefusedError(f"the script of the page must {must}", UNAVAILABLE)
        return self._path

    def _make(self) -> None:
        with self._making:
            if self._path.is_file():
                return
            # a fork would copy threads that hold locks
            context = multiprocessing.get_context("spawn")
            making = context.Process(target=write_script, args=(self._path,), daemon=True)
            making.start()
            making.join(SECONDS)
            if making.exitcode != 0:
                making.kill()
                log.warning("the script of the page could not be made: %s", making.exitcode)


def write_script(path: Path) -> None:
    """Write the script to a file: all of it, or nothing."""
    os.nice(LOWEST)
    from statecast.report.plots_page import bundle

    with whole_file(path) as temporary:
        temporary.write_text(bundle(), encoding="utf-8")
