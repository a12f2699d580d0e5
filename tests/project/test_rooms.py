"""The rooms of the library: no import runs up or in a circle, and a name stands for one thing."""

import ast
import json
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
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
STAGES = [  # evaluate first: what it imports is then its own
    *("evaluate", "forecast", "rebatch", "train"),
    *("download", "difference", "frame", "scale", "baseline"),
]
WITHOUT_TENSORFLOW = [path for path in LIBRARY if path.parent.name != "training"]


def room_of(path: Path) -> str:
    first = path.relative_to(ROOT / "statecast").parts[0]
    return first.removesuffix(".py")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports_of(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Yield each file with each dotted name that it imports."""
    for path in paths:
        for module in imported_modules(path):
            yield path, module


def runs_up(path: Path, module: str) -> bool:
    """Return whether a module of the library lies on the floor of one that imports it, or above."""
    package, _, rest = module.partition(".")
    room = room_of(path)
    if package != "statecast" or not rest or room in ("__init__", "__main__"):
        return False
    other = rest.partition(".")[0]
    return other != room and FLOOR[other] >= FLOOR[room]


def importers(paths: Iterable[Path], unwanted: set[str]) -> list[str]:
    """Return what imports an unwanted package."""
    return [
        f"{name_of(path)} imports {module}"
        for path, module in imports_of(paths)
        if module.partition(".")[0] in unwanted
    ]


def test_no_import_runs_up() -> None:
    up = [(name_of(path), module) for path, module in imports_of(LIBRARY) if runs_up(path, module)]
    assert up == []


def test_the_library_imports_no_stage_and_no_document() -> None:
    assert importers(LIBRARY, {"stages", "studies", "problems", "benchmarks", "tests"}) == []


def test_a_stage_imports_no_other_stage() -> None:
    assert importers(modules_below("stages"), {"stages"}) == []


def test_only_training_imports_tensorflow() -> None:
    assert importers(WITHOUT_TENSORFLOW, {"tensorflow", "keras"}) == []


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


@pytest.fixture(scope="module")
def packages_of_stages() -> dict[str, list[str]]:
    """Which large packages there are after the import of each stage, in this order."""
    code = """
    import importlib
    import json
    import sys
    packages = {}
    for stage in sys.argv[1:]:
        importlib.import_module(f"stages.{stage}")
        packages[stage] = [name for name in ("tensorflow", "statsforecast") if name in sys.modules]
    print(json.dumps(packages))
    """
    command = [sys.executable, "-c", textwrap.dedent(code), *STAGES]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def test_no_stage_imports_tensorflow_before_it_trains(
    packages_of_stages: dict[str, list[str]],
) -> None:
    assert list(packages_of_stages) == STAGES
    assert [stage for stage, names in packages_of_stages.items() if "tensorflow" in names] == []


def test_evaluate_does_not_import_statsforecast(packages_of_stages: dict[str, list[str]]) -> None:
    assert "statsforecast" not in packages_of_stages["evaluate"]


def test_public_names_cost_no_tensorflow() -> None:
    code = """
    import sys
    import statecast
    for name in statecast.__all__:
        getattr(statecast, name)
    sys.exit("tensorflow" in sys.modules)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


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
