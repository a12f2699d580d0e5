"""Say what machine a measurement was made on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path


def machine() -> str:
    """Return processor, cores and versions in a line."""
    cpuinfo = Path("/proc/cpuinfo")
    names = [line.split(":")[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
    processor = names[0] if names else platform.processor()
    versions = ", ".join(f"{name} {version(name)}" for name in ("keras", "dvc", "numpy"))
    return f"{processor}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}"
