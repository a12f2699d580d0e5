"""The live page in Chromium, with an observation that arrives while it is open.

Oracle: what was posted, and the mean worked by hand.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.support.ui import WebDriverWait

from tests.support.browser import browser, resize, severe
from tests.support.running_mean import day, write_model
from tests.support.service_process import Running, running

pytestmark = pytest.mark.slow

SECONDS = 60
POINTS = "return document.querySelectorAll('svg.marks .mark-symbol.role-mark path').length"
BANDS = """
const paths = [...document.querySelectorAll("svg.marks .mark-area path")];
return paths.map(path => path.getAttribute("d"));
"""
WIDTH = "return document.documentElement.scrollWidth"
KNOWN = 5  # values that were observed before


def text_of(driver: Any, name: str) -> str:
    return str(driver.execute_script(f"return document.getElementById('{name}').textContent"))


def wait_for(driver: Any, holds: Callable[[Any], bool]) -> None:
    WebDriverWait(driver, SECONDS).until(holds)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("page")
    model: Path = write_model(folder / "model", "a", "<b>")
    with running(model, folder / "store") as service:
        yield service


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with browser(tmp_path_factory.mktemp("profile"), online=True) as driver:
        yield driver


@pytest.mark.promise("service")
@pytest.mark.parametrize(("width", "name"), [(1400, "a"), (390, "%3Cb%3E")])
def test_the_page_moves_as_an_observation_arrives(
    service: Running, driver: Any, width: int, name: str
) -> None:
    known = [{"ds": day(number), "y": number} for number in range(1, KNOWN + 1)]
    service.post(f"/series/{name}/observations", known)
    resize(driver, width)
    driver.get_log("browser")  # what pages before have said
    driver.get("about:blank")
    driver.get(f"{service.address}/#{name}")
    wait_for(driver, lambda opened: opened.execute_script(POINTS) == KNOWN)
    wait_for(driver, lambda opened: text_of(opened, "status") == "live")
    bands = driver.execute_script(BANDS)
    assert len(bands) == 2  # what was forecast a step before, and what comes next
    service.post(f"/series/{name}/observations", {"ds": day(KNOWN + 1), "y": 10})
    wait_for(driver, lambda opened: opened.execute_script(POINTS) == KNOWN + 1)
    mean = (sum(range(1, KNOWN + 1)) + 10) / (KNOWN + 1)
    assert f"Next: {day(KNOWN + 2)}, {mean:.5g}" in text_of(driver, "next")
    assert driver.execute_script(BANDS) != bands
    assert text_of(driver, "bands") == "Bands: 90% of the values, constant."
    assert f"{day(KNOWN + 1)}1037" in text_of(driver, "observed")  # value, forecast before, error
    assert text_of(driver, "problem") == ""
    assert driver.execute_script(WIDTH) <= width
    assert severe(driver) == []
