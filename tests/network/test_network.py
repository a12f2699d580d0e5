"""What a network is. Oracles: by hand, the inverse, and the weights of Keras's networks."""

import json
from typing import Any

import pytest

from statecast.network.network import (
    Network,
    lifted,
    network_from_json,
    weight_shapes,
    zero_state,
)
from statecast.training.export import keras_model
from statecast.training.initial import initial_weights

CELLS = ["lstm", "gru", "simple_rnn", "dense"]


@pytest.mark.parametrize("cell", CELLS)
def test_weights_have_the_shapes_of_keras(cell: Any) -> None:
    network = Network(2, (3, 4), outputs=2, cell=cell, highway=True)
    model = keras_model(network, 1)
    ours = [shape for _, shape in weight_shapes(network)]
    assert ours == [weight.shape for weight in model.get_weights()]


@pytest.mark.parametrize(("cell", "count"), [("lstm", 6), ("dense", 4)])
def test_weights_of_the_layers_are_counted(cell: Any, count: int) -> None:
    assert Network(2, (3, 4), cell=cell).weights_of_layers == count


@pytest.mark.parametrize("cell", CELLS)
def test_lifted_weights_have_three_axes(cell: Any) -> None:
    network = Network(2, (3,), cell=cell, highway=True)
    weights = lifted(initial_weights(network, [3, 4]))
    assert {weight.ndim for weight in weights} == {3}


def test_zero_state_has_the_units_of_each_layer() -> None:
    state = zero_state(Network(2, (3, 4)), 5, 6)
    assert [layer.hidden.shape for layer in state] == [(5, 6, 3), (5, 6, 4)]
    assert not any(layer.hidden.any() or layer.carry.any() for layer in state)


def test_hidden_state_and_carry_share_no_memory() -> None:
    (layer,) = zero_state(Network(2, (3,)), 1, 1)
    layer.hidden[:] = 1
    assert not layer.carry.any()


def test_json_describes_the_same_network() -> None:
    network = Network(2, (3, 4), 2, "gru", "softmax", "hard_sigmoid", highway=True, steps=5)
    assert network_from_json(json.loads(json.dumps(network.as_json()))) == network
