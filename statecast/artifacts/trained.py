"""``data/trained``: networks as the stage train leaves them.

weights.npz has weights and seeds, training.json says how they were trained, history.npz has the
curves, and losses.json the figures after the last epoch.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from statecast.base.files import Arrays, read_arrays, read_json, write_arrays, write_json
from statecast.base.paths import TRAINED
from statecast.network.ensemble import Ensemble, ensemble_from
from statecast.training.job import Setting, setting_from_json

TRAINING = "training.json"


class TrainedNetworks(NamedTuple):
    """Networks as the stage train leaves them."""

    ensemble: Ensemble
    setting: Setting


def write_trained(
    trained: TrainedNetworks, curves: Arrays, losses: dict[str, object], folder: Path = TRAINED
) -> None:
    """Write trained networks.

    Args:
        trained: the networks.
        curves: losses and RMSE after the epochs, by name.
        losses: figures after the last epoch.
        folder: where the files go.

    """
    write_arrays(trained.ensemble.arrays(), folder / "weights.npz")
    write_json(trained.setting.as_json(), folder / TRAINING)
    write_arrays(curves, folder / "history.npz")
    write_json(losses, folder / "losses.json")


def read_trained(folder: Path = TRAINED) -> TrainedNetworks:
    """Return the networks of a folder.

    Raises:
        StatecastError: a file is missing.

    """
    setting = read_setting(folder)
    arrays = read_arrays(folder / "weights.npz")
    return TrainedNetworks(ensemble_from(arrays, setting.network), setting)


def read_setting(folder: Path = TRAINED) -> Setting:
    """Return how the networks of a folder were trained.

    Raises:
        StatecastError: the file is missing.

    """
    return setting_from_json(read_json(folder / TRAINING))


def read_history(folder: Path = TRAINED) -> dict[str, np.ndarray]:
    """Return the curves of a folder by name.

    Raises:
        StatecastError: the file is missing.

    """
    return read_arrays(folder / "history.npz")
