"""Trained networks as arrays and plain values: what one stage writes and the next one reads."""

from dataclasses import dataclass

import numpy as np

from statecast.network.network import Network, weight_shapes

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

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays by name, for an npz file."""
        names = [name for name, _ in weight_shapes(self.network)]
        return {"unique_id": self.unique_id, "seed": self.seed, **dict(zip(names, self.weights, strict=True))}

    @property
    def seeds(self) -> np.ndarray:
        """Return the seeds of the repeats [R]."""
        return np.asarray(self.seed[self.unique_id == self.unique_id[0]])


def model_from(arrays: dict[str, np.ndarray], network: Network) -> Model:
    """Return the model of ``Model.arrays``."""
    weights = [arrays[name] for name, _ in weight_shapes(network)]
    return Model(network, weights, arrays["unique_id"], arrays["seed"])
