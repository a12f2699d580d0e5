"""Namespaces are loaded when they are used; a small package on the disk is the one looked at."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

from statecast.base.namespaces import hidden, load_when_used
from tests.support.project import ROOT

PACKAGE = "later_on"
CONTENT = """
import time
import sys
sys.later_on_loaded = getattr(sys, "later_on_loaded", 0) + 1
time.sleep(0.05)
pi = 3.14
"""


@pytest.fixture
def namespace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "numbers.py").write_text(CONTENT, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setattr(sys, "later_on_loaded", 0, raising=False)
    load_when_used(f"{PACKAGE}.*")
    yield importlib.import_module(f"{PACKAGE}.numbers")
    for name in (PACKAGE, f"{PACKAGE}.numbers"):
        sys.modules.pop(name, None)


def loaded() -> int:
    return int(getattr(sys, "later_on_loaded"))  # noqa: B009 (mypy does not know it)


def test_namespace_is_loaded_when_a_name_is_asked_for(namespace: ModuleType) -> None:
    assert loaded() == 0
    assert namespace.pi == 3.14
    assert namespace.pi == 3.14
    assert loaded() == 1


def test_import_system_asks_for_no_name(namespace: ModuleType) -> None:
    assert namespace.__name__ == f"{PACKAGE}.numbers"
    assert Path(str(namespace.__file__)).name == "numbers.py"
    assert not hasattr(namespace, "__wrapped__")
    assert loaded() == 0


def test_names_can_be_listed(namespace: ModuleType) -> None:
    assert "pi" in dir(namespace)


def test_name_that_is_not_there_is_an_attribute_error(namespace: ModuleType) -> None:
    with pytest.raises(AttributeError, match="tau"):
        _ = namespace.tau


def test_threads_load_a_namespace_once(namespace: ModuleType) -> None:
    with ThreadPoolExecutor(4) as threads:
        values = list(threads.map(lambda _: namespace.pi, range(4)))
    assert values == [3.14] * 4
    assert loaded() == 1


def test_hidden_package_looks_as_if_it_were_not_installed() -> None:
    sys.modules.pop("this", None)
    with hidden(["this", "pathlib"]):
        with pytest.raises(ImportError):
            importlib.import_module("this")
        assert importlib.import_module("pathlib").Path is Path  # it was imported before
    assert "this" not in sys.modules


def test_no_module_of_tensorflow_asks_a_public_namespace_when_it_is_imported() -> None:
    """Otherwise two threads that import could wait for each other."""
    tensorflow = importlib.util.find_spec("tensorflow")
    assert tensorflow is not None
    assert tensorflow.origin is not None
    within = Path(tensorflow.origin).parent / "python"
    asked = [
        path
        for path in within.rglob("*.py")
        if "tensorflow._api" in path.read_text(encoding="utf-8")
    ]
    assert asked == []


def test_training_imports_neither_what_it_does_not_use_nor_less_than_is_asked_for() -> None:
    program = """
import sys
import statecast.training.trainer
from statecast.training.runtime import tf
print([name for name in ("matplotlib", "scipy", "tensorflow.python.keras") if name in sys.modules])
print(tf.nn.relu([-1.0, 2.0]).numpy().tolist(), tf.compat.v1.nn.relu(-1.0).numpy())
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["[]", "[0.0, 2.0] 0.0"]
