"""Experiments of the best configurations. Oracle: the words of the error that is raised."""

import pytest

from statecast.best import registered
from statecast.best.progress import OneBar
from statecast.study.configurations import Configuration
from statecast.study.local import train_here


def full_disk(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registered, "open_repository", full_disk)
    monkeypatch.setattr(registered, "require_branch", lambda _: None)
    bar = OneBar(is_hidden=True)
    names, why = registered.register([Configuration("a", {})], train_here(), bar)
    assert names == []
    assert why == "no experiments of DVC were made: [Errno 28] No space left on device"
