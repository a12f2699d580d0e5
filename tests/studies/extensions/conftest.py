"""The settings and the committed figures of the extensions, read once."""

import pytest

from statecast.base.files import read_json
from statecast.base.section import read_params
from studies.extensions.document import page
from studies.extensions.measured import RESULTS, Measurements, measured_from_json
from studies.extensions.settings import SETTINGS, Settings
from tests.support.project import ROOT


@pytest.fixture(scope="session")
def asked() -> Settings:
    """The settings that come with the project."""
    return read_params(ROOT / SETTINGS)


@pytest.fixture(scope="session")
def measured() -> Measurements:
    """The figures that are committed."""
    return measured_from_json(read_json(ROOT / RESULTS))


@pytest.fixture(scope="session")
def text(measured: Measurements, asked: Settings) -> str:
    """The document of the committed figures."""
    return page(measured, asked)
