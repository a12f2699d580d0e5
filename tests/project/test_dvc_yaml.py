"""dvc.yaml against what the stages really read and write."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from statecast.artifacts.forecaster import sections_of
from statecast.base import paths
from statecast.base.section import read_params
from tests.support.project import ROOT, Project

STAGES: dict[str, Any] = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
DATA = ("data", "plots", "metrics")

# runs a stage as a command does, and prints which files it read and which names it gave
WATCHED = """
import json, os, runpy, sys
read, written, home = set(), set(), os.getcwd()
def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, os.PathLike)):
        path = os.path.abspath(os.fspath(arguments[0]))
        mode = arguments[1] or "r"
        if path.startswith(home + os.sep) and "r" in str(mode):
            read.add(os.path.relpath(path, home))
    if event == "os.rename":
        written.add(os.path.relpath(os.path.abspath(os.fspath(arguments[1])), home))
sys.addaudithook(hook)
sys.argv = [sys.argv[1]]
try:
    runpy.run_module(sys.argv[0], run_name="__main__")
finally:
    print(json.dumps([sorted(read), sorted(written)]))
"""


def files_of(stage: dict[str, Any], *kinds: str) -> list[str]:
    """Return the paths that a stage of dvc.yaml lists under some kinds."""
    entries = [entry for kind in kinds for entry in stage.get(kind, [])]
    return [next(iter(entry)) if isinstance(entry, dict) else entry for entry in entries]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[str], list[str]]]:
    """The files that each stage reads and writes, in a folder in which all of them run."""
    project = Project(tmp_path_factory.mktemp("watched"))
    project.use_sales()
    weeks = pd.date_range("2024-01-01", periods=12, freq="W-MON").strftime("%Y-%m-%d")
    later = pd.DataFrame({"week": weeks, "price": 9.5})
    later.to_csv(project.folder / "data" / "source" / "later.csv", index=False)
    project.set(evaluate__horizon=2, train__interval_folds=2, difference__transform="log")
    project.set(forecast__features="later.csv")
    shutil.copy(ROOT / "dvc.yaml", project.folder)
    seen = {}
    for name in STAGES:
        done = subprocess.run(
            [sys.executable, "-c", WATCHED, f"stages.{name}"],
            cwd=project.folder,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(project.folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        read, written = json.loads(done.stdout.splitlines()[-1])
        seen[name] = (read, written)
    return seen


@pytest.mark.slow
@pytest.mark.parametrize("name", STAGES)
def test_a_stage_reads_what_it_depends_on(name: str, watched: dict[str, Any]) -> None:
    deps = [dep for dep in STAGES[name]["deps"] if dep.startswith(DATA)]
    read = [path for path in watched[name][0] if path.startswith(DATA)]
    own = files_of(STAGES[name], "outs", "metrics", "plots")
    unlisted = [path for path in read if not is_below(path, [*deps, *own])]
    assert unlisted == []
    assert [dep for dep in deps if not any(is_below(path, [dep]) for path in read)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", STAGES)
def test_a_stage_writes_its_outputs_and_nothing_else(name: str, watched: dict[str, Any]) -> None:
    outs = files_of(STAGES[name], "outs", "metrics", "plots")
    written = [path for path in watched[name][1] if path.startswith(DATA)]
    unlisted = [path for path in written if not is_below(path, outs)]
    assert unlisted == ([str(paths.TIMES)] if name == "train" else [])
    assert [out for out in outs if not any(is_below(path, [out]) for path in written)] == []


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_loads_the_sections_that_it_depends_on(name: str) -> None:
    text = (ROOT / "stages" / f"{name}.py").read_text()
    loaded = {_section(params) for params in re.findall(r"\bload\((\w+)Params\)", text)}
    listed = {key.partition(".")[0] for key in STAGES[name]["params"]}
    if "sections_of(read_params())" in text:  # it keeps them with the model
        loaded |= set(sections_of(read_params(ROOT / "params.yaml")))
    assert loaded == listed


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_is_run_by_its_name_alone(name: str) -> None:
    assert STAGES[name]["cmd"] == f"python -m stages.{name}"


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_says_what_it_does(name: str) -> None:
    assert STAGES[name]["desc"]


def test_every_stage_is_run_by_a_dvc_yaml() -> None:
    run = set()
    for path in [ROOT / "dvc.yaml", *(ROOT / "problems").rglob("dvc.yaml")]:
        for stage in yaml.safe_load(path.read_text())["stages"].values():
            run.add(stage["cmd"].rpartition(".")[2])
    assert {path.stem for path in (ROOT / "stages").glob("[a-z]*.py")} == run


def test_metrics_are_few_enough_to_sort_by() -> None:
    metrics = json.loads((ROOT / "metrics" / "evaluate.json").read_text())
    assert len(_leaves(metrics)) <= 10


def is_below(path: str, folders: list[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _section(params: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", params).lower()


def _leaves(content: dict[str, Any]) -> list[Any]:
    leaves = []
    for value in content.values():
        leaves += _leaves(value) if isinstance(value, dict) else [value]
    return leaves


def test_paths_are_named_once() -> None:
    named = [str(value) for value in vars(paths).values() if isinstance(value, Path)]
    assert len(named) == len(set(named))
    for path in [*(ROOT / "stages").glob("*.py"), *(ROOT / "statecast").rglob("*.py")]:
        if path.name == "paths.py":
            continue
        text = path.read_text()
        assert not re.search(r"Path\(\"(data|plots|metrics)/", text), path


@pytest.mark.parametrize("folder", ["data", "problems/counting/data", "problems/memory/data"])
def test_git_keeps_sources_and_no_output(folder: str) -> None:
    listed = ["git", "ls-files", folder]
    done = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True)
    others = [path for path in done.stdout.split() if not path.startswith(f"{folder}/source/")]
    assert others == [f"{folder}/.gitignore"]


def test_the_lock_counts_no_file_that_git_does_not_keep() -> None:
    lock = yaml.safe_load((ROOT / "dvc.lock").read_text())
    for stage in lock["stages"].values():
        for dep in stage["deps"]:
            if dep["path"].startswith("statecast/") and "nfiles" in dep:
                listed = ["git", "ls-files", dep["path"]]
                done = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True)
                assert dep["nfiles"] == len(done.stdout.split()), dep["path"]
