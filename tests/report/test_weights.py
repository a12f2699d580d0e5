"""What the columns of weights are called. Oracle: the biases that Keras starts from, and cells."""

import numpy as np
import pytest

from statecast.network.ensemble import Ensemble
from statecast.network.network import GATE_ORDER, GATES, Network
from statecast.report.weights import columns_of, weights_table
from statecast.training.initial import initial_weights
from tests.support.forecasts import KEY


@pytest.mark.parametrize("cell", list(GATE_ORDER))
def test_every_gate_has_a_name(cell: str) -> None:
    assert len(GATE_ORDER[cell]) == GATES[cell]


def test_the_forget_gate_is_the_one_whose_biases_keras_starts_at_1() -> None:
    bias = initial_weights(Network(1, (3,)), [0])[2].reshape(4, 3)
    is_forget = [name == "forget gate" for name in GATE_ORDER["lstm"]]
    np.testing.assert_array_equal((bias == 1).all(axis=1), is_forget)


def test_columns_are_counted_by_the_units_of_their_own_layer() -> None:
    network = Network(2, (5, 3), cell="gru")
    gates = "update gate, reset gate, candidate"
    assert columns_of("gru_0_kernel", network) == f"{gates}: 5 each"
    assert columns_of("gru_1_recurrent_kernel", network) == f"{gates}: 3 each"
    assert columns_of("head_kernel", network) == ""


def test_a_cell_without_gates_has_shapes_alone() -> None:
    network = Network(2, (5,), cell="simple_rnn")
    ensemble = Ensemble(network, [], [KEY], np.zeros(1, int))
    assert weights_table(ensemble).splitlines() == [
        "1 networks, of each:",
        "name                           shape  columns",
        "simple_rnn_0_kernel            2 x 5",
        "simple_rnn_0_recurrent_kernel  5 x 5",
        "simple_rnn_0_bias              5",
        "head_kernel                    5 x 1",
        "head_bias                      1",
    ]
