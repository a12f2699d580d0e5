"""A headless Chromium without a network, for tests of pages."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND"
HERE = "127.0.0.1"


def executable(name: str) -> str:
    """Return the path of a program; without it the test is skipped, and fails where CI is set."""
    path = shutil.which(name)
    if path is None:
        why = f"{name} is not installed: apt-get install chromium chromium-driver"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    return path


@contextmanager
def browser(profile: Path, *, online: bool = False) -> Iterator[Any]:
    """Yield a driver whose pages reach no host; ``profile`` is a new folder.

    Where ``online`` is set they reach this machine, and no other.
    """
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = executable("chromium")
    hosts = f"{NOWHERE} , EXCLUDE {HERE}" if online else NOWHERE
    for flag in [*FLAGS, hosts, f"--user-data-dir={profile}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(executable_path=executable("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    try:
        driver.execute_cdp_cmd("Network.enable", {})
        offline = {
            "offline": not online,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": -1,
        }
        driver.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
        yield driver
    finally:
        driver.quit()


def resize(driver: Any, width: int) -> None:
    """Give the page a width in CSS pixels, below the least width of a window too."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def severe(driver: Any) -> list[str]:
    """Return the errors of the console."""
    return [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
