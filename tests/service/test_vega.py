"""The script of the page is made once, in a process of its own. Oracle: the script itself."""

import asyncio
import signal
from pathlib import Path

import pytest

from statecast.report import plots_page
from statecast.service import vega
from statecast.service.refusal import RefusedError
from statecast.service.vega import Vega


def test_the_script_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vega.multiprocessing, "get_context", lambda _: ContextOfThisProcess)
    monkeypatch.setattr(plots_page, "bundle", lambda: "a script")
    monkeypatch.setattr(vega.os, "nice", lambda _: None)
    path = asyncio.run(Vega(tmp_path).path())
    assert path.read_text() == "a script"
    monkeypatch.setattr(plots_page, "bundle", lambda: "another")
    assert asyncio.run(Vega(tmp_path).path()).read_text() == "a script"


def test_a_script_that_cannot_be_made_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vega.multiprocessing, "get_context", lambda _: ContextOfThisProcess)
    tried: list[Path] = []
    monkeypatch.setattr(vega, "write_script", tried.append)
    script = Vega(tmp_path)
    for _ in range(2):
        with pytest.raises(RefusedError, match="must be made first"):
            asyncio.run(script.path())
    assert tried == [tmp_path / script._path.name]  # it is not tried again at once


@pytest.mark.parametrize(("code", "lines"), [(-signal.SIGTERM, 0), (1, 1)])
def test_a_script_that_ends_with_the_service_is_no_warning(
    code: int,
    lines: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(vega.multiprocessing, "get_context", lambda _: ContextOfThisProcess)
    monkeypatch.setattr(vega, "write_script", lambda _: None)
    monkeypatch.setattr(ContextOfThisProcess.Process, "code", code)
    with pytest.raises(RefusedError):
        asyncio.run(Vega(tmp_path).path())
    assert len(caplog.records) == lines


@pytest.mark.slow
def test_another_process_makes_it(tmp_path: Path) -> None:
    content = asyncio.run(Vega(tmp_path).path()).read_text(encoding="utf-8")
    assert "vegaEmbed" in content


class ContextOfThisProcess:
    """Makes processes that are none."""

    class Process:
        code = 0

        def __init__(self, target: object, args: tuple[Path], **_: object) -> None:
            del target
            self.args = args
            self.exitcode = self.code

        def start(self) -> None:
            vega.write_script(*self.args)

        def join(self, _: float) -> None:
            pass

        def kill(self) -> None:
            pass
