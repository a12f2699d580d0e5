"""Thin the curves of training for a plot. Shape letters: E epochs, P parts, R repeats."""

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


def history_frame(
    rmse: np.ndarray, epochs: Ints, parts: Sequence[str], seeds: Sequence[int]
) -> pd.DataFrame:
    """Return ``seed, epoch, train_rmse, test_rmse`` (and any other part's), thinned.

    Args:
        rmse: [E, P, R]
        epochs: the epochs of rmse, counted from 0 [E]
        parts: names of the P parts.
        seeds: [R]

    """
    shown = epochs_shown(len(rmse), len(seeds))
    columns = {
        "seed": np.repeat(seeds, len(shown)),
        "epoch": np.tile(epochs[shown] + 1, len(seeds)),
    }
    for place, part in enumerate(parts):
        by_seed = rmse[shown, place].T  # [R, shown]
        columns[f"{part}_rmse"] = by_seed.ravel()
    return pd.DataFrame(columns)
