"""What the generator writes into all dvc.yaml. Oracles: the committed files, worked by hand."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from problems import pipelines
from tests.support.project import ROOT

PATHS = [
    "dvc.yaml",
    "problems/counting/dvc.yaml",
    "problems/counting/variants/dvc.yaml",
    "problems/memory/dvc.yaml",
    "problems/memory/variants/dvc.yaml",
]


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """The text of each dvc.yaml by its path in the project."""
    texts = pipelines.pipelines()
    return {path.relative_to(ROOT).as_posix(): text for path, text in texts.items()}


def stages_of(text: str) -> dict[str, Any]:
    return dict(yaml.safe_load(text)["stages"])


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the generator takes for the project: a.b imports a.c, which imports d."""
    monkeypatch.setattr(pipelines, "ROOT", tmp_path)
    files = {
        "stages/run.py": "from statecast.a import b\nimport pandas as pd\n",
        "statecast/a/b.py": "def late():\n    import statecast.a.c\n",
        "statecast/a/c.py": "from statecast.params.d import D\nfrom statecast.a.b import late\n",
        "statecast/params/d.py": "D = 1\n",
        "statecast/params/e.py": "from statecast.a.b import late\n",
        "statecast/alone.py": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_all_pipelines_are_written(written: dict[str, str]):
    assert sorted(written) == PATHS


@pytest.mark.parametrize("path", PATHS)
def test_committed_pipeline_is_what_the_generator_writes(path: str, written: dict[str, str]):
    assert (ROOT / path).read_text(encoding="utf-8") == written[path]


def test_main_writes_each_pipeline_to_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    texts = {tmp_path / "dvc.yaml": "stages: {}\n", tmp_path / "sub" / "dvc.yaml": "stages: 1\n"}
    monkeypatch.setattr(pipelines, "pipelines", lambda: texts)
    pipelines.main()
    assert {path: path.read_text() for path in texts} == texts


def test_counting_is_the_root_without_the_time_after_the_end(written: dict[str, str]):
    root = stages_of(written["dvc.yaml"])
    del root["forecast"]
    counting = stages_of(written["problems/counting/dvc.yaml"])
    assert list(counting) == list(root)
    for name, stage in counting.items():
        assert stage["params"] == [key for key in root[name]["params"] if key != "forecast"]
        assert stage.get("outs") == root[name].get("outs")


@pytest.mark.parametrize("problem", ["counting", "memory"])
def test_stages_of_a_problem_find_the_code_of_the_root(problem: str, written: dict[str, str]):
    for stage in stages_of(written[f"problems/{problem}/dvc.yaml"]).values():
        assert stage["cmd"].startswith("PYTHONPATH=../.. python -m stages.")
        code = [dep for dep in stage["deps"] if dep.startswith("../../")]
        assert code
        assert all((ROOT / "problems" / problem / dep).is_file() for dep in code)


@pytest.mark.parametrize("problem", ["counting", "memory"])
def test_variants_depend_on_all_that_their_stages_depend_on(problem: str, written: dict[str, str]):
    stages = stages_of(written[f"problems/{problem}/dvc.yaml"])
    variants = stages_of(written[f"problems/{problem}/variants/dvc.yaml"])["variants"]
    for stage in stages.values():
        code = {dep for dep in stage["deps"] if dep.startswith("../../")}
        sections = {key for key in stage["params"] if "." not in key}
        assert code <= set(variants["deps"])
        assert sections <= set(variants["params"])


@pytest.mark.parametrize("path", PATHS)
def test_templates_that_a_pipeline_names_are_there(path: str, written: dict[str, str]):
    for stage in stages_of(written[path]).values():
        folder = ROOT / Path(path).parent / stage.get("wdir", "")
        for plot in stage.get("plots", []):
            for properties in plot.values():
                template = properties["template"]
                if template.endswith(".json"):
                    assert (folder / template).is_file()


def test_imports_are_followed_wherever_they_stand(sources: Path):
    files = pipelines.imported_files(sources / "stages" / "run.py")
    assert sorted(path.relative_to(sources).as_posix() for path in files) == [
        "stages/run.py",
        "statecast/a/b.py",
        "statecast/a/c.py",
        "statecast/params/d.py",
    ]


@pytest.mark.usefixtures("sources")
def test_a_room_is_a_dependency_and_of_params_the_file():
    assert pipelines.code_of("stages.run") == [
        "stages/run.py",
        "statecast/a",
        "statecast/params/d.py",
    ]


@pytest.mark.usefixtures("sources")
def test_a_module_outside_the_rooms_is_a_dependency_itself():
    assert pipelines.code_of("statecast.alone") == ["statecast/alone.py"]


@pytest.mark.parametrize("problem", ["counting", "memory"])
def test_a_problem_depends_on_no_folder_of_code(problem: str):
    lock = yaml.safe_load((ROOT / "problems" / problem / "dvc.lock").read_text())
    for stage in lock["stages"].values():
        code = [dep for dep in stage["deps"] if dep["path"].startswith("../../")]
        assert [dep["path"] for dep in code if "nfiles" in dep] == []
