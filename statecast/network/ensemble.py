"""The weights of many networks of one shape, by series and seed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from statecast.base.arrays import Ints
from statecast.base.errors import require
from statecast.base.identity import SeriesKey, shared_key
from statecast.network.network import Network, weight_shapes


@dataclass(frozen=True)
class Ensemble:
    """Networks of one shape: one for each series and repeat, or one a repeat for all series.

    Folds have networks of their own.
    """

    network: Network
    weights: list[np.ndarray]  # Keras's order, each [networks, ...]
    keys: list[SeriesKey]  # of each network
    seed: Ints  # [networks]

    @cached_property
    def _indices(self) -> dict[SeriesKey, list[int]]:
        indices: dict[SeriesKey, list[int]] = {}
        for index, key in enumerate(self.keys):
            indices.setdefault(key, []).append(index)
        return indices

    def weights_of(self, *keys: SeriesKey) -> list[np.ndarray]:
        """Return the weights [S x R, ...] of the networks that forecast some series, one by one.

        Raises:
            KeyError: the networks were trained on other series.

        """
        indices = [self._indices.get(key) or self._indices[shared_key(key)] for key in keys]
        in_order = np.concatenate(indices)
        return [weight[in_order] for weight in self.weights]

    def knows(self, key: SeriesKey) -> bool:
        """Return whether there are networks that forecast a series."""
        return key in self._indices or shared_key(key) in self._indices

    def first(self, repeats: int) -> "Ensemble":
        """Return the networks of the first repeats."""
        return self.take(np.concatenate([own[:repeats] for own in self._indices.values()]))

    def only(self, keys: Collection[SeriesKey]) -> "Ensemble":
        """Return the networks of some series and folds."""
        return self.take([place for place, key in enumerate(self.keys) if key in keys])

    def take(self, places: Sequence[int] | Ints) -> "Ensemble":
        """Return the networks at some places, in the order of these."""
        weights = [weight[places] for weight in self.weights]
        return Ensemble(self.network, weights, [self.keys[at] for at in places], self.seed[places])

    @property
    def seeds(self) -> Ints:
        """Return the seeds of the repeats [R]."""
        indices = self._indices[self.keys[0]]
        return np.asarray(self.seed[indices])

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays by name, for an npz file."""
        names = [name for name, _ in weight_shapes(self.network)]
        return {
            "unique_id": np.array([key.unique_id for key in self.keys]),
            "fold": np.array([key.fold for key in self.keys]),
            "seed": self.seed,
            **dict(zip(names, self.weights, strict=True)),
        }


def joined_ensemble(ensembles: Sequence[Ensemble]) -> Ensemble:
    """Return the networks of several ensembles of one shape as one."""
    by_weight = zip(*(own.weights for own in ensembles), strict=True)
    return Ensemble(
        ensembles[0].network,
        [np.concatenate(weights) for weights in by_weight],
        [key for own in ensembles for key in own.keys],
        np.concatenate([own.seed for own in ensembles]),
    )


def ensemble_from(arrays: dict[str, np.ndarray], network: Network) -> Ensemble:
    """Return the ensemble whose ``Ensemble.arrays`` these are.

    Raises:
        StatecastError: the weights are those of another network, or there are none.
        KeyError: an array is missing.

    """
    keys = [
        SeriesKey(str(unique_id), int(fold))
        for unique_id, fold in zip(arrays["unique_id"], arrays["fold"], strict=True)
    ]
    require(bool(keys), "weights", "be those of a network or more", "none")
    seed = arrays["seed"]
    _require_array(seed, "seed", (len(keys),), np.integer)
    weights = []
    for name, shape in weight_shapes(network):
        _require_array(arrays[name], name, (len(keys), *shape), np.float32)
        weights.append(arrays[name])
    return Ensemble(network, weights, keys, seed)


def _require_array(array: np.ndarray, name: str, shape: tuple[int, ...], kind: type) -> None:
    fits = array.shape == shape and np.issubdtype(array.dtype, kind)
    must = f"be {kind.__name__} of shape {shape}"
    require(fits, name, must, f"{array.dtype} of shape {array.shape}")
    require(bool(np.isfinite(array).all()), name, "have finite numbers", "NaN or infinity")
