"""Studies in a repository: their experiments, and a workspace that stays as it is.

Oracle: DVC itself.
"""

import io
import json
import shutil
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
import yaml

from statecast.base.errors import StatecastError
from statecast.base.keys import with_values
from statecast.study import conduct
from statecast.study.combination import best
from tests.support.project import ROOT
from tests.support.study_repository import Repository, enter, made_in

pytestmark = pytest.mark.slow

CONFIGURATIONS = [
    {"train.epochs": 5},
    {"train.batch_size": 23},
    {"train.epochs": 4, "evaluate.warm_up": False},
]
SETTINGS = ["-S", "train.learning_rate=1e-2", "-S", "difference.lags=[1,12]"]
GRID = {"train.learning_rate": ["1e-2", "2e-5"], "difference.lags": [[1], [1, 12]]}
NAME = "s-learning_rate=1e-2,lags=1+12"
MEAN_OF_TWO = {"members": 2, "baselines": [], "weights": "mean", "floor": None}
TWENTY = {"grid": {"train.epochs": list(range(2, 12)), "train.units": [[1], [2]]}}


class Studied(NamedTuple):
    """A repository in which a study has run."""

    repository: Repository
    before: dict[str, bytes]  # files by name
    went_well: bool
    out: str
    err: str


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Studied:
    out = io.StringIO()
    err = io.StringIO()
    with pytest.MonkeyPatch.context() as monkeypatch:
        repository = made_in(tmp_path_factory.mktemp("studied") / "repository", monkeypatch)
        before = repository.everything()
        with redirect_stdout(out), redirect_stderr(err):
            went_well = repository.study(configurations=CONFIGURATIONS)
    return Studied(repository, before, went_well, out.getvalue(), err.getvalue())


