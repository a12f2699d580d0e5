"""Examples in docstrings and documents do what they show."""

import doctest
import importlib

import nbformat
import pytest
from nbclient import NotebookClient

from statecast import Statecast
from tests.support.project import ROOT

MODULES = [f"statecast.library.{name}" for name in ("columns", "estimator", "keywords", "windows")]
DOCS = ROOT / "docs"
NOTEBOOK = DOCS / "quickstart.ipynb"
MOST_BYTES = 300_000


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings_are_right(module: str) -> None:
    results = doctest.testmod(importlib.import_module(module))
    assert results.attempted > 0
    assert results.failed == 0


def test_examples_in_the_document_are_right() -> None:
    results = doctest.testfile(str(DOCS / "library.md"), module_relative=False)
    assert results.attempted > 5
    assert results.failed == 0


def test_public_methods_say_what_they_do() -> None:
    public = [name for name in vars(Statecast) if not name.startswith("_")]
    assert all(getattr(Statecast, name).__doc__ for name in public)


def test_the_notebook_is_small_and_was_run_in_order() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert NOTEBOOK.stat().st_size < MOST_BYTES


@pytest.mark.slow
def test_the_notebook_runs_from_top_to_bottom(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)  # a person who opens it has set none
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    before = [outputs_of(cell) for cell in notebook.cells]
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(DOCS)}})
    client.execute()
    after = [outputs_of(cell) for cell in notebook.cells]
    assert [len(outputs) for outputs in after] == [len(outputs) for outputs in before]
    assert "".join(after[-1]).endswith("True)")


def outputs_of(cell: nbformat.NotebookNode) -> list[str]:
    """Return the texts of what a cell has shown; no warning is among them."""
    outputs = cell.get("outputs", [])
    assert [own.output_type for own in outputs if own.output_type == "stream"] == []
    return [own["data"]["text/plain"] for own in outputs]
