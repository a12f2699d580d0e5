"""The tables of a study. Oracle: worked by hand, with experiments that are a dictionary."""

from typing import Any

import pytest

from statecast.base.errors import StatecastError
from statecast.study.configurations import Configuration
from statecast.study.results import by_name, combination, described, per_seed
from statecast.study.session import Outcome

RMSE = "seed,rmse\n0,1\n1,3\n"
ACCURACY = "seed,accuracy_last,accuracy\n0,1,1\n1,0.5,0.75\n"
FORECASTS = "unique_id,ds,seed,y,forecast\n01,1,0,0,{}\n01,1,1,0,{}\n"


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


@pytest.mark.parametrize("ids", [("1", "01", "1.0"), ("NA", "nan", "null"), ("", "None", " ")])
@pytest.mark.promise("studies")
def test_a_combination_keeps_series_apart_whatever_their_names_look_like(
    ids: tuple[str, ...],
) -> None:
    rows = [f'"{name}",2,0,{place},{place + 3}\n' for place, name in enumerate(ids)]
    files = {("a", "plots/forecasts.csv"): "".join(["unique_id,ds,seed,y,forecast\n", *rows])}
    forecast, figures = combination(["a"], experiments(files), "mean")
    assert forecast["unique_id"].tolist() == list(ids)
    assert figures["rmse"] == 3


def test_forecasts_that_are_cut_off_are_named() -> None:
    files = {("a", "plots/forecasts.csv"): "unique_id,ds,seed,y,forecast\nx,1,0,2"}
    message = r"^plots/forecasts\.csv of a must be what a stage wrote, got: "
    with pytest.raises(StatecastError, match=message):
        combination(["a"], experiments(files), "mean")


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


def test_combination_tells_its_error_beside_that_of_the_best() -> None:
    files = {
        ("a", "plots/forecasts.csv"): FORECASTS.format(1, 3),  # mean 2
        ("b", "plots/forecasts.csv"): FORECASTS.format(-1, -3),  # mean -2
    }
    forecast, figures = combination(["a", "b"], experiments(files), "mean")
    assert forecast["unique_id"].tolist() == ["01"]
    assert forecast["forecast"].tolist() == [0]
    assert figures["rmse"] == 0
    assert figures["best"] == {"configuration": "a", "rmse_of_mean_forecast": 2}
