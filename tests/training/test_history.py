"""Curves thinned for a plot. Oracle: by hand."""

import numpy as np
import pytest

from statecast.training.history import EPOCHS_SHOWN, ROWS_SHOWN, epochs_shown, history_frame


def test_few_epochs_are_all_shown() -> None:
    assert epochs_shown(3, 2).tolist() == [0, 1, 2]


@pytest.mark.parametrize("epochs", [1, 2, 199, 1000, 12345])
def test_first_and_last_epoch_are_shown(epochs: int) -> None:
    shown = epochs_shown(epochs, 30)
    assert shown[0] == 0
    assert shown[-1] == epochs - 1


def test_many_epochs_are_thinned() -> None:
    assert len(epochs_shown(10_000, 2)) == EPOCHS_SHOWN


def test_many_repeats_are_thinned_further() -> None:
    shown = epochs_shown(10_000, 1000)
    assert len(shown) * 1000 <= ROWS_SHOWN


def test_shown_epochs_are_evenly_spaced() -> None:
    gaps = np.diff(epochs_shown(10_000, 2))
    assert gaps.max() - gaps.min() <= 1


def test_frame_has_a_row_for_each_seed_and_epoch() -> None:
    """Two recorded epochs, counted from 0: 3 and 7; two parts; seeds 5 and 6."""
    rmse = np.array([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]])  # [E, P, R]
    frame = history_frame(rmse, np.array([3, 7]), ["train", "test"], [5, 6])
    assert frame.to_dict("list") == {
        "seed": [5, 5, 6, 6],
        "epoch": [4, 8, 4, 8],
        "train_rmse": [1, 5, 2, 6],
        "test_rmse": [3, 7, 4, 8],
    }
