"""What follows for each row from how a network was trained. Oracle: by hand."""

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.base.identity import SeriesKey
from statecast.network.batching import Batching
from statecast.network.lanes import IDLE, Layout
from statecast.network.rows import SeriesRows


def series(train: int, validation: int = 0, test: int = 0) -> SeriesRows:
    count = train + validation + test
    column = np.zeros((count, 1))
    return SeriesRows(SeriesKey("a"), np.arange(count), column, column, (train, validation, test))


def test_exact_walk_of_interleaved_rows() -> None:
    """Of 7 rows in 3 lanes the oldest is left out; the later rows take the lanes in turn."""
    walk = Batching(3).exact_walk(series(7, 1, 2))
    assert walk.lane.tolist() == [IDLE, 0, 1, 2, 0, 1, 2, 0, 1, 2]
    assert not walk.reset.any()


def test_exact_walk_of_padded_rows() -> None:
    walk = Batching(3, remainder="pad").exact_walk(series(4, 0, 1))
    assert walk.lane.tolist() == [2, 0, 1, 2, 0]
    assert np.flatnonzero(walk.reset).tolist() == [1, 2]


def test_exact_walk_of_contiguous_rows() -> None:
    walk = Batching(2, "contiguous").exact_walk(series(6, 0, 2))
    assert walk.lane.tolist() == [0, 0, 0, 1, 1, 1, 1, 1]
    assert not walk.reset.any()


def test_exact_walk_of_a_sequence_is_one_lane() -> None:
    walk = Batching(2, "sequences", network="all").exact_walk(series(3, 0, 2))
    assert walk.lane.tolist() == [0] * 5
    assert np.flatnonzero(walk.reset).tolist() == [0]


def test_exact_walk_of_a_stateless_network_is_zeroed_at_every_update() -> None:
    walk = Batching(2, stateful=False, rows_per_update=2).exact_walk(series(8, 0, 3))
    assert walk.lane.tolist() == [0, 1] * 5 + [0]
    assert np.flatnonzero(walk.reset).tolist() == [0, 1, 4, 5, 8, 9]


def test_exact_walk_of_a_stateless_sequence_is_zeroed_at_every_update() -> None:
    walk = Batching(2, "sequences", stateful=False, rows_per_update=2, network="all").exact_walk(
        series(3, 0, 2)
    )
    assert np.flatnonzero(walk.reset).tolist() == [0, 2, 4]


def test_exact_walk_of_an_interleaved_sequence_takes_the_lanes_in_turn() -> None:
    walk = Batching(2, network="all").exact_walk(series(3, 0, 2))
    assert walk.lane.tolist() == [0, 1, 0, 1, 0]
    assert np.flatnonzero(walk.reset).tolist() == [0, 1]


def test_exact_walk_of_a_stateless_interleaved_sequence_is_zeroed_at_every_update() -> None:
    batching = Batching(2, stateful=False, rows_per_update=2, network="all")
    walk = batching.exact_walk(series(5, 0, 2))
    assert np.flatnonzero(walk.reset).tolist() == [0, 1, 4, 5]


def test_grid_takes_all_that_a_batching_says() -> None:
    batching = Batching(2, "contiguous", "pad", stateful=False, rows_per_update=2)
    grid = batching.grid([5])
    assert grid.rows.tolist() == [[IDLE, 1], [IDLE, 2], [IDLE, 3], [0, 4]]
    assert grid.reset.tolist() == [[True, True], [False, False], [True, True], [True, False]]


def test_grid_of_too_few_rows_is_refused() -> None:
    with pytest.raises(StatecastError, match="at most the 3 training rows"):
        Batching(4).grid([3])


def keys_of(batching: Batching) -> dict[str, list[str]]:
    """Return the series of each network, of two series and their first folds."""
    every = [
        series(3, 0, 2)._replace(key=SeriesKey(name, fold)) for fold in (1, 0) for name in "ab"
    ]
    groups = batching.series_by_network(every)
    return {str(key): [str(rows.key) for rows in group] for key, group in groups.items()}


def test_each_series_and_fold_has_a_network() -> None:
    each = ["a (fold 1)", "b (fold 1)", "a", "b"]
    assert keys_of(Batching(2)) == {key: [key] for key in each}


@pytest.mark.parametrize("layout", ["interleaved", "sequences"])
def test_one_network_has_all_series_and_another_a_fold_of_all(layout: Layout) -> None:
    batching = Batching(2, layout, network="all")
    assert keys_of(batching) == {"* (fold 1)": ["a (fold 1)", "b (fold 1)"], "*": ["a", "b"]}
