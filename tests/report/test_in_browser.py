"""The pages of ``dvc plots`` and the report draw in Chromium with no network.

Oracle: the rows of the CSV files. A chart is drawn where it has marks of data.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from selenium.webdriver.support.ui import WebDriverWait

from statecast.base.files import read_json, write_json
from statecast.base.paths import METRICS, STUDY_METRICS, STUDY_TABLES
from statecast.report.charts import plots_of, sources_of
from tests.support.browser import browser, executable, resize, severe
from tests.support.project import ROOT, TINY, Project

pytestmark = pytest.mark.slow

CODE = ("stages", "statecast")
FILES = (".dvc/plots", ".dvc/config", ".dvcignore", ".gitignore", "dvc.yaml", "params.yaml")
LEAST_FONT = 16  # CSS pixels
NAMES = ("rmse", "forecasts", "baselines", "series", "future")  # of plots with rows
# A page chooses its renderer. This one draws elements that a test can count.
SVG = """
let embed;
Object.defineProperty(window, "vegaEmbed", {
  configurable: true,
  get: () => embed,
  set: made => {
    embed = (place, spec, options) => made(place, spec, {...options, renderer: "svg"});
  },
});
"""
# Marks of data, and not the axes, legends and titles around them.
MARKS = """
const kinds = [
  ".mark-line path",
  ".mark-area path",
  ".mark-symbol path",
  ".mark-rect path",
  ".mark-rule line",
];
const isOfData = mark =>
  !mark.closest(".role-legend, .role-axis, .role-axis-grid")
  && mark.getBoundingClientRect().height > 0;
const charts = [...document.querySelectorAll("svg.marks")];
return Object.fromEntries(charts.map(svg => {
  const marks = [...svg.querySelectorAll(kinds.join(", "))];
  return [svg.closest("[id]").id, marks.filter(isOfData).length];
}));
"""
UNFOLD = "for (const folded of document.querySelectorAll('details')) folded.open = true"
CHARTS = "return document.querySelectorAll('svg.marks').length"
TEXTS = "return [...document.querySelectorAll('svg.marks')].map(svg => svg.textContent)"
WIDTHS = """
const charts = [...document.querySelectorAll("svg.marks")];
return charts.map(svg => svg.getBoundingClientRect().width);
"""
WIDTH = "return document.documentElement.scrollWidth"
SMALL = f"""
const texts = [...document.querySelectorAll("p, td, th")];
return texts.filter(text => parseFloat(getComputedStyle(text).fontSize) < {LEAST_FONT});
"""


def run(folder: Path, *command: str) -> None:
    """Run a command in a folder as somebody without settings of their own."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(folder),
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "user.name",
        "GIT_CONFIG_VALUE_0": "t",
        "GIT_CONFIG_KEY_1": "user.email",
        "GIT_CONFIG_VALUE_1": "t@localhost",
    }
    subprocess.run(command, cwd=folder, env=environment, check=True, timeout=300)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which a small pipeline was committed, and then run with other params."""
    executable("chromium")
    folder = tmp_path_factory.mktemp("repository")
    for name in CODE:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        (folder / name).parent.mkdir(exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    project = Project(folder)
    project.run_all()
    run(folder, "git", "init", "-q")
    commit_outs(folder)
    project.set_keys({"train.epochs": TINY["train.epochs"] + 1})
    project.run_all()
    return folder


def commit_outs(folder: Path) -> None:
    """Take what the stages wrote for DVC's outputs, and commit."""
    run(folder, "dvc", "commit", "--force", "--quiet")
    run(folder, "git", "add", "-A")
    run(folder, "git", "commit", "-qm", "tiny")


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with browser(tmp_path_factory.mktemp("profile")) as driver:
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": SVG})
        yield driver


def plots_in(folder: Path) -> dict[str, dict[str, Any]]:
    return plots_of(yaml.safe_load((folder / "dvc.yaml").read_text()))


def with_rows(folder: Path) -> list[str]:
    """Return the plots whose files all have rows: an independent count of what must be drawn."""
    named = []
    for name, properties in plots_in(folder).items():
        tables = [pd.read_csv(folder / file) for file in sources_of(name, properties)]
        if all(len(table) for table in tables):
            named.append(name)
    return named


def id_of(name: str) -> str:
    """Return the id that ``dvc plots`` gives the element of a plot."""
    return re.sub(r"[^\w]", "_", name)


