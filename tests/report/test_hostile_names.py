"""Names that are code stay text on both pages, in Chromium.

Oracle: the browser, in which an alert would call back; and a page without our template, where the
same names do run.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dvc_render.html import render_html
from dvc_render.image import ImageRenderer
from dvc_render.vega import VegaRenderer
from dvc_render.vega_templates import Template
from selenium.webdriver.support.ui import WebDriverWait

from statecast.report import tables
from statecast.report.charts import chart
from statecast.report.page import Part, page
from statecast.report.plots_page import bundle
from tests.support.browser import browser, severe
from tests.support.project import ROOT

pytestmark = pytest.mark.slow

NAMES = [
    "</script><img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "</plaintext></textarea></style></title><svg onload=alert(1)>",
    "<!--<script>",
    "</SCRIPT\n><iframe srcdoc='<script>parent.alert(1)</script>'>",
    "'\"`;alert(1);//",
    "${alert(1)}",
    "{plot_divs}",
    "var spec = {};\nvegaEmbed('#x', spec);",
    "javascript:alert(1)",
]
TEMPLATE = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "data": {"values": "<DVC_METRIC_DATA>"},
    "title": "<DVC_METRIC_TITLE>",
    "mark": "point",
    "encoding": {
        "x": {"field": "<DVC_METRIC_X>", "type": "quantitative"},
        "y": {"field": "<DVC_METRIC_Y>", "type": "nominal"},
        "color": {"field": "unique_id", "type": "nominal"},
    },
}
PROPERTIES = {"x": "step", "y": "unique_id", "title": NAMES[0]}
# Every call is noted, as an alert would be closed by the driver.
WATCH = """
window.alerts = [];
window.alert = text => window.alerts.push(text);
"""
DRAWN = "return document.querySelectorAll('.vega-embed svg, .vega-embed canvas').length"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with browser(tmp_path_factory.mktemp("profile")) as driver:
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        yield driver


def rows() -> pd.DataFrame:
    return pd.DataFrame({"step": [str(step) for step in range(len(NAMES))], "unique_id": NAMES})


def plots_page(folder: Path, template: Path | None) -> Path:
    """Write the page of ``dvc plots`` with a chart of the names and a picture."""
    datapoints = rows().assign(rev="workspace").to_dict("records")
    properties = {**PROPERTIES, "template": Template(TEMPLATE, "hostile")}
    renderers = [
        VegaRenderer(datapoints, "names", **properties),
        ImageRenderer([{"src": PIXEL, "rev": "workspace"}], "picture.gif"),
        VegaRenderer(datapoints, "again", **properties),
    ]
    render_html(renderers, folder / "index.html", template)
    return folder / "index.html"


def opened(driver: Any, path: Path, charts: int) -> list[str]:
    """Open a page, wait until its charts are there, and return what was alerted."""
    driver.get_log("browser")
    driver.get(path.as_uri())
    WebDriverWait(driver, 30).until(lambda page: page.execute_script(DRAWN) >= charts)
    return list(driver.execute_script("return window.alerts"))


@pytest.mark.promise("pages")
def test_names_of_series_do_not_run_on_the_page_of_plots(driver: Any, tmp_path: Path) -> None:
    path = plots_page(tmp_path, ROOT / ".dvc" / "plots" / "page.html")
    assert opened(driver, path, charts=2) == []
    shown = [
        element.get_attribute("id") for element in driver.find_elements("css selector", "div[id]")
    ]
    assert shown == ["names", "again"]
    assert [
        image.get_attribute("src") for image in driver.find_elements("css selector", "body img")
    ] == [PIXEL]
    assert severe(driver) == []


def test_the_same_names_run_on_a_page_that_takes_them_for_html(driver: Any, tmp_path: Path) -> None:
    path = plots_page(tmp_path, template=None)
    assert "1" in map(str, opened(driver, path, charts=0))


@pytest.mark.promise("pages")
def test_names_of_series_do_not_run_on_the_report(driver: Any, tmp_path: Path) -> None:
    parts = []
    for name in NAMES:
        properties = {**PROPERTIES, "title": name}
        figures = {"rmse": {"mean": 1.0, "std": 0.5}, "baselines": {name: {"rmse": 2.0}}}
        words = tables.results(figures) + tables.pairs({name: name}, (name, name))
        parts.append(Part(name, words, [chart(name, TEMPLATE, properties, [rows()])]))
    path = tmp_path / "report.html"
    path.write_text(page(NAMES[0], parts, bundle()), encoding="utf-8")
    assert opened(driver, path, charts=len(NAMES)) == []
    assert driver.title == NAMES[0]
    assert driver.find_elements("css selector", "img, iframe") == []
    assert severe(driver) == []
