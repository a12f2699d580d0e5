"""The picture of the README is that of the committed results."""

from pathlib import Path

import pytest

from studies.picture import PICTURE, specification
from studies.png import KEY, digest, text_of
from tests.support.project import ROOT


def test_the_picture_is_that_of_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert text_of(PICTURE.read_bytes(), KEY) == digest(specification())


def test_without_results_there_is_no_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dvc.yaml").write_bytes((ROOT / "dvc.yaml").read_bytes())
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=r"plots/forecasts.csv must have rows, got none"):
        specification()
