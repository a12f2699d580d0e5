"""Say on what machine, and of which commit, a measurement was made."""

import datetime as dt
import hashlib
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


def circumstances(digest: str) -> dict[str, str]:
    """Return on what data, when, of which commit and on which machine a row was measured."""
    return {
        "data_sha256": digest,
        "date": f"{dt.datetime.now(dt.UTC):%Y-%m-%d}",
        "commit": commit(),
        "machine": machine(),
    }


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _processor() -> str:
    if CPUINFO.exists():
        for line in CPUINFO.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor()
