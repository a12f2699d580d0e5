"""docs/reproduction.md. Oracle: the committed document, which was read by people."""

import shutil
from pathlib import Path

import pytest

from studies.reproduction.__main__ import main
from studies.reproduction.claims import CLAIMS
from studies.reproduction.figures import Figures, read_figures
from studies.reproduction.pictures import pictures
from studies.reproduction.remarks import REMARKS
from tests.support.project import ROOT

DOCUMENT = ROOT / "docs" / "reproduction.md"
READ = ("studies", "params.yaml")


def test_document_is_that_of_its_tables(text: str):
    assert text == DOCUMENT.read_text(encoding="utf-8")


def test_no_figure_is_missing(text: str):
    assert "nan" not in text


def test_every_published_conclusion_is_judged(text: str):
    for claim in CLAIMS:
        assert claim.words in text


def test_every_published_remark_is_judged(text: str):
    for remark in REMARKS:
        assert f"| {remark.words} |" in text


def test_every_picture_is_shown_and_committed(text: str, figures: Figures):
    for name in pictures(figures):
        assert f"pictures/{name}.png" in text
        assert (ROOT / "docs" / "pictures" / f"{name}.png").is_file()


@pytest.mark.slow
def test_the_command_writes_the_document_and_its_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in READ:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (tmp_path / name).parent.mkdir(exist_ok=True)
        copy(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    main()
    written = (tmp_path / "docs" / "reproduction.md").read_text(encoding="utf-8")
    assert written == DOCUMENT.read_text(encoding="utf-8")
    names = {path.name for path in (tmp_path / "docs" / "pictures").iterdir()}
    assert names == {f"{name}.png" for name in pictures(read_figures())}


def test_without_tables_the_command_says_so_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=r"error: studies/results/table-epochs\.csv must exist"):
        main()
    assert not list(tmp_path.iterdir())
