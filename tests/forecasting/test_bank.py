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
    bank = Bank(NETWORK, networks=1, lanes=3)
    bank.put(np.arange(3), states(1, 2, 3))
    return bank


def first_units(taken: State) -> list[float]:
    return taken[0].hidden[0, :, 0].tolist()


def contents(bank: Bank) -> list[float]:
    return first_units(bank.take(np.arange(3), np.zeros(3, bool)))


def test_a_new_bank_has_seen_nothing() -> None:
    taken = Bank(NETWORK, networks=2, lanes=3).take(np.array([0, 2]), KEPT)
    assert not taken[0].hidden.any()
    assert not taken[0].carry.any()


def test_take_gives_a_state_of_each_repeat_lane_and_unit() -> None:
    network = Network(1, (2, 5))
    taken = Bank(network, networks=4, lanes=3).take(np.array([0, 2]), KEPT)
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
    bank = Bank(network, networks=2, lanes=2)
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


def test_each_network_may_take_and_put_lanes_of_its_own() -> None:
    bank = Bank(NETWORK, networks=2, lanes=3)
    bank.put(np.array([[0], [2]]), states(7, repeats=2))
    taken = bank.take(np.array([[0, 1], [1, 2]]), np.array([[False, False], [False, True]]))
    assert taken[0].hidden[..., 0].tolist() == [[7, 0], [0, 0]]
    of_second = bank.take(np.array([2]), np.array([False]))
    assert of_second[0].hidden[:, 0, 0].tolist() == [0, 7]


def test_lanes_are_copied_side_by_side_into_a_wider_bank() -> None:
    """Of two networks, the first goes to the lanes 3 to 5, the second to the lanes 0 to 2."""
    bank = Bank(NETWORK, networks=2, lanes=3)
    bank.put(np.arange(3), states(1, 2, 3, repeats=2))
    wider = Bank(NETWORK, networks=2, lanes=6)
    bank.copy_to(wider, np.array([0, 1]), np.array([3, 0]))
    taken = wider.take(np.arange(6), np.zeros(6, bool))
    assert taken[0].hidden[..., 0].tolist() == [[0, 0, 0, 1, 2, 3], [1, 2, 3, 0, 0, 0]]
    assert taken[0].carry[0, :, 1].tolist() == [0, 0, 0, -1, -2, -3]


def test_a_copy_goes_on_without_its_original() -> None:
    bank = filled()
    copied = Bank(NETWORK, networks=1, lanes=3)
    bank.copy_to(copied, np.array([0]), np.array([0]))
    copied.put(np.array([0]), states(50))
    assert contents(bank) == [1, 2, 3]
    assert contents(copied) == [50, 2, 3]
