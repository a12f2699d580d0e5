"""The README: short, and every command in it works as printed."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.support.project import ROOT, Project

README = (ROOT / "README.md").read_text(encoding="utf-8")
LONGEST = 150  # lines
COMMAND = re.compile(r"    ((?:make|dvc|git|python|\. )[^#\n]*)")
RUN_ELSEWHERE = (
    "make test",  # by whoever runs the tests
    "make serve",  # this and the next two by tests/service
    "python -m statecast collect",
    "dvc repro",
)
TOLERANCE = 0.01  # relative: the last digits of a training differ between kinds of CPU
MARK = "== "


def commands() -> list[str]:
    """Return the commands of the README in their order."""
    return [match.strip() for match in COMMAND.findall(README)]


def printed_figures() -> dict[str, float]:
    """Return the figures that the README shows of make repro, by their labels."""
    lines = re.findall(r"^      (\S.*?) {2,}(-?[\d.]+)$", README, flags=re.MULTILINE)
    return {label: float(figure) for label, figure in lines}


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= LONGEST


def test_the_readme_has_commands_and_figures() -> None:
    assert commands()[0] == "make repro"
    assert len(commands()) >= 10
    assert printed_figures()["persistence RMSE"] == pytest.approx(136.761)


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *(ROOT / "docs").glob("*.md")], ids=lambda path: path.name
)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *(ROOT / "docs").glob("*.md")], ids=lambda path: path.name
)
def test_files_that_are_named_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:statecast|stages|tests|studies|problems)/[\w/]+\.\w+)`", text):
        assert (ROOT / name).is_file() or "NAME." in name, name


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *(ROOT / "docs").glob("*.md")], ids=lambda path: path.name
)
def test_targets_and_verbs_that_are_named_exist(path: Path) -> None:
    from statecast.commands import VERBS

    text = path.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|^    )make ([a-z0-9-]+)", text, re.MULTILINE)) <= {
        *targets,
        "lint",
    }
    assert set(re.findall(r"python -m statecast (\w+)", text)) <= set(VERBS)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clean clone with the environment of these tests."""
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    for path in folder.glob("requirements*.txt"):
        os.utime(path, (0, 0))  # older than what was installed
    return folder


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / ".venv").is_dir(), reason="not the environment of make setup")
def test_every_command_works_as_printed(clone: Path, tmp_path: Path) -> None:
    wanted = [command for command in commands() if command not in RUN_ELSEWHERE]
    script = ["set -e"]
    for command in wanted:
        script += [f"echo '{MARK}{command.replace(chr(39), '')}'", command]
        if command == "make repro":
            script += [f"echo '{MARK}git status'", "git status --porcelain"]
    home = tmp_path / "home"
    home.mkdir()
    python = shutil.which("python3") or "python3"
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=clone,
        env={"PATH": f"{Path(python).parent}:/usr/local/bin:/usr/bin:/bin", "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    said = dict(part.split("\n", 1) for part in done.stdout.split(MARK)[1:])

    figures = dict(re.findall(r"^  (\S.*?) {2,}(-?[\d.]+)$", said["make repro"], re.MULTILINE))
    for label, figure in printed_figures().items():
        assert float(figures[label]) == pytest.approx(figure, rel=TOLERANCE), label
    changed = [line for line in said["git status"].splitlines() if "dvc.lock" not in line]
    assert [line for line in changed if not line.endswith((".json", ".csv"))] == []

    verdict = next(line for line in README.splitlines() if "is better than" in line).strip()
    compared = next(text for command, text in said.items() if " compare " in command)
    assert compared.splitlines()[-1].partition(" by ")[0] == verdict.partition(" by ")[0]
    assert (clone / "report.html").is_file()
    assert (clone / "dvc_plots" / "index.html").is_file()


def test_the_snippet_of_the_model_folder_runs(finished_project: Project) -> None:
    text = (ROOT / "docs" / "rebatching.md").read_text(encoding="utf-8")
    start = text.index("    from statecast import")
    snippet = textwrap.dedent(text[start : text.index("\n\n## Plain Keras")])
    code = snippet.replace("network([[0.1]])", "print(network([[0.1]]).shape)")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=finished_project.folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "(2, 1, 1)\n"
