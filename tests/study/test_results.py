"""The tables of a study. Oracle: worked by hand, with experiments that are a dictionary."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.base.files import write_arrays
from statecast.base.paths import TRAINED
from statecast.study.configurations import Configuration
from statecast.study.results import by_name, described, networks_of, per_seed
from statecast.study.session import Outcome
from tests.support.forecasts import linear_ensemble

RMSE = "seed,rmse\n0,1\n1,3\n"
ACCURACY = "seed,accuracy_last,accuracy\n0,1,1\n1,0.5,0.75\n"


class Files:
    """Experiments that are files by name and path."""

    def __init__(self, files: dict[tuple[str, str], str]) -> None:
        self.files = files

    def read(self, name: str, path: str) -> str:
        if (name, path) not in self.files:
            raise StatecastError("git show must succeed")
        return self.files[name, path]


def outcome(name: str) -> Outcome:
    metrics = {"rmse": {"mean": 2.0}}
    return Outcome(Configuration(name, {"train.epochs": 5}), "registered", metrics)


class Cache:
    """DVC's cache as a dictionary by the text of a dvc.lock."""

    def __init__(self, content: dict[str, bytes]) -> None:
        self.content = content

    def read_cached(self, path: Path, lock: str, name: str) -> bytes:
        assert path == TRAINED / "weights.npz"
        assert name == "a"
        return self.content[lock]


def cached(content: bytes) -> tuple[Any, Any]:
    """Return an experiment ``a`` with its networks in the cache."""
    return experiments({("a", "dvc.lock"): "lock"}), Cache({"lock": content})


def test_networks_of_an_experiment_are_those_that_were_trained(tmp_path: Path) -> None:
    ensemble = linear_ensemble([0.25, -1, 2], 0.5)
    write_arrays(ensemble.arrays(), tmp_path / "weights.npz")
    content = (tmp_path / "weights.npz").read_bytes()
    read = networks_of("a", ensemble.network, *cached(content))
    assert read.keys == ensemble.keys
    for own, other in zip(read.weights, ensemble.weights, strict=True):
        np.testing.assert_array_equal(own, other)


def test_networks_that_are_cut_off_are_named() -> None:
    message = r"^data/trained/weights\.npz of a must be what a stage wrote, got: "
    with pytest.raises(StatecastError, match=message):
        networks_of("a", linear_ensemble([0, 0, 0], 0.5).network, *cached(b"PK"))


def experiments(files: dict[tuple[str, str], str]) -> Any:
    return Files(files)


def test_table_has_the_errors_of_every_repeat() -> None:
    files = {("a", "plots/rmse.csv"): RMSE, ("b", "plots/rmse.csv"): RMSE}
    table = per_seed([outcome("a"), outcome("b")], experiments(files))
    assert table.columns.tolist() == ["configuration", "seed", "rmse"]
    assert table["configuration"].tolist() == ["a", "a", "b", "b"]
    assert table["rmse"].tolist() == [1, 3, 1, 3]


def test_table_has_the_accuracies_of_symbols() -> None:
    table = per_seed([outcome("a")], experiments({("a", "plots/accuracy.csv"): ACCURACY}))
    assert table.columns.tolist() == ["configuration", "seed", "accuracy_last", "accuracy"]


def test_experiment_without_figures_of_repeats_is_named() -> None:
    message = "experiment a must have plots/rmse.csv or plots/accuracy.csv, got neither"
    with pytest.raises(StatecastError, match=message):
        per_seed([outcome("a")], experiments({}))


def test_table_of_no_configuration_has_its_columns() -> None:
    assert per_seed([], experiments({})).columns.tolist() == ["configuration", "seed", "rmse"]


def test_summary_has_the_order_of_the_study() -> None:
    files = {("b", "plots/rmse.csv"): RMSE, ("a", "plots/rmse.csv"): RMSE}
    summary = described(per_seed([outcome("b"), outcome("a")], experiments(files)))
    assert summary.index.tolist() == ["b", "a"]
    assert summary.loc["a", ["count", "mean", "min", "max"]].tolist() == [2, 2, 1, 3]


def test_overrides_and_metrics_are_told_by_name() -> None:
    expected = {"overrides": {"train.epochs": 5}, "metrics": {"rmse": {"mean": 2.0}}}
    assert by_name([outcome("a")]) == {"a": expected}
