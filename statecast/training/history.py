"""Thin the curves of training for a plot."""

import numpy as np
import pandas as pd

EPOCHS_SHOWN = 200  # a repeat
ROWS_SHOWN = 20_000  # over all repeats: keeps the committed file under 2 MB


def epochs_shown(epochs: int, repeats: int) -> np.ndarray:
    """Return the epochs, counted from 0, that a plot shows: evenly spaced, the last one always."""
    most = max(2, min(EPOCHS_SHOWN, ROWS_SHOWN // repeats))
    return np.unique(np.linspace(epochs - 1, 0, min(epochs, most)).round().astype(int))


def history_frame(rmse: np.ndarray, epochs: np.ndarray, parts: list[str], seeds: np.ndarray) -> pd.DataFrame:
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
        columns[f"{part}_rmse"] = rmse[shown, place].T.ravel()
    return pd.DataFrame(columns)
