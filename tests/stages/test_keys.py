"""The keys that stages give to their errors are keys of params.yaml. Oracle: the file."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from statecast.base.keys import has
from statecast.base.section import Section
from tests.support.project import ROOT

PARAMS = {
    **yaml.safe_load((ROOT / "problems" / "memory" / "params.yaml").read_text()),
    **yaml.safe_load((ROOT / "params.yaml").read_text()),
}
MODULES = sorted(
    path.stem for path in (ROOT / "stages").glob("*.py") if not path.stem.startswith("_")
)


def decorators(module: str) -> Iterator[ast.Call]:
    """Yield the calls of ``@stage(...)`` in a module of stages."""
    tree = ast.parse((ROOT / "stages" / f"{module}.py").read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "stage":
                    yield decorator


def other_keys() -> list[tuple[str, str, str]]:
    """Return module, argument and key of every keyword of ``@stage``."""
    return [
        (module, str(keyword.arg), ast.literal_eval(keyword.value))
        for module in MODULES
        for decorator in decorators(module)
        for keyword in decorator.keywords
    ]


@pytest.mark.parametrize(("module", "argument", "key"), other_keys())
def test_key_of_another_section_is_in_params(module: str, argument: str, key: str) -> None:
    assert has(PARAMS, key), f"stages.{module} says {argument}={key!r}"


@pytest.mark.parametrize("module", MODULES)
def test_keys_of_the_own_sections_are_in_params(module: str) -> None:
    loaded = importlib.import_module(f"stages.{module}")
    for decorator in decorators(module):
        for argument in decorator.args:
            section = getattr(loaded, ast.unparse(argument))
            assert issubclass(section, Section)
            missing = [key for key in section.keys().values() if not has(PARAMS, key)]
            assert missing == []


@pytest.mark.parametrize("module", MODULES)
def test_main_is_a_stage(module: str) -> None:
    assert list(decorators(module)), f"no @stage in stages.{module}"
    main = importlib.import_module(f"stages.{module}").main
    assert hasattr(main, "__wrapped__")


@pytest.mark.parametrize("module", MODULES)
def test_arguments_that_a_stage_names_have_keys(module: str) -> None:
    """An argument in backticks in the messages of a stage is one that its decorators know."""
    loaded = importlib.import_module(f"stages.{module}")
    known: set[str] = set()
    for decorator in decorators(module):
        known |= {str(keyword.arg) for keyword in decorator.keywords}
        for argument in decorator.args:
            known |= set(getattr(loaded, ast.unparse(argument)).keys())
    texts = [ROOT / "stages" / f"{module}.py", ROOT / "statecast" / "flow" / f"{module}.py"]
    for path in filter(Path.is_file, texts):
        assert set(re.findall(r"`(\w+)`", without_docstrings(path))) <= known


def without_docstrings(path: Path) -> str:
    """Return the texts of a module that are no docstrings."""
    tree = ast.parse(path.read_text())
    docstrings = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node not in docstrings
    ]
    return "\n".join(texts)


def test_keys_that_messages_spell_out_are_in_params() -> None:
    """Words like frame.test in a sentence, of a section of params.yaml, are keys of it."""
    missing = {
        path.relative_to(ROOT).as_posix(): keys
        for path in sorted(ROOT.glob("statecast/**/*.py"))
        if (keys := unknown_keys_in(path))
    }
    assert missing == {}


def unknown_keys_in(path: Path) -> list[str]:
    """Return the keys in the sentences of a module that are not in params.yaml."""
    sections = "|".join(PARAMS)
    sentences = "\n".join(line for line in without_docstrings(path).splitlines() if " " in line)
    named = re.findall(rf"(?<![\w/.])(?:{sections})\.[a-z_]+\b(?![./(])", sentences)
    files = (".csv", ".json", ".npz", ".py")
    return [key for key in named if not key.endswith(files) and not has(PARAMS, key)]
