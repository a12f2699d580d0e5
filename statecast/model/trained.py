"""Trained networks as arrays and plain values: what one stage writes and the next one reads."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from statecast.model.network import Network, network_from_json, weight_shapes

ALL_SERIES = "*"  # in place of a unique_id: the network was trained on every series


@dataclass(frozen=True)
class Model:
    """Networks of one shape: one for each series and repeat, or one a repeat for all series together."""

    network: Network
    weights: list[np.ndarray]  # Keras's order, each [networks, ...]
    unique_id: np.ndarray  # [networks]
    seed: np.ndarray  # [networks]

    def of_series(self, unique_id: str) -> list[np.ndarray]:
        """Return the weights [R, ...] of the networks that forecast a series."""
        mine = (self.unique_id == unique_id) | (self.unique_id == ALL_SERIES)
        return [array[mine] for array in self.weights]

    @property
    def seeds(self) -> np.ndarray:
        """Return the seeds of the repeats [R]."""
        return np.asarray(self.seed[self.unique_id == self.unique_id[0]])


def model_arrays(model: Model) -> dict[str, np.ndarray]:
    """Return the arrays of a model by name, for an npz file."""
    names = [name for name, _ in weight_shapes(model.network)]
    return {"unique_id": model.unique_id, "seed": model.seed, **dict(zip(names, model.weights, strict=True))}


def model_from(arrays: dict[str, np.ndarray], network: dict[str, Any]) -> Model:
    """Return the model of ``model_arrays`` and ``Network.as_json``."""
    shape = network_from_json(network)
    weights = [arrays[name] for name, _ in weight_shapes(shape)]
    return Model(shape, weights, arrays["unique_id"], arrays["seed"])
