"""What a study reads of a Git repository and writes to it. Oracle: Git itself."""

import subprocess
from pathlib import Path

import pytest

from statecast.base.errors import StatecastError
from statecast.study.repository import (
    Experiments,
    copy_of,
    git,
    open_repository,
)
from tests.support.study_repository import ENVIRONMENT

IGNORED = "tmp\nconfig.local\n"
FILES = {
    "params.yaml": "a: 1\n",
    "dvc.lock": "",
    "metrics/evaluate.json": "{}",
    ".dvc/.gitignore": IGNORED,
    "problems/x/params.yaml": "a: 2\n",
    "problems/x/.dvc/.gitignore": IGNORED,
    "other/params.yaml": "a: 3\n",
    "problems/x/studies/results/s.csv": "rmse\n",
}


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a DVC project in the top folder and one below."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for name, text in FILES.items():
        path = tmp_path / "top" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    folder = tmp_path / "top"
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        git(*command, folder=folder)
    return folder


def test_repository_is_that_of_the_folder(top: Path) -> None:
    repository = open_repository(top)
    assert repository.top == top
    assert repository.prefix == ""
    assert repository.head == git("rev-parse", "HEAD", folder=top).strip()


def test_folder_below_the_top_is_a_prefix(top: Path) -> None:
    repository = open_repository(top / "other")
    assert (repository.top, repository.prefix) == (top, "other/")


@pytest.mark.parametrize(
    ("folder", "project"), [(".", "."), ("other", "."), ("problems/x", "problems/x")]
)
def test_project_of_dvc_is_the_nearest_one(folder: str, project: str, top: Path) -> None:
    repository = open_repository(top / folder)
    assert repository.project == Path(project)
    assert repository.studies == top / project / ".dvc" / "tmp" / "studies"


def test_folder_without_a_project_of_dvc_is_refused(top: Path) -> None:
    git("rm", "-r", "-q", ".dvc", folder=top)
    git("commit", "-q", "-m", "no DVC", folder=top)
    with pytest.raises(StatecastError, match="must be in a project of DVC, got none: dvc init"):
        open_repository(top)


@pytest.mark.parametrize(
    "name", ["dvc.lock", "metrics/evaluate.json", "problems/x/studies/results/s.csv"]
)
def test_file_that_may_differ_is_not_looked_at(name: str, top: Path) -> None:
    (top / name).write_text("changed")
    assert open_repository(top).top == top


@pytest.mark.parametrize("folder", ["problems/x", "other", "."])
def test_what_another_pipeline_writes_may_differ_too(folder: str, top: Path) -> None:
    for name in ("dvc.lock", "metrics/evaluate.json", "problems/x/dvc.lock"):
        (top / name).write_text("changed")
    assert open_repository(top / folder).top == top


@pytest.mark.parametrize("name", ["params.yaml", "[p]arams.yaml", "../outside.yaml"])
def test_study_file_may_differ_and_no_file_like_it(name: str, top: Path) -> None:
    for path in ("params.yaml", name):
        (top / path).write_text("changed")
    if name == "params.yaml":
        assert open_repository(top, study=top / name).top == top
        return
    with pytest.raises(StatecastError, match=r"got params\.yaml$"):
        open_repository(top, study=top / name)


@pytest.mark.parametrize("name", ["params.yaml", "other/params.yaml", "zahlen für später.csv"])
def test_changed_file_is_refused_by_name(name: str, top: Path) -> None:
    (top / name).write_text("changed")
    git("add", "-N", name, folder=top)
    message = f"^tracked files must have no changes, .* made of HEAD, got {name}$"
    with pytest.raises(StatecastError, match=message):
        open_repository(top)


def test_new_file_is_no_change(top: Path) -> None:
    (top / "new").write_text("")
    assert open_repository(top).top == top


def test_folder_outside_a_repository_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StatecastError, match=r"^git rev-parse must succeed in .*, got: .*$"):
        open_repository(tmp_path)


def test_copy_is_that_of_head(top: Path) -> None:
    (top / "dvc.lock").write_text("changed")
    with copy_of(open_repository(top), "s") as copy:
        contents = {name: (copy / name).read_text() for name in FILES}
    assert contents == FILES


