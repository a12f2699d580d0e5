"""What a training takes. Oracle: arithmetic by hand, and the arrays that a training is laid out in.

The network of the tests has 1 input, one LSTM unit and 1 output: 4 + 4 + 4 + 1 + 1 = 14 weights.
"""

from typing import Any

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.base.identity import SeriesKey
from statecast.network.batching import Batching
from statecast.network.network import Network
from statecast.network.rows import SeriesRows
from statecast.training.footprint import (
    Sizes,
    memory_of,
    require_affordable,
    updates_of_an_epoch,
    weights_of,
)

SMALL = Sizes(Network(1, (1,)), Batching(4), repeats=30, epochs=1000)
PLENTY = 10**10  # bytes


def series(*lengths: int) -> list[SeriesRows]:
    """Return series with so many training rows and 2 test rows."""
    return [
        SeriesRows(
            key=SeriesKey(str(number)),
            ds=np.arange(length + 2),
            x=np.zeros((length + 2, 1)),
            y=np.zeros((length + 2, 1)),
            sizes=(length, 0, 2),
        )
        for number, length in enumerate(lengths)
    ]


def asked(batching: Batching | None = None, **changes: Any) -> Sizes:
    return SMALL._replace(batching=batching or SMALL.batching, **changes)


def test_weights_by_hand() -> None:
    assert weights_of(Network(1, (1,))) == 14
    assert weights_of(Network(3, (2,), outputs=5, cell="dense")) == 3 * 2 + 2 + 2 * 5 + 5


def test_memory_by_hand() -> None:
    weights, rows, states, curves = memory_of(SMALL, series(23)).values()
    assert weights == 30 * 14 * 4 * 6  # bytes of a number, copies
    assert rows == 5 * 4 * (2 * 4 + 16)  # updates, lanes, input and target, place
    assert states == 30 * 4 * 4 * 4  # repeats, lanes, gates, bytes
    assert curves == 30 * 1000 * (1 + 2) * 4 * 2  # loss and 2 parts, bytes, copies


def test_several_series_have_networks_and_rows_of_their_own() -> None:
    weights, rows, *_ = memory_of(SMALL, series(23, 8)).values()
    assert weights == 2 * 30 * 14 * 4 * 6
    assert rows == 2 * 30 * 5 * 4 * (2 * 4 + 16)


def test_repeats_of_a_shared_network_share_its_rows_and_its_folds_follow_each_other() -> None:
    """Eleven series of eight rows side by side, and the first folds of them."""
    every = series(*[8] * 11)
    fold = [rows._replace(key=SeriesKey(rows.key.unique_id, 1)) for rows in every]
    shared = asked(Batching(4, "sequences", network="all"))
    weights, rows, states, _ = memory_of(shared, [*every, *fold]).values()
    assert weights == 2 * 30 * 14 * 4 * 6
    assert rows == 3 * 8 * 4 * (2 * 4 + 16)  # groups of series, rows, lanes
    assert states == 30 * 11 * 4 * 4  # repeats, lanes of the watched series, gates, bytes


@pytest.mark.parametrize(
    ("batching", "lengths", "updates"),
    [
        (Batching(4), [23], 5),
        (Batching(4, remainder="pad"), [23], 6),
        (Batching(4, rows_per_update=2), [23], 2),
        (Batching(100), [23], 0),
        (Batching(100, remainder="pad"), [23], 1),
        (Batching(2, layout="sequences", network="all"), [5, 9, 3], 9 + 3),
        (Batching(2, network="all"), [5, 9, 3], 3 + 5 + 2),
        (Batching(2, layout="sequences", rows_per_update=4, network="all"), [5, 9, 3], 3 + 1),
    ],
)
def test_updates_are_those_of_the_grid(
    batching: Batching, lengths: list[int], updates: int
) -> None:
    assert updates_of_an_epoch(batching, series(*lengths)) == updates
    if updates:
        grid = batching.grid(lengths)
        assert len(grid.rows) == updates * batching.rows_per_update


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (asked(repeats=10**8), "`repeats` must .* within 24 hours, got 83 hours for 100,000,000"),
        (asked(repeats=10**7), "curves of `repeats` over `epochs` must fit .* got 24"),
        (
            asked(repeats=10**7, epochs=1, network=Network(1, (10,))),
            "weights of `repeats` networks of `units` must fit .* got 124 GB",
        ),
        (asked(network=Network(1, (100_000,))), "weights of `repeats` networks of `units` must"),
        (asked(network=Network(1, (10**7,))), "weights of `repeats` networks of `units` must"),
        (asked(epochs=10**8), "curves of `repeats` over `epochs` must fit .* got 72 GB"),
        (asked(epochs=10**9), r"`epochs` must make at most 2,147,483,647 updates.*got 5,000,000,0"),
        (asked(Batching(10**9, remainder="pad")), "`batch_size`"),
        (asked(Batching(10**9, layout="sequences", network="all")), "`batch_size`"),
        (asked(Batching(4, remainder="pad", rows_per_update=10**9)), "`rows_per_update`|`units`"),
    ],
)
def test_what_is_too_large_is_refused_at_once(what: Sizes, message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        require_affordable(what, series(23), free=PLENTY)


@pytest.mark.parametrize(
    "what",
    [SMALL, asked(Batching(10**9)), asked(repeats=10**5), asked(network=Network(1, (1000,)))],
)
def test_what_fits_is_allowed(what: Sizes) -> None:
    """A batch size that finds no rows is refused by the grid, which says how many there are."""
    require_affordable(what, series(23), free=PLENTY)


def test_updates_are_those_of_the_network_that_has_the_most() -> None:
    assert updates_of_an_epoch(Batching(4), series(9, 23)) == 5
    fold = [rows._replace(key=SeriesKey(rows.key.unique_id, 1)) for rows in series(4, 8)]
    shared = Batching(4, network="all")
    assert updates_of_an_epoch(shared, [*fold, *series(9, 23)]) == 3 + 6
