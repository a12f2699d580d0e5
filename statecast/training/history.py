"""The curves of training as frames. Shape letters: E epochs, P parts, R repeats."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from statecast.base.arrays import Ints

EPOCHS_SHOWN = 200  # of a repeat
ROWS_SHOWN = 20_000  # over all repeats: keeps the committed file under 2 MB


def epochs_shown(epochs: int, repeats: int) -> Ints:
    """Return the epochs, counted from 0, that a plot shows: evenly spaced, the last one always."""
    most = max(2, min(EPOCHS_SHOWN, ROWS_SHOWN // repeats))
    spaced = np.linspace(epochs - 1, 0, min(epochs, most))
    return np.unique(spaced.round().astype(int))


def curves_frame(
    rmse: np.ndarray, epochs: Ints, parts: Sequence[str], seeds: Sequence[int]
) -> pd.DataFrame:
    """Return ``seed, epoch, train_rmse, test_rmse``, and the same of any other part.

    Args:
        rmse: after the epochs [E, P, R].
        epochs: of rmse, counted from 0 [E].
        parts: names of the P parts.
        seeds: of the repeats [R].

    """
    columns = {
        "seed": np.repeat(seeds, len(epochs)),
        "epoch": np.tile(epochs + 1, len(seeds)),
    }
    for index, part in enumerate(parts):
        by_seed = rmse[:, index].T  # [R, E]
        columns[f"{part}_rmse"] = by_seed.ravel()
    return pd.DataFrame(columns)


def history_frame(
    rmse: np.ndarray, epochs: Ints, parts: Sequence[str], seeds: Sequence[int]
) -> pd.DataFrame:
    """Return the frame of ``curves_frame`` with no more epochs than a plot shows."""
    shown = epochs_shown(len(rmse), len(seeds))
    return curves_frame(rmse[shown], epochs[shown], parts, seeds)
