"""Studies: configurations by name, and experiments that are those of ``dvc exp run``."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from statecast.base.errors import StatecastError
from statecast.base.params import validated
from statecast.study.__main__ import main, read_study
from statecast.study.configurations import draws, expand, experiment_name
from statecast.study.sections import Range, Study

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "GIT_AUTHOR_NAME": "t",
    "GIT_AUTHOR_EMAIL": "t@localhost",
    "GIT_COMMITTER_NAME": "t",
    "GIT_COMMITTER_EMAIL": "t@localhost",
}


def study_of(**content: Any) -> Study:
    return validated(Study, {"name": "s", **content}, "s.yaml")


def overrides(**content: Any) -> list[dict[str, Any]]:
    return [one.overrides for one in expand(study_of(**content), "s.yaml")]


def names(**content: Any) -> list[str]:
    return [one.name for one in expand(study_of(**content), "s.yaml")]


def test_grid_is_every_combination() -> None:
    grid = {"train.epochs": [1, 2], "train.units": [[1], [2, 3]]}
    assert overrides(grid=grid, overrides={"train.seed": 7}, repeats=4)[3] == {
        "train.seed": 7,
        "train.repeats": 4,
        "train.epochs": 2,
        "train.units": [2, 3],
    }
    assert names(grid=grid) == [
        "s-epochs=1,units=1",
        "s-epochs=1,units=2+3",
        "s-epochs=2,units=1",
        "s-epochs=2,units=2+3",
    ]


def test_names_tell_the_values() -> None:
    assert names(grid={"train.epochs": [500]}) == ["s-500"]
    assert names(grid={"train.epochs": [500]}, prefix="long") == ["long-500"]
    assert names(configurations=[{"train.epochs": 5}, {"name": "base"}]) == ["s-epochs=5", "s-base"]
    both = [{"train.batch_size": 1, "rebatch.batch_size": None}]
    assert names(configurations=both) == ["s-train.batch_size=1,rebatch.batch_size=null"]


def test_number_that_yaml_reads_as_text_is_the_number_of_dvc() -> None:
    assert overrides(grid={"train.learning_rate": ["1e-5"]}) == [{"train.learning_rate": 1e-5}]
    assert names(grid={"train.learning_rate": ["1e-5"]}) == ["s-1e-5"]


@pytest.mark.parametrize("text", ["a..b", "a b~^:?*[\\", "a@{b", "x" * 300, "end.lock", "ä", ".a.", "http://x/y"])
def test_names_are_git_references(text: str) -> None:
    name = experiment_name(f"s-{text}")
    assert subprocess.run(["git", "check-ref-format", f"refs/exps/ab/cd/{name}"], check=False).returncode == 0
    assert len(name) <= 120


def test_draws_stay_in_their_ranges_and_repeat() -> None:
    ranges = {
        "rate": Range(low=1e-4, high=1e-2, log=True),
        "units": Range(low=1, high=5, integer=True),
        "layout": Range(choices=["interleaved", "contiguous"]),
    }
    drawn = draws(ranges, 200, 3)
    assert drawn == draws(ranges, 200, 3) != draws(ranges, 200, 4)
    table = pd.DataFrame(drawn)
    assert table["rate"].between(1e-4, 1e-2).all()
    assert 0.4 < (table["rate"] < 1e-3).mean() < 0.6  # the middle of the logarithms
    assert sorted(table["units"].unique()) == [1, 2, 3, 4, 5]
    assert set(table["layout"]) == {"interleaved", "contiguous"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, r"s\.yaml: must have one of grid"),
        ({"gird": {}}, r"s\.yaml: gird is not a key here, did you mean grid\?"),
        ({"name": "a/b", "grid": {"train.epochs": [1]}}, r"s\.yaml: name"),
        (
            {"grid": {"train.epoch": [1]}},
            r"s\.yaml: train\.epoch is not a key of params\.yaml, did you mean train\.epochs\?",
        ),
        ({"grid": {"train": [1]}}, r"s\.yaml: train must be a key in a section"),
        ({"grid": {"train.epochs": []}}, r"s\.yaml: grid\.train\.epochs"),
        ({"grid": {"train.epochs": [5]}, "repeats": 0}, r"s\.yaml: repeats must be"),
        (
            {"random": {"draws": 2, "ranges": {"train.epochs": {"low": 3}}}},
            r"random\.ranges\.train\.epochs must have choices",
        ),
    ],
)
def test_mistake_in_a_study_names_file_and_key(
    content: dict[str, Any], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(yaml.safe_dump({"name": "s", **content}))
    with pytest.raises(StatecastError, match=message):
        read_study(Path("s.yaml"))


def test_configuration_twice_is_refused() -> None:
    with pytest.raises(StatecastError, match=r"s\.yaml must have a name of its own .* s-1 twice"):
        names(grid={"train.epochs": [1, 1]})


class Repository:
    """A small repository with the root pipeline."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("data/source", "stages", "statecast", "metrics", "plots"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "studies"))
        for name in (
            "dvc.yaml",
            "dvc.lock",
            ".gitignore",
            ".dvcignore",
            "data/.gitignore",
            ".dvc/config",
            ".dvc/.gitignore",
        ):
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
        params = yaml.safe_load((ROOT / "params.yaml").read_text())
        params["train"] |= {"repeats": 2, "epochs": 3}
        (folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
        for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "tiny"]):
            self.run("git", *arguments)

    def run(self, *command: str) -> str:
        environment = {**os.environ, **ENVIRONMENT}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def study(self, **content: Any) -> int | str | None:
        """Run a study in this process and return what it exits with: a status, or a message on stderr and 1."""
        path = self.folder / "study.yaml"
        path.write_text(yaml.safe_dump({"name": "s", **content}, sort_keys=False))
        with pytest.raises(SystemExit) as caught:
            main(["study.yaml"])
        return caught.value.code

    def experiments(self) -> dict[str, str]:
        listed = self.run("git", "for-each-ref", "--format=%(objectname) %(refname:lstrip=4)", "refs/exps").splitlines()
        return {line.split()[1]: line.split()[0] for line in listed if len(line.split()) == 2}

    def everything(self) -> dict[str, bytes]:
        """Return all files but what a study may write, and Git's objects and references of experiments."""
        kept = (
            ".dvc/tmp",
            ".dvc/cache",
            ".git/objects",
            ".git/refs/exps",
            "plots/studies",
            "metrics/studies",
            "study.yaml",
        )
        files = [path for path in self.folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        named = {str(path.relative_to(self.folder)): path for path in files}
        return {name: path.read_bytes() for name, path in named.items() if not name.startswith(kept)}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    (tmp_path / "repository").mkdir()
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path / "repository")
    return Repository(tmp_path / "repository")


