"""One bar over all phases. Oracle: shares added by hand."""

import io
import sys

import pytest

from statecast.best.progress import OneBar

SHARES = {"prepare": 0.25, "train": 0.5, "combine": 0.25}


@pytest.fixture
def bar(monkeypatch: pytest.MonkeyPatch) -> OneBar:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    return OneBar(SHARES, is_hidden=False)


def test_steps_and_epochs_move_one_bar_by_the_share_of_their_phase(bar: OneBar) -> None:
    step = bar.steps(2)
    step()
    assert bar.bar.n == pytest.approx(0.125)
    bar.enter("train")
    assert bar.bar.n == pytest.approx(0.25)
    with bar.training(100, "train 2 configurations") as progress:
        progress(50, 0.1)
    assert bar.bar.n == pytest.approx(0.5)
    bar.enter("combine")
    assert bar.bar.n == pytest.approx(0.75)


def test_the_bar_never_goes_back(bar: OneBar) -> None:
    bar.enter("train")
    for _ in range(2):
        with bar.training(10, "again") as progress:
            progress(10, 0.1)
            progress(5, 0.1)
    assert bar.bar.n == pytest.approx(0.75)


def test_nothing_is_shown_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    bar = OneBar(SHARES)
    bar.enter("combine")
    bar.close()
    assert capsys.readouterr().err == ""
