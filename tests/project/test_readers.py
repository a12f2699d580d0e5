"""Tables are read in two places: the files of stages in one, what a user brings in the other."""

import ast
from pathlib import Path

import pytest

from tests.support.imports import ROOT, modules_below

READERS = {"read_csv": "statecast/base/files.py", "reader": "statecast/data/table.py"}
OTHER_READERS = {"read_table", "read_fwf", "DictReader", "genfromtxt", "loadtxt"}
FOLDERS = ("statecast", "stages", "problems", "studies", "benchmarks")


def calls(code: str) -> set[str]:
    """Return the names of the methods and functions that code calls by ``MODULE.NAME``."""
    called = [node.func for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    return {function.attr for function in called if isinstance(function, ast.Attribute)}


@pytest.mark.parametrize("reader", READERS)
def test_tables_are_read_in_one_module_alone(reader: str) -> None:
    paths = modules_below(*FOLDERS)
    found = [str(path.relative_to(ROOT)) for path in paths if reader in calls(path.read_text())]
    assert found == [READERS[reader]]


def test_no_other_reader_of_tables_is_called() -> None:
    for path in modules_below(*FOLDERS):
        assert not calls(path.read_text()) & OTHER_READERS, path


@pytest.mark.promise("studies")
def test_the_makefile_puts_nothing_that_a_user_gives_into_a_command() -> None:
    lines = Path(ROOT / "Makefile").read_text().splitlines()
    recipes = [line for line in lines if line.startswith("\t")]
    assert recipes
    own = {"$(firstword $(MAKEFILE_LIST))", "$(PYTHON)", "$(VENV)", "$(INSTALL)", "$(UV)"}
    for line in recipes:
        left = line.replace("$@", "")
        for variable in own:
            left = left.replace(variable, "")
        assert "$(" not in left, line
        assert "${" not in left, line
