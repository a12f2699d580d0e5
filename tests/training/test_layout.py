"""Rows as the arrays of the engine. Oracle: two series of different length, laid out by hand.

Series a has four training rows, 10 to 13, series b two, 20 and 21; two lanes, two repeats. Each
input is the number of its row, each target ten times that.
"""

from collections.abc import Sequence

import numpy as np
import pytest

from statecast.network.lanes import (
    IDLE,
    Grid,
    Layout,
    Sharing,
    Walk,
    predecessors,
    training_grid,
    training_walk,
)
from statecast.training.layout import (
    Batches,
    Rows,
    SideBySide,
    WatchedPart,
    later_grid,
    side_by_side,
    training_batches,
    watched_rows,
)

REPEATS = 2
GRIDS = [training_grid([4], 2), training_grid([2], 2)]


def rows_of(*series: Sequence[int]) -> Rows:
    """Return rows of one input and one target; 99, after a shorter series, may not be seen."""
    longest = max(map(len, series))
    x = np.full((len(series), longest, 1), 99, np.float32)
    for own, numbers in zip(x, series, strict=True):
        own[: len(numbers), 0] = numbers
    return Rows(x, 10 * x)


A = [10, 11, 12, 13]
B = [20, 21]


@pytest.fixture
def batches() -> Batches:
    return training_batches(rows_of(A, B), GRIDS, REPEATS)


def side() -> SideBySide:
    return side_by_side(GRIDS)


def test_shorter_grid_is_idle_at_the_end() -> None:
    assert side().rows.tolist() == [[[0, 1], [0, 1]], [[2, 3], [IDLE, IDLE]]]


def test_series_is_active_up_to_its_last_step() -> None:
    assert side().active.tolist() == [[True, True], [True, False]]


def test_lanes_are_reset_where_their_grid_says() -> None:
    grids = [training_grid([3], 2, remainder="pad"), training_grid([2], 2, stateful=False)]
    expected = [[[False, False], [True, True]], [[True, False], [False, False]]]
    assert side_by_side(grids).reset.tolist() == expected


def test_side_by_side_has_the_lanes_of_its_grids() -> None:
    assert side().lanes == 2


def test_repeats_of_a_series_stand_one_after_the_other(batches: Batches) -> None:
    """x is [S / T, T, D x R, B, F]: two updates of one row, two series, two repeats."""
    assert batches.x[0, 0, :, :, 0].tolist() == [[10, 11], [10, 11], [20, 21], [20, 21]]
    assert batches.x[1, 0, :, :, 0].tolist() == [[12, 13], [12, 13], [0, 0], [0, 0]]


def test_targets_stand_where_their_inputs_do(batches: Batches) -> None:
    np.testing.assert_array_equal(batches.y, 10 * batches.x)


def test_rows_weigh_one_and_resting_lanes_nothing(batches: Batches) -> None:
    assert batches.weight[0, 0].tolist() == [[1, 1]] * 4
    assert batches.weight[1, 0].tolist() == [[1, 1], [1, 1], [0, 0], [0, 0]]


def test_repeats_of_a_series_without_rows_left_rest(batches: Batches) -> None:
    assert batches.active.tolist() == [[True] * 4, [True, True, False, False]]


def test_what_all_networks_share_has_no_repeat_axis() -> None:
    shared = training_batches(rows_of(A), [GRIDS[0]], REPEATS)
    assert [part.shape[2] for part in shared[:4]] == [1, 1, 1, 1]
    assert shared.active.shape == (2, 1)


def test_series_of_one_length_share_resets_and_rest_together() -> None:
    shared = training_batches(rows_of(A[:2], B), [GRIDS[1]], REPEATS)
    assert shared.x[0, 0, :, :, 0].tolist() == [[10, 11], [10, 11], [20, 21], [20, 21]]
    assert shared.weight.shape == (1, 1, 4, 2)
    assert shared.reset.shape == (1, 1, 1, 2)
    assert shared.active.shape == (1, 1)


def test_updates_of_several_rows_have_a_time_axis() -> None:
    """Two lanes of two rows an update: lane 0 sees 10 and 12, lane 1 sees 11 and 13."""
    grid = training_grid([4], 2, rows_per_update=2)
    one = training_batches(rows_of(A), [grid], REPEATS, rows_per_update=2)
    assert one.x.shape == (1, 2, 1, 2, 1)
    assert one.x[0, :, 0, :, 0].tolist() == [[10, 11], [12, 13]]
    assert one.active.shape == (1, 1)


