"""The service under load: figures worked by hand, and a client against a service."""

import asyncio
from pathlib import Path

import pytest

from benchmarks import service
from benchmarks.service_load import load, request_of
from tests.support.running_mean import day, write_model
from tests.support.service_process import running


def test_the_table_by_hand() -> None:
    late = [number / 1000 for number in range(1, 101)]  # 1 to 100 ms
    lines = service.lines(service.Load(late, cpu=0.05, restart=1.25))
    cells = [[cell.strip() for cell in line.strip("|").split("|")][1] for line in lines[2:]]
    assert cells == ["1,000", "51.0", "100.0", "100.0", "0.50", "1.2"]


@pytest.mark.slow
def test_a_client_notes_every_answer(tmp_path: Path) -> None:
    names = ["a", "b"]
    requests = [request_of(name, day(1), 1.0) for name in names]
    with running(write_model(tmp_path / "model", *names), tmp_path / "store") as served:
        port = int(served.address.rpartition(":")[2])
        late = asyncio.run(load(port, requests, rate=100.0))
        assert served.get("/healthz")["observations"] == 2
    assert len(late) == 2
    assert all(0 < seconds < 30 for seconds in late)
