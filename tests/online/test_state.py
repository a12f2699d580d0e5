"""The state of a forecaster, saved and set back. Oracle: one that was never stopped."""

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.data.inputs import Inputs
from statecast.network.batching import Batching
from statecast.online import clock
from statecast.online.health import WINDOW
from statecast.online.online import Online
from statecast.online.state import OnlineState, read_state
from tests.support.living import Setting, case_of

OBSERVED = 20
HARD = Setting(
    network={"units": (3, 2), "cell": "gru"},
    inputs=Inputs(3, features=("p",), lagged=("q",), calendar=("month",)),
    lags=(1, 12),
    transform="log",
)
SHARED = Setting(batching=Batching(3, network="all"), inputs=Inputs(2), fill="seasonal")


def observe_all(online: Online, rows: list[dict[str, Any]], inputs: Inputs) -> list[Any]:
    """Observe rows, the features of the next time being the same, and return the forecasts."""
    names = [*inputs.lagged, *inputs.features]
    answers = []
    for row in rows:
        columns = {name: row[name] for name in names}
        if np.isnan(online.next_value(row["unique_id"]).forecast):
            online.expect(row["unique_id"], {name: row[name] for name in inputs.features})
        answers.append(online.observe(row["unique_id"], row["ds"], row["y"], columns))
    return answers


@pytest.mark.parametrize("setting", [Setting(), HARD, SHARED], ids=["plain", "hard", "shared"])
def test_a_restored_forecaster_goes_on_as_one_that_never_stopped(
    setting: Setting, tmp_path: Path
) -> None:
    case = case_of(setting)
    rows = case.observed(OBSERVED)
    whole = Online(case.cut(OBSERVED))
    first = Online(case.cut(OBSERVED))
    answers = observe_all(whole, rows, setting.inputs)
    observe_all(first, rows[:15], setting.inputs)
    first.state.save(tmp_path / "state")
    second = Online(case.cut(OBSERVED))
    second.restore(read_state(tmp_path / "state"))
    assert observe_all(second, rows[15:], setting.inputs) == answers[15:]
    for name in whole.series():
        assert second.health(name) == whole.health(name)
        assert second.last(name) == whole.last(name)
    same_state(second.state, whole.state)


def same_state(state: OnlineState, expected: OnlineState) -> None:
    assert state.names == expected.names
    for name, array in expected.arrays.items():
        np.testing.assert_array_equal(state.arrays[name], array)


def test_a_state_is_a_copy() -> None:
    case = case_of(Setting())
    online = Online(case.cut(OBSERVED))
    before = online.state
    observe_all(online, case.observed(OBSERVED), Inputs(1))
    same_state(before, Online(case.cut(OBSERVED)).state)


def test_a_state_that_waits_for_features_waits_again() -> None:
    setting = Setting(inputs=Inputs(2, features=("p",)))
    case = case_of(setting)
    online = Online(case.cut(OBSERVED))
    back = Online(case.cut(OBSERVED))
    back.restore(online.state)
    with pytest.raises(StatecastError, match="expect"):
        back.observe("a", case.observed(OBSERVED)[0]["ds"], 50.0, {"p": 1.0})
    assert back.expect("a", {"p": 0.5}) == online.expect("a", {"p": 0.5})


def test_errors_older_than_the_window_are_forgotten_in_the_same_order() -> None:
    case = case_of(Setting(frequency=""))
    online = Online(case.cut(1))
    for count in range(WINDOW + 5):
        online.observe("a", online.next_value("a").ds, 50.0 + count % 7)
    back = Online(case.cut(1))
    back.restore(online.state)
    for count in range(9):
        for own in (online, back):
            own.observe("a", own.next_value("a").ds, 60.0 - count)
    assert back.health("a") == online.health("a")
    assert back.health("a").count == WINDOW
    assert back.health("a").observed == WINDOW + 14


def test_thousands_of_observations_take_no_more_memory_and_no_more_time() -> None:
    """A number kept of each of the last 2,000 would take 48 kB."""
    online = Online(case_of(Setting(inputs=Inputs(12), lags=(1, 12), frequency="")).cut(1))
    observe_one_by_one(online, 3000)
    tracemalloc.start()
    observe_one_by_one(online, 100)  # what is kept is traced from here on
    before = bytes_kept()
    observe_one_by_one(online, 2000)
    after = bytes_kept()
    tracemalloc.stop()
    assert abs(after - before) < 24_000
    series: Any = online._series["a"]
    assert max(map(len, [*series.memory.lists(), series.errors.errors])) <= WINDOW
    young = Online(case_of(Setting(inputs=Inputs(12), lags=(1, 12), frequency="")).cut(1))
    assert seconds_of(online, 100) < 2 * seconds_of(young, 100)


def bytes_kept() -> int:
    """Return how many bytes are in use beside the times ahead, whose number is bounded."""
    clock._ahead.cache_clear()
    kept, _ = tracemalloc.get_traced_memory()
    return kept


def observe_one_by_one(online: Online, count: int) -> None:
    """Observe so many values at the next times."""
    for place in range(count):
        online.observe("a", online.next_value("a").ds, 50.0 + place % 7)


def seconds_of(online: Online, count: int) -> float:
    """Return the processor time of so many observations, the least of several times."""
    seconds = []
    for _ in range(5):
        before = time.process_time()
        observe_one_by_one(online, count)
        seconds.append(time.process_time() - before)
    return min(seconds)


def test_the_state_of_other_networks_is_refused() -> None:
    state = Online(case_of(Setting()).cut(OBSERVED)).state
    other = Online(case_of(Setting(lags=())).cut(OBSERVED))
    with pytest.raises(StatecastError, match="the state must be one of these networks"):
        other.restore(state)


def without_a_series(state: OnlineState) -> OnlineState:
    arrays = {name: array[1:] for name, array in state.arrays.items()}
    return OnlineState(state.model, state.names[1:], arrays)


def with_other_shapes(state: OnlineState) -> OnlineState:
    arrays = {name: array[..., None] for name, array in state.arrays.items()}
    return OnlineState(state.model, state.names, arrays)


def without_an_array(state: OnlineState) -> OnlineState:
    return OnlineState(state.model, state.names, {})


@pytest.mark.parametrize("damage", [without_a_series, with_other_shapes, without_an_array])
def test_a_damaged_state_is_refused_and_changes_nothing(
    damage: Callable[[OnlineState], OnlineState],
) -> None:
    case = case_of(Setting())
    online = Online(case.cut(OBSERVED))
    expected = online.state
    with pytest.raises(StatecastError, match="must"):
        online.restore(damage(online.state))
    same_state(online.state, expected)


@pytest.mark.parametrize("name", ["state.npz", "state.json"])
def test_a_damaged_file_of_a_state_is_named(name: str, tmp_path: Path) -> None:
    Online(case_of(Setting()).cut(OBSERVED)).state.save(tmp_path)
    (tmp_path / name).write_bytes(b"{")
    with pytest.raises(StatecastError, match=name):
        read_state(tmp_path)


def test_a_state_of_an_older_file_is_what_was_written(tmp_path: Path) -> None:
    state = Online(case_of(SHARED).cut(OBSERVED)).state
    state.save(tmp_path)
    back = read_state(tmp_path)
    assert (back.model, back.begun) == (state.model, state.begun)
    same_state(back, state)
