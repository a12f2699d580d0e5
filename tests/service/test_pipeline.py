"""The service on a model of the pipeline. Oracles: the stages forecast and download."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from statecast.base.files import read_frame
from statecast.commands import run_verb
from statecast.service.access import Access
from statecast.service.app import create_app
from statecast.service.live import Live
from statecast.service.online import OPENER
from tests.support.project import ROOT, Project
from tests.support.service_process import running

MONTHS = [f"1904-{month:02d}" for month in range(1, 7)]
VALUES = [412.5, 390.0, 501.25, 470.0, 455.5, 530.0]
ROWS = [{"ds": ds, "y": y} for ds, y in zip(MONTHS, VALUES, strict=True)]
SALES = "/series/sales/observations"


@pytest.fixture
def live(finished_project: Project) -> Iterator[Live]:
    folder = finished_project.folder / "data"
    live = Live(folder / "model", folder / "service", OPENER)
    yield live
    live.close()


@pytest.fixture
def client(live: Live) -> Iterator[TestClient]:
    with TestClient(create_app(live, Access("127.0.0.1")), base_url="http://127.0.0.1") as client:
        yield client


def arrays_of(live: Live) -> dict[str, Any]:
    return live.model.forecaster.state.arrays  # type: ignore[attr-defined]


@pytest.mark.promise("service")
def test_the_first_forecast_is_that_of_the_pipeline(
    client: TestClient, finished_project: Project
) -> None:
    future = read_frame(finished_project.folder / "data/future.csv")
    answer = client.get("/series/sales/forecast", params={"h": len(future)}).json()
    assert [row["ds"] for row in answer["values"]] == future["ds"].tolist()
    for name in ("forecast", "low", "high"):
        served = [row[name] for row in answer["values"]]
        np.testing.assert_array_equal(served, future[name])
    assert {answer["interval"]} == set(future["interval"])
    high = client.get("/series/sales/forecast", params={"level": 0.99}).json()
    assert high["interval"] == "repeats"  # 12 errors are too few for 99 %


def test_a_restart_on_a_real_model_equals_never_having_stopped(
    client: TestClient, live: Live, finished_project: Project
) -> None:
    folder = finished_project.folder / "data"
    assert client.post(SALES, json=ROWS[:3]).status_code == 200
    other = Live(folder / "model", folder / "other", OPENER)  # never stops
    with TestClient(create_app(other, Access("127.0.0.1")), base_url="http://127.0.0.1") as second:
        assert second.post(SALES, json=ROWS).status_code == 200
    live.close()
    again = Live(folder / "model", folder / "service", OPENER)
    with TestClient(create_app(again, Access("127.0.0.1")), base_url="http://127.0.0.1") as third:
        assert third.post(SALES, json=ROWS[3:]).status_code == 200
    for name, array in arrays_of(other).items():
        np.testing.assert_array_equal(arrays_of(again)[name], array)
    again.close()
    other.close()


@pytest.mark.promise("service")
def test_what_was_observed_is_in_the_next_model(
    client: TestClient,
    live: Live,
    finished_project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    client.post(SALES, json=ROWS)
    monkeypatch.chdir(finished_project.folder)
    assert run_verb("collect", [])
    said = "6 observations of 1 series added to data/source/shampoo.csv; dvc repro trains on them"
    assert capsys.readouterr().out.strip() == said
    finished_project.run_all()
    series = read_frame(finished_project.folder / "data/series.csv")
    assert series["y"].tolist()[-6:] == VALUES
    assert client.post("/model", json={}).status_code == 200
    assert client.get("/series/sales").json()["ds"] == "1904-06-01"
    answer = client.get("/series/sales/forecast", params={"h": 12}).json()
    future = read_frame(finished_project.folder / "data/future.csv")
    np.testing.assert_array_equal([row["forecast"] for row in answer["values"]], future["forecast"])
    assert client.post(SALES, json={"ds": "1904-07-01", "y": 1.0}).status_code == 200
    assert live.number == 7


@pytest.mark.slow
def test_two_processes_serve_and_collect(finished_project: Project) -> None:
    serve = ("-m", "statecast", "serve")
    with running("--port", 0, program=serve, cwd=finished_project.folder) as service:
        status, answer = service.post(SALES, ROWS[0])
        assert (status, answer["ds"]) == (200, "1904-02-01")
        collect = [sys.executable, "-m", "statecast", "collect"]
        environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
        said = subprocess.run(
            collect,
            cwd=finished_project.folder,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        assert "1 observation of 1 series added" in said.stdout
        assert service.post(SALES, ROWS[0]) == (status, answer)
        assert service.get("/healthz")["observations"] == 1


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_the_lines_of_the_readme_work_as_printed(finished_project: Project) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^    ((?:URL=|curl ).*)$", readme, re.MULTILINE)
    assert len(lines) == 4
    serve = ("-m", "statecast", "serve")
    with running("--port", 0, program=serve, cwd=finished_project.folder) as service:
        script = "\n".join([*lines, ""]).replace("http://127.0.0.1:8000", service.address)
        script = script.replace("\n", " && echo\n")  # answers end without a new line
        done = subprocess.run(
            ["bash", "-e", "-c", script], check=True, capture_output=True, text=True
        )
    observed, forecast, series = [json.loads(line) for line in done.stdout.splitlines() if line]
    assert observed["ds"] == "1904-02-01"
    assert [row["ds"] for row in forecast["values"]] == ["1904-02-01", "1904-03-01", "1904-04-01"]
    assert (series["ds"], series["y"]) == ("1904-01-01", 412.5)
