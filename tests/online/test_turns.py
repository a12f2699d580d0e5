"""Features of the same time, and what comes out of turn. Oracle: ``expect`` before ``observe``."""

from typing import Any

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.data.inputs import Inputs
from statecast.online.kit import OutOfTurnError
from statecast.online.online import Online
from statecast.online.series import LiveSeries
from tests.support.living import Setting, case_of

CASE = case_of(Setting(inputs=Inputs(2, features=("p",), lagged=("q",))))
FIRST, SECOND = [row for row in CASE.observed(5) if row["unique_id"] == "a"][:2]


def opened() -> Online:
    return Online(CASE.cut(5))


def observe(online: Online, row: dict[str, Any], known_here: dict[str, float] | None) -> None:
    online.observe("a", row["ds"], row["y"], {"q": row["q"]}, known_here)


def test_features_may_come_with_the_value_of_their_time() -> None:
    first, second = opened(), opened()
    observe(first, FIRST, {"p": FIRST["p"]})
    second.expect("a", {"p": FIRST["p"]})
    observe(second, FIRST, {"p": FIRST["p"]})
    for name, array in first.state.arrays.items():
        np.testing.assert_array_equal(array, second.state.arrays[name])
    assert first.awaits("a")
    assert first.next_times("a", 2)[0] == SECOND["ds"]


def test_other_features_than_those_known_are_out_of_turn() -> None:
    online = opened()
    assert online.awaits("a")
    online.expect("a", {"p": 1.0})
    assert not online.awaits("a")
    with pytest.raises(OutOfTurnError, match="must be those known"):
        observe(online, FIRST, {"p": 2.0})


def test_a_refused_value_leaves_its_features_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise StatecastError("forecasts must stay finite")

    online = opened()
    before = online.state
    monkeypatch.setattr(LiveSeries, "_take", refuse)
    with pytest.raises(StatecastError, match="finite"):
        observe(online, FIRST, {"p": FIRST["p"]})
    assert online.awaits("a")
    for name, array in online.state.arrays.items():
        np.testing.assert_array_equal(array, before.arrays[name])


@pytest.mark.parametrize("known_here", [None, {"p": 1.0}])
def test_another_time_than_the_next_is_out_of_turn(known_here: dict[str, float] | None) -> None:
    with pytest.raises(OutOfTurnError, match="must"):
        observe(opened(), SECOND, known_here)


def test_one_network_for_all_series_lets_others_begin() -> None:
    assert not opened().may_begin
    assert opened().features == ("p",)
    assert opened().lagged == ("q",)
