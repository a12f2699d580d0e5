"""The script that draws the live page, in a file that is made once.

Making it holds Python's lock for seconds, so that a process of its own does it.
"""

import asyncio
import logging
import math
import multiprocessing
import os
import signal
import time
from importlib.metadata import version
from pathlib import Path
from threading import Lock, Thread

from statecast.base.writing import whole_file
from statecast.service.refusal import UNAVAILABLE, RefusedError

PACKAGE = "vl-convert-python"
LOWEST = 19  # priority: observations come first
SECONDS = 120
PAUSE = 60  # seconds before it is tried again
LOOK = 0.1  # seconds

log = logging.getLogger(__name__)


class Vega:
    """The script, in a folder that the service owns."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"vega-{version(PACKAGE)}.js"
        self._making = Lock()
        self._tried_at = -math.inf

    def make_soon(self) -> None:
        """Make the file in the background where there is none, and none was tried just now."""
        if self._path.is_file() or time.monotonic() - self._tried_at < PAUSE:
            return
        if self._making.acquire(blocking=False):
            self._tried_at = time.monotonic()
            Thread(target=self._make, daemon=True).start()

    async def path(self) -> Path:
        """Return the file, which is waited for.

        Raises:
            RefusedError: it could not be made.

        """
        self.make_soon()
        while self._making.locked():
            await asyncio.sleep(LOOK)
        if not self._path.is_file():
            must = "be made first; the log of the service says what it lacks"
            raise RefusedError(f"the script of the page must {must}", UNAVAILABLE)
        return self._path

    def _make(self) -> None:
        try:
            # a fork would copy threads that hold locks
            context = multiprocessing.get_context("spawn")
            making = context.Process(target=write_script, args=(self._path,), daemon=True)
            making.start()
            making.join(SECONDS)
            if making.exitcode == -signal.SIGTERM:  # the service ends, and all that it began
                return
            if making.exitcode != 0:
                making.kill()
                log.warning("the script of the page could not be made: %s", making.exitcode)
        finally:
            self._making.release()


def write_script(path: Path) -> None:
    """Write the script to a file: all of it, or nothing."""
    os.nice(LOWEST)
    from statecast.report.plots_page import bundle

    with whole_file(path) as temporary:
        temporary.write_text(bundle(), encoding="utf-8")
