"""The rooms of the library: no import runs up or in a circle, and a name stands for one thing."""

import ast
import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path

import pytest

from tests.support.imports import ROOT, imported_modules, modules_below

# from the ground up; rooms of one floor do not import each other
FLOORS = [
    {"base"},
    {"data", "network"},
    {"forecasting", "training"},
    {"evaluation"},
    {"artifacts", "params"},
    {"flow", "pipeline"},
    {"online"},
    {"library"},
    {"study"},
    {"best", "report"},
    {"service"},
    {"commands"},
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
LIBRARY = modules_below("statecast")
WITHOUT_TENSORFLOW = [path for path in LIBRARY if path.parent.name != "training"]


def room_of(path: Path) -> str:
    first = path.relative_to(ROOT / "statecast").parts[0]
    return first.removesuffix(".py")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_no_import_runs_up(path: Path) -> None:
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    for module in imported_modules(path):
        package, _, rest = module.partition(".")
        if package != "statecast" or not rest:
            continue
        other = rest.partition(".")[0]
        assert other == room or FLOOR[other] < FLOOR[room], f"{name_of(path)} imports {module}"


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_the_library_imports_no_stage_and_no_document(path: Path) -> None:
    others = {"stages", "studies", "problems", "benchmarks", "tests"}
    assert not {module.partition(".")[0] for module in imported_modules(path)} & others


@pytest.mark.parametrize("path", modules_below("stages"), ids=name_of)
def test_a_stage_imports_no_other_stage(path: Path) -> None:
    assert not [module for module in imported_modules(path) if module.startswith("stages")]


@pytest.mark.parametrize("path", WITHOUT_TENSORFLOW, ids=name_of)
def test_only_training_imports_tensorflow(path: Path) -> None:
    names = {module.partition(".")[0] for module in imported_modules(path)}
    assert not names & {"tensorflow", "keras"}


def test_modules_import_each_other_in_no_circle() -> None:
    graph = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): set(imported_modules(path))
        for path in LIBRARY
    }
    done: set[str] = set()

    def visit(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, " -> ".join((*above, module))
        if module in done or module not in graph:
            return
        for imported in graph[module]:
            visit(imported, (*above, module))
        done.add(module)

    for module in graph:
        visit(module, ())


def test_the_network_reads_and_writes_no_file() -> None:
    for path in modules_below("statecast/network"):
        assert "statecast.base.files" not in set(imported_modules(path))
        assert "pathlib" not in set(imported_modules(path))


def test_no_class_is_defined_twice() -> None:
    names: Counter[str] = Counter()
    for path in modules_below("statecast", "stages", "studies", "problems"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names.update(node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert [name for name, count in names.items() if count > 1] == []


def test_no_two_modules_of_a_room_differ_in_an_ending() -> None:
    for folder in {path.parent for path in LIBRARY}:
        names = {path.stem for path in folder.glob("*.py")}
        endings = ("s", "ed", "er", "ing")
        alike = {(name, name + ending) for name in names for ending in endings} & {
            (name, other) for name in names for other in names
        }
        assert not alike


@pytest.mark.parametrize("stage", ["download", "difference", "frame", "scale", "baseline"])
def test_a_stage_before_training_does_not_import_tensorflow(stage: str) -> None:
    _imports_without(f"stages.{stage}", "tensorflow")


@pytest.mark.parametrize("stage", ["train", "rebatch", "evaluate", "forecast"])
def test_a_stage_imports_tensorflow_only_to_train(stage: str) -> None:
    _imports_without(f"stages.{stage}", "tensorflow")


def test_evaluate_does_not_import_statsforecast() -> None:
    _imports_without("stages.evaluate", "statsforecast")


def test_public_names_cost_no_tensorflow() -> None:
    code = "import sys, statecast; [getattr(statecast, n) for n in statecast.__all__]"
    _runs(f"{code}; sys.exit('tensorflow' in sys.modules)")


@pytest.mark.promise("files")
def test_a_loaded_model_forecasts_without_tensorflow(finished_folder: Path) -> None:
    code = """
    import sys
    from statecast import load
    model = load(sys.argv[1])
    model.predict(3, level=[90])
    model.rebatch(2).parity()
    model.walk_forward()
    model.online().observe("sales", "1904-01-01", 650.0)
    sys.exit("tensorflow" in sys.modules)
    """
    folder = str(finished_folder / "data" / "model")
    command = [sys.executable, "-c", textwrap.dedent(code), folder]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    import statecast

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        statecast.nothing  # noqa: B018


def _imports_without(module: str, unwanted: str) -> None:
    _runs(f"import sys, {module}; sys.exit('{unwanted}' in sys.modules)")


def _runs(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == 0
