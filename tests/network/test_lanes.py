"""Rows, steps and lanes. Oracles: layouts written out by hand, and Keras's ``row s * B + b``."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecast.base.errors import StatecastError
from statecast.network.lanes import (
    IDLE,
    Layout,
    Sharing,
    StatePolicy,
    Walk,
    predecessors,
    sequence_walk,
    training_grid,
    training_walk,
    with_policy,
)


def walk_of(lanes: list[int], resets: list[int] | None = None) -> Walk:
    """Return a walk that resets at no row, or where ``resets`` is 1."""
    return Walk(np.array(lanes), np.array(resets or [0] * len(lanes), bool))


def test_interleaved_is_the_order_of_keras() -> None:
    grid = training_grid([8], 4)
    assert grid.rows.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_rows_that_fill_the_batches_are_reset_nowhere() -> None:
    assert not training_grid([8], 4).reset.any()


def test_rows_that_do_not_fill_a_batch_are_the_oldest() -> None:
    grid = training_grid([22], 4)
    assert grid.left_out == 2
    assert grid.rows.min() == 2
    assert grid.rows.shape == (5, 4)


def test_contiguous_lanes_hold_stretches() -> None:
    assert training_grid([6], 2, "contiguous").rows.tolist() == [[0, 3], [1, 4], [2, 5]]


def test_contiguous_lanes_begin_after_the_rows_that_are_left_out() -> None:
    grid = training_grid([7], 3, "contiguous")
    assert grid.left_out == 1
    assert grid.rows.tolist() == [[1, 3, 5], [2, 4, 6]]


def test_padding_rests_at_the_start_and_zeroes_the_state_after_it() -> None:
    grid = training_grid([7], 3, remainder="pad")
    assert grid.rows.tolist() == [[IDLE, IDLE, 0], [1, 2, 3], [4, 5, 6]]
    assert grid.reset.tolist() == [[False] * 3, [True, True, False], [False] * 3]


def test_padding_leaves_out_no_row() -> None:
    assert training_grid([7], 3, remainder="pad").left_out == 0


def test_padded_contiguous_lanes_rest_at_the_start_of_the_oldest_stretch() -> None:
    grid = training_grid([5], 2, "contiguous", remainder="pad")
    assert grid.rows.tolist() == [[IDLE, 2], [0, 3], [1, 4]]
    assert grid.reset.tolist() == [[False, False], [True, False], [False, False]]


def test_padding_takes_a_batch_that_is_larger_than_the_rows() -> None:
    assert training_grid([3], 4, remainder="pad").rows.tolist() == [[IDLE, 0, 1, 2]]


def test_sequences_take_a_lane_each_and_are_reset_where_they_end() -> None:
    grid = training_grid([2, 3, 1], 2, "sequences", network="all")
    assert grid.rows.tolist() == [[0, 2], [1, 3], [IDLE, 4], [5, IDLE]]
    assert grid.reset.tolist() == [[True, True], [False, False], [False, False], [True, True]]


def test_interleaved_series_of_a_network_take_all_lanes_and_are_reset_where_they_end() -> None:
    grid = training_grid([4, 3], 2, "interleaved", network="all")
    assert grid.rows.tolist() == [[0, 1], [2, 3], [4, 5], [6, IDLE]]
    assert grid.reset.all(axis=1).tolist() == [True, False, True, False]
    assert not grid.reset[1::2].any()
    assert grid.left_out == 0


def test_interleaved_series_of_a_network_are_filled_up_to_whole_updates() -> None:
    grid = training_grid([2, 5], 2, "interleaved", rows_per_update=2, network="all")
    rest = [IDLE, IDLE]
    assert grid.rows.tolist() == [[0, 1], rest, [2, 3], [4, 5], [6, IDLE], rest]


def test_updates_of_several_rows_leave_out_what_fills_no_update() -> None:
    """Two lanes of two rows an update are four rows: of nine the oldest is left out."""
    grid = training_grid([9], 2, rows_per_update=2)
    assert grid.left_out == 1
    assert grid.rows.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]


def test_contiguous_updates_of_several_rows_are_stretches_of_a_lane() -> None:
    grid = training_grid([9], 2, "contiguous", rows_per_update=2)
    assert grid.rows.tolist() == [[1, 5], [2, 6], [3, 7], [4, 8]]


def test_padded_updates_of_several_rows_rest_at_the_start() -> None:
    grid = training_grid([5], 2, remainder="pad", rows_per_update=2)
    assert grid.rows.tolist() == [[IDLE, IDLE], [IDLE, 0], [1, 2], [3, 4]]
    assert grid.reset.tolist() == [[False, False], [False, True], [True, False], [False, False]]


def test_sequences_are_filled_up_to_whole_updates() -> None:
    grid = training_grid([2, 3], 2, "sequences", rows_per_update=2, network="all")
    assert grid.rows.tolist() == [[0, 2], [1, 3], [IDLE, 4], [IDLE, IDLE]]


@pytest.mark.parametrize(
    ("network", "layout"),
    [
        ("each", "interleaved"),
        ("each", "contiguous"),
        ("all", "sequences"),
        ("all", "interleaved"),
    ],
)
def test_stateless_lanes_are_zeroed_at_every_update(network: Sharing, layout: Layout) -> None:
    grid = training_grid([8], 2, layout, network=network, stateful=False, rows_per_update=2)
    assert grid.reset.all(axis=1).tolist() == [step % 2 == 0 for step in range(len(grid.rows))]


def test_batch_larger_than_the_rows_is_refused() -> None:
    what = "`batch_size` must be at most the 3 training rows, got 4"
    with pytest.raises(StatecastError, match=what):
        training_grid([3], 4)


def test_updates_larger_than_the_rows_are_refused() -> None:
    what = "`batch_size` x `rows_per_update` must be at most the 3 training rows, got 4"
    with pytest.raises(StatecastError, match=what):
        training_grid([3], 2, rows_per_update=2)


def test_layout_of_one_series_takes_no_two() -> None:
    what = "`network` each must have one series, got 2 series"
    with pytest.raises(StatecastError, match=what):
        training_grid([3, 4], 2)


@pytest.mark.parametrize(
    ("network", "layout", "message"),
    [
        ("each", "sequences", "`network` must be all for `layout` sequences, got each"),
        (
            "all",
            "contiguous",
            "`layout` must be interleaved or sequences for `network` all, got contiguous",
        ),
    ],
)
def test_layout_that_does_not_suit_the_network_is_refused(
    network: Sharing, layout: Layout, message: str
) -> None:
    with pytest.raises(StatecastError, match=message):
        training_grid([8], 2, layout, network=network)


@given(st.integers(1, 40), st.integers(1, 5), st.integers(1, 3), st.sampled_from(["drop", "pad"]))
@pytest.mark.parametrize("layout", ["interleaved", "contiguous"])
def test_every_row_is_once_in_the_grid_or_left_out(
    layout: Layout, total: int, batch_size: int, rows_per_update: int, remainder: str
) -> None:
    update = batch_size * rows_per_update
    grid = training_grid(
        [total + update],
        batch_size,
        layout,
        remainder=remainder,
        rows_per_update=rows_per_update,
    )
    used = np.sort(grid.rows[grid.rows != IDLE])
    assert used.tolist() == list(range(grid.left_out, total + update))
    assert len(grid.rows) % rows_per_update == 0


def test_interleaved_walk_goes_on_with_the_lane_after_the_last() -> None:
    walk = training_walk(training_grid([7], 3), 4)
    assert walk.lane.tolist() == [IDLE, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0]


def test_contiguous_walk_goes_on_with_the_last_lane() -> None:
    walk = training_walk(training_grid([6], 2, "contiguous"), 2, "contiguous")
    assert walk.lane.tolist() == [0, 0, 0, 1, 1, 1, 1, 1]


def test_padded_walk_zeroes_each_lane_before_its_first_row() -> None:
    """Row 0 is in lane 2, which does not rest after it; lanes 0 and 1 begin with rows 1 and 2."""
    walk = training_walk(training_grid([7], 3, remainder="pad"), 1)
    assert walk.lane.tolist() == [2, 0, 1, 2, 0, 1, 2, 0]
    assert np.flatnonzero(walk.reset).tolist() == [1, 2]


def test_stateless_walk_zeroes_the_lanes_at_every_update_of_later_rows_too() -> None:
    """Two lanes of two rows an update: rows 0 and 1 begin the first, rows 4 and 5 the second."""
    grid = training_grid([4], 2, stateful=False, rows_per_update=2)
    walk = training_walk(grid, 5, stateful=False, rows_per_update=2)
    assert np.flatnonzero(walk.reset).tolist() == [0, 1, 4, 5, 8]


def test_stateless_contiguous_walk_zeroes_the_last_lane_at_every_update() -> None:
    grid = training_grid([4], 2, "contiguous", stateful=False, rows_per_update=2)
    walk = training_walk(grid, 3, "contiguous", stateful=False, rows_per_update=2)
    assert np.flatnonzero(walk.reset).tolist() == [0, 2, 4, 6]


def test_sequence_walk_gives_each_a_lane_zeroed_at_its_first_row() -> None:
    walk = sequence_walk([2, 3])
    assert walk.lane.tolist() == [0, 0, 1, 1, 1]
    assert np.flatnonzero(walk.reset).tolist() == [0, 2]


def test_stateless_sequence_walk_is_zeroed_at_every_update() -> None:
    walk = sequence_walk([3, 2], stateful=False, rows_per_update=2)
    assert np.flatnonzero(walk.reset).tolist() == [0, 2, 3]


def test_walk_without_rows_leaves_them_out() -> None:
    walk = walk_of([0, 1, 0]).without(np.array([True, False, False]))
    assert walk.lane.tolist() == [IDLE, 1, 0]


def test_lanes_policy_is_the_exact_walk() -> None:
    exact = walk_of([0, 1, 0], [0, 1, 0])
    assert with_policy(exact, "lanes") is exact


@pytest.mark.parametrize(("policy", "reset"), [("carry", False), ("reset", True)])
def test_other_policies_have_one_state(policy: StatePolicy, reset: bool) -> None:
    walk = with_policy(walk_of([IDLE, 1, 0]), policy)
    assert walk.lane.tolist() == [IDLE, 0, 0]
    assert walk.reset.tolist() == [reset] * 3


def test_predecessor_is_the_row_before_in_the_same_lane() -> None:
    assert predecessors(walk_of([0, 1, 0, 1])).tolist() == [IDLE, IDLE, 0, 1]


def test_reset_row_has_no_predecessor() -> None:
    assert predecessors(walk_of([0, 0, 0], [0, 1, 0])).tolist() == [IDLE, IDLE, 1]


def test_row_that_is_left_out_precedes_itself_alone() -> None:
    assert predecessors(walk_of([IDLE, 0, IDLE, 0])).tolist() == [0, IDLE, 2, 1]


@given(st.integers(1, 12), st.integers(1, 4))
def test_interleaved_row_goes_on_from_the_row_a_batch_before(steps: int, batch_size: int) -> None:
    total = steps * batch_size
    walk = training_walk(training_grid([total], batch_size), 5)
    from_zero = [IDLE] * batch_size
    assert predecessors(walk).tolist() == from_zero + list(range(total + 5 - batch_size))
