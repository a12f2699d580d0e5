"""The model card says what the files of a run say."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from statecast.base.files import read_json
from statecast.base.paths import METRICS, SERIES
from statecast.commands import run_verb
from statecast.commands.card import commit
from tests.support.project import Project
from tests.support.study_repository import enter


@pytest.fixture
def committed(finished_project: Project, monkeypatch: pytest.MonkeyPatch) -> str:
    """A repository in which the pipeline has run; its commit."""
    enter(finished_project.folder, monkeypatch)
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "results"]):
        subprocess.run(["git", *command], check=True)
    return subprocess.check_output(["git", "rev-parse", "HEAD"], text=True).strip()


def written() -> str:
    assert run_verb("card", ["card.md"])
    return Path("card.md").read_text(encoding="utf-8")


def test_the_card_has_data_figures_and_commit(committed: str) -> None:
    card = written()
    digest = hashlib.sha256(SERIES.read_bytes()).hexdigest()
    rmse = read_json(METRICS)["rmse"]["mean"]
    assert f"| SHA-256 of data/series.csv | {digest} |" in card
    assert f"| rmse.mean | {rmse:.6g} |" in card
    assert f"at commit {committed}.\n" in card


def test_the_card_says_that_params_have_changed(committed: str) -> None:
    with Path("params.yaml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert f"at commit {committed}, with changes that are not committed." in written()


@pytest.mark.parametrize(("name", "changed"), [("statecast/x.py", True), ("docs/x.md", False)])
def test_the_code_of_a_problem_is_that_of_the_top(
    name: str, changed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = tmp_path / "problems" / "counting"
    problem.mkdir(parents=True)
    (problem / "params.yaml").touch()
    enter(tmp_path, monkeypatch)
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "first"]):
        subprocess.run(["git", *command], check=True)
    path = tmp_path / name
    path.parent.mkdir()
    path.touch()
    monkeypatch.chdir(problem)
    assert commit().endswith(", with changes that are not committed") == changed


def test_without_a_run_there_is_no_card(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project.folder)
    assert not run_verb("card", ["card.md"])
    assert capsys.readouterr().err.count("\n") == 1
    assert not Path("card.md").exists()
