"""Lanes of later rows by arithmetic. Oracle: the walk over all rows."""

import numpy as np
import pytest

from statecast.base.identity import SeriesKey
from statecast.forecasting.rebatched import Rebatched
from statecast.network.batching import Batching
from statecast.network.rows import SeriesRows
from statecast.online.lanes import lane_of_row
from tests.support.artifacts import drawn_ensemble

TRAIN = 23
BATCHINGS = [
    Batching(batch_size, layout, remainder, stateful, rows, network)
    for batch_size in (1, 4)
    for layout, network in (
        ("interleaved", "each"),
        ("contiguous", "each"),
        ("interleaved", "all"),
        ("sequences", "all"),
    )
    for remainder in ("drop", "pad")
    for stateful, rows in ((True, 1), (True, 2), (False, 1), (False, 3))
]


@pytest.mark.parametrize("policy", ["lanes", "carry", "reset"])
def test_later_rows_take_the_lanes_of_the_walk(policy: str) -> None:
    rows = SeriesRows(
        SeriesKey("a"), np.arange(90), np.zeros((90, 2)), np.zeros((90, 1)), (TRAIN, 9, 58)
    )
    for batching in BATCHINGS:
        networks = Rebatched(drawn_ensemble(), batching, 1, policy)  # type: ignore[arg-type]
        walk = networks.walk(rows)
        lane_of = lane_of_row(networks, TRAIN)
        seen: set[int] = set(walk.lane[:TRAIN].tolist())
        for row in range(TRAIN, 90):
            lane, reset = lane_of(row)
            assert lane == walk.lane[row]
            if lane in seen:  # the state of another is zero anyway
                assert reset == walk.reset[row]
            seen.add(lane)
        assert lane_of.lanes > walk.lane.max()