def marks_on(driver: Any, page: Path, charts: int) -> dict[str, int]:
    """Open a page, wait until its charts are there, and return the marks of each by its id."""
    driver.get_log("browser")  # what pages before have said
    driver.get(page.as_uri())
    WebDriverWait(driver, 60).until(lambda opened: opened.execute_script(CHARTS) >= charts)
    driver.execute_script(UNFOLD)
    return dict(driver.execute_script(MARKS))


def test_plots_show_draws_every_plot_offline(repository: Path, driver: Any):
    wanted = with_rows(repository)
    assert {f"plots/{name}.csv" for name in NAMES} <= set(wanted)
    run(repository, "dvc", "plots", "show", "plots", "baselines", "series", "future", "-o", "shown")
    page = repository / "shown" / "index.html"
    marks = marks_on(driver, page, len(wanted))
    assert set(marks) == {id_of(name) for name in wanted}  # no rows, no chart
    assert all(marks.values()), marks
    said = driver.execute_script("return document.body.innerText")
    for name in set(plots_in(repository)) - set(wanted):
        assert f"{id_of(name)}: no rows" in said
    assert severe(driver) == []


def test_plots_of_two_revisions_fit_a_phone(repository: Path, driver: Any):
    targets = [f"plots/{name}.csv" for name in NAMES]
    compare = ["dvc", "plots", "diff", "HEAD", "workspace", "-o", "narrow"]
    run(repository, *compare, "--targets", *targets)
    resize(driver, 390)
    marks = marks_on(driver, repository / "narrow" / "index.html", len(targets))
    assert all(marks.values()), marks
    assert max(driver.execute_script(WIDTHS)) <= 390
    resize(driver, 1280)


def test_plots_diff_draws_both_revisions_offline(repository: Path, driver: Any):
    targets = [f"plots/{name}.csv" for name in NAMES]
    compare = ["dvc", "plots", "diff", "HEAD", "workspace", "-o", "compared"]
    run(repository, *compare, "--targets", *targets)
    marks = marks_on(driver, repository / "compared" / "index.html", len(targets))
    assert set(marks) == {id_of(name) for name in targets}
    assert all(marks.values()), marks
    texts = driver.execute_script(TEXTS)
    assert all("HEAD" in text and "workspace" in text for text in texts), texts
    assert severe(driver) == []


def test_a_page_that_needs_the_network_does_not_pass(driver: Any, tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text('<script src="https://example.com/vega.js"></script><p>no chart</p>')
    driver.get(page.as_uri())
    assert driver.execute_script(MARKS) == {}
    assert len(severe(driver)) == 1


@pytest.fixture(scope="module")
def report(repository: Path) -> Path:
    """The report of the repository, in which a study was run, too."""
    study = pd.DataFrame(
        {"configuration": ["a", "a", "b"], "seed": [0, 1, 0], "rmse": [1.0, 2.0, 3.0]}
    )
    (repository / STUDY_TABLES).mkdir(parents=True, exist_ok=True)
    study.to_csv(repository / STUDY_TABLES / "few.csv", index=False)
    of_these_rows = {"overrides": {}, "metrics": read_json(repository / METRICS)}
    (repository / STUDY_METRICS).mkdir(parents=True, exist_ok=True)
    configurations = dict.fromkeys(("a", "b"), of_these_rows)
    write_json({"configurations": configurations}, repository / STUDY_METRICS / "few.json")
    run(repository, sys.executable, "-m", "statecast", "report", "report.html")
    return repository / "report.html"


@pytest.mark.parametrize("width", [390, 1280])
def test_report_draws_offline(report: Path, driver: Any, width: int):
    resize(driver, width)
    wanted = len(with_rows(report.parent)) + 1  # and the study
    marks = marks_on(driver, report, wanted)
    assert len(marks) == wanted
    assert all(marks.values()), marks
    assert severe(driver) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_report_fits_the_window(report: Path, driver: Any, width: int):
    resize(driver, width)
    marks_on(driver, report, len(with_rows(report.parent)) + 1)
    assert driver.execute_script(WIDTH) <= width


def test_report_has_no_small_print(report: Path, driver: Any):
    resize(driver, 390)
    marks_on(driver, report, len(with_rows(report.parent)) + 1)
    assert driver.execute_script(SMALL) == []
