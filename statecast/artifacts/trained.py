"""``data/trained``: networks as the stage train leaves them.

weights.npz has weights and seeds, training.json says how they were trained, history.npz has the
curves, and losses.json the figures after the last epoch. interval_folds.npz, if there is one, has
the networks whose errors make prediction intervals.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from statecast.artifacts.interval_folds import write_interval_folds
from statecast.artifacts.typed import read_typed
from statecast.base.files import (
    Arrays,
    as_written,
    read_arrays,
    write_arrays,
    write_json,
)
from statecast.base.paths import TRAINED
from statecast.base.writing import whole_folder
from statecast.network.ensemble import Ensemble, ensemble_from
from statecast.training.job import Setting, setting_from_json

TRAINING = "training.json"


class TrainedNetworks(NamedTuple):
    """Networks as the stage train leaves them."""

    ensemble: Ensemble
    setting: Setting


def write_trained(
    trained: TrainedNetworks,
    curves: Arrays,
    losses: dict[str, object],
    folder: Path = TRAINED,
    *,
    interval_folds: Ensemble | None = None,
) -> None:
    """Write trained networks.

    Args:
        trained: the networks.
        curves: losses and RMSE after the epochs, by name.
        losses: figures after the last epoch.
        folder: where the files go.
        interval_folds: networks of the folds for intervals; None: there are none.

    """
    with whole_folder(folder):
        write_arrays(trained.ensemble.arrays(), folder / "weights.npz")
        write_json(trained.setting.as_json(), folder / TRAINING)
        write_arrays(curves, folder / "history.npz")
        write_json(losses, folder / "losses.json")
        if interval_folds is not None:
            write_interval_folds(interval_folds, folder)


def read_trained(folder: Path = TRAINED) -> TrainedNetworks:
    """Return the networks of a folder.

    Raises:
        StatecastError: a file is missing or damaged.

    """
    setting = read_setting(folder)
    arrays = read_arrays(folder / "weights.npz")
    with as_written(folder):
        return TrainedNetworks(ensemble_from(arrays, setting.network), setting)


def read_setting(folder: Path = TRAINED) -> Setting:
    """Return how the networks of a folder were trained.

    Raises:
        StatecastError: the file is missing or damaged.

    """
    return read_typed(folder / TRAINING, setting_from_json, Setting)


def read_history(folder: Path = TRAINED) -> dict[str, np.ndarray]:
    """Return the curves of a folder by name.

    Raises:
        StatecastError: the file is missing or damaged.

    """
    return read_arrays(folder / "history.npz")
