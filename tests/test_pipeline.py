"""dvc.yaml against the code: what a stage imports is what it depends on."""

import ast
import shutil
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PIPELINES = [path for path in [ROOT / "dvc.yaml", *sorted(ROOT.glob("problems/**/dvc.yaml"))] if path.is_file()]
STAGES = [
    pytest.param(path, name, id=f"{path.parent.name}-{name}")
    for path in PIPELINES
    for name, stage in yaml.safe_load(path.read_text())["stages"].items()
]


def imported_files(module: Path, seen: set[Path]) -> set[Path]:
    """Return the project's files that a module imports, directly or not, wherever in it."""
    if module in seen:
        return seen
    seen.add(module)
    for node in ast.walk(ast.parse(module.read_text())):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            path = ROOT / (name.replace(".", "/") + ".py")
            if path.is_file():
                imported_files(path, seen)
    return seen


def variant_imports(pipeline: Path) -> set[Path]:
    """Return what the stages of the pipeline beside a variants stage import."""
    modules = [
        stage["cmd"].split("-m ")[1].split()[0] for stage in yaml.safe_load(pipeline.read_text())["stages"].values()
    ]
    return set().union(*(imported_files(ROOT / (module.replace(".", "/") + ".py"), set()) for module in modules))


@pytest.mark.parametrize(("pipeline", "name"), STAGES)
def test_code_dependencies_are_what_the_stage_imports(pipeline: Path, name: str) -> None:
    stage = yaml.safe_load(pipeline.read_text())["stages"][name]
    module = stage["cmd"].split("-m ")[1].split()[0]
    imported = imported_files(ROOT / (module.replace(".", "/") + ".py"), set())
    listed = {(pipeline.parent / stage.get("wdir", ".") / dep).resolve() for dep in stage["deps"]}
    if name == "variants":  # imports the stages that it runs by name
        imported |= variant_imports(pipeline.parents[1] / "dvc.yaml")
    code = {path for path in listed if path.suffix == ".py" or (path / "__init__.py").is_file()}
    covered = {path for path in imported for one in code if path.is_relative_to(one)}
    assert sorted(imported - covered) == []
    assert [one for one in code if not any(path.is_relative_to(one) for path in imported)] == []


@pytest.mark.parametrize(("pipeline", "name"), STAGES)
def test_stage_says_what_it_does(pipeline: Path, name: str) -> None:
    assert yaml.safe_load(pipeline.read_text())["stages"][name]["desc"]


@pytest.mark.parametrize("problem", ["counting", "memory"])
def test_table_of_a_problem_is_what_its_run_wrote(problem: str, tmp_path: Path) -> None:
    from problems.tables import main

    folder = ROOT / "problems" / problem
    shutil.copy(folder / "README.md", tmp_path / "README.md")
    main(folder / "metrics" / "variants.json", tmp_path / "README.md")
    assert (tmp_path / "README.md").read_text() == (folder / "README.md").read_text()


def test_committed_page_of_plots_is_what_the_command_writes(tmp_path: Path) -> None:
    from statecast.report.plots_page import main

    main(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_bytes() == (ROOT / ".dvc" / "plots" / "page.html").read_bytes()
