"""What is read off learning curves. Oracle: curves whose turn and bend are known."""

import numpy as np
import pandas as pd
import pytest

from studies.reproduction.curves import Runs, bends, overfits, runs_of, turns
from studies.reproduction.figures import Figures

EPOCHS = np.arange(10.0, 110, 10)
FALLING = 200 - EPOCHS


def runs(*test: np.ndarray, train: np.ndarray = FALLING) -> Runs:
    """Return runs with these test curves."""
    return Runs(EPOCHS, np.stack([train] * len(test), axis=1), np.stack(test, axis=1))


def v_shaped(epoch: float) -> np.ndarray:
    """Return a curve that falls to an epoch and rises after it."""
    return 100 + np.abs(EPOCHS - epoch)


def test_a_curve_turns_where_it_is_lowest():
    assert turns(runs(v_shaped(30), v_shaped(70), FALLING)).tolist() == [30, 70, 100]


@pytest.mark.parametrize("epoch", [40, 70])
def test_a_curve_of_two_lines_bends_where_they_meet(epoch: int):
    knee = 100 - 3 * np.minimum(EPOCHS, epoch) - 0.5 * EPOCHS
    assert bends(runs(knee, v_shaped(50))).tolist() == [epoch, 50]


def test_a_run_overfits_where_the_test_error_rises_while_the_training_error_falls():
    slight = np.where(EPOCHS == 50, 100, 104.0)
    assert overfits(runs(v_shaped(30), slight, FALLING)).tolist() == [True, False, False]


def test_a_run_whose_training_error_rises_too_does_not_overfit():
    assert not overfits(runs(v_shaped(30), train=EPOCHS)).any()


def test_curves_are_cut_behind_an_epoch():
    cut = runs(v_shaped(30)).up_to(40)
    assert cut.epochs.tolist() == [10, 20, 30, 40]
    assert cut.test.ravel().tolist() == [120, 110, 100, 110]
    assert cut.train.shape == (4, 1)


def test_runs_are_those_of_the_table(figures: Figures):
    found = runs_of(figures, "today", 1000, 2)
    assert found.test.shape == (40, 50)
    table: pd.DataFrame = figures.remarks
    rows = table[(table["configuration"] == "r-today-1000-4-2") & (table["seed"] == 7)]
    assert found.test[:, 7].tolist() == rows["test_rmse"].tolist()
    assert found.train[:, 7].tolist() == rows["train_rmse"].tolist()
