"""A model of running means, served in this process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from statecast.service.access import Access
from statecast.service.app import create_app
from statecast.service.live import Live
from tests.support.running_mean import OPENER, write_model

HOST = "http://127.0.0.1"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "model", "a", "b/c")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def live(model: Path, store: Path) -> Iterator[Live]:
    live = Live(model, store, OPENER)
    yield live
    live.close()


@pytest.fixture
def client(live: Live) -> Iterator[TestClient]:
    app = create_app(live, Access("127.0.0.1"))
    with TestClient(app, base_url=HOST, raise_server_exceptions=False) as client:
        yield client
