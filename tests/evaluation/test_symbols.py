"""How well symbols are recalled. Oracles: counts written out by hand; a network without memory."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from statecast.base.identity import ALL_SERIES, SeriesKey
from statecast.evaluation.symbols import (
    TRACE_COLUMNS,
    Recalled,
    accuracy_of,
    memory_trace,
    recall_headline,
    recall_scores,
    recalled_by,
    trained_beside,
)
from statecast.forecasting.forecaster import Forecaster
from statecast.forecasting.rebatched import Rebatched
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble
from statecast.network.network import Network
from statecast.network.rows import SeriesRows
from tests.support.forecasts import ensemble_of, random_ensemble, random_rows

FIRST = Recalled(np.array([0, 1]), np.array([[0, 1], [0, 2], [0, 1], [1, 1]]))
SECOND = Recalled(np.array([2]), np.array([[2], [2], [0], [2]]))


def next_modulo_3() -> Ensemble:
    """Return a network without memory whose weights say: after symbol s comes s + 1, modulo 3."""
    one_hot = np.eye(3, dtype=np.float32)
    shift = 50 * np.roll(one_hot, 1, axis=1)
    none = np.zeros((1, 3), np.float32)
    network = Network(3, (3,), 3, "dense", "softmax")
    return ensemble_of(network, [3 * one_hot[None], none, shift[None], none], ALL_SERIES)


def sequence(symbols: list[int]) -> SeriesRows:
    """Return the transitions of a sequence, trained on and evaluated."""
    one_hot = np.eye(3)[symbols]
    count = len(symbols) - 1
    rows = SeriesRows(SeriesKey("s"), np.arange(count), one_hot[:-1], one_hot[1:], (count, 0, 0))
    return rows._replace(test_is_train=True)


def test_accuracy_over_all_transitions_by_hand() -> None:
    accuracy = accuracy_of([FIRST, SECOND])
    assert accuracy.every.tolist() == pytest.approx([1, 2 / 3, 2 / 3, 2 / 3])


def test_accuracy_on_the_last_transitions_by_hand() -> None:
    assert accuracy_of([FIRST, SECOND]).last.tolist() == [1, 0.5, 0.5, 1]


def test_scores_are_spreads_over_repeats() -> None:
    scores = recall_scores([FIRST, SECOND])
    assert scores["accuracy"]["mean"] == pytest.approx((1 + 2 / 3 + 2 / 3 + 2 / 3) / 4)
    assert scores["accuracy_last"]["mean"] == pytest.approx((1 + 0.5 + 0.5 + 1) / 4)
    assert scores["accuracy_last"]["min"] == 0.5


def test_shares_of_repeats_without_an_error_by_hand() -> None:
    scores = recall_scores([FIRST, SECOND])
    assert scores["share_all_right"] == 0.25
    assert scores["share_last_right"] == 0.5


def test_the_headline_has_means_and_shares() -> None:
    scores = recall_scores([FIRST, SECOND])
    assert recall_headline(scores) == {
        "accuracy": {"mean": scores["accuracy"]["mean"]},
        "accuracy_last": {"mean": 0.75},
        "share_all_right": 0.25,
        "share_last_right": 0.5,
    }


def test_scores_of_the_sequences_trained_on_stand_beside() -> None:
    scores = recall_scores([SECOND], [FIRST])
    assert scores["accuracy_last"]["mean"] == 0.75
    assert scores["trained"]["accuracy"]["mean"] == pytest.approx((1 + 0.5 + 1 + 0.5) / 4)
    assert scores["trained"]["share_all_right"] == 0.5
    assert recall_headline(scores)["trained"]["accuracy_last"] == {"mean": 0.75}


def test_sequences_trained_on_stand_beside_those_held_out_alone() -> None:
    trained = sequence([0, 1, 2])
    held_out = trained._replace(sizes=(0, 0, 2), test_is_train=False)
    assert trained_beside([trained]) == []
    assert [rows.sizes for rows in trained_beside([trained, held_out])] == [(2, 0, 0)]


def test_symbols_are_the_largest_outputs() -> None:
    """The network says 1 2 0 after 0 1 2; the sequence goes on with 1 2 2."""
    networks = Rebatched(next_modulo_3(), Batching(1, "sequences", network="all"), 1, "lanes")
    recalled = recalled_by(networks, sequence([0, 1, 2, 2]))
    assert recalled.expected.tolist() == [1, 2, 2]
    assert recalled.predicted.tolist() == [[1, 2, 0]]
    assert recalled.is_right().tolist() == [[True, True, False]]


def network_of(units: tuple[int, ...] = (3, 2), *, steps: int = 1) -> Rebatched:
    """Return two repeats that are handed one row after the other."""
    ensemble = random_ensemble(units, features=1, key=ALL_SERIES)
    network = replace(ensemble.network, steps=steps)
    return Rebatched(
        replace(ensemble, network=network), Batching(1, "sequences", network="all"), 1, "lanes"
    )


def second_repeat(networks: Rebatched) -> Forecaster:
    ensemble = networks.ensemble
    return Forecaster(ensemble.network, [weight[[1]] for weight in ensemble.weights], 1)


def test_a_trace_has_a_row_a_time_and_unit_of_the_first_layer() -> None:
    trace = memory_trace(network_of(), random_rows(4, 0), 1)
    assert list(trace) == TRACE_COLUMNS
    assert trace["ds"].tolist() == [0] * 3 + [1] * 3 + [2] * 3 + [3] * 3
    assert trace["unit"].tolist() == [1, 2, 3] * 4


@pytest.mark.parametrize("steps", [1, 2])
def test_a_trace_has_the_carry_after_each_row(steps: int) -> None:
    networks = network_of(steps=steps)
    rows = random_rows(4, 0, features=steps)
    trace = memory_trace(networks, rows, 1)
    forecaster = second_repeat(networks)
    for row in rows.x:
        forecaster(row[None])
    assert_allclose(trace["carry"].to_numpy()[-3:], forecaster.state[0].carry[0, 0])


def test_a_trace_has_the_gates_before_the_state_moves_on() -> None:
    networks = network_of()
    rows = random_rows(4, 0)
    trace = memory_trace(networks, rows, 1)
    forecaster = second_repeat(networks)
    forecaster(rows.x[[0]])
    gates = forecaster.forget_gates(rows.x[[1]])[0, 0]
    assert_allclose(trace["forget"].to_numpy()[3:6], gates)


def test_a_trace_begins_anew_where_walk_forward_does() -> None:
    """Where the state is reset at each row, a row is as if it were the first one."""
    networks = network_of()._replace(policy="reset")
    rows = random_rows(4, 0)
    trace = memory_trace(networks, rows, 1)
    forecaster = second_repeat(networks)
    forecaster(rows.x[[3]])
    assert_allclose(trace["carry"].to_numpy()[-3:], forecaster.state[0].carry[0, 0])
