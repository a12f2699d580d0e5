"""The addresses of the service, asked in this process. Oracle: the mean worked by hand."""

from pathlib import Path

import pandas as pd
import pytest
from starlette.testclient import TestClient

from statecast.service.access import Access
from statecast.service.app import create_app
from statecast.service.history import history_of
from statecast.service.limits import BODY
from statecast.service.live import Live
from tests.service.conftest import HOST
from tests.support.running_mean import OPENER, day, write_model


def observe(client: TestClient, unique_id: str, body: object) -> tuple[int, object]:
    answer = client.post(f"/series/{unique_id}/observations", json=body)
    return answer.status_code, answer.json()


def test_an_observation_is_answered_by_the_next_forecast(client: TestClient) -> None:
    observe(client, "a", {"ds": day(1), "y": 2})
    answer = observe(client, "a", {"ds": day(2), "y": 4.0})
    ends = {"low": 2.0, "high": 4.0, "level": 0.9, "interval": "constant"}
    assert answer == (200, {"unique_id": "a", "ds": day(3), "forecast": 3.0, **ends})


def test_many_observations_are_answered_in_order(client: TestClient) -> None:
    status, answers = observe(client, "a", [{"ds": day(1), "y": 2}, {"ds": day(2), "y": 4}])
    assert status == 200
    assert [answer["forecast"] for answer in answers] == [2.0, 3.0]  # type: ignore[attr-defined]


def test_an_id_with_a_slash_is_one_id(client: TestClient) -> None:
    status, answer = observe(client, "b%2Fc", {"ds": day(1), "y": 2})
    assert (status, answer["unique_id"]) == (200, "b/c")  # type: ignore[index]
    assert client.get("/series/b%2Fc").json()["y"] == 2.0
    assert client.get("/series/b%2Fc/forecast").status_code == 200


def test_the_same_again_is_answered_the_same(client: TestClient) -> None:
    first = observe(client, "a", {"ds": day(1), "y": 2})
    observe(client, "a", {"ds": day(2), "y": 9})
    assert observe(client, "a", {"ds": day(1), "y": 2}) == first
    assert client.get("/healthz").json()["observations"] == 2


def test_a_forecast_has_as_many_rows_as_asked(client: TestClient) -> None:
    observe(client, "a", {"ds": day(1), "y": 2})
    future = client.get("/series/a/forecast", params={"h": 3}).json()
    assert [row["ds"] for row in future["values"]] == [day(2), day(3), day(4)]
    assert {row["forecast"] for row in future["values"]} == {2.0}
    assert (future["level"], future["interval"]) == (0.9, "constant")


def test_a_series_shows_its_last_values(client: TestClient) -> None:
    for number in range(1, 4):
        observe(client, "a", {"ds": day(number), "y": number})
    shown = client.get("/series/a", params={"n": 2}).json()
    assert (shown["ds"], shown["y"]) == (day(3), 3.0)
    assert [row["y"] for row in shown["values"]] == [2.0, 3.0]
    assert [row["forecast"] for row in shown["values"]] == [1.5, 2.0]
    assert shown["health"] == {"rmse": None, "count": 3}
    assert {row["interval"] for row in shown["values"]} == {"constant"}
    assert (shown["left_out"], shown["known_ahead"]) == (None, None)


def test_values_of_history_and_journal_stand_in_the_order_of_time(
    client: TestClient, live: Live
) -> None:
    observe(client, "a", [{"ds": day(1), "y": 1}, {"ds": day(2), "y": 2}])
    frame = pd.DataFrame({"unique_id": "a", "ds": [day(0), day(2), day(3)], "y": [0.0, 2.0, 3.0]})
    live.model = live.model._replace(history=history_of(frame))  # of a model that knows more
    values = client.get("/series/a").json()["values"]
    assert [(row["ds"], row["y"]) for row in values] == [(day(n), n) for n in range(4)]
    last = client.get("/series/a", params={"n": 1}).json()["values"]
    assert [row["ds"] for row in last] == [day(3)]


def test_series_are_listed_in_pages(client: TestClient) -> None:
    first = client.get("/series", params={"limit": 1}).json()
    assert [row["unique_id"] for row in first["series"]] == ["a"]
    second = client.get("/series", params={"limit": 1, "after": first["after"]}).json()
    assert [row["unique_id"] for row in second["series"]] == ["b/c"]
    assert second["after"] is None


def test_metrics_count_what_happened(client: TestClient) -> None:
    observe(client, "a", {"ds": day(1), "y": 2})
    observe(client, "a", {"ds": day(1), "y": 2})
    observe(client, "a", {"ds": day(1), "y": 3})
    lines = client.get("/metrics").text.splitlines()
    assert "statecast_observations_total 1" in lines
    assert "statecast_repeated_observations_total 1" in lines
    assert "statecast_refused_observations_total 1" in lines
    assert 'statecast_requests_total{status="409"} 1' in lines
    assert "statecast_journal_entries 1" in lines


def test_another_model_is_taken_from_beside_the_folder(client: TestClient, tmp_path: Path) -> None:
    write_model(tmp_path / "other", "a", added=10.0)
    answer = client.post("/model", json={"folder": "other"})
    assert answer.json()["folder"] == "other"
    assert observe(client, "a", {"ds": day(1), "y": 2})[1]["forecast"] == 12.0  # type: ignore[index]


