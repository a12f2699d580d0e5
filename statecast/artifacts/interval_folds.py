"""``interval_folds.npz`` of ``data/trained``: networks whose errors make prediction intervals."""

from pathlib import Path

from statecast.base.files import as_written, read_arrays, write_arrays
from statecast.base.paths import TRAINED
from statecast.network.ensemble import Ensemble, ensemble_from
from statecast.network.network import Network

INTERVAL_FOLDS = "interval_folds.npz"


def write_interval_folds(networks: Ensemble, folder: Path = TRAINED) -> None:
    """Write the networks of the folds beside those of the series."""
    write_arrays(networks.arrays(), folder / INTERVAL_FOLDS)


def read_interval_folds(network: Network, folder: Path = TRAINED) -> Ensemble | None:
    """Return the networks of the folds; None if there are none.

    Args:
        network: what each is.
        folder: of the trained networks.

    Raises:
        StatecastError: the file is damaged.

    """
    path = folder / INTERVAL_FOLDS
    if not path.exists():
        return None
    arrays = read_arrays(path)
    with as_written(path):
        return ensemble_from(arrays, network)
