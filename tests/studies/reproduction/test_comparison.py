"""Published samples beside measured ones. Oracle: samples whose differences are known."""

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from studies.reproduction.comparison import (
    compare,
    diagnostics_summary,
    how_many_differ,
    last_errors,
    spread_ratio,
)
from studies.reproduction.settings import KEYS

LOW = np.arange(30) * 1.0  # mean 14.5
STD = LOW.std(ddof=1)


@pytest.fixture
def errors() -> pd.DataFrame:
    """Two measured configurations with the same values."""
    one = {"configuration": "a", "epochs": 1, "batch_size": 1, "units": 1, "rmse": LOW}
    other = {**one, "configuration": "b", "epochs": 2}
    return pd.concat([pd.DataFrame(one), pd.DataFrame(other)])


@pytest.fixture
def published() -> pd.DataFrame:
    """The first agrees in mean and spread, the second in neither."""
    return pd.DataFrame(
        {
            "epochs": [1, 2],
            "batch_size": 1,
            "units": 1,
            "count": 30,
            "mean": [14.5, 50],
            "std": [STD, 40],
        }
    )


def test_comparison_counts_what_differs(published: pd.DataFrame, errors: pd.DataFrame):
    assert how_many_differ(compare(published, errors, KEYS)) == (1, 1, 1, 1, 1)


def test_a_sample_like_the_measured_one_has_p_one(published: pd.DataFrame, errors: pd.DataFrame):
    first = compare(published, errors, KEYS).iloc[0]
    assert first["p_mean"] == pytest.approx(1)
    assert first["p_std"] == pytest.approx(1)


def test_holm_s_family_is_all_means_and_all_spreads(published: pd.DataFrame, errors: pd.DataFrame):
    compared = compare(published, errors, KEYS)
    smallest = min(*compared["p_mean"], *compared["p_std"])
    corrected = min(*compared["holm_mean"], *compared["holm_std"])
    assert corrected == pytest.approx(4 * smallest)


def test_spread_ratio_is_the_geometric_mean(published: pd.DataFrame, errors: pd.DataFrame):
    compared = compare(published, errors, KEYS)
    assert spread_ratio(compared) == pytest.approx(np.sqrt(40 / STD))


def test_a_published_configuration_that_was_not_measured_is_refused(
    published: pd.DataFrame, errors: pd.DataFrame
):
    with pytest.raises(StatecastError, match="one configuration"):
        compare(published.assign(epochs=[1, 3]), errors, KEYS)


def test_last_errors_are_those_after_the_last_epoch():
    curves = pd.DataFrame(
        {
            "configuration": "a",
            "variant": "today",
            "epochs": 20,
            "batch_size": 4,
            "units": 1,
            "seed": [0, 0, 1, 1],
            "epoch": [10, 20, 20, 10],
            "train_rmse": [9.0, 1.0, 2.0, 9.0],
            "test_rmse": [9.0, 3.0, 4.0, 9.0],
        }
    )
    last = last_errors(curves)
    assert last["part"].tolist() == ["train_rmse"] * 2 + ["test_rmse"] * 2
    assert last["rmse"].tolist() == [1, 2, 3, 4]
    assert set(last["configuration"]) == {"a train_rmse", "a test_rmse"}


def test_diagnostics_are_summed_up_by_part():
    runs = pd.DataFrame(
        {
            "epochs": 500,
            "batch_size": 4,
            "units": 1,
            "run": [0, 1, 2],
            "train_rmse": [1.0, 2.0, 3.0],
            "test_rmse": [4.0, 6.0, 8.0],
        }
    )
    summary = diagnostics_summary(runs).set_index("part")
    assert summary.loc["train_rmse", ["count", "mean", "std"]].tolist() == [3, 2, 1]
    assert summary.loc["test_rmse", ["count", "mean", "std"]].tolist() == [3, 6, 2]
