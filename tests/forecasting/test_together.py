"""Many series at once. Oracle: each series by itself, row by row."""

import numpy as np
import pytest

from statecast.base.arrays import Singles
from statecast.base.errors import StatecastError
from statecast.base.identity import ALL_SERIES, SeriesKey
from statecast.forecasting import together
from statecast.forecasting.calls import Calls, calls_of
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.together import (
    blocks_of,
    forecast,
    forecast_together,
    groups_of,
    stacked,
)
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble
from statecast.network.lanes import IDLE, Walk
from statecast.network.rows import SeriesRows
from tests.support.forecasts import linear_ensemble, random_ensemble, random_rows

KEYS = [SeriesKey("a"), SeriesKey("b"), SeriesKey("c"), SeriesKey("c", 1)]
LENGTHS = [(9, 3), (4, 2), (13, 5), (8, 1)]


def several() -> list[SeriesRows]:
    """Return the rows of series of several lengths."""
    pairs = zip(KEYS, LENGTHS, strict=True)
    return [random_rows(train, test, key=key) for key, (train, test) in pairs]


def ensemble_of_all(units: tuple[int, ...] = (3, 2)) -> Ensemble:
    """Return networks of each series, no two of them alike."""
    rng = np.random.default_rng(4)
    one = random_ensemble(units)
    weights = [
        np.concatenate([weight + rng.normal(0, 0.2, weight.shape) for _ in KEYS]).astype(np.float32)
        for weight in one.weights
    ]
    repeats = len(one.keys)
    keys = [key for key in KEYS for _ in range(repeats)]
    return Ensemble(one.network, weights, keys, np.tile(one.seed, len(KEYS)))


def one_by_one(networks: Rebatched, series: list[SeriesRows]) -> list[Singles]:
    """Return the forecasts of each series, one row a call."""
    ensemble = networks.ensemble
    return [
        forecast(
            ensemble.network,
            ensemble.weights_of(rows.key),
            rows.x,
            calls_of(networks.walk(rows), 1),
        )
        for rows in series
    ]


@pytest.mark.parametrize("batch_size", [1, 3])
@pytest.mark.parametrize("block", [1, 5, 1000])
def test_series_together_are_forecast_as_one_by_one(
    batch_size: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "NETWORKS_TOGETHER", block)
    series = several()
    networks = Rebatched(ensemble_of_all(), Batching(3), batch_size, "lanes")
    calls = [calls_of(networks.walk(rows), batch_size) for rows in series]
    keys = [rows.key for rows in series]
    ours = forecast_together(networks.ensemble, keys, [rows.x for rows in series], calls)
    for own, alone in zip(ours, one_by_one(networks, series), strict=True):
        np.testing.assert_allclose(own, alone, atol=1e-6)


def test_at_batch_size_one_series_together_are_the_same_to_the_bit() -> None:
    series = several()
    networks = Rebatched(ensemble_of_all(), Batching(4), 1, "lanes")
    calls = [calls_of(networks.walk(rows), 1) for rows in series]
    keys = [rows.key for rows in series]
    ours = forecast_together(networks.ensemble, keys, [rows.x for rows in series], calls)
    for own, alone in zip(ours, one_by_one(networks, series), strict=True):
        np.testing.assert_array_equal(own, alone)


def test_one_network_forecasts_series_it_shares() -> None:
    one = random_ensemble()
    shared = Ensemble(one.network, one.weights, [ALL_SERIES] * len(one.keys), one.seed)
    series = [rows for rows in several() if rows.key.is_whole]
    networks = Rebatched(shared, Batching(1, "sequences", network="all"), 1, "lanes")
    calls = [calls_of(networks.walk(rows), 1) for rows in series]
    keys = [rows.key for rows in series]
    ours = forecast_together(shared, keys, [rows.x for rows in series], calls)
    for own, alone in zip(ours, one_by_one(networks, series), strict=True):
        np.testing.assert_array_equal(own, alone)


def test_a_forecast_that_is_not_finite_names_the_repeat_of_its_series() -> None:
    one = linear_ensemble([3e38])
    weights = [np.concatenate([weight, weight]) for weight in one.weights]
    both = Ensemble(one.network, weights, KEYS[:2], np.array([1, 1]))
    walk = Walk(np.zeros(2, int), np.zeros(2, bool))
    x = [np.array([[1.0], [1.0]]), np.array([[1.0], [10.0]])]
    with pytest.raises(StatecastError, match=r"^forecasts must stay finite, got inf in repeat 0: "):
        forecast_together(both, KEYS[:2], x, [calls_of(walk, 1)] * 2)


def test_blocks_have_series_of_about_the_same_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "NETWORKS_TOGETHER", 20)
    assert list(blocks_of([7, 2, 9, 1, 8], 10)) == [[3, 1], [0, 4], [2]]


def test_more_repeats_than_a_block_holds_are_still_together() -> None:
    assert list(blocks_of([3, 1], 10**6)) == [[1], [0]]


def test_groups_keep_the_order_and_no_more_numbers_than_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(together, "NUMBERS_KEPT", 10)
    groups = [slice(0, 2), slice(2, 3), slice(3, 5)]
    assert list(groups_of([4, 6, 30, 1, 0])) == groups
    assert list(groups_of([])) == []


def test_stacked_calls_by_hand() -> None:
    """The second series has one call of one row less; what it lacks is on the spare lane 2."""
    first = Calls(np.array([[0, 1], [2, IDLE]]), np.array([[0, 1], [0, 9]]), np.zeros((2, 2), bool))
    second = Calls(np.array([[0]]), np.array([[1]]), np.array([[False]]))
    rows, lane, reset = stacked([first._replace(lane=np.array([[0, 1], [0, 0]])), second])
    assert rows.tolist() == [[[0, 1], [2, IDLE]], [[0, IDLE], [IDLE, IDLE]]]
    assert lane.tolist() == [[[0, 1], [0, 2]], [[1, 2], [2, 2]]]
    assert reset.tolist() == [[[False, False], [False, True]], [[False, True], [True, True]]]
