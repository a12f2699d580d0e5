"""The figures of the reproduction, read once."""

import contextlib

import pytest

from studies.reproduction.document import document
from studies.reproduction.figures import Figures, read_figures
from tests.support.project import ROOT


@pytest.fixture(scope="session")
def figures() -> Figures:
    """The published and the measured figures that are committed."""
    with contextlib.chdir(ROOT):
        return read_figures()


@pytest.fixture(scope="session")
def text(figures: Figures) -> str:
    """The document of the committed figures."""
    return document(figures)
