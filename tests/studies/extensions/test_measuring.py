"""Running configurations. Oracles: the pipeline itself, worked by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from studies.extensions.measuring import (
    EPOCHS_SHOWN,
    History,
    curves_of,
    flatness_in,
    run_all,
    run_series,
)
from tests.support.project import ROOT, Project

HISTORY = History(
    epochs=np.array([1, 2, 3]),
    train=np.array([[9.0, 8.0], [6.0, 7.0], [1.0, 5.0]]),
    test=np.array([[9.0, 8.0], [6.0, 9.0], [7.0, 9.0]]),
)


def test_halfway_lies_in_the_middle_between_the_first_epoch_and_the_last():
    assert HISTORY.halfway == (8.5 + 3) / 2


def test_a_repeat_is_half_trained_at_the_first_epoch_that_is_low_enough():
    assert curves_of(HISTORY, 6.5).halfway == [2, 3]


def test_a_repeat_that_is_never_low_enough_is_never_half_trained():
    assert curves_of(HISTORY, 3.0).halfway == [3, None]


def test_curves_are_the_means_of_the_repeats():
    curves = curves_of(HISTORY, 3.0)
    assert curves.epochs == [1, 2, 3]
    assert curves.train == [8.5, 6.5, 3]
    assert curves.test == [8.5, 7.5, 8]


def test_a_long_curve_is_thinned_and_keeps_both_ends():
    epochs = np.arange(1, 1001)
    errors = np.ones((1000, 2))
    curves = curves_of(History(epochs, errors, errors), 3.0)
    assert len(curves.epochs) == EPOCHS_SHOWN
    assert (curves.epochs[0], curves.epochs[-1]) == (1, 1000)


def test_flatness_comes_from_the_forecasts_of_each_repeat(tmp_path: Path):
    (tmp_path / "plots").mkdir()
    (tmp_path / "data").mkdir()
    rows = ["unique_id,ds,seed,y,forecast", "s,3,0,4,5", "s,4,0,8,5", "s,3,1,4,4", "s,4,1,8,8"]
    (tmp_path / "plots" / "forecasts.csv").write_text("\n".join(rows) + "\n")
    values = ["unique_id,ds,y", "s,1,0", "s,2,2", "s,3,4", "s,4,8"]
    (tmp_path / "data" / "series.csv").write_text("\n".join(values) + "\n")
    of_values, of_steps = flatness_in(tmp_path)
    # forecasts 5, 5 and 4, 8 beside 4, 8; steps from 2, 4: 3, 1 and 2, 4 beside 2, 4
    assert of_values.tolist() == [0, 1]
    assert of_steps.tolist() == [1, 1]


def test_a_misspelt_key_of_an_extension_is_named(project: Project, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(project.folder)
    asked: dict[str, Any] = {
        "repeats": 2,
        "series": {"shampoo": {"title": "t", "params": {"train.epoch": 3}}},
        "groups": {},
        "only": {},
    }
    with pytest.raises(StatecastError, match=r"did you mean train\.epochs"):
        run_series("shampoo", asked)


@pytest.mark.slow
def test_results_of_an_extension_are_those_of_the_pipeline(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "dvc.yaml").write_text((ROOT / "dvc.yaml").read_text())
    monkeypatch.chdir(tmp_path)
    configurations = {
        "plain": {},
        "too many lanes": {"train.batch_size": 99},
        "more": {"train.units": [2]},
    }
    results, failures = run_all("s", {"train.repeats": 2}, configurations)
    project.set(forecast__horizon=0, train__units=[2])
    project.run_all()
    expected = project.table("plots/rmse.csv")["rmse"].tolist()
    assert results["more"].rmse == pytest.approx(expected)
    assert results["more"].rmse != results["plain"].rmse
    assert list(failures) == ["too many lanes"]
    assert "train.batch_size" in failures["too many lanes"]
