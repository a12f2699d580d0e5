"""The stages of a dvc.yaml in this process. Oracle: stages that write down that they ran."""

import sys
from pathlib import Path

import pytest
import yaml

from statecast.base.errors import StatecastError
from statecast.pipeline import (
    StageCommand,
    before_training,
    module_of,
    read_pipeline,
    require_stages,
    run_stages,
    training_stage,
)
from tests.support.project import ROOT

STAGE = """from pathlib import Path

def main():
    with Path("ran").open("a") as file:
        file.write(__name__.rpartition(".")[2])
"""
PARAMS = {"first": {"a": 1, "b": 2}, "second": {"c": 3}, "third": {"d": 4}}
STAGES = [
    StageCommand("own_stages.first", ("first.a",)),
    StageCommand("own_stages.second", ("second", "first.b")),
    StageCommand("own_stages.third", ("third", "not.there")),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a package of three stages; the second one trains."""
    package = tmp_path / "own_stages"
    package.mkdir()
    for stage in STAGES:
        name = stage.module.rpartition(".")[2]
        (package / f"{name}.py").write_text(STAGE)
        monkeypatch.delitem(sys.modules, stage.module, raising=False)
    (package / "second.py").write_text(STAGE + "\ndef prepare():\n    return None\n")
    (package / "broken.py").write_text("import no_such_package\n")
    monkeypatch.delitem(sys.modules, "own_stages", raising=False)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("own_stages")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    "cmd",
    [
        "python -m stages.train",
        "PYTHONPATH=../.. python -m stages.train",
        "PYTHONPATH=../.. python  -m  stages.train",
    ],
)
def test_module_of_a_command(cmd: str) -> None:
    assert module_of(cmd) == "stages.train"


@pytest.mark.parametrize(
    "cmd",
    [
        "",
        "echo",
        "python stages/train.py",
        "python -m stages.train data/scaled",
        ["python -m stages.train"],
        None,
    ],
)
def test_command_that_runs_no_module_is_refused(cmd: object) -> None:
    with pytest.raises(StatecastError, match=r"cmd of a stage must be python -m MODULE, got"):
        module_of(cmd)


@pytest.mark.parametrize(
    "text",
    [
        "vars: [a]\n",
        "stages: []\n",
        "stages: {a: 1}\n",
        "stages: {a: {foreach: [1], do: {cmd: x}}}\n",
    ],
)
def test_pipeline_without_plain_stages_is_one_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "dvc.yaml").write_text(text)
    with pytest.raises(StatecastError, match=r"dvc.yaml: (stages|cmd of a stage) must be "):
        read_pipeline(tmp_path / "dvc.yaml")


def test_pipeline_is_that_of_the_file() -> None:
    content = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
    stages = read_pipeline(ROOT / "dvc.yaml")
    assert [stage.module for stage in stages] == [f"stages.{name}" for name in content]
    assert [list(stage.keys) for stage in stages] == [
        stage.get("params", []) for stage in content.values()
    ]


def test_shipped_pipeline_trains_after_its_rows_are_scaled() -> None:
    earlier = before_training(read_pipeline(ROOT / "dvc.yaml"))
    assert earlier[-2:] == [
        StageCommand("stages.scale", ("scale",)),
        StageCommand("stages.baseline", ("baseline", "series")),
    ]


def test_all_stages_run_the_first_time(folder: Path) -> None:
    run_stages(STAGES, folder, PARAMS)
    assert (folder / "ran").read_text() == "firstsecondthird"


@pytest.mark.parametrize(
    ("section", "ran"),
    [
        ({"first": {"a": 9, "b": 2}}, "firstsecondthird"),
        ({"first": {"a": 1, "b": 9}}, "secondthird"),
        ({"second": {"c": 9}}, "secondthird"),
        ({"third": {"d": 9}}, "third"),
        ({"not": {"there": 9}}, "third"),
    ],
)
def test_stages_run_from_the_first_one_that_changed(
    section: dict[str, object], ran: str, folder: Path
) -> None:
    run_stages(STAGES, folder, {**PARAMS, **section}, PARAMS)
    assert (folder / "ran").read_text() == ran


def test_nothing_runs_where_nothing_changed(folder: Path) -> None:
    run_stages(STAGES, folder, PARAMS, PARAMS)
    assert not (folder / "ran").exists()


def test_stages_run_in_the_folder_that_is_named(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    run_stages(STAGES, other, PARAMS)
    assert (other / "ran").exists()
    assert yaml.safe_load((other / "params.yaml").read_text()) == PARAMS
    assert Path.cwd() == folder


def test_module_of_the_working_directory_is_imported(folder: Path) -> None:
    module = STAGES[0].load()
    assert module.__file__ == str(folder / "own_stages" / "first.py")


@pytest.mark.usefixtures("folder")
def test_import_leaves_the_path_as_it_was() -> None:
    before = list(sys.path)
    STAGES[0].load()
    assert sys.path == before


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("module", ["own_stages.fourth", "no_such_stages.first"])
def test_module_that_is_not_there_is_one_line(module: str) -> None:
    with pytest.raises(StatecastError, match=r"^dvc\.yaml: stages must be modules .* No module"):
        StageCommand(module, ()).load()


@pytest.mark.usefixtures("folder")
def test_package_that_a_stage_lacks_is_no_mistake_in_the_pipeline() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        StageCommand("own_stages.broken", ()).load()


@pytest.mark.usefixtures("folder")
def test_stage_that_can_prepare_a_job_trains() -> None:
    assert [stage.trains for stage in STAGES] == [False, True, False]


def test_params_of_a_stage_are_checked_without_running_it(folder: Path) -> None:
    params = {"baseline": {"methods": ["oracle"]}}
    with pytest.raises(StatecastError, match=r"^params\.yaml: baseline\.methods"):
        StageCommand("stages.baseline", ()).require_params(params)
    with pytest.raises(StatecastError, match=r"^params\.yaml: rebatch must be given, got no such"):
        StageCommand("stages.rebatch", ()).require_params(params)
    STAGES[0].require_params(params)  # it names no section
    assert not (folder / "ran").exists()


@pytest.mark.usefixtures("folder")
def test_stages_before_the_training() -> None:
    assert before_training(STAGES) == STAGES[:1]
    assert training_stage(STAGES).__name__ == "own_stages.second"


@pytest.mark.usefixtures("folder")
def test_pipeline_that_does_not_train_is_refused() -> None:
    with pytest.raises(StatecastError, match=r"dvc\.yaml must have a stage that trains, got none"):
        before_training([STAGES[0], STAGES[2]])


def test_missing_stage_is_named() -> None:
    message = r"dvc\.yaml must have the stages stages\.train, got own_stages\.first"
    with pytest.raises(StatecastError, match=message):
        require_stages(STAGES, ["stages.train"])


def test_stages_that_are_there_are_enough() -> None:
    require_stages(STAGES, ["own_stages.third", "own_stages.first"])