def test_what_a_new_model_leaves_out_is_said(client: TestClient, tmp_path: Path) -> None:
    observe(client, "a", [{"ds": day(1), "y": 1}, {"ds": day(2), "y": 2}])
    observe(client, "b%2Fc", {"ds": day(1), "y": 1})
    write_model(tmp_path / "other", "a")
    assert client.post("/model", json={"folder": "other"}).json()["left_out"] == 1
    assert client.get("/healthz").json()["left_out"] == 1
    assert "statecast_left_out_observations 1\n" in client.get("/metrics").text
    said = client.get("/series/b%2Fc").json()["detail"]
    assert "got another one; 1 of its observations is left out: " in said


@pytest.mark.parametrize("folder", ["..", "../model", "/etc", ".hidden", "a/b", ""])
def test_no_other_folder_can_be_named(client: TestClient, folder: str) -> None:
    assert client.post("/model", json={"folder": folder}).status_code == 422


def test_a_folder_without_a_model_is_said_without_its_path(
    client: TestClient, tmp_path: Path
) -> None:
    answer = client.post("/model", json={"folder": "nothing"})
    assert answer.status_code == 422
    assert str(tmp_path) not in answer.text


SENTENCES = [
    ({"ds": day(1), "y": 3}, 409, f"{day(1)} must stay as it was taken, 2.0, got other values"),
    ({"ds": day(9), "y": 3}, 409, f"ds must be {day(2)}, got {day(9)}"),
    ({"ds": day(2)}, 422, "y must be given"),
    ({"ds": day(2), "y": "3"}, 422, "y must be a number, got '3'"),
    ({"ds": "x", "y": 3}, 422, "ds must be an integer or a time such as 2024-01-31, got 'x'"),
    ({"ds": day(2), "y": 3, "z": 1}, 422, "z must not be given, it is no key here"),
    ([], 422, "the body must have 1 or more entries, got []"),
    ("1", 422, "the body must be an object with keys, or a list of them"),
    (
        {"ds": day(2), "y": 3, "next": {"p": 1}},
        422,
        "next must not be given, the model has none, got 'p'",
    ),
    (
        [{"ds": day(2), "y": 3}, {"ds": day(3)}],
        422,
        "row 2 y must be given",
    ),
    (
        [{"ds": day(2), "y": 3}, {"ds": day(9), "y": 3}],
        409,
        f"row 2 of 2: ds must be {day(3)}, got {day(9)}; those before it are kept: 1",
    ),
]


@pytest.mark.promise("service")
@pytest.mark.parametrize(("body", "status", "sentence"), SENTENCES)
def test_an_error_is_one_sentence(
    client: TestClient, body: object, status: int, sentence: str
) -> None:
    observe(client, "a", {"ds": day(1), "y": 2})
    assert observe(client, "a", body) == (status, {"detail": sentence})


@pytest.mark.parametrize("y", ["NaN", "Infinity", "1e999", "-1e31", "1" + "0" * 400])
def test_a_value_that_is_not_finite_is_refused(client: TestClient, live: Live, y: str) -> None:
    body = f'{{"ds": "{day(1)}", "y": {y}}}'
    headers = {"Content-Type": "application/json"}
    answer = client.post("/series/a/observations", content=body, headers=headers)
    assert answer.status_code == 422
    assert live.number == 0


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 5000, b'{"ds": "\\ud800", "y": 1}'])
def test_a_body_that_cannot_be_read_is_said_in_a_sentence(client: TestClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post("/series/a/observations", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert list(answer.json()) == ["detail"]


@pytest.mark.promise("service")
def test_a_body_is_bounded(client: TestClient) -> None:
    content = b" " * (BODY + 1)
    headers = {"Content-Type": "application/json"}
    answer = client.post("/series/a/observations", content=content, headers=headers)
    assert (answer.status_code, answer.json()) == (
        413,
        {"detail": f"the body must be of at most {BODY} bytes"},
    )


def test_a_body_says_how_long_it_is(client: TestClient) -> None:
    answer = client.post("/series/a/observations", content=iter([b"{}"]))
    sentence = "the header Content-Length must say how long the body is"
    assert (answer.status_code, answer.json()) == (411, {"detail": sentence})


def test_a_form_of_another_site_is_no_body(client: TestClient) -> None:
    answer = client.post("/series/a/observations", data={"ds": day(1), "y": "1"})
    sentence = "the header Content-Type must be application/json"
    assert (answer.status_code, answer.json()) == (422, {"detail": sentence})


@pytest.mark.parametrize("path", ["/series/z", "/series/z/forecast", "/nothing", "/series/z/z/z"])
def test_what_is_not_there_is_said_in_a_sentence(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert list(answer.json()) == ["detail"]


@pytest.mark.promise("service")
def test_a_failure_inside_is_not_told(
    client: TestClient, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(live, "health", broken)
    answer = client.get("/series/a")
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_a_failing_journal_is_not_well(
    client: TestClient, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_is_behind", True)
    assert client.get("/healthz").status_code == 503


@pytest.mark.parametrize("path", ["/healthz", "/series", "/", "/series/a"])
def test_head_is_answered_as_get(client: TestClient, path: str) -> None:
    assert client.head(path).status_code == 200


def test_an_id_may_have_several_lines(tmp_path: Path, store: Path) -> None:
    live = Live(write_model(tmp_path / "lines", "a\nb"), store, OPENER)
    with TestClient(create_app(live, Access("127.0.0.1")), base_url=HOST) as client:
        assert observe(client, "a%0Ab", {"ds": day(1), "y": 2})[0] == 200
        assert client.get("/series/a%0Ab").json()["unique_id"] == "a\nb"
    live.close()


def test_the_reference_lists_every_address(client: TestClient) -> None:
    page = client.get("/docs").text
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in page
    assert "<script" not in page
