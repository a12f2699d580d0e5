"""The weights of many networks of one shape, by series and seed."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from statecast.base.arrays import Ints
from statecast.base.identity import SeriesKey
from statecast.network.network import Network, weight_shapes

ALL_SERIES = SeriesKey("*")  # in place of a series: the network was trained on every one


@dataclass(frozen=True)
class Ensemble:
    """Networks of one shape: one for each series and repeat, or one a repeat for all series."""

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

    def weights_of(self, key: SeriesKey) -> list[np.ndarray]:
        """Return the weights [R, ...] of the networks that forecast a series.

        Raises:
            KeyError: the networks were trained on other series.

        """
        indices = self._indices.get(key) or self._indices[ALL_SERIES]
        return [weight[indices] for weight in self.weights]

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


def ensemble_from(arrays: dict[str, np.ndarray], network: Network) -> Ensemble:
    """Return the ensemble whose ``Ensemble.arrays`` these are."""
    names = [name for name, _ in weight_shapes(network)]
    weights = [arrays[name] for name in names]
    unique_ids = arrays["unique_id"].tolist()
    folds = arrays["fold"].tolist()
    keys = [SeriesKey(*key) for key in zip(unique_ids, folds, strict=True)]
    return Ensemble(network, weights, keys, arrays["seed"])
