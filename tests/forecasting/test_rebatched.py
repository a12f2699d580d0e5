"""Networks at their forecasting batch size. Oracles: the inverse, and walks written out by hand."""

import json

import numpy as np
import pytest

from statecast.forecasting.rebatched import Rebatched, rebatched_from
from statecast.network.batching import Batching
from statecast.network.lanes import IDLE
from tests.support.forecasts import random_ensemble, random_rows

NETWORKS = Rebatched(
    random_ensemble((3, 2)), Batching(4, "contiguous", "pad", rows_per_update=2), 3, "carry"
)


def read_back() -> Rebatched:
    """Return the networks after a trip through text and arrays."""
    content = json.loads(json.dumps(NETWORKS.as_json()))
    return rebatched_from(content, NETWORKS.ensemble.arrays())


def test_all_but_the_weights_comes_back_from_text() -> None:
    assert read_back()[1:] == NETWORKS[1:]


def test_networks_come_back_from_arrays() -> None:
    ensemble = read_back().ensemble
    assert ensemble.network == NETWORKS.ensemble.network
    assert ensemble.keys == NETWORKS.ensemble.keys
    np.testing.assert_array_equal(ensemble.seeds, NETWORKS.ensemble.seeds)
    for ours, theirs in zip(ensemble.weights, NETWORKS.ensemble.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("policy", "lane"), [("lanes", [IDLE, 0, 1, 0, 1, 0]), ("carry", [IDLE, 0, 0, 0, 0, 0])]
)
def test_walk_goes_on_from_the_lanes_of_the_training(policy: str, lane: list[int]) -> None:
    """Five training rows fill two lanes twice; the oldest is left out."""
    networks = Rebatched(random_ensemble(), Batching(2), 1, policy)  # type: ignore[arg-type]
    assert networks.walk(random_rows(5, 1)).lane.tolist() == lane
