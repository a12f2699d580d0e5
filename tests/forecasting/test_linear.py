"""Weighted sums of inputs, several steps ahead.

Oracle: a network that says the same weighted sum, rolled out in its own way.
"""

import numpy as np
from numpy.testing import assert_allclose

from statecast.forecasting.linear import Linear, linear_rollout
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.rollout import Feedback, Launch, rollout
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble
from statecast.network.network import Network
from tests.support.forecasts import ensemble_of, random_rows

ONES = np.ones(2)
OF_A = Feedback(np.array([1, 0]), np.array([2, 0.5]), np.array([0.1, 0]), np.array([1, 2]))
OF_B = Feedback(np.array([3, 2]), ONES, np.zeros(2), np.array([1, 3]))
HELD = Feedback(np.array([5, 4]), ONES, np.array([0, 0.2]), np.array([1, 2]))
KERNEL = np.random.default_rng(7).normal(0, 0.3, (7, 2))


def network_of(kernel: np.ndarray) -> Ensemble:
    """Return one network of two outputs that says ``inputs @ kernel``: a highway alone."""
    features = len(kernel)
    network = Network(features, (1,), outputs=2, cell="dense", highway=True)
    shapes = [(1, features, 1), (1, 1), (1, 1, 2), (1, 2)]
    dead = [np.zeros(shape, np.float32) for shape in shapes]
    return ensemble_of(network, [*dead, np.float32(kernel)[None]])


def test_two_targets_and_a_lagged_column_are_those_of_a_linear_network() -> None:
    """The seventh input is known ahead; the last origin has fewer rows after it than steps."""
    rows = random_rows(0, 9, 7)
    launch = Launch(rows, [1, 4, 7], [OF_A, OF_B], [HELD])
    networks = Rebatched(network_of(KERNEL), Batching(1, "sequences", network="all"), 1, "lanes")
    [theirs] = rollout(networks, [launch], 5)
    ours = linear_rollout(Linear(KERNEL, np.zeros(2)), launch, 5)
    assert np.isnan(ours[2, 2:]).all()
    assert_allclose(ours, theirs[0], rtol=1e-5, atol=1e-6)


def test_the_constant_is_added_to_each_output() -> None:
    launch = Launch(random_rows(0, 2, 7), [0], [OF_A, OF_B])
    ours = linear_rollout(Linear(np.zeros((7, 2)), np.array([3.0, 4])), launch, 2)
    assert ours.tolist() == [[[3, 4], [3, 4]]]
