"""The verbs serve and collect where they cannot do their work."""

import sys
from pathlib import Path

import pytest

from statecast.commands import run_verb
from statecast.service.journal import Journal
from tests.support.project import Project


def said(verb: str, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert not run_verb(verb, arguments)
    return capsys.readouterr().err.strip()


def test_serve_without_its_extra_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    line = "error: fastapi and uvicorn must be installed: python -m pip install 'statecast[serve]'"
    assert said("serve", [], capsys) == line


def test_serve_binds_elsewhere_with_a_token_alone(capsys: pytest.CaptureFixture[str]) -> None:
    line = said("serve", ["--host", "0.0.0.0"], capsys)  # noqa: S104
    assert line.startswith("error: --host must be 127.0.0.1, ::1 or localhost")


def test_serve_needs_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = said("serve", [str(tmp_path / "nothing"), "--port", "0"], capsys)
    assert line.startswith("error: the model folder must exist, got ")


def test_serve_needs_a_port_that_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    line = said("serve", ["--port", "70000"], capsys)
    assert line == "error: --port must be from 0 to 65535, got 70000"


def test_collect_needs_a_journal(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project.folder)
    assert said("collect", [], capsys).endswith("got no such file; statecast serve writes it")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"download.source": "https://example.org/x.csv"}, "download.source must be a file in"),
        ({"download.sha256": "0" * 64}, "download.sha256 must be null"),
        ({"download.value_column": ["sales", "month"]}, "download.value_column must be one"),
        ({"download.values": "symbols"}, "download.values must be numbers"),
    ],
)
def test_collect_needs_a_source_that_can_grow(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    keys: dict[str, object],
    words: str,
) -> None:
    project.set_keys(keys)
    Journal(project.folder / "data/service").close()
    monkeypatch.chdir(project.folder)
    assert words in said("collect", [], capsys)