@pytest.fixture
def again(studied: Studied, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A copy of the repository in which the study has run."""
    shutil.copytree(studied.repository.folder, tmp_path / "again", symlinks=True)
    enter(tmp_path / "again", monkeypatch)
    return Repository(tmp_path / "again")


def metrics_of(repository: Repository) -> dict[str, Any]:
    path = repository.folder / "metrics" / "studies" / "s.json"
    return dict(json.loads(path.read_text())["configurations"])


def test_configurations_become_experiments(studied: Studied) -> None:
    expected = ["s-epochs=4,warm_up=false", "s-epochs=5"]
    assert list(studied.repository.experiments()) == expected


@pytest.mark.promise("studies")
def test_a_study_leaves_the_workspace_as_it_is(studied: Studied) -> None:
    assert studied.repository.everything() == studied.before


def test_copy_is_gone(studied: Studied) -> None:
    folder = studied.repository.folder / ".dvc" / "tmp" / "studies"
    assert [path.name for path in folder.iterdir()] == ["s.lock"]


def test_failed_configuration_is_a_line(studied: Studied) -> None:
    line = "error: s-batch_size=23: params.yaml: train.batch_size must be at most the 22"
    assert line in studied.err
    assert not studied.went_well


def test_states_are_counted(studied: Studied) -> None:
    assert "1 failed, 2 registered in" in studied.err or "2 registered, 1 failed in" in studied.err


def test_table_has_every_repeat_of_every_configuration(studied: Studied) -> None:
    table = pd.read_csv(studied.repository.folder / "studies" / "results" / "s.csv")
    assert list(table)[:3] == ["configuration", "seed", "rmse"]
    assert table["configuration"].tolist() == ["s-epochs=5"] * 2 + ["s-epochs=4,warm_up=false"] * 2
    assert table["seed"].tolist() == [0, 1, 0, 1]


def test_metrics_have_the_overrides(studied: Studied) -> None:
    assert metrics_of(studied.repository)["s-epochs=5"]["overrides"] == {"train.epochs": 5}


def test_metrics_are_those_of_the_table(studied: Studied) -> None:
    table = pd.read_csv(studied.repository.folder / "studies" / "results" / "s.csv")
    metrics = metrics_of(studied.repository)["s-epochs=5"]["metrics"]
    assert metrics["rmse"]["mean"] == pytest.approx(table["rmse"][:2].mean())


def test_summary_is_printed(studied: Studied) -> None:
    assert "s-epochs=5" in studied.out


def test_what_is_registered_is_kept(again: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    before = again.experiments()
    assert again.study(configurations=CONFIGURATIONS[:1])
    assert capsys.readouterr().err.startswith("1 kept in")
    assert again.experiments() == before


def test_name_of_an_experiment_with_other_params_is_refused(
    again: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not again.study(configurations=[{"name": "epochs=5", "train.epochs": 6}])
    line = "s-epochs=5 exists with other params; dvc exp remove s-epochs=5, or set prefix"
    assert line in capsys.readouterr().err


def test_applied_experiment_is_up_to_date_for_dvc(again: Repository) -> None:
    again.run("dvc", "exp", "apply", "s-epochs=5")
    assert json.loads(again.run("dvc", "status", "--json")) == {}
    assert yaml.safe_load(Path("params.yaml").read_text())["train"]["epochs"] == 5
    metrics = metrics_of(again)["s-epochs=5"]["metrics"]
    assert json.loads(Path("metrics/evaluate.json").read_text()) == metrics


def test_changed_params_are_refused(again: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    again.run("dvc", "exp", "apply", "s-epochs=5")
    assert not again.study(configurations=CONFIGURATIONS[:1])
    line = "error: tracked files must have no changes, because experiments are made of HEAD, "
    assert capsys.readouterr().err == f"{line}got params.yaml\n"


@pytest.mark.parametrize("name", ["stages/train.py", "dvc.yaml", "data/source/shampoo.csv"])
def test_changed_file_is_refused(
    name: str, again: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    with (again.folder / name).open("a") as file:
        file.write("\n")
    before = again.everything()
    assert not again.study(configurations=CONFIGURATIONS[:1])
    assert f"made of HEAD, got {name}\n" in capsys.readouterr().err
    assert again.everything() == before


def test_what_the_pipeline_writes_may_differ(again: Repository) -> None:
    for name in ("dvc.lock", "metrics/evaluate.json", "plots/rmse.csv"):
        (again.folder / name).write_text("{}\n")
    before = again.everything()
    assert again.study(configurations=[{"train.epochs": 2}])
    assert again.everything() == before


def test_experiment_has_nothing_of_what_differs(again: Repository) -> None:
    (again.folder / "dvc.lock").write_text("{}\n")
    assert again.study(prefix="other", configurations=CONFIGURATIONS[:1])
    commits = again.experiments()
    names = ("other-epochs=5", "s-epochs=5")
    trees = [again.run("git", "rev-parse", f"{commits[name]}^{{tree}}") for name in names]
    assert trees[0] == trees[1]


def cloned(repository: Repository, folder: Path) -> Repository:
    repository.run("git", "clone", "--quiet", ".", str(folder))
    return Repository(folder)


def fetched(repository: Repository, other: Repository, name: str) -> str:
    """Bring an experiment of another repository here; return its commit."""
    theirs = other.experiments()[name]
    repository.run("git", "fetch", "--quiet", str(other.folder), f"{theirs}:refs/heads/theirs")
    return theirs


def differing(repository: Repository, first: str, second: str) -> list[str]:
    return repository.run("git", "diff", "--name-only", first, second).split()


def message_of(repository: Repository, commit: str) -> str:
    return repository.run("git", "log", "-1", "--format=%P%B", commit)


@pytest.mark.promise("studies")
def test_an_experiment_of_a_study_is_what_dvc_exp_run_makes(
    repository: Repository, tmp_path: Path
) -> None:
    assert repository.study(grid=GRID)
    mine = repository.experiments()[NAME]
    other = cloned(repository, tmp_path / "other")
    other.run("dvc", "exp", "run", "-n", NAME, *SETTINGS)
    theirs = fetched(repository, other, NAME)
    assert differing(repository, mine, theirs) == []
    assert message_of(repository, mine) == message_of(repository, theirs)


def test_dvc_takes_every_stage_of_an_experiment_from_the_cache(repository: Repository) -> None:
    assert repository.study(grid=GRID)
    said = repository.run("dvc", "exp", "run", "-n", "again", *SETTINGS)
    assert "Running stage" not in said
    commits = repository.experiments()
    assert differing(repository, commits[NAME], commits["again"]) == []


def with_problem(repository: Repository) -> Path:
    """Add the counting problem, a DVC project of its own; return its folder."""
    folder = repository.folder / "problems" / "counting"
    ignored = shutil.ignore_patterns("cache", "tmp", "__pycache__")
    shutil.copytree(ROOT / "problems" / "counting", folder, ignore=ignored)
    params = yaml.safe_load((folder / "params.yaml").read_text())
    params["train"] |= {"repeats": 2, "epochs": 3}
    (folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    repository.commit()
    return folder


def test_study_of_a_problem_is_what_dvc_exp_run_makes(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = with_problem(repository)
    before = repository.everything()
    monkeypatch.chdir(folder)
    assert Repository(folder).study(grid={"train.epochs": [4]})
    kept = ("problems/counting/.dvc", "problems/counting/studies/results")
    kept += ("problems/counting/metrics/studies", "problems/counting/study.yaml")
    after = {
        name: content
        for name, content in repository.everything().items()
        if not name.startswith(kept) or name in before
    }
    assert after == before
    other = cloned(repository, tmp_path / "other")
    command = ("dvc", "exp", "run", "-n", "s-4", "-S", "train.epochs=4")
    other.run(*command, folder="problems/counting")
    mine = repository.experiments()["s-4"]
    theirs = fetched(repository, other, "s-4")
    assert differing(repository, mine, theirs) == []
    assert message_of(repository, mine) == message_of(repository, theirs)


@pytest.mark.promise("studies")
def test_a_killed_study_keeps_what_is_registered_and_goes_on(repository: Repository) -> None:
    before = repository.everything()
    repository.write_study(**TWENTY)
    command = [sys.executable, "-m", "statecast", "study", "study.yaml"]
    with subprocess.Popen(command, cwd=repository.folder, stderr=subprocess.DEVNULL) as process:
        while len(repository.experiments()) < 3:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    kept = repository.experiments()
    assert 3 <= len(kept) < 20
    assert repository.everything() == before
    assert repository.study(**TWENTY)
    assert len(repository.experiments()) == 20
    assert kept.items() <= repository.experiments().items()
    assert repository.everything() == before


def test_search_registers_the_best_and_combines_them(repository: Repository) -> None:
    ranges = {"train.learning_rate": {"low": 1e-4, "high": 1e-1, "log": True}}
    content = {
        "overrides": {"frame.validation_size": 4},
        "optuna": {"trials": 4, "ranges": ranges, "register": {"best": 2}},
        "combine": MEAN_OF_TWO,
    }
    assert repository.study(**content)
    found = json.loads(Path("metrics/studies/s.json").read_text())
    trials = sorted(found["trials"], key=lambda trial: trial["validation_rmse"])
    names = [trial["name"] for trial in trials[:2]]
    refits = [f"{name}-refit" for name in names]
    assert set(repository.experiments()) == {*names, *refits}
    assert found["combined"]["configurations"] == refits
    forecast = pd.read_csv("studies/results/s-forecast.csv")
    frames = []
    for refit in refits:
        repository.run("dvc", "exp", "apply", refit)
        frames.append(pd.read_csv("plots/forecasts.csv"))
    by_hand = pd.concat(frames).groupby("ds", sort=False)["forecast"].mean()
    np.testing.assert_allclose(forecast["forecast"], by_hand)
    assert yaml.safe_load(Path("params.yaml").read_text())["frame"]["validation_size"] == 0
    repository.run("git", "checkout", "--quiet", ".")
    before = repository.experiments()
    assert repository.study(**content)
    assert repository.experiments() == before


def test_files_that_change_while_a_study_runs_change_none_of_its_forecasts(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    folds = {"frame.validation_size": 3, "frame.validation_folds": 2}
    content = {"overrides": folds, "grid": {"train.units": [[1], [2]]}, "combine": MEAN_OF_TWO}
    assert repository.study(**content)
    tables = [Path("studies/results/s-forecast.csv"), Path("studies/results/s-future.csv")]
    found = [table.read_text() for table in tables]

    def edited(metrics: dict[str, Any], number: int) -> list[str]:
        params = yaml.safe_load(Path("params.yaml").read_text())
        changed = with_values(params, {"train.epochs": 50, "frame.lookback": 3})
        Path("params.yaml").write_text(yaml.safe_dump(changed, sort_keys=False))
        Path("data/source/shampoo.csv").write_text(source.replace("266.0", "999.0"))
        Path("dvc.yaml").write_text("stages: {}\n")
        return best(metrics, number)

    source = Path("data/source/shampoo.csv").read_text()

    monkeypatch.setattr(conduct, "best", edited)
    assert repository.study(**content)
    assert [table.read_text() for table in tables] == found


def test_what_was_measured_is_written_where_it_cannot_be_combined(
    repository: Repository, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise StatecastError("configurations to combine must forecast the same rows, got others")

    monkeypatch.setattr(conduct, "combined_of", refused)
    content = {"overrides": {"frame.validation_size": 3}, "combine": MEAN_OF_TWO}
    assert not repository.study(register=False, grid={"train.units": [[1], [2]]}, **content)
    assert capsys.readouterr().err.startswith("error: configurations to combine must")
    table = pd.read_csv("studies/results/s.csv")
    assert set(table["configuration"]) == {"s-1", "s-2"}


def test_combining_with_folds_trains_nothing_again(repository: Repository) -> None:
    """With folds a configuration has trained on all rows before the test rows already."""
    folds = {"frame.validation_size": 3, "frame.validation_folds": 2}
    assert repository.study(overrides=folds, grid={"train.units": [[1], [2]]}, combine=MEAN_OF_TWO)
    assert set(repository.experiments()) == {"s-1", "s-2"}
    found = json.loads(Path("metrics/studies/s.json").read_text())
    assert set(found["combined"]["configurations"]) == {"s-1", "s-2"}
    forecast = pd.read_csv("studies/results/s-forecast.csv")
    frames = []
    for name in ("s-1", "s-2"):
        repository.run("dvc", "exp", "apply", name)
        frames.append(pd.read_csv("plots/forecasts.csv"))
    by_hand = pd.concat(frames).groupby("ds", sort=False)["forecast"].mean()
    np.testing.assert_allclose(forecast["forecast"], by_hand)


def test_measured_search_finds_what_the_registered_one_finds(repository: Repository) -> None:
    ranges = {"train.learning_rate": {"low": 1e-4, "high": 1e-1, "log": True}}
    content = {
        "overrides": {"frame.validation_size": 4},
        "optuna": {"trials": 4, "ranges": ranges},
        "combine": {"members": 2, "baselines": ["drift", "ridge"], "floor": None},
    }
    found = []
    for register in (False, True):
        assert repository.study(register=register, **content)
        found.append(json.loads(Path("metrics/studies/s.json").read_text()))
        if not register:
            assert repository.experiments() == {}
    mine, oracle = found
    assert mine["combined"]["configurations"] == oracle["combined"]["configurations"]
    members = set(mine["combined"]["members"])
    assert members == set(oracle["combined"]["members"]) >= {"drift", "ridge"}
    assert mine["combined"]["rmse"] == pytest.approx(oracle["combined"]["rmse"], rel=1e-4)
    for own, other in zip(mine["trials"], oracle["trials"], strict=True):
        assert own["validation_rmse"] == pytest.approx(other["validation_rmse"], rel=1e-4)


def test_trials_that_are_registered_now_do_not_count_as_kept(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    ranges = {"train.epochs": {"low": 2, "high": 900, "integer": True}}
    content = {
        "overrides": {"frame.validation_size": 4},
        "optuna": {"trials": 3, "block": 2, "ranges": ranges},
    }
    assert repository.study(**content)
    assert capsys.readouterr().err.splitlines()[-1].startswith("3 registered in ")
    assert repository.study(**content)
    assert capsys.readouterr().err.splitlines()[-1].startswith("3 kept in ")


def test_trials_that_are_pruned_train_few_repeats(repository: Repository) -> None:
    ranges = {"train.learning_rate": {"low": 1e-4, "high": 1e-1, "log": True}}
    # the second block is compared with the first; Optuna prunes after five trials
    search = {"trials": 16, "block": 8, "ranges": ranges, "register": {"best": 1}}
    overrides = {"frame.validation_size": 4}
    assert repository.study(overrides=overrides, optuna={**search, "pruning_repeats": 1})
    found = json.loads(Path("metrics/studies/s.json").read_text())
    states = {trial["state"] for trial in found["trials"]}
    assert states == {"complete", "pruned"}
    assert len(repository.experiments()) == 1
