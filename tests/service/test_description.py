"""What the OpenAPI description says holds for whatever it allows: schemathesis, in this process."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    response_schema_conformance,
    status_code_conformance,
)

from statecast.service.access import Access
from statecast.service.app import create_app
from statecast.service.live import Live
from tests.support.running_mean import OPENER, write_model

TOKEN = "a-token-of-these-tests"  # noqa: S105
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
FEW = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
MANY = settings(FEW, max_examples=60, stateful_step_count=8)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("described")
    live = Live(write_model(folder / "model", "a", may_begin=True), folder / "store", OPENER)
    app = create_app(live, Access("here", TOKEN))
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, headers=HEADERS)
    yield schema.exclude(path="/events")  # it does not end
    live.close()


def test_every_answer_is_described(api: Any) -> None:
    for operation in api.get_all_operations():

        @FEW
        @given(case=operation.ok().as_strategy())
        def is_described(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=HEADERS, checks=CHECKS)

        is_described()


@pytest.mark.slow
def test_every_answer_is_described_along_links(api: Any) -> None:
    class Walk(api.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: schemathesis.Case) -> dict[str, Any]:
            del case
            return {"headers": HEADERS}

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            case.validate_response(response, checks=CHECKS, headers=HEADERS)

    Walk.run(settings=MANY)
