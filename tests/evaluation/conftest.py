"""No test knows what another has forecast: some put other methods in place."""

import pytest

from statecast.evaluation import known_walks


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_walks, "_known", known_walks.OrderedDict())
