"""Weights by series and seed. Oracles: by hand, and the inverse."""

import io

import numpy as np
import pytest

from statecast.base.identity import ALL_SERIES, SeriesKey
from statecast.network.ensemble import Ensemble, ensemble_from, joined_ensemble
from statecast.network.network import Network, weight_shapes

NETWORK = Network(2, (3,), highway=True)
A = SeriesKey("a")
FOLD = SeriesKey("a", 1)


def numbered(keys: list[SeriesKey], seeds: list[int]) -> Ensemble:
    """Return an ensemble in which all weights of a network are its place."""
    place = np.arange(len(keys), dtype=np.float32)
    weights = [
        np.broadcast_to(place.reshape(-1, *(1 for _ in shape)), (len(keys), *shape)).copy()
        for _, shape in weight_shapes(NETWORK)
    ]
    return Ensemble(NETWORK, weights, keys, np.array(seeds))


def places(ensemble: Ensemble, key: SeriesKey) -> list[float]:
    """Return which networks ``weights_of`` returns."""
    return [float(weight.flat[0]) for weight in ensemble.weights_of(key)[0]]


def test_weights_of_a_series_are_those_of_its_repeats() -> None:
    ensemble = numbered([A, A, FOLD, FOLD], [5, 6, 5, 6])
    assert places(ensemble, A) == [0, 1]


def test_fold_has_weights_of_its_own() -> None:
    ensemble = numbered([A, A, FOLD, FOLD], [5, 6, 5, 6])
    assert places(ensemble, FOLD) == [2, 3]


def test_networks_of_all_series_forecast_each() -> None:
    ensemble = numbered([ALL_SERIES, ALL_SERIES], [5, 6])
    assert places(ensemble, SeriesKey("any")) == [0, 1]


def test_series_without_networks_is_an_error() -> None:
    with pytest.raises(KeyError):
        numbered([A], [5]).weights_of(SeriesKey("b"))


def test_seeds_are_those_of_the_repeats() -> None:
    ensemble = numbered([A, A, FOLD, FOLD], [5, 6, 5, 6])
    assert ensemble.seeds.tolist() == [5, 6]


def test_arrays_give_the_same_ensemble_again() -> None:
    ensemble = numbered([A, A, FOLD, FOLD], [5, 6, 5, 6])
    file = io.BytesIO()
    np.savez(file, **ensemble.arrays())
    file.seek(0)
    again = ensemble_from(dict(np.load(file)), NETWORK)
    assert again.keys == ensemble.keys
    np.testing.assert_array_equal(again.seed, ensemble.seed)
    for mine, other in zip(again.weights, ensemble.weights, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_arrays_are_called_by_the_names_of_the_weights() -> None:
    assert list(numbered([A], [5]).arrays()) == [
        "unique_id",
        "fold",
        "seed",
        "lstm_0_kernel",
        "lstm_0_recurrent_kernel",
        "lstm_0_bias",
        "head_kernel",
        "head_bias",
        "highway_kernel",
    ]


def test_a_fold_is_forecast_by_the_shared_network_of_that_fold() -> None:
    ensemble = numbered([ALL_SERIES, ALL_SERIES._replace(fold=2)], [5, 5])
    assert places(ensemble, SeriesKey("a")) == [0]
    assert places(ensemble, SeriesKey("a", 2)) == [1]
    assert ensemble.knows(SeriesKey("b", 2))
    assert not ensemble.knows(SeriesKey("b", 1))


def test_joined_ensembles_keep_the_networks_of_each() -> None:
    ensemble = numbered([SeriesKey("a"), SeriesKey("b")], [5, 6])
    parts = [ensemble.only([SeriesKey(name)]) for name in "ab"]
    joined = joined_ensemble(parts)
    assert joined.keys == ensemble.keys
    assert joined.seed.tolist() == [5, 6]
    for mine, other in zip(joined.weights, ensemble.weights, strict=True):
        np.testing.assert_array_equal(mine, other)