def test_configurations_become_experiments_and_the_workspace_stays(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    before = repository.everything()
    wrong = {"train.batch_size": 23}
    assert (
        repository.study(configurations=[{"train.epochs": 5}, wrong, {"train.epochs": 4, "evaluate.warm_up": False}])
        == 1
    )
    assert repository.everything() == before
    assert list((repository.folder / ".dvc" / "tmp" / "studies").iterdir()) == [
        repository.folder / ".dvc" / "tmp" / "studies" / "s.lock"
    ]
    found = repository.experiments()
    assert list(found) == ["s-epochs=4,warm_up=false", "s-epochs=5"]
    said = capsys.readouterr()
    assert "error: s-batch_size=23: params.yaml: train.batch_size must be at most the 22" in said.err
    table = pd.read_csv("plots/studies/s.csv")
    assert list(table)[:3] == ["configuration", "seed", "rmse"]
    assert table["seed"].tolist() == [0, 1, 0, 1]
    metrics = json.loads(Path("metrics/studies/s.json").read_text())["configurations"]
    assert metrics["s-epochs=5"]["overrides"] == {"train.epochs": 5}
    assert metrics["s-epochs=5"]["metrics"]["rmse"]["mean"] == pytest.approx(table["rmse"][:2].mean())
    assert "s-epochs=5" in said.out

    # again: nothing is trained, nothing is registered anew
    assert repository.study(configurations=[{"train.epochs": 5}]) == 0
    assert "1 kept" in capsys.readouterr().err
    assert repository.experiments() == found

    # what an experiment left is what DVC takes for up to date
    repository.run("dvc", "exp", "apply", "s-epochs=5")
    assert json.loads(repository.run("dvc", "status", "--json")) == {}
    assert yaml.safe_load(Path("params.yaml").read_text())["train"]["epochs"] == 5
    assert json.loads(Path("metrics/evaluate.json").read_text()) == metrics["s-epochs=5"]["metrics"]
    said = repository.study(configurations=[{"train.epochs": 5}])
    assert str(said).startswith(
        "error: tracked files must have no changes, because experiments are made of HEAD, got dvc.lock"
    )


@pytest.mark.slow
def test_experiment_is_what_dvc_exp_run_makes(repository: Repository, tmp_path: Path) -> None:
    assert repository.study(grid={"train.learning_rate": ["1e-2", "2e-5"], "difference.lags": [[1], [1, 12]]}) == 0
    mine = repository.experiments()
    name = "s-learning_rate=1e-2,lags=1+12"
    repository.run("git", "clone", "--quiet", ".", str(tmp_path / "other"))
    other = object.__new__(Repository)
    other.folder = tmp_path / "other"
    settings = ["-S", "train.learning_rate=1e-2", "-S", "difference.lags=[1,12]"]
    other.run("dvc", "exp", "run", "-n", name, *settings)
    theirs = other.experiments()[name]
    repository.run("git", "fetch", "--quiet", str(other.folder), f"{theirs}:refs/heads/theirs")
    # measured times differ, and nothing else
    assert repository.run("git", "diff", mine[name], "theirs", "--", "dvc.lock", "params.yaml") == ""
    assert repository.run("git", "diff", "--name-only", mine[name], "theirs").split() == ["metrics/train.json"]
    messages = [repository.run("git", "log", "-1", "--format=%P%B", commit) for commit in (mine[name], "theirs")]
    assert messages[0] == messages[1]

    # the same params again, by DVC: every stage comes from the cache
    said = repository.run("dvc", "exp", "run", "-n", "again", *settings)
    assert "Running stage" not in said
    again = repository.experiments()["again"]
    assert repository.run("git", "diff", "--name-only", mine[name], again).split() == ["metrics/train.json"]


@pytest.mark.slow
def test_killed_study_keeps_what_is_registered_and_goes_on(repository: Repository) -> None:
    before = repository.everything()
    content = {"name": "s", "grid": {"train.epochs": list(range(2, 12)), "train.units": [[1], [2]]}}
    (repository.folder / "study.yaml").write_text(yaml.safe_dump(content))
    command = [sys.executable, "-m", "statecast.study", "study.yaml"]
    with subprocess.Popen(command, cwd=repository.folder, stderr=subprocess.DEVNULL) as process:
        while len(repository.experiments()) < 3:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    kept = repository.experiments()
    assert 3 <= len(kept) < 20
    assert repository.everything() == before
    assert repository.study(**content) == 0
    assert len(repository.experiments()) == 20
    assert kept.items() <= repository.experiments().items()
    assert repository.everything() == before


@pytest.mark.slow
def test_sweep_says_which_tasks_failed_and_removes_the_others(repository: Repository) -> None:
    environment = {**os.environ, **ENVIRONMENT}
    command = [sys.executable, "-m", "stages.sweep", "train.epochs=4", "download.timeout=30,0"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "error: sweep-epochs=4,timeout=0 failed: dvc queue logs sweep-epochs=4,timeout=0;" in done.stderr
    assert done.stdout.splitlines()[-1] == "1 of 2 tasks succeeded: dvc exp show"
    assert list(repository.experiments()) == ["sweep-epochs=4,timeout=30"]
    assert [line.split()[1] for line in repository.run("dvc", "queue", "status").splitlines()[1:2]] == [
        "sweep-epochs=4,timeout=0"
    ]
