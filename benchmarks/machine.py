"""Say what machine a measurement was made on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")  # of Linux
PACKAGES = ("keras", "dvc", "numpy")


def machine() -> str:
    """Return processor, cores and versions in a line."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = platform.python_version()
    return f"{_processor()}, {os.cpu_count()} cores, Python {python}, {versions}"


def _processor() -> str:
    if CPUINFO.exists():
        for line in CPUINFO.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor()