def test_copy_made_in_a_hook_leaves_head_on_its_branch(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    branch = git("symbolic-ref", "HEAD", folder=top)
    monkeypatch.setenv("GIT_DIR", str(top / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(top / ".git" / "index"))
    with copy_of(open_repository(top), "s") as copy:
        assert (copy / "params.yaml").read_text() == FILES["params.yaml"]
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert git("symbolic-ref", "HEAD", folder=top) == branch


def test_copy_is_removed(top: Path) -> None:
    with copy_of(open_repository(top), "s") as copy:
        assert copy.is_dir()
    assert not copy.exists()


def test_copy_is_removed_after_an_error(top: Path) -> None:
    with pytest.raises(KeyError), copy_of(open_repository(top), "s") as copy:
        raise KeyError
    assert not copy.exists()


def test_what_a_killed_study_left_is_removed_first(top: Path) -> None:
    left = top / ".dvc" / "tmp" / "studies" / "s" / "left"
    left.parent.mkdir(parents=True)
    left.write_text("")
    with copy_of(open_repository(top), "s"):
        assert not left.exists()


def test_study_runs_once_at_a_time(top: Path) -> None:
    message = "study s must run once at a time, got another process that runs it"
    with copy_of(open_repository(top), "s"), pytest.raises(StatecastError, match=message):
        copy_of(open_repository(top), "s").__enter__()


@pytest.mark.parametrize("project", [".", "problems/x"])
def test_copy_has_the_settings_that_git_does_not_know(project: str, top: Path) -> None:
    config = Path(project) / ".dvc" / "config.local"
    (top / config).write_text("[core]\n")
    with copy_of(open_repository(top / project), "s") as copy:
        assert (copy / config).read_text() == "[core]\n"


def test_experiment_is_a_commit_after_head(top: Path) -> None:
    repository = open_repository(top)
    with copy_of(repository, "s") as copy:
        (copy / "params.yaml").write_text("a: 5\n")
        commit = Experiments(repository, copy).write("e", "message", [])
    shown = git("log", "-1", "--format=%P %B", commit, folder=top).strip()
    assert shown == f"{repository.head} message"
    changed = git("diff", "--name-only", repository.head, commit, folder=top).split()
    assert changed == ["params.yaml"]


def test_experiment_has_the_new_files_that_are_named(top: Path) -> None:
    repository = open_repository(top)
    with copy_of(repository, "s") as copy:
        for name in ("new", "other-new"):
            (copy / name).write_text("")
        commit = Experiments(repository, copy).write("e", "message", ["new"])
    changed = git("diff", "--name-only", repository.head, commit, folder=top).split()
    assert changed == ["new"]


def test_experiment_is_read_by_name(top: Path) -> None:
    repository = open_repository(top / "problems" / "x")
    with copy_of(repository, "s") as copy:
        experiments = Experiments(repository, copy)
        (copy / "problems" / "x" / "params.yaml").write_text("a: 5\n")
        experiments.write("e", "message", [])
        assert experiments.names() == {"e"}
        assert experiments.read("e", "params.yaml") == "a: 5\n"


@pytest.mark.parametrize(
    ("folder", "changed", "is_own"),
    [
        (".", "params.yaml", True),
        (".", "problems/x/params.yaml", False),
        ("problems/x", "problems/x/params.yaml", True),
        ("problems/x", "params.yaml", False),
        ("problems/x", None, True),
    ],
)
def test_experiment_of_another_pipeline_is_known(
    folder: str, changed: str | None, is_own: bool, top: Path
) -> None:
    repository = open_repository(top / folder)
    with copy_of(repository, "s") as copy:
        if changed:
            (copy / changed).write_text("a: 5\n")
        experiments = Experiments(repository, copy)
        experiments.write("e", "message", [])
        assert experiments.is_of_this_pipeline("e") == is_own


def test_experiment_is_not_written_over(top: Path) -> None:
    repository = open_repository(top)
    with copy_of(repository, "s") as copy:
        experiments = Experiments(repository, copy)
        experiments.write("e", "message", [])
        with pytest.raises(StatecastError, match="git update-ref must succeed"):
            experiments.write("e", "another", [])


def test_writing_leaves_branches_index_and_files(top: Path) -> None:
    repository = open_repository(top)
    with copy_of(repository, "s") as copy:
        (copy / "params.yaml").write_text("a: 5\n")
        Experiments(repository, copy).write("e", "message", [])
    assert git("status", "--porcelain", folder=top) == ""
    assert git("rev-parse", "HEAD", folder=top).strip() == repository.head
    assert git("for-each-ref", "refs/heads", folder=top).count("\n") == 1


def test_experiment_needs_no_configured_name(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENVIRONMENT:
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    git("config", "user.useConfigOnly", "true", folder=top)
    repository = open_repository(top)
    with copy_of(repository, "s") as copy:
        commit = Experiments(repository, copy).write("e", "message", [])
    command = ["git", "log", "-1", "--format=%an", commit]
    shown = subprocess.run(command, cwd=top, capture_output=True, text=True, check=True)
    assert shown.stdout == "statecast\n"
