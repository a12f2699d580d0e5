"""Say on what machine, and of which commit, a measurement was made."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")  # of Linux
PACKAGES = ("keras", "dvc", "numpy")


def machine() -> str:
    """Return processor, cores and versions in a line."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = platform.python_version()
    return f"{_processor()}, {os.cpu_count()} cores, Python {python}, {versions}"


def commit() -> str:
    """Return the short name of the commit that is measured."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _processor() -> str:
    if CPUINFO.exists():
        for line in CPUINFO.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor()