def test_row_weights_stand_where_their_rows_do() -> None:
    weights = np.array([[1, 2, 3, 4], [5, 6, 99, 99]], np.float32)
    weighted = training_batches(rows_of(A, B), GRIDS, REPEATS, row_weights=weights)
    assert weighted.weight[0, 0].tolist() == [[1, 2], [1, 2], [5, 6], [5, 6]]
    assert weighted.weight[1, 0].tolist() == [[3, 4], [3, 4], [0, 0], [0, 0]]


def test_resting_lanes_see_zeros_and_weigh_nothing() -> None:
    padded = training_batches(rows_of(A[:3]), [training_grid([3], 2, remainder="pad")], REPEATS)
    assert padded.x[..., 0].tolist() == [[[[0, 10]]], [[[11, 12]]]]
    assert padded.weight.tolist() == [[[[0, 1]]], [[[1, 1]]]]


def test_arrays_have_32_bits(batches: Batches) -> None:
    assert batches.x.dtype == batches.y.dtype == batches.weight.dtype == np.float32


@pytest.mark.parametrize(
    ("layout", "rows"),
    [
        ("interleaved", [[0, 1], [2, IDLE]]),
        ("contiguous", [[0], [1], [2]]),
    ],
)
def test_later_rows_are_in_the_lanes_after_training(layout: str, rows: list[list[int]]) -> None:
    assert later_grid([3], 2, layout).rows.tolist() == rows


def test_later_rows_of_sequences_have_a_lane_each() -> None:
    grid = later_grid([2, 1], 1, "sequences", network="all")
    assert grid.rows.tolist() == [[0, 2], [1, IDLE]]


def test_later_rows_of_interleaved_series_of_a_network_have_lanes_of_their_own() -> None:
    grid = later_grid([3, 1], 2, "interleaved", network="all")
    assert grid.rows.tolist() == [[0, 1, 3, IDLE], [2, IDLE, IDLE, IDLE]]


def test_stateless_later_rows_are_reset_at_every_row() -> None:
    assert later_grid([4], 2, "interleaved", stateful=False).reset.all()


@pytest.mark.parametrize("layout", ["interleaved", "contiguous"])
@pytest.mark.parametrize("stateful", [True, False])
@pytest.mark.parametrize("rows_per_update", [1, 2])
def test_later_rows_are_in_the_lanes_of_the_exact_walk_and_zeroed_where_it_is(
    layout: Layout, stateful: bool, rows_per_update: int
) -> None:
    how = {"stateful": stateful, "rows_per_update": rows_per_update}
    trained = training_grid([8], 2, layout, **how)
    walk = training_walk(trained, 5, layout, **how)
    own = Walk(lane=walk.lane[8:], reset=walk.reset[8:])
    grid = later_grid([5], 2, layout, **how)
    used = grid.rows != IDLE
    lane = np.broadcast_to(np.arange(grid.rows.shape[1]), grid.rows.shape)
    laid_out = Walk(lane=lane[used], reset=grid.reset[used])  # rows are in order, step by step
    assert predecessors(laid_out).tolist() == predecessors(own).tolist()
    assert laid_out.reset.tolist() == own.reset.tolist()


@pytest.mark.parametrize(
    ("network", "layout", "lengths", "lanes"),
    [
        ("each", "interleaved", [0], 3),
        ("each", "contiguous", [0], 1),
        ("all", "sequences", [0, 0], 2),
        ("all", "interleaved", [0, 0], 6),
    ],
)
def test_no_later_rows_are_no_steps(
    network: Sharing, layout: Layout, lengths: list[int], lanes: int
) -> None:
    assert later_grid(lengths, 3, layout, network=network).rows.shape == (0, lanes)


# Watched: the training rows in two lanes, and one test row of a (14) and three of b (22, 23, 24)
# in one lane. One after the other they take four steps of two lanes; 1 on a's original scale is 2
# on its scaled one, on b's 4.


@pytest.fixture
def parts() -> list[WatchedPart]:
    test_grids = [contiguous(1), contiguous(3)]
    return [
        WatchedPart(rows_of(A, B), GRIDS, scales(4)),
        WatchedPart(rows_of([14], [22, 23, 24]), test_grids, scales(3)),
    ]


def contiguous(count: int) -> Grid:
    return later_grid([count], 2, "contiguous")


def scales(count: int) -> np.ndarray:
    return np.repeat(np.array([[2], [4]], np.float32), count, axis=1)


