"""The sections of the report. Oracles: worked by hand, and the files of a folder."""

import json
import shutil
from html import escape
from pathlib import Path

import pytest

from statecast.base.errors import StatecastError
from statecast.commands import report, run_verb
from statecast.report import parts
from statecast.report.charts import Chart
from statecast.report.verdict import read_verdict
from tests.support.project import ROOT


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


FUTURE = "unique_id,ds,step,forecast,low,high,interval\n"


def test_what_comes_next_is_a_table_and_says_what_low_and_high_are(folder: Path):
    write(folder / "dvc.yaml", "stages: {}\n")
    write(folder / "data/future.csv", FUTURE + "a,2024-01-01,1,2.5,1,4,conformal\n")
    html = parts.next_part({}).html
    assert '<th scope="row">2024-01-01</th><td>2.5</td><td>1</td><td>4</td>' in html
    assert "comes from the errors on the test rows (conformal)" in html
    write(folder / "data/future.csv", FUTURE + "a,2024-01-01,1,2.5,1,4,repeats\n")
    assert "spread of the repeats, and no interval" in parts.next_part({}).html


def test_with_validation_rows_the_interval_comes_from_their_errors_too(folder: Path):
    write(folder / "dvc.yaml", "stages: {}\n")
    write(folder / "data/future.csv", FUTURE + "a,2024-01-01,1,2.5,1,4,conformal\n")
    html = parts.next_part({"validation": {}}).html
    assert "comes from the errors on the validation and test rows (conformal)" in html


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("conformal", "held 75 % of the test rows, where 90 % were aimed at.</p>"),
        ("repeats", "held 8 % of the test rows.</p>"),
    ],
)
def test_what_bounds_held_stands_beside_them(folder: Path, method: str, words: str):
    write(folder / "dvc.yaml", "stages: {}\n")
    write(folder / "data/future.csv", FUTURE + f"a,1,1,2.5,1,4,{method}\n")
    interval = {"level": 0.9, "conformal": {"coverage": 0.75}, "repeats": {"coverage": 1 / 12}}
    assert words in parts.next_part({"interval": interval}).html


def test_directions_that_were_learned_have_no_interval_and_no_error(folder: Path):
    write(folder / "dvc.yaml", "stages: {}\n")
    write(folder / "data/future.csv", FUTURE + "a,2024-01-01,1,2.5,1,4,conformal\n")
    html = parts.next_part({}, "direction").html
    assert "by its sign, not by its size" in html
    assert "conformal" not in html
    assert '<th scope="row">2024-01-01</th><td>2.5</td></tr>' in html
    figures = {"rmse": 2.0, "direction": 0.5, "direction_by_size": 0.25}
    mean = {key: {"mean": value, "std": None} for key, value in figures.items()}
    scores = {**mean, "ensemble": figures, "baselines": {"drift": figures}}
    (part,) = parts.result_parts(scores, "direction")
    assert "ups and downs right" in part.html
    assert "RMSE" not in part.html


def test_what_comes_next_is_drawn_unless_its_size_means_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    stage = {"cmd": "true", "plots": [{"plots/future.csv": {"template": "future"}}]}
    write(folder / "dvc.yaml", json.dumps({"stages": {"forecast": stage}}))
    write(folder / "data/future.csv", FUTURE + "a,2024-01-01,1,2.5,1,4,conformal\n")
    future = Chart("plots/future.csv", "What comes next", {}, [], [])
    monkeypatch.setattr(parts, "drawn", lambda _name, _properties: future)
    assert parts.next_part({}).charts == [future]
    assert parts.next_part({}, "direction").charts == []


def test_several_series_have_a_table_each_below_their_names(folder: Path):
    write(folder / "dvc.yaml", "stages: {}\n")
    rows = "a,1,1,2,1,4,conformal\nb,1,1,3,1,4,conformal\n"
    write(folder / "data/future.csv", FUTURE + rows)
    _, first, second = parts.next_part({}).html.split("<h3>")
    assert first.startswith("a</h3>")
    assert '<th scope="row">1</th><td>2</td>' in first
    assert second.startswith("b</h3>")
    assert '<th scope="row">1</th><td>3</td>' in second


def test_the_table_of_what_comes_next_has_the_first_series(folder: Path):
    write(folder / "dvc.yaml", "stages: {}\n")
    rows = "".join(f"s{name},1,1,2,1,4,conformal\n" for name in range(30))
    write(folder / "data/future.csv", FUTURE + rows)
    html = parts.next_part({}).html
    assert "The first 5 of 30 series; data/future.csv has all." in html
    assert html.count("<h3>") == 5


def test_no_forecast_is_said_in_a_sentence(folder: Path):
    write(folder / "dvc.yaml", "stages: {}\n")
    write(folder / "data/future.csv", FUTURE)
    assert "No forecast after the end" in parts.next_part({}).html


def test_the_page_begins_with_the_verdict_and_what_comes_next(
    finished_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(finished_folder, tmp_path, dirs_exist_ok=True)
    for name in ("dvc.yaml", ".dvc/plots"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    top = report.top_part()
    assert top.html.startswith(f"<p>{escape(read_verdict())}</p>")
    assert "sales: 36 rows, 1901-01-01 to 1903-12-01" in top.html
    headings = [part.heading for part in parts.all_parts()]
    assert headings[:2] == ["What comes next", "Result on the test rows"]


def test_a_plot_without_rows_is_named_instead(folder: Path):
    write(
        folder / "dvc.yaml",
        """
stages: {}
plots:
  - plots/series.csv: {template: series, x: ds, y: y, title: All values}
""",
    )
    (part,) = parts.plot_parts()
    assert part.heading == "The series"
    assert part.charts == []
    assert "there are no rows for it: All values." in part.html


def test_charts_of_a_few_of_many_series_are_folded_away():
    words = "the first 24 of 30 series"
    spec = Chart("a", "A", {}, ["y", "drawn"], [["1", words], ["2", None]])
    assert parts.folded_by([spec]) == f"Charts of {words}"
    assert parts.folded_by([spec._replace(columns=["y", "unit"])]) == ""


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
    metrics = {"validation": {"rmse": {"mean": 2.0}}, "persistence": {"rmse": 5.0}}
    best = {"overrides": {"train.epochs": 7}, "metrics": metrics}
    html = parts.params_part([{"study": "s", "configurations": {"longer": best}}], 5.0).html
    assert "longer, with the lowest validation RMSE of all studies: 2." in html
    assert '<th scope="row">train.epochs</th><td>7</td>' in html
    assert '<th scope="row">train.units</th><td>3</td>' in html


def test_without_a_study_params_are_those_of_the_workspace(folder: Path):
    write(folder / "params.yaml", "train:\n  epochs: 1\n")
    html = parts.params_part([], 5.0).html
    assert "Those of the workspace" in html
    assert '<th scope="row">train.epochs</th><td>1</td>' in html


def test_parity_is_said_in_its_own_words(folder: Path):
    content = {"in_words": "The same to <rounding>.", "exact": True}
    write(folder / "data/model/parity.json", json.dumps(content))
    html = parts.parity_part().html
    assert html.startswith("<p>The same to &lt;rounding&gt;.</p>")
    assert '<th scope="row">exact</th><td>yes</td>' in html
