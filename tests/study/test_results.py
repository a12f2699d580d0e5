"""The tables of a study. Oracle: worked by hand, with experiments that are a dictionary."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.base.files import write_parquet
from statecast.base.paths import ALL_FORECASTS, SERIES
from statecast.study.combination import of_rows, rows_of
from statecast.study.configurations import Configuration
from statecast.study.results import by_name, described, forecasts_of, per_seed, series_of
from statecast.study.session import Outcome

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
        assert path in (ALL_FORECASTS, SERIES)
        assert name == "a"
        return self.content[lock]


def parquet_of(frame: pd.DataFrame, path: Path) -> bytes:
    write_parquet(frame, path)
    return path.read_bytes()


def cached(content: bytes) -> tuple[Any, Any]:
    """Return an experiment ``a`` with its forecasts in the cache."""
    return experiments({("a", "dvc.lock"): "lock"}), Cache({"lock": content})


@pytest.mark.parametrize("ids", [("1", "01", "1.0"), ("NA", "nan", "null"), ("", "None", " ")])
@pytest.mark.promise("studies")
def test_a_combination_keeps_series_apart_whatever_their_names_look_like(
    ids: tuple[str, ...], tmp_path: Path
) -> None:
    y = np.arange(len(ids), dtype=float)
    rows = {"unique_id": ids, "fold": 0, "part": "test", "ds": "2", "seed": 0, "y": y}
    content = parquet_of(pd.DataFrame({**rows, "forecast": y + 3}), tmp_path / "f.parquet")
    forecasts = forecasts_of("a", *cached(content))
    made = rows_of(forecasts)
    assert made["unique_id"].tolist() == list(ids)
    assert of_rows(forecasts, made).tolist() == (y + 3).tolist()


def test_forecasts_of_an_experiment_are_those_of_all_its_rows(tmp_path: Path) -> None:
    columns = ["unique_id", "fold", "part", "ds", "seed", "y", "forecast"]
    rows = [("a", 1, "validation", "1", 0, 1.0, 2.0), ("a", 0, "test", "2", 0, 3.0, 4.0)]
    content = parquet_of(pd.DataFrame(rows, columns=columns), tmp_path / "f.parquet")
    forecasts = forecasts_of("a", *cached(content))
    assert forecasts.to_numpy().tolist() == [list(row) for row in rows]


def test_the_series_of_an_experiment_has_its_names_as_text() -> None:
    frame = series_of("a", *cached(b"unique_id,ds,y,price\n01,2,3.5,9\n"))
    assert frame.to_numpy().tolist() == [["01", "2", 3.5]]


def test_forecasts_that_are_cut_off_are_named() -> None:
    message = r"^data/forecasts\.parquet of a must be what a stage wrote, got: "
    with pytest.raises(StatecastError, match=message):
        forecasts_of("a", *cached(b"PAR1"))


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
