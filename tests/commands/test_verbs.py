"""The command line: every verb, its help, and what is said where something is wrong."""

import argparse
import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from statecast import commands
from statecast.base.errors import StatecastError
from statecast.commands import VERBS, main, run_verb, show
from tests.support.project import ROOT


def exits(arguments: list[str]) -> int:
    """Return the exit status of a command that exits by itself."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)


def module_of(verb: str) -> ModuleType:
    return importlib.import_module(f"statecast.commands.{verb}")


def raise_in_show(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def run(_: argparse.Namespace) -> bool:
        raise error

    monkeypatch.setattr(show, "run", run)


@pytest.mark.parametrize("verb", VERBS)
def test_verb_has_what_the_command_line_calls(verb: str) -> None:
    module = module_of(verb)
    assert callable(module.add_arguments)
    assert callable(module.run)
    assert module.__doc__


def test_every_module_is_a_verb() -> None:
    folder = Path(commands.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert modules == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_exits_with_0(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exits([verb, "--help"]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith(f"usage: statecast {verb} ")
    assert shown.err == ""


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert exits(["--help"]) == 0
    shown = capsys.readouterr().out
    for verb, what in VERBS.items():
        assert f"  {verb:<9}{what}\n" in shown


def test_no_verb_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert exits([]) == 1
    expected = "error: the following arguments are required: VERB; see statecast --help\n"
    assert capsys.readouterr().err == expected


def test_unknown_verb_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert exits(["shwo"]) == 1
    line = capsys.readouterr().err
    assert line.startswith("error: argument VERB: invalid choice: 'shwo'")
    assert line.count("\n") == 1


@pytest.mark.parametrize("verb", VERBS)
def test_wrong_argument_is_one_line(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exits([verb, "a", "b", "--no-such-option"]) == 1
    shown = capsys.readouterr()
    assert shown.err.startswith("error: ")
    assert shown.err.endswith(f"; see statecast {verb} --help\n")
    assert shown.err.count("\n") == 1
    assert shown.out == ""


@pytest.mark.parametrize("verb", ["study", "sweep", "compare"])
def test_missing_argument_is_one_line(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exits([verb]) == 1
    line = capsys.readouterr().err
    assert line.startswith("error: the following arguments are required: ")
    assert line.count("\n") == 1


@pytest.mark.parametrize(("went_well", "status"), [(True, 0), (False, 1)])
def test_status_tells_whether_all_went_well(
    went_well: bool, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(show, "run", lambda _: went_well)
    assert exits(["show"]) == status


def test_mistake_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raise_in_show(monkeypatch, StatecastError("a must be 1, got 2"))
    assert not run_verb("show", [])
    assert capsys.readouterr().err == "error: a must be 1, got 2\n"


def test_interrupt_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raise_in_show(monkeypatch, KeyboardInterrupt())
    assert not run_verb("show", [])
    assert capsys.readouterr().err == "interrupted: nothing was written\n"


@pytest.mark.parametrize("verb", ["study", "sweep"])
def test_interrupt_says_what_stays(
    verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_: argparse.Namespace) -> bool:
        raise KeyboardInterrupt

    module = module_of(verb)
    monkeypatch.setattr(module, "run", run)
    assert not run_verb(verb, ["a"])
    assert capsys.readouterr().err == f"interrupted: {module.INTERRUPTED}\n"


def test_mistake_while_a_verb_is_imported_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: str) -> ModuleType:
        raise StatecastError("DVC must be there")

    monkeypatch.setattr(importlib, "import_module", refuse)
    assert not run_verb("show", [])
    assert capsys.readouterr().err == "error: DVC must be there\n"


def test_error_of_the_system_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raise_in_show(monkeypatch, PermissionError(13, "Permission denied", "plots"))
    assert not run_verb("show", [])
    assert capsys.readouterr().err == "error: [Errno 13] Permission denied: 'plots'\n"


LONG = "from statecast.commands import main, show; show.run = lambda _: print('x' * 10**6); main()"


def test_reader_that_has_seen_enough_is_no_traceback() -> None:
    command = [sys.executable, "-c", LONG, "show"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(1) == b"x"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


OUTSIDE = [
    ("show", []),
    ("compare", ["a", "b"]),
    ("study", ["s.yaml"]),
    ("sweep", ["train.epochs=1"]),
    ("report", []),
    ("summary", []),
]


@pytest.mark.parametrize(("verb", "arguments"), [*OUTSIDE, ("report", [""]), ("study", [""])])
@pytest.mark.parametrize("is_repository", [False, True])
@pytest.mark.promise("studies")
def test_a_verb_outside_of_a_project_or_before_the_first_commit_is_one_line(
    verb: str,
    arguments: list[str],
    is_repository: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "params.yaml", tmp_path)
    (tmp_path / "s.yaml").write_text("{name: s, grid: {train.epochs: [1]}}")
    if is_repository:
        subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    before = sorted(tmp_path.iterdir())
    assert not run_verb(verb, arguments)
    said = capfd.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before


def test_package_is_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "statecast", "summary"],
        cwd=ROOT / "docs",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    expected = "error: data/scores.json must exist, got no such file; an earlier stage writes it"
    assert done.stderr == f"{expected}: dvc repro\n"
