"""A model with columns beside y, over HTTP. Oracle: the forecaster itself, called by hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from starlette.testclient import TestClient

from statecast.commands import run_verb
from statecast.data.inputs import Inputs
from statecast.network.batching import Batching
from statecast.online.online import Online, open_online
from statecast.online.state import read_state
from statecast.service.access import Access
from statecast.service.app import create_app
from statecast.service.forecaster import Opener
from statecast.service.live import Live
from statecast.service.online import OPENER
from tests.support.living import Case, Setting, case_of
from tests.support.project import Project

LEFT = 8  # rows of each series that are observed
INPUTS = Inputs(2, features=("p",), lagged=("q",))
ADDRESS = "/series/a"
OF_PRICED = {
    "download.value_column": "sales",
    "frame.features": ["price"],
    "train.repeats": 2,
    "train.epochs": 5,
    "baseline.methods": [],
    "forecast.features": "later.csv",
    "forecast.horizon": 2,
}


@pytest.fixture(scope="module")
def case() -> Case:
    return case_of(Setting(inputs=INPUTS))


@pytest.fixture
def rows(case: Case) -> list[dict[str, Any]]:
    return [row for row in case.observed(LEFT) if row["unique_id"] == "a"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model").mkdir()
    return tmp_path / "model"


def opener_of(case: Case, observed: int = LEFT) -> Opener:
    return Opener(lambda _: Online(case.cut(observed)), read_state)


@contextmanager
def served(opener: Opener, folder: Path, store: str = "store") -> Iterator[tuple[Live, TestClient]]:
    live = Live(folder, folder.parent / store, opener)
    try:
        app = create_app(live, Access("127.0.0.1"))
        with TestClient(app, base_url="http://127.0.0.1") as client:
            yield live, client
    finally:
        live.close()


@pytest.fixture
def live_and_client(case: Case, folder: Path) -> Iterator[tuple[Live, TestClient]]:
    with served(opener_of(case), folder) as both:
        yield both


@pytest.fixture
def client(live_and_client: tuple[Live, TestClient]) -> TestClient:
    return live_and_client[1]


def of_table(row: dict[str, Any]) -> dict[str, Any]:
    """Return an observation as a table has it: with all columns of its own time."""
    features = {"p": row["p"], "q": row["q"]}
    return {"ds": row["ds"], "y": row["y"], "features": features}


def expected(row: dict[str, Any]) -> dict[str, Any]:
    return {"ds": row["ds"], "features": {"p": row["p"]}}


def post(client: TestClient, what: str, body: object, series: str = ADDRESS) -> Any:
    answer = client.post(f"{series}/{what}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(client: TestClient, what: str, body: object) -> tuple[int, str]:
    answer = client.post(f"{ADDRESS}/{what}", json=body)
    return answer.status_code, answer.json()["detail"]


def by_hand(case: Case, rows: list[dict[str, Any]], *, ahead: bool = True) -> Online:
    """Return a forecaster after some rows; the features of the next one are known after each."""
    online = Online(case.cut(LEFT))
    online.expect("a", {"p": rows[0]["p"]})
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        features = {"q": row["q"]}
        if after and ahead:
            features["p"] = after["p"]
        online.observe("a", row["ds"], row["y"], features)
    return online


def same_state(first: Any, second: Any) -> bool:
    arrays, others = first.state.arrays, second.state.arrays
    return all(np.array_equal(arrays[name], others[name], equal_nan=True) for name in arrays)


@pytest.mark.promise("service")
def test_rows_of_a_table_are_taken_and_forecast_ahead(
    case: Case, rows: list[dict[str, Any]], live_and_client: tuple[Live, TestClient]
) -> None:
    live, client = live_and_client
    answers = post(client, "observations", [of_table(row) for row in rows[:3]])
    assert [answer["forecast"] for answer in answers] == [None] * 3  # the next p is not known
    answer = post(client, "expected", expected(rows[3]))
    online = by_hand(case, rows[:4])
    before = by_hand(case, rows[:3])
    value = before.expect("a", {"p": rows[3]["p"]})
    assert answer == value._asdict() | {"ds": rows[3]["ds"]}
    post(client, "observations", of_table(rows[3]))
    assert same_state(live.model.forecaster, online)


def ahead_by_next(client: TestClient, rows: list[dict[str, Any]]) -> list[Any]:
    post(client, "expected", expected(rows[0]))
    answers = []
    for row, after in pairwise(rows):
        body = {"ds": row["ds"], "y": row["y"], "features": {"q": row["q"]}}
        answers.append(post(client, "observations", body | {"next": {"p": after["p"]}}))
    return answers


def ahead_by_expected(client: TestClient, rows: list[dict[str, Any]]) -> list[Any]:
    post(client, "expected", [expected(row) for row in rows])
    bodies = [of_table(row) for row in rows[:-1]]
    return list(post(client, "observations", bodies))


@pytest.mark.parametrize("ahead", [ahead_by_next, ahead_by_expected])
def test_features_that_are_known_ahead_give_the_next_forecast(
    case: Case,
    rows: list[dict[str, Any]],
    client: TestClient,
    ahead: Callable[[TestClient, list[dict[str, Any]]], list[Any]],
) -> None:
    answers = ahead(client, rows)
    online = Online(case.cut(LEFT))
    online.expect("a", {"p": rows[0]["p"]})
    for row, after, answer in zip(rows, rows[1:], answers, strict=False):
        value = online.observe("a", row["ds"], row["y"], {"q": row["q"], "p": after["p"]})
        assert answer == value._asdict()


@pytest.mark.promise("service")
def test_features_and_observations_count_once(
    rows: list[dict[str, Any]], client: TestClient
) -> None:
    first = [post(client, "expected", expected(row)) for row in rows[:2]]
    taken = post(client, "observations", of_table(rows[0]))
    assert taken["forecast"] is not None
    assert [post(client, "expected", expected(row)) for row in rows[:2]] == first
    assert post(client, "observations", of_table(rows[0])) == taken
    assert client.get("/healthz").json()["observations"] == 1
    assert "statecast_expected_features_total 2\n" in client.get("/metrics").text


def test_features_may_change_until_they_are_used(
    case: Case, rows: list[dict[str, Any]], client: TestClient
) -> None:
    post(client, "expected", [expected(row) for row in rows[:3]])
    post(client, "expected", {"ds": rows[2]["ds"], "features": {"p": 7.0}})
    online = Online(case.cut(LEFT))
    table = online.forecast("a", 3, features={"p": [rows[0]["p"], rows[1]["p"], 7.0]})
    shown = client.get(f"{ADDRESS}/forecast", params={"h": 3}).json()
    assert [row["forecast"] for row in shown["values"]] == table["forecast"].tolist()
    status, said = refused(client, "expected", {"ds": rows[0]["ds"], "features": {"p": 7.0}})
    assert status == 409
    assert said.startswith(f"features of {rows[0]['ds']} must stay as they are known")
    status, said = refused(
        client, "observations", {**of_table(rows[0]), "features": {"p": 7.0, "q": 1.0}}
    )
    assert (status, said) == (
        409,
        f"p of {rows[0]['ds']} must stay as it was sent, {rows[0]['p']!r}, got 7.0",
    )


@pytest.mark.promise("service")
def test_a_restart_and_a_new_model_have_what_was_sent(
    case: Case, rows: list[dict[str, Any]], folder: Path
) -> None:
    with served(opener_of(case), folder) as (live, client):
        post(client, "expected", [expected(row) for row in rows[:2]])
        post(client, "observations", [of_table(row) for row in rows[:3]])
        live._saver._number = live.number  # as if it were killed: no state at the end
        post(client, "expected", expected(rows[3]))
    with served(opener_of(case), folder) as (live, client):
        online = by_hand(case, rows[:3])
        online.expect("a", {"p": rows[3]["p"]})
        assert same_state(live.model.forecaster, online)
        live._opener = opener_of(case, LEFT - 2)  # it has two of the rows in its own history
        assert client.post("/model", json={}).json()["left_out"] == 0
        answer = client.get(f"{ADDRESS}/forecast", params={"h": 1}).json()
        [row] = online.forecast("a", 1, features={"p": [rows[3]["p"]]}).itertuples()
        np.testing.assert_allclose(answer["values"][0]["forecast"], row.forecast, rtol=1e-6)


def test_a_model_without_the_columns_takes_the_same_observations(
    case: Case, rows: list[dict[str, Any]], folder: Path
) -> None:
    other = case_of(Setting())
    with served(opener_of(case), folder) as (live, client):
        post(client, "observations", [of_table(row) for row in rows[:3]])
        live._opener = opener_of(other)
        assert client.post("/model", json={}).json()["left_out"] == 0
        online = Online(other.cut(LEFT))
        for row in rows[:3]:
            online.observe("a", row["ds"], row["y"])
        assert same_state(live.model.forecaster, online)


def test_a_state_that_was_written_goes_on(
    case: Case, rows: list[dict[str, Any]], folder: Path
) -> None:
    with served(opener_of(case), folder) as (_, client):
        post(client, "observations", [of_table(row) for row in rows[:2]])
    with served(opener_of(case), folder) as (live, client):
        post(client, "expected", expected(rows[2]))
        post(client, "observations", of_table(rows[2]))
        assert same_state(live.model.forecaster, by_hand(case, rows[:3]))


def test_a_forecast_needs_the_features_of_all_its_times(
    case: Case, rows: list[dict[str, Any]], client: TestClient
) -> None:
    post(client, "expected", [expected(rows[0]), expected(rows[2])])
    answer = client.get(f"{ADDRESS}/forecast", params={"h": 3})
    sent = "be sent to expected first, 1 of 3 times have them"
    assert (answer.status_code, answer.json()) == (
        409,
        {"detail": f"features (p) of {rows[1]['ds']} must {sent}"},
    )
    assert client.get(ADDRESS).json()["known_ahead"] == 1
    assumed = {"p": [rows[0]["p"], 2.0, 3.0]}
    answer = post(client, "forecast", {"features": assumed, "level": 0.5})
    table = Online(case.cut(LEFT)).forecast("a", 3, 0.5, features=assumed)
    for name in ("forecast", "low", "high"):
        assert [row[name] for row in answer["values"]] == table[name].tolist()
    assert answer["level"] == 0.5


def test_assumed_features_have_as_many_values_each(client: TestClient) -> None:
    assert refused(client, "forecast", {"features": {"p": [1.0], "q": [1.0, 2.0]}}) == (
        422,
        "features must have equally many values of each column",
    )


def test_a_forecast_that_came_with_its_features_is_shown_with_its_value(
    rows: list[dict[str, Any]], client: TestClient
) -> None:
    post(client, "observations", of_table(rows[0]))
    answer = post(client, "expected", expected(rows[1]))
    last = client.get(ADDRESS).json()["values"][-1]
    assert (last["next_ds"], last["forecast"]) == (rows[1]["ds"], answer["forecast"])


@pytest.mark.promise("service")
def test_what_is_refused_changes_nothing(
    rows: list[dict[str, Any]], live_and_client: tuple[Live, TestClient]
) -> None:
    live, client = live_and_client
    before = live.model.forecaster.state
    ds = rows[0]["ds"]
    must = f"the features of {ds} must be among its features, or be sent to expected before it (p)"
    cases: list[tuple[str, dict[str, Any], int, str]] = [
        ("observations", {"ds": ds, "y": 1, "features": {"q": 1}}, 409, must),
        (
            "observations",
            {**of_table(rows[0]), "features": {"r": 1}},
            422,
            "features must have q, p, got 'r'",
        ),
        ("observations", {**of_table(rows[0]), "next": {}}, 422, "next must have p, got none"),
        ("expected", {"ds": ds, "features": {"q": 1}}, 422, "features must have p, got 'q'"),
        (
            "expected",
            {"ds": "1999-01-01", "features": {"p": 1}},
            409,
            f"ds must be one of the 500 times from {ds} on, got '1999-01-01'",
        ),
        ("forecast", {"features": {"q": [1.0]}}, 422, "features must have p, got 'q'"),
    ]
    for what, body, status, said in cases:
        answer = client.post(f"{ADDRESS}/{what}", json=body)
        assert answer.status_code == status, answer.text
        assert answer.json()["detail"].startswith(said)
    first = {**of_table(rows[0]), "features": {"p": 1e30, "q": 1}}  # p is not kept without y
    assert refused(client, "observations", {**first, "ds": rows[1]["ds"]})[0] == 409
    assert same_state(live.model.forecaster, type("Before", (), {"state": before})())
    assert live.number == 0


def test_a_model_without_features_takes_none_ahead(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    with served(opener_of(case_of(Setting())), tmp_path / "model") as (_, client):
        assert refused(client, "expected", {"ds": "2008-01-01", "features": {"p": 1}}) == (
            422,
            "features must not be given, the model has none, got 'p'",
        )
        assert client.get(ADDRESS).json()["known_ahead"] is None


def test_a_series_that_begins_brings_the_features_of_its_next_time(folder: Path) -> None:
    inputs = Inputs(1, features=("p",))
    case = case_of(Setting(inputs=inputs, batching=Batching(4, network="all"), lags=()))
    rows = [row for row in case.observed(20) if row["unique_id"] == "a"]
    online = Online(case.cut(20))
    said = "next must have p of the next time until a series has its first forecast, got none"
    with served(opener_of(case, 20), folder) as (live, client):
        for row, after in pairwise(rows):
            value = online.observe("new", row["ds"], row["y"], {"p": after["p"]})
            body = {"ds": row["ds"], "y": row["y"], "next": {"p": after["p"]}}
            if row is rows[0] or row is rows[1]:
                answer = client.post("/series/new/observations", json={**body, "next": None})
                assert (answer.status_code, answer.json()["detail"]) == (422, said)
            forecast = post(client, "observations", body, "/series/new")["forecast"]
            assert forecast == (None if np.isnan(value.forecast) else value.forecast)
        assert same_state(live.model.forecaster, online)


def priced(project: Project, months: int) -> list[dict[str, Any]]:
    """Write sales with a price as the source of a project; return the rows after them."""
    dates = pd.date_range("2020-01-01", periods=months + LEFT, freq="MS").strftime("%Y-%m-%d")
    generator = np.random.default_rng(3)
    price = 2.0 + generator.uniform(size=len(dates)).round(3)
    sales = (50 - 10 * price + generator.normal(size=len(dates))).round(3)
    table = pd.DataFrame({"month": dates, "sales": sales, "price": price})
    project.source(table.head(months).to_csv(index=False))
    later = table.loc[months : months + 1, ["month", "price"]].to_csv(index=False)
    (project.folder / "data/source/later.csv").write_text(later)
    project.set_keys({**OF_PRICED, "download.time_column": "month"})
    return table.tail(LEFT).to_dict("records")


@pytest.mark.promise("service")
@pytest.mark.slow
def test_a_model_of_the_pipeline_is_observed_collected_and_trained_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = priced(project, 36)
    project.run_all()
    address = "/series/sales"
    with served(OPENER, project.folder / "data/model", "service") as (_, client):
        coming = [{"ds": row["month"], "features": {"price": row["price"]}} for row in rows]
        first = post(client, "expected", coming, address)[0]
        online = open_online(project.folder / "data/model")
        assert first["forecast"] == online.expect("sales", {"price": rows[0]["price"]}).forecast
        bodies = [{"ds": row["month"], "y": row["sales"]} for row in rows[:-2]]
        answers = post(client, "observations", bodies, address)
        for row, after, answer in zip(rows, rows[1:], answers, strict=False):
            value = online.observe("sales", row["month"], row["sales"], {"price": after["price"]})
            assert answer == value._asdict()
        monkeypatch.chdir(project.folder)
        assert run_verb("collect", [])
        project.run_all()
        written = pd.read_csv(project.folder / "data/series.csv").tail(len(bodies))
        assert written["y"].tolist() == [body["y"] for body in bodies]
        assert written["price"].tolist() == [row["price"] for row in rows[:-2]]
        assert client.post("/model", json={}).json()["left_out"] == 0
        again = open_online(project.folder / "data/model")
        wanted = again.forecast("sales", 2, features={"price": [row["price"] for row in rows[-2:]]})
        shown = client.get(f"{address}/forecast", params={"h": 2}).json()
        forecasts = [row["forecast"] for row in shown["values"]]
        assert forecasts == wanted["forecast"].tolist()
        # the stage forecast has the features of times to come, which collect has added
        assert forecasts == pd.read_csv(project.folder / "data/future.csv")["forecast"].tolist()
