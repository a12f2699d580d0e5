"""Who may ask. Oracle: a table written by hand."""

import base64
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from statecast.base.errors import StatecastError
from statecast.service.access import Access, access_of, denial_of
from statecast.service.app import create_app
from statecast.service.live import Live

TOKEN = "a-token-of-20-letters"  # noqa: S105 (of these tests alone)
BASIC = base64.b64encode(f"anybody:{TOKEN}".encode()).decode()
LOCAL = {"host": "127.0.0.1:8000"}


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000", "127.0.0.2"])
def test_this_machine_may_ask(host: str) -> None:
    assert denial_of(Access("127.0.0.1"), "GET", "/", {"host": host}) is None


@pytest.mark.promise("service")
@pytest.mark.parametrize(
    "host", ["", "evil.example", "evil.example:8000", "10.0.0.1", "127.0.0.1.x"]
)
def test_a_name_that_leads_here_may_not_ask(host: str) -> None:
    denial = denial_of(Access("127.0.0.1"), "GET", "/", {"host": host})
    assert denial is not None
    assert denial.status == 403


@pytest.mark.parametrize(
    ("authorization", "may"),
    [
        (f"Bearer {TOKEN}", True),
        (f"bearer {TOKEN}", True),
        (f"Basic {BASIC}", True),
        (TOKEN, False),
        (f"Bearer {TOKEN}x", False),
        ("Bearer ", False),
        ("Basic !!!", False),
        ("Bearer é", False),
        ("", False),
    ],
)
def test_a_token_opens(authorization: str, may: bool) -> None:
    headers = {"host": "here.example", "authorization": authorization}
    denial = denial_of(Access("0.0.0.0", TOKEN), "GET", "/series", headers)  # noqa: S104
    assert (denial is None) == may


def test_health_needs_no_token() -> None:
    assert denial_of(Access("h", TOKEN), "GET", "/healthz", {"host": "here.example"}) is None


@pytest.mark.promise("service")
@pytest.mark.parametrize(
    ("origin", "may"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://evil.example", False),
        ("null", False),
        ("http://127.0.0.1:9000", False),
    ],
)
def test_a_page_of_another_site_changes_nothing(origin: str, may: bool) -> None:
    headers = {**LOCAL, "origin": origin}
    assert (denial_of(Access("127.0.0.1"), "POST", "/model", headers) is None) == may
    assert denial_of(Access("127.0.0.1"), "GET", "/series", headers) is None


@pytest.mark.promise("service")
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "here.example"])  # noqa: S104
def test_another_host_needs_a_token(host: str, tmp_path: Path) -> None:
    with pytest.raises(StatecastError, match="--host must be"):
        access_of(host, None)
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    assert access_of(host, tmp_path / "token") == Access(host, TOKEN)


@pytest.mark.parametrize("text", ["", "short\n", "with a space in it, and long\n", "\xff" * 20])
def test_a_weak_token_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(text)
    with pytest.raises(StatecastError, match="--token-file must"):
        access_of("127.0.0.1", tmp_path / "token")


def test_a_browser_is_asked_for_the_token(live: Live) -> None:
    with TestClient(create_app(live, Access("h", TOKEN)), base_url="http://h") as client:
        answer = client.get("/series")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic ")
        assert client.get("/series", auth=("any", TOKEN)).status_code == 200
