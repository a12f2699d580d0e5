"""A progress bar on a terminal, nothing elsewhere. Oracle: what is written to stderr."""

import sys
from functools import partial

import pytest
from tqdm import tqdm

from statecast.training.progress import progress_bar


def test_nothing_is_written_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(10, "train") as progress:
        progress(10, 0.5)
    assert capsys.readouterr().err == ""


def test_terminal_shows_epochs_and_loss(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    at_once = partial(tqdm, mininterval=0)
    monkeypatch.setattr("statecast.training.progress.tqdm", at_once)
    with progress_bar(10, "train") as progress:
        progress(4, 0.25)
        progress(10, 0.125)
    written = capsys.readouterr().err
    assert "10/10" in written
    assert "loss=0.125000" in written
