"""Rows, steps and lanes. Oracles: layouts written out by hand, and Keras's ``row s * B + b``."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecast.base.errors import StatecastError
from statecast.network.lanes import IDLE, Walk, calls, training_grid, training_walk


def test_interleaved_is_the_order_of_keras() -> None:
    grid = training_grid([8], 4)
    assert grid.rows.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert not grid.reset.any()


def test_rows_that_do_not_fill_a_batch_are_the_oldest() -> None:
    grid = training_grid([22], 4)
    assert grid.dropped == 2
    assert grid.rows.min() == 2
    assert grid.rows.shape == (5, 4)


def test_contiguous_lanes_hold_stretches() -> None:
    assert training_grid([6], 2, "contiguous").rows.tolist() == [[0, 3], [1, 4], [2, 5]]


def test_padding_rests_at_the_start_and_zeroes_the_state_after_it() -> None:
    grid = training_grid([7], 3, remainder="pad")
    assert grid.rows.tolist() == [[IDLE, IDLE, 0], [1, 2, 3], [4, 5, 6]]
    assert grid.reset.tolist() == [[False] * 3, [True, True, False], [False] * 3]


def test_sequences_take_a_lane_each_and_are_reset_where_they_end() -> None:
    grid = training_grid([2, 3, 1], 2, "sequences")
    assert grid.rows.tolist() == [[0, 2], [1, 3], [IDLE, 4], [5, IDLE]]
    assert grid.reset.tolist() == [[True, True], [False, False], [False, False], [True, True]]


def test_batch_larger_than_the_rows() -> None:
    with pytest.raises(StatecastError, match=r"train\.batch_size must be at most the 3 training rows, got 4"):
        training_grid([3], 4)


def test_walk_goes_on_where_training_ended() -> None:
    walk = training_walk(training_grid([7], 3), 4)
    assert walk.lane.tolist() == [IDLE, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0]
    contiguous = training_walk(training_grid([6], 2, "contiguous"), 2, "contiguous")
    assert contiguous.lane.tolist() == [0, 0, 0, 1, 1, 1, 1, 1]


def test_calls_of_one_row_are_the_rows() -> None:
    walk = training_walk(training_grid([8], 4), 0)
    assert calls(walk, 1).rows.tolist() == [[row] for row in range(8)]


@given(st.lists(st.integers(-1, 4), min_size=1, max_size=30), st.integers(1, 7))
def test_no_call_holds_two_rows_of_a_lane_and_none_is_lost(lanes: list[int], batch_size: int) -> None:
    plan = calls(Walk(np.array(lanes), np.zeros(len(lanes), bool)), batch_size)
    used = plan.rows != IDLE
    for lane, mask in zip(plan.lane, used, strict=True):
        assert len(set(lane[mask])) == mask.sum()
    assert plan.rows[used].tolist() == [row for row, lane in enumerate(lanes) if lane != IDLE]
