"""Processes of DVC, which it notes in files of JSON: whether they are at work, and their end."""

import contextlib
import json
from pathlib import Path
from typing import Any

import psutil

PROGRAMS = ("dvc", "statecast")  # that run experiments


def noted(path: Path) -> dict[str, Any]:
    """Return what DVC noted in a file; nothing where there is no such file."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def is_at_work(process: int) -> bool:
    """Return whether a process is at work; another program may have its number by now."""
    try:
        found = psutil.Process(process)
        is_ours = any(program in " ".join(found.cmdline()) for program in PROGRAMS)
        return is_ours and found.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def end(process: int) -> None:
    """End a process and those that it has started."""
    with contextlib.suppress(psutil.NoSuchProcess):
        first = psutil.Process(process)
        for part in [*first.children(recursive=True), first]:
            part.kill()
