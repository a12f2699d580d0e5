"""The pages of ``dvc plots`` and the report draw in Chromium with no network; drawn marks are the evidence."""

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

from statecast.report.charts import plots_of, sources_of
from tests.browser import browser, executable, resize, severe
from tests.conftest import ROOT, TINY, Project

pytestmark = pytest.mark.slow

# the renderer of a page is its own choice: one that a test can count the marks of is set before the page runs
SVG = """
let embed;
Object.defineProperty(window, "vegaEmbed", {configurable: true, get: () => embed, set: made => {
  embed = (place, spec, options) => made(place, spec, {...options, renderer: "svg"});
}});
"""
# marks of data, and not the axes, legends and titles around them
MARKS = """
return Object.fromEntries([...document.querySelectorAll("svg.marks")].map(svg => [svg.closest("[id]").id,
  [...svg.querySelectorAll(
  ".mark-line path, .mark-area path, .mark-symbol path, .mark-rect path, .mark-rule line")]
  .filter(mark => !mark.closest(".role-legend, .role-axis, .role-axis-grid") && mark.getBoundingClientRect().height > 0)
  .length]));
"""


def run(folder: Path, *command: str) -> str:
    return subprocess.run(
        command,
        cwd=folder,
        env={
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": str(folder),
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "user.name",
            "GIT_CONFIG_VALUE_0": "t",
            "GIT_CONFIG_KEY_1": "user.email",
            "GIT_CONFIG_VALUE_1": "t@localhost",
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    ).stdout


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the code, a small pipeline run and committed, and then run with other params."""
    executable("chromium")
    folder = tmp_path_factory.mktemp("repository")
    for name in ("stages", "statecast"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".dvc/plots", ".dvc/config", ".dvcignore", ".gitignore", "dvc.yaml", "params.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    project = Project(folder)
    project.run_all()
    run(folder, "git", "init", "-q")
    commit_outs(folder)
    project.set("train.epochs", TINY["epochs"] + 1)
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


def with_rows(folder: Path) -> list[str]:
    """Return the plots of dvc.yaml whose files all have rows, an independent count of what must be drawn."""
    plots = plots_of(yaml.safe_load((folder / "dvc.yaml").read_text()))
    return [
        name for name, keys in plots.items() if all(len(pd.read_csv(folder / file)) for file in sources_of(name, keys))
    ]


def id_of(name: str) -> str:
    """Return the id that ``dvc plots`` gives the element of a plot."""
    return re.sub(r"[^\w]", "_", name)


def marks_on(driver: Any, page: Path, charts: int) -> dict[str, int]:
    """Open a page, wait until its charts are there, and return how many marks each has by its id."""
    driver.get_log("browser")  # what pages before have said
    driver.get(page.as_uri())
    WebDriverWait(driver, 60).until(
        lambda one: one.execute_script("return document.querySelectorAll('svg.marks').length") >= charts
    )
    return dict(driver.execute_script(MARKS))


def test_plots_show_draws_every_plot_offline(repository: Path, driver: Any):
    plots = plots_of(yaml.safe_load((repository / "dvc.yaml").read_text()))
    wanted = with_rows(repository)
    assert {"future", "baselines", "series", "plots/rmse.csv"} <= set(wanted)
    run(repository, "dvc", "plots", "show", "plots", "baselines", "series", "future", "-o", "shown")
    marks = marks_on(driver, repository / "shown" / "index.html", len(plots))
    assert set(marks) == {id_of(name) for name in plots}
    assert {id_of(name) for name in wanted} == {name for name, number in marks.items() if number}  # no rows, no marks
    assert severe(driver) == []


def test_plots_diff_draws_both_revisions_offline(repository: Path, driver: Any):
    targets = ["plots/rmse.csv", "plots/forecasts.csv", "baselines", "series", "future"]
    run(repository, "dvc", "plots", "diff", "HEAD", "workspace", "--targets", *targets, "-o", "compared")
    marks = marks_on(driver, repository / "compared" / "index.html", len(targets))
    assert set(marks) == {id_of(name) for name in targets}
    assert all(marks.values()), marks
    texts = driver.execute_script("return [...document.querySelectorAll('svg.marks')].map(svg => svg.textContent)")
    assert all("HEAD" in text and "workspace" in text for text in texts), texts
    assert severe(driver) == []


def test_a_page_that_needs_the_network_does_not_pass(driver: Any, tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text('<script src="https://example.com/vega.js"></script><p>no chart</p>')
    driver.get(page.as_uri())
    assert driver.execute_script(MARKS) == {}
    assert len(severe(driver)) == 1


@pytest.mark.parametrize("width", [390, 1280])
def test_report_draws_offline_and_fits_the_window(repository: Path, driver: Any, width: int):
    study = pd.DataFrame({"configuration": ["a", "a", "b"], "seed": [0, 1, 0], "rmse": [1.0, 2.0, 3.0]})
    (repository / "plots/studies").mkdir(exist_ok=True)
    study.to_csv(repository / "plots/studies/few.csv", index=False)
    run(repository, sys.executable, "-m", "statecast.commands.report", "report.html")
    resize(driver, width)
    wanted = len(with_rows(repository)) + 1  # and the study
    marks = marks_on(driver, repository / "report.html", wanted)
    assert len(marks) == wanted
    assert all(marks.values()), marks
    assert severe(driver) == []
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
    small = (
        "return [...document.querySelectorAll('p, td, th')].filter(e => parseFloat(getComputedStyle(e).fontSize) < 16)"
    )
    assert driver.execute_script(small) == []
