"""The page of ``dvc plots``. Oracle: the pinned vl-convert, which brings the scripts."""

from pathlib import Path

import pytest

from statecast.report.plots_page import main
from tests.support.project import ROOT


def test_committed_page_of_plots_is_what_the_command_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    main()
    written = (tmp_path / ".dvc" / "plots" / "page.html").read_text(encoding="utf-8")
    # not compared in the assert itself, or pytest would explain a difference of a megabyte
    is_the_same = written == (ROOT / ".dvc" / "plots" / "page.html").read_text(encoding="utf-8")
    assert is_the_same, "make plots-page writes another page"


def test_page_of_plots_asks_the_network_for_nothing():
    page = (ROOT / ".dvc" / "plots" / "page.html").read_text(encoding="utf-8")
    assert "<script src" not in page
    assert '<link rel="stylesheet"' not in page
