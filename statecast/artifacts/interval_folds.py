"""``interval_folds.npz``: networks whose errors make prediction intervals.

The stage train leaves them in ``data/trained``, the stage rebatch beside the others in
``data/model``.
"""

from pathlib import Path

from statecast.base.files import as_written, read_arrays, write_arrays
from statecast.base.paths import MODEL
from statecast.network.ensemble import Ensemble, ensemble_from
from statecast.network.network import Network

INTERVAL_FOLDS = "interval_folds.npz"


def write_interval_folds(networks: Ensemble, folder: Path) -> None:
    """Write the networks of the folds beside those of the series."""
    write_arrays(networks.arrays(), folder / INTERVAL_FOLDS)


def read_interval_folds(network: Network, folder: Path = MODEL) -> Ensemble | None:
    """Return the networks of the folds; None if there are none.

    Args:
        network: what each is.
        folder: of the networks.

    Raises:
        StatecastError: the file is damaged.

    """
    path = folder / INTERVAL_FOLDS
    if not path.exists():
        return None
    arrays = read_arrays(path)
    with as_written(path):
        return ensemble_from(arrays, network)
