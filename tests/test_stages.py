"""The stages as commands, on the shipped series."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from tests.conftest import ROOT, Project

PUBLISHED = pd.read_csv(ROOT / "studies" / "published-tables.csv")


def test_lookback_longer_than_the_series(scaled_project: Project) -> None:
    scaled_project.set("frame.lookback", 30)
    assert "must have at least 43 rows (params.yaml: frame.lookback" in scaled_project.fails("frame")


def test_test_size_that_leaves_no_training_row(scaled_project: Project) -> None:
    scaled_project.set("frame.test_size", 34)
    assert "must have at least 36 rows" in scaled_project.fails("frame")
    assert "got 35" in scaled_project.fails("frame")


def test_lags_longer_than_the_series(scaled_project: Project) -> None:
    scaled_project.set("difference.lags", [1, 36])
    assert "must have at least 38 rows (params.yaml: difference.lags" in scaled_project.fails("difference")


def test_batch_larger_than_the_training_rows(scaled_project: Project) -> None:
    scaled_project.set("train.batch_size", 23)
    assert "train.batch_size must be at most the 22 training rows, got 23" in scaled_project.fails("train")


@pytest.mark.parametrize(
    ("optimizer", "line"),
    [("adamm", "got 'adamm'"), ({"name": "sgd", "clipnorm": -1}, "clipnorm must be a number above 0")],
)
def test_unsuitable_optimizer(scaled_project: Project, optimizer: object, line: str) -> None:
    scaled_project.set("train.optimizer", optimizer)
    assert line in scaled_project.fails("train")
    assert not (scaled_project.folder / "data" / "weights.npz").exists()


def test_diverging_training(scaled_project: Project) -> None:
    scaled_project.params["train"] |= {"optimizer": "sgd", "learning_rate": 1e30}
    scaled_project.write_params()
    assert "repeat 0 (seed 0), epoch" in scaled_project.fails("train")
    assert not (scaled_project.folder / "data" / "weights.npz").exists()


def test_missing_input_names_the_file(project: Project) -> None:
    assert "data/series.csv must exist" in project.fails("difference")


def test_files_have_the_columns_that_they_promise(project: Project) -> None:
    project.set("frame.validation_size", 3)
    project.run_all()
    plots, metrics = project.folder / "plots", project.folder / "metrics"
    assert list(pd.read_csv(plots / "rmse.csv")) == ["seed", "rmse", "validation_rmse"]
    assert list(pd.read_csv(plots / "forecasts.csv")) == ["unique_id", "ds", "seed", "y", "forecast"]
    assert list(pd.read_csv(plots / "history.csv"))[:3] == ["seed", "epoch", "train_rmse"]
    content = json.loads((metrics / "evaluate.json").read_text())
    measured = ["rmse", "persistence", "skill", "mae", "mase", "smape", "direction", "ensemble", "baselines"]
    beside = ["best_baseline", "best_baseline_chosen_by", "diebold_mariano", "interval", "validation"]
    assert list(content) == [*measured, *beside]
    assert list(content["rmse"]) == ["mean", "std", "min", "q25", "median", "q75", "max"]
    assert list(content["validation"]) == measured
    assert (
        list(content["ensemble"])
        == list(content["baselines"]["ridge"])
        == ["rmse", "mae", "mase", "smape", "direction"]
    )
    assert content["baselines"]["persistence"]["rmse"] == pytest.approx(content["persistence"]["rmse"])
    assert content["best_baseline_chosen_by"] == "validation"
    assert content["persistence"]["rmse"] == pytest.approx(136.761, abs=5e-4)
    assert list(pd.read_csv(plots / "by_series.csv"))[:3] == ["unique_id", "rmse_mean", "rmse_std"]
    intervals = pd.read_csv(plots / "intervals.csv")
    assert list(intervals) == ["unique_id", "ds", "y", "ensemble", "method", "low", "high"]
    held = (intervals["low"] <= intervals["y"]) & (intervals["y"] <= intervals["high"])
    assert held.mean() == content["interval"]["repeats"]["coverage"]  # 3 validation rows are too few for conformal
    errors = pd.read_csv(plots / "rmse.csv")["rmse"]
    assert content["rmse"]["mean"] == pytest.approx(errors.mean())
    assert content["rmse"]["std"] == pytest.approx(errors.std())
    forecasts = pd.read_csv(plots / "forecasts.csv")
    by_hand = forecasts.groupby("seed").apply(lambda rows: np.sqrt(((rows["y"] - rows["forecast"]) ** 2).mean()))
    np.testing.assert_allclose(by_hand, errors)
    history = pd.read_csv(plots / "history.csv")
    assert list(history) == ["seed", "epoch", "train_rmse", "validation_rmse", "test_rmse"]
    assert json.loads((metrics / "rebatch.json").read_text())["max_abs_difference"] < 1e-6


def test_many_series_train_a_network_each(project: Project) -> None:
    rows = [(name, month, (month * factor) % 17) for name, factor in (("b", 5), ("a", 7)) for month in range(30)]
    rows += [("c", month, month % 5) for month in range(34)]
    table = pd.DataFrame(rows, columns=["shop", "month", "sales"])
    table.to_csv(project.folder / "data" / "source" / "shops.csv", index=False)
    project.params["download"] |= {"source": "shops.csv", "id_column": "shop"}
    project.write_params()
    project.run_all()
    together = pd.read_csv(project.folder / "plots" / "forecasts.csv")
    assert together["unique_id"].unique().tolist() == ["b", "a", "c"]
    by_series = pd.read_csv(project.folder / "plots" / "by_series.csv")
    by_metrics = json.loads((project.folder / "metrics" / "evaluate.json").read_text())
    alone = table[table["shop"] == "a"]
    alone.to_csv(project.folder / "data" / "source" / "shops.csv", index=False)
    project.run_all()
    single = pd.read_csv(project.folder / "plots" / "forecasts.csv")
    assert len(by_series) == by_metrics["series"]["count"] == 3
    assert list(by_metrics["diebold_mariano"]["persistence"]) == ["series", "better", "worse"]
    mine = together[together["unique_id"] == "a"]
    np.testing.assert_allclose(mine["forecast"], single["forecast"], rtol=1e-5)


@pytest.mark.parametrize("stage", ["download", "difference", "frame", "scale", "baseline", "rebatch", "evaluate"])
def test_stage_does_not_import_tensorflow(stage: str) -> None:
    code = f"import sys, stages.{stage}; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_evaluate_does_not_import_statsforecast() -> None:
    code = "import sys, stages.evaluate; sys.exit('statsforecast' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.slow
def test_shampoo_agrees_with_the_published_table(project: Project) -> None:
    from scipy.stats import ttest_ind_from_stats

    project.params["train"] |= {"repeats": 30, "epochs": 1000}
    project.write_params()
    assert project.run_until("evaluate").returncode == 0
    found = json.loads((project.folder / "metrics" / "evaluate.json").read_text())["rmse"]
    same = PUBLISHED.query("epochs == 1000 and batch_size == 4 and units == 1")
    assert len(same) == 3  # the configuration was published three times
    tests = [
        ttest_ind_from_stats(found["mean"], found["std"], 30, row.mean, row.std, row.n, equal_var=False)
        for row in same.rename(columns={"count": "n"}).itertuples()
    ]
    assert max(test.pvalue for test in tests) > 0.05
