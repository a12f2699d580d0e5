"""docs/service.md says what the service does. Oracles: its limits, its addresses, its commands."""

import re

import pytest

from statecast.service import limits
from tests.support.project import ROOT

TEXT = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
LIMITS = {
    "bytes of a body": limits.BODY,
    "observations of a request": limits.OBSERVATIONS,
    "steps ahead": limits.HORIZON,
    "characters of an id": limits.LONGEST_ID,
    "series": limits.SERIES,
    "those that listen to events": limits.SUBSCRIBERS,
    "requests that wait for the journal": limits.WAITING,
    "connections": limits.CONNECTIONS,
    "seconds of a connection without a request, and of a body that is sent": limits.SECONDS_OF_BODY,
}


@pytest.mark.parametrize("what", LIMITS)
def test_the_document_says_each_limit(what: str) -> None:
    assert f"| {what} | {LIMITS[what]:,} |" in TEXT


def test_the_document_lists_every_address(client: object) -> None:
    description = client.get("/openapi.json").json()  # type: ignore[attr-defined]
    named = {re.sub(r"\{\w+\}", "{id}", path) for path in description["paths"]}
    listed = set(re.findall(r"`(?:GET|POST) (/[^`?]*)", TEXT))
    assert named | {"/openapi.json", "/docs"} == listed
