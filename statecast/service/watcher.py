"""Load the model again where its folder has changed."""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event

from statecast.base.errors import StatecastError, one_line
from statecast.service.limits import WATCH_SECONDS
from statecast.service.model import ModelInUse, marks_of

log = logging.getLogger(__name__)


def watch(
    in_use: Callable[[], ModelInUse], load: Callable[[Path], ModelInUse], ending: Event
) -> None:
    """Look at the folder until the service ends; a folder that is still changing must wait.

    Args:
        in_use: returns the model that is served.
        load: serves a folder.
        ending: is set at the end.

    """
    seen = tried = in_use().marks
    while not ending.wait(WATCH_SECONDS):
        model = in_use()
        marks = marks_of(model.folder)
        is_new = marks not in (model.marks, tried)
        if is_new and marks == seen:
            tried = marks
            _load(load, model.folder)
        seen = marks


def _load(load: Callable[[Path], ModelInUse], folder: Path) -> None:
    try:
        load(folder)
    except StatecastError as error:
        log.warning("still the model of before: %s", one_line(error))
