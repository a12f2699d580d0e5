"""The states of lanes. Oracle: states worked by hand."""

import numpy as np
import pytest

from statecast.forecasting.bank import Bank
from statecast.network.network import LayerState, Network, State

NETWORK = Network(1, (2,))
KEPT = np.array([False, False])


def states(*of_lanes: float, network: Network = NETWORK, repeats: int = 1) -> State:
    """Return states of some lanes: h is a number in every unit, and c its negative."""
    layers = []
    for units in network.units:
        hidden = np.zeros((repeats, len(of_lanes), units), np.float32)
        hidden[:] = np.array(of_lanes)[:, None]
        layers.append(LayerState(hidden, -hidden))
    return tuple(layers)


def filled() -> Bank:
    """Return a bank of three lanes that hold 1, 2 and 3."""
    bank = Bank(NETWORK, repeats=1, lanes=3)
    bank.put(np.arange(3), states(1, 2, 3))
    return bank


def first_units(taken: State) -> list[float]:
    return taken[0].hidden[0, :, 0].tolist()


def contents(bank: Bank) -> list[float]:
    return first_units(bank.take(np.arange(3), np.zeros(3, bool)))


def test_a_new_bank_has_seen_nothing() -> None:
    taken = Bank(NETWORK, repeats=2, lanes=3).take(np.array([0, 2]), KEPT)
    assert not taken[0].hidden.any()
    assert not taken[0].carry.any()


def test_take_gives_a_state_of_each_repeat_lane_and_unit() -> None:
    network = Network(1, (2, 5))
    taken = Bank(network, repeats=4, lanes=3).take(np.array([0, 2]), KEPT)
    assert [layer.hidden.shape for layer in taken] == [(4, 2, 2), (4, 2, 5)]
    assert [layer.carry.shape for layer in taken] == [(4, 2, 2), (4, 2, 5)]


def test_take_keeps_the_order_of_the_lanes() -> None:
    assert first_units(filled().take(np.array([2, 0]), KEPT)) == [3, 1]


def test_hidden_and_carry_are_kept_apart() -> None:
    taken = filled().take(np.array([1, 2]), KEPT)
    assert taken[0].carry[0, :, 0].tolist() == [-2, -3]


def test_put_leaves_the_other_lanes_alone() -> None:
    bank = filled()
    bank.put(np.array([2, 0]), states(30, 10))
    assert contents(bank) == [10, 2, 30]


def test_every_layer_and_repeat_is_put() -> None:
    network = Network(1, (2, 5))
    bank = Bank(network, repeats=2, lanes=2)
    bank.put(np.array([1]), states(7, network=network, repeats=2))
    taken = bank.take(np.array([1]), np.array([False]))
    assert [layer.hidden.mean() for layer in taken] == [7, 7]
    assert [layer.carry.mean() for layer in taken] == [-7, -7]


def test_a_reset_lane_starts_from_zero_and_the_others_do_not() -> None:
    taken = filled().take(np.array([0, 1]), np.array([True, False]))
    assert first_units(taken) == [0, 2]
    assert taken[0].carry[0, :, 0].tolist() == [0, -2]


def test_a_reset_changes_nothing_in_the_bank() -> None:
    bank = filled()
    bank.take(np.array([0, 1]), np.array([True, True]))
    assert contents(bank) == [1, 2, 3]


@pytest.mark.parametrize("lanes", [np.array([0, 1]), np.arange(3)])
def test_what_is_taken_can_be_changed_without_changing_the_bank(lanes: np.ndarray) -> None:
    bank = filled()
    taken = bank.take(lanes, np.zeros(len(lanes), bool))
    taken[0].hidden[:] = 99
    assert contents(bank) == [1, 2, 3]


def test_what_was_put_can_be_changed_without_changing_the_bank() -> None:
    bank = filled()
    given = states(1, 2, 3)
    bank.put(np.arange(3), given)
    given[0].hidden[:] = 99
    assert contents(bank) == [1, 2, 3]


def test_a_copy_starts_from_the_same_states() -> None:
    assert contents(filled().copy()) == [1, 2, 3]


def test_a_copy_goes_on_without_its_original() -> None:
    bank = filled()
    copied = bank.copy()
    copied.put(np.array([0]), states(50))
    assert contents(bank) == [1, 2, 3]


def test_the_original_goes_on_without_its_copy() -> None:
    bank = filled()
    copied = bank.copy()
    bank.put(np.array([0]), states(50))
    assert contents(copied) == [1, 2, 3]


def test_the_carry_of_a_copy_is_its_own_too() -> None:
    bank = filled()
    copied = bank.copy()
    bank.put(np.array([1]), states(50))
    taken = copied.take(np.array([1]), np.array([False]))
    assert taken[0].carry[0, 0, 0] == -2
