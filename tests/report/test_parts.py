"""The sections of the report. Oracles: worked by hand, and the files of a folder."""

import json
from pathlib import Path

import pytest

from statecast.base.errors import StatecastError
from statecast.commands import run_verb
from statecast.report import parts
from tests.support.project import ROOT

STUDY = "configuration,seed,rmse\na,0,1.0\na,1,2.0\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a new folder, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> None:
    """Write a file into a folder that may be new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.usefixtures("folder")
def test_without_scores_the_error_says_which_file():
    with pytest.raises(StatecastError, match=r"data/scores\.json must exist"):
        parts.all_parts()


def test_without_scores_no_page_is_written(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert not run_verb("report", ["report.html"])
    assert capsys.readouterr().err.startswith("error: data/scores.json must exist")
    assert not list(folder.iterdir())


@pytest.mark.usefixtures("folder")
def test_no_study_is_said_in_a_sentence():
    part = parts.study_part()
    assert part.charts == []
    assert "No study has been run" in part.html


def test_a_study_is_a_box_plot_of_its_measure(folder: Path):
    template = ".dvc/plots/variants.json"
    write(folder / template, (ROOT / template).read_text())
    write(folder / "plots/studies/few.csv", STUDY)
    part = parts.study_part()
    assert [chart.title for chart in part.charts] == ["Study few: rmse"]
    assert part.html == ""


def test_tables_that_are_no_repeats_of_a_study_are_not_drawn(folder: Path):
    write(folder / "plots/studies/few-forecast.csv", "unique_id,ds,forecast\na,1,2.0\n")
    write(folder / "plots/studies/none.csv", "configuration,seed,rmse\n")
    assert parts.study_part().charts == []


def test_a_plot_without_rows_is_named_instead(folder: Path):
    write(
        folder / "dvc.yaml",
        """
stages: {}
plots:
  - future: {template: future, x: ds, y: {data/future.csv: y}, title: What comes next}
""",
    )
    (part,) = parts.plot_parts()
    assert part.heading == "After the end of the series"
    assert part.charts == []
    assert "there are no rows for it: What comes next." in part.html


def test_a_plot_that_no_section_names_stands_under_other_plots(folder: Path):
    write(
        folder / "dvc.yaml",
        "stages: {}\nplots:\n  - own: {template: t, x: a, y: {own.csv: y}}\n",
    )
    assert [part.heading for part in parts.plot_parts()] == ["Other plots"]


def test_every_plot_that_a_section_names_is_in_the_pipeline(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    headings = [part.heading for part in parts.plot_parts()]
    assert headings == list(parts.SECTIONS)  # and so none is left for "Other plots"


def test_params_are_those_of_the_best_configuration(folder: Path):
    write(folder / "params.yaml", "train:\n  epochs: 1\n  units: [3]\n")
    best = {"overrides": {"train.epochs": 7}, "metrics": {"validation": {"rmse": {"mean": 2.0}}}}
    content = {"study": "s", "configurations": {"longer": best}}
    write(folder / "metrics/studies/s.json", json.dumps(content))
    html = parts.params_part().html
    assert "longer, with the lowest validation RMSE of all studies: 2." in html
    assert '<th scope="row">train.epochs</th><td>7</td>' in html
    assert '<th scope="row">train.units</th><td>3</td>' in html


def test_without_a_study_params_are_those_of_the_workspace(folder: Path):
    write(folder / "params.yaml", "train:\n  epochs: 1\n")
    html = parts.params_part().html
    assert "Those of the workspace" in html
    assert '<th scope="row">train.epochs</th><td>1</td>' in html


def test_parity_is_said_in_its_own_words(folder: Path):
    content = {"in_words": "The same to <rounding>.", "exact": True}
    write(folder / "data/model/parity.json", json.dumps(content))
    html = parts.parity_part().html
    assert html.startswith("<p>The same to &lt;rounding&gt;.</p>")
    assert '<th scope="row">exact</th><td>yes</td>' in html