def test_watched_parts_of_a_network_follow_each_other(parts: list[WatchedPart]) -> None:
    watched = watched_rows(parts, 1)
    x = watched.x[..., 0]  # [S, D, B]
    assert x[:, 0].tolist() == [[10, 11], [12, 13], [14, 0], [0, 0]]
    assert x[:, 1].tolist() == [[20, 21], [22, 0], [23, 0], [24, 0]]
    assert watched.reset[:, 0].tolist() == [[0, 0], [0, 0], [1, 0], [0, 0]]
    assert watched.reset[:, 1].tolist() == [[0, 0], [1, 0], [0, 0], [0, 0]]


def test_a_watched_part_of_one_grid_follows_parts_of_several() -> None:
    test_grids = [contiguous(1), contiguous(3)]
    first = WatchedPart(rows_of([14], [22, 23, 24]), test_grids, scales(3))
    second = WatchedPart(rows_of([15], [25]), [contiguous(1)], scales(1))
    x = watched_rows([first, second], 1).x[..., 0, 0]  # [S, D] of the first lane
    assert x.T.tolist() == [[14, 15, 0, 0], [22, 23, 24, 25]]


def test_watched_parts_follow_each_other_where_only_some_have_the_same_grid() -> None:
    train = WatchedPart(rows_of(A, B), GRIDS, scales(4))
    grid = later_grid([2], 2, "interleaved")
    test = WatchedPart(rows_of([14, 15], [22, 23]), [grid], scales(2))
    x = watched_rows([train, test], 1).x[..., 0]  # [S, D, B]
    assert x[:, 0].tolist() == [[10, 11], [12, 13], [14, 15]]
    assert x[:, 1].tolist() == [[20, 21], [22, 23], [0, 0]]


def test_watched_parts_have_lanes_of_their_own_where_that_takes_less_room() -> None:
    wide = WatchedPart(rows_of(A), GRIDS[:1], scales(4)[:1])
    narrow = WatchedPart(rows_of(B), [contiguous(2)], scales(2)[:1])
    x = watched_rows([wide, narrow], 1).x[..., 0]  # [S, D, B]
    assert x[:, 0].tolist() == [[*A[:2], B[0]], [*A[2:], B[1]]]


def test_watched_repeats_of_a_series_stand_one_after_the_other(parts: list[WatchedPart]) -> None:
    watched = watched_rows(parts, REPEATS)
    once = watched_rows(parts, 1)
    for mine, single in zip(
        (watched.x, watched.y, watched.reset), (once.x, once.y, once.reset), strict=True
    ):
        np.testing.assert_array_equal(mine, single[:, [0, 0, 1, 1]])
    np.testing.assert_array_equal(watched.weight, once.weight[:, :, [0, 0, 1, 1]])


def test_watched_weights_are_shares_on_the_original_scale(parts: list[WatchedPart]) -> None:
    """An error of 1 on a's scaled rows is 1/2 on the original ones: 1 / (2^2 x 4 rows)."""
    train, test = watched_rows(parts, 1).weight  # each [S, D, B]
    a = 1 / (4 * 4)
    b = 1 / (16 * 2)
    assert train[:, 0].tolist() == [[a, a], [a, a], [0, 0], [0, 0]]
    assert train[:, 1].tolist() == [[b, b], [0, 0], [0, 0], [0, 0]]
    a = 1 / (4 * 1)
    b = 1 / (16 * 3)
    assert test[:, 0].tolist() == [[0, 0], [0, 0], [a, 0], [0, 0]]
    np.testing.assert_allclose(test[:, 1], [[0, 0], [b, 0], [b, 0], [b, 0]], rtol=1e-6)


def test_series_without_rows_of_a_part_has_no_weight_in_it(parts: list[WatchedPart]) -> None:
    none = WatchedPart(rows_of([14], []), [contiguous(1), contiguous(0)], scales(1))
    weight = watched_rows([parts[0], none], 1).weight
    assert weight[1, :, 1].sum() == 0
    assert weight[1, :, 0].sum() > 0


def test_watched_resets_are_those_of_each_part() -> None:
    stateless = [
        WatchedPart(rows_of(A), [training_grid([4], 2, stateful=False)], scales(4)[:1]),
        WatchedPart(rows_of(B), [contiguous(2)], scales(2)[:1]),
    ]
    reset = watched_rows(stateless, REPEATS).reset
    assert reset[:, 0].tolist() == [[True, True, False], [True, True, False]]


def test_watched_rows_that_all_networks_share_have_no_repeat_axis() -> None:
    one = WatchedPart(rows_of(A), GRIDS[:1], scales(4)[:1])
    assert watched_rows([one], REPEATS).x.shape == (2, 1, 2, 1)
