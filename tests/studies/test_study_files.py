"""The study files that come with the project."""

from pathlib import Path

import pytest

from statecast.study.conduct import read_study
from statecast.study.configurations import expand
from tests.support.project import ROOT

NO_STUDIES = ("extensions", "direction")  # files of other commands
FOLDERS = (ROOT, ROOT / "problems" / "memory")  # of a pipeline and its studies
FILES = sorted(
    path
    for folder in FOLDERS
    for path in (folder / "studies").glob("*.yaml")
    if path.stem not in NO_STUDIES
)


@pytest.fixture(autouse=True)
def in_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_study_file_is_valid(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(path.parents[1])
    study = read_study(path)
    assert study.optuna or expand(study, str(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_study_has_the_name_of_its_file(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(path.parents[1])
    assert read_study(path).name == path.stem
