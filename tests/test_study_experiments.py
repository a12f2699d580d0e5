"""Studies in a repository: experiments that are those of ``dvc exp run``, and a workspace that stays as it is."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.study_repository import ENVIRONMENT, Repository, repository

__all__ = ["repository"]  # a fixture


def test_configurations_become_experiments_and_the_workspace_stays(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    before = repository.everything()
    wrong = {"train.batch_size": 23}
    assert (
        repository.study(
            configurations=[
                {"train.epochs": 5},
                wrong,
                {"train.epochs": 4, "evaluate.warm_up": False},
            ]
        )
        == 1
    )
    assert repository.everything() == before
    assert list((repository.folder / ".dvc" / "tmp" / "studies").iterdir()) == [
        repository.folder / ".dvc" / "tmp" / "studies" / "s.lock"
    ]
    found = repository.experiments()
    assert list(found) == ["s-epochs=4,warm_up=false", "s-epochs=5"]
    said = capsys.readouterr()
    assert (
        "error: s-batch_size=23: params.yaml: train.batch_size must be at most the 22" in said.err
    )
    table = pd.read_csv("plots/studies/s.csv")
    assert list(table)[:3] == ["configuration", "seed", "rmse"]
    assert table["seed"].tolist() == [0, 1, 0, 1]
    metrics = json.loads(Path("metrics/studies/s.json").read_text())["configurations"]
    assert metrics["s-epochs=5"]["overrides"] == {"train.epochs": 5}
    assert metrics["s-epochs=5"]["metrics"]["rmse"]["mean"] == pytest.approx(
        table["rmse"][:2].mean()
    )
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
    assert (
        repository.study(
            grid={"train.learning_rate": ["1e-2", "2e-5"], "difference.lags": [[1], [1, 12]]}
        )
        == 0
    )
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
    assert (
        repository.run("git", "diff", mine[name], "theirs", "--", "dvc.lock", "params.yaml") == ""
    )
    assert repository.run("git", "diff", "--name-only", mine[name], "theirs").split() == [
        "metrics/train.json"
    ]
    messages = [
        repository.run("git", "log", "-1", "--format=%P%B", commit)
        for commit in (mine[name], "theirs")
    ]
    assert messages[0] == messages[1]

    # the same params again, by DVC: every stage comes from the cache
    said = repository.run("dvc", "exp", "run", "-n", "again", *settings)
    assert "Running stage" not in said
    again = repository.experiments()["again"]
    assert repository.run("git", "diff", "--name-only", mine[name], again).split() == [
        "metrics/train.json"
    ]


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
    command = [
        sys.executable,
        "-m",
        "statecast.commands.sweep",
        "train.epochs=4",
        "download.timeout=30,0",
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert (
        "error: sweep-epochs=4,timeout=0 failed: dvc queue logs sweep-epochs=4,timeout=0;"
        in done.stderr
    )
    assert done.stdout.splitlines()[-1] == "1 of 2 tasks succeeded: dvc exp show"
    assert list(repository.experiments()) == ["sweep-epochs=4,timeout=30"]
    assert [
        line.split()[1] for line in repository.run("dvc", "queue", "status").splitlines()[1:2]
    ] == ["sweep-epochs=4,timeout=0"]
